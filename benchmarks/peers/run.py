"""Runs a peer program on the instances of a suite of rsm, and writes records that rsm bench reads."""

import argparse
import importlib
import multiprocessing
import re
import resource
import sys
import time
from pathlib import Path

import question
import records
import suite

PEERS = {"crown": "peer_crown", "highspy-bigm": "peer_highspy", "gurobi": "peer_gurobi", "marabou": "peer_marabou"}

# A peer that does not keep the time limit is stopped so many seconds after it, and one that knows none after so many.
GRACE = 60.0
UNLIMITED = 600.0


def main() -> int:
    args = arguments()
    peer = importlib.import_module(PEERS[args.peer])
    chosen = suite.find(args.suite)
    s = suite.read(chosen)
    default = Path(__file__).resolve().parent.parent / "results" / f"{s.name}-{args.peer}.jsonl"
    claims = {}
    if args.against:
        claims = {r["instance"]: r for r in records.read(args.against)[1]}
    log = records.Log(args.out or default, header(peer, s, args))
    for instance in s.instances:
        if instance.name in log.done or not args.only.search(instance.name):
            continue
        limit = (args.limit_seconds or instance.timeout) if peer.LIMITED else None
        record = ask(peer, instance, limit, claims.get(instance.name))
        log.append(record)
        print(f"{instance.name}: {record['status']} {record['seconds']:.2f} s {record.get('error', '')}", flush=True)
    log.close()
    return 0


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("suite", help="a suite of rsm: a CSV file, or the name of one")
    parser.add_argument("--peer", required=True, choices=sorted(PEERS))
    parser.add_argument("--out", type=Path, help="file of records; the default is results/SUITE-PEER.jsonl beside the suites")
    parser.add_argument("--only", type=re.compile, default=re.compile(""), help="instances whose name matches")
    parser.add_argument("--limit-seconds", type=float, help="time limit of each instance in place of the suite's")
    parser.add_argument("--against", type=Path, help="records whose claims marabou checks")
    return parser.parse_args()


def header(peer, s: suite.Suite, args: argparse.Namespace) -> dict:
    given = [f"{name}={value}" for name, value in peer.OPTIONS.items()]
    options = {"command": args.peer, "args": given}
    if args.limit_seconds and peer.LIMITED:
        options["timeout_seconds"] = args.limit_seconds
    return {
        "tool": peer.TOOL,
        "version": peer.VERSION,
        "suite": s.name,
        "suite_sha256": s.sha256,
        "config": peer.CONFIG,
        "options": options,
        "machine": records.machine(),
        "solver": peer.SOLVER,
    }


def ask(peer, instance: suite.Instance, limit: float | None, claims: dict | None) -> dict:
    """The record of an instance, asked in a process of its own: what breaks there breaks nothing else."""
    context = multiprocessing.get_context("fork")
    receive, send = context.Pipe(duplex=False)
    child = context.Process(target=_child, args=(send, peer, instance, limit, claims))
    started, patience = time.monotonic(), UNLIMITED if limit is None else limit + GRACE
    child.start()
    send.close()
    record = None
    try:
        if receive.poll(patience):
            record = receive.recv()
    except EOFError:
        pass
    finally:
        if record is None:
            child.kill()
        child.join()
    if record is None:
        late = time.monotonic() - started >= patience
        error = f"had not ended after {patience:g} s" if late else f"the process ended with {child.exitcode}"
        record = {"status": records.ERROR, "seconds": time.monotonic() - started, "error": error}
    limits = {} if limit is None else {"limit_seconds": limit}
    return {"instance": instance.name, **limits, **record}


def _child(send, peer, instance: suite.Instance, limit: float | None, claims: dict | None) -> None:
    started, cpu = time.monotonic(), _cpu_seconds()
    record: dict = {}
    try:
        q = question.read(instance)
        record["networks_sha256"] = [q.first.sha256, q.second.sha256]
        record.update(peer.ask(q, started + (limit or UNLIMITED), claims))
        record["status"] = records.status(record["pairs"])
    except Exception as e:  # whatever a peer throws is its answer
        record.update(status=records.ERROR, error=f"{type(e).__name__}: {e}")
    record["seconds"] = time.monotonic() - started
    record["cpu_seconds"] = _cpu_seconds() - cpu
    send.send(record)


def _cpu_seconds() -> float:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


if __name__ == "__main__":
    sys.exit(main())
