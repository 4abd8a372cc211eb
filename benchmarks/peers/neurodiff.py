"""Asks NeuroDiff's own program the questions of a folder that ../suites/make_reludiff.py made.

The program is not part of rsm, and is on no package index: build it as its authors say, and give its path. It has its
input regions compiled in; those of the folder are the same if the tests that make_reludiff.py was given are the
program's. It looks at one output, so compare with queries made with --outputs target. Needs Python only.
"""

import argparse
import csv
import json
import platform
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import records


def ask(program: Path, folder: Path, case: dict, limit: float) -> dict:
    """The record of one question. At the limit the program gets the interrupt that makes it stop."""
    command = [str(program.resolve()), case["property"], case["first"], case["second"], case["epsilon"], *case["options"].split()]
    started = time.monotonic()
    with subprocess.Popen(command, cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as child:
        try:
            text = child.communicate(timeout=limit)[0]
        except subprocess.TimeoutExpired:
            child.send_signal(signal.SIGINT)
            try:
                text = child.communicate(timeout=10)[0]
            except subprocess.TimeoutExpired:
                child.kill()
                text = child.communicate()[0]
    record = {"instance": case["name"], "limit_seconds": limit, "seconds": time.monotonic() - started}
    return record | answer(text.decode(errors="replace"), child.returncode)


def answer(text: str, code: int) -> dict:
    out = {}
    for name, pattern, kind in (("inner_seconds", r"^time: (\S+)", float), ("splits", r"numSplits: (\d+)", int)):
        found = re.search(pattern, text, re.M)
        if found:
            out[name] = kind(found.group(1))
    if "adv found" in text:
        return out | {"status": records.EXACT, "answer": "sat"}
    if "No adv!" in text:
        return out | {"status": records.EXACT, "answer": "unsat"}
    if code != 0:
        return out | {"status": records.ERROR, "answer": "error", "error": f"ended with {code}: {text[-200:]}"}
    return out | {"status": records.BOUNDED, "answer": "unknown"}


def main() -> int:
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("program", type=Path, help="delta_network_test of NeuroDiff")
    p.add_argument("folder", type=Path, help="the folder with cases.csv")
    p.add_argument("--out", type=Path, help="file of records; the default is neurodiff.jsonl in the folder")
    p.add_argument("--only", type=re.compile, default=re.compile(""), help="cases whose name matches")
    p.add_argument("--limit-seconds", type=float, help="in place of the time limits of the cases")
    p.add_argument("--note", default="", help="about the build, such as its variant and number of threads; goes into the header")
    args = p.parse_args()
    with open(args.folder / "cases.csv", newline="") as f:
        cases = [c for c in csv.DictReader(f) if args.only.search(c["name"])]
    header = {"tool": "neurodiff", "suite": args.folder.resolve().name, "config": "neurodiff", "options": {"note": args.note},
              "machine": records.machine(), "version": platform.python_version()}
    with open(args.out or args.folder / "neurodiff.jsonl", "w") as out:
        out.write(json.dumps(header) + "\n")
        for case in cases:
            record = ask(args.program, args.folder, case, args.limit_seconds or float(case["timeout"]))
            out.write(json.dumps(record) + "\n")
            out.flush()
            print(f"{record['instance']:28} {record['answer']:8} {record['seconds']:9.3f} s  {record.get('splits', '-')} splits", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
