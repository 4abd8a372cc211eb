#!/usr/bin/env python3
"""How often is a twin right wherever its original is? Prints a table, exact against linear relaxations.

  imply_table.py [--architectures A,...] [--kinds K,...] [--epsilons E,...] [--samples N] [--timeout S] [--out FILE.csv]
  imply_table.py [...] --commands FILE.txt [--count N]

For each twin of benchmarks/twins, each of the first N committed samples of its data set and each epsilon: does the twin (N1) decide
the sample's true class wherever the original (N2) does, on the ball around the sample clipped to 0,1? "exact" is rsm imply,
"relaxed" the same with one node: the linear program of both networks and the premise, before any branching. "lp" and
"lp-difference" say so where their lower bounds of r(label, j) are zero or more for every j, which implies it, as the relative
safety margin is used for that (arXiv 2409.16726). --commands asks nothing, and writes N of the questions, drawn by a fixed seed,
as commands for compare-builds.sh; imply.txt was written so, with --epsilons 0.01,0.02,0.05 --count 50. RSM names the program, ./rsm by default. numpy is all it needs.
"""
import argparse
import json
import os
import random
import shlex
import subprocess
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parent.parent.parent
TWINS = ROOT / "benchmarks/twins"
RSM = os.environ.get("RSM", str(ROOT / "rsm"))
METHODS = ("lp", "lp-difference")


def run(*arguments):
    out = subprocess.run([RSM, *map(str, arguments), "--format", "json", "--quiet"], capture_output=True, text=True)
    if out.returncode != 0:
        raise SystemExit(f"{' '.join(map(str, arguments))}: exit status {out.returncode}: {out.stderr}")
    return json.loads(out.stdout)


def question(architecture, kind, dataset, epsilon, sample, label, twins=TWINS):
    """Networks, and the arguments that say the region."""
    networks = [twins / f"models/{architecture}-{k}.onnx" for k in (kind, "original")]
    return networks, ["--input", twins / f"samples/{dataset}-x.npy", "--index", sample, "--epsilon", epsilon, "--clip", "0,1", "--label", label]


def implication(networks, region, timeout):
    return ["imply", *networks, *region, "--timeout", f"{timeout:g}s", "--jobs", 1]


def ask(architecture, kind, dataset, epsilon, sample, label, timeout):
    networks, region = question(architecture, kind, dataset, epsilon, sample, label)
    exact = run(*implication(networks, region, timeout))
    relaxed = run(*implication(networks, region, timeout), "--nodes", 1)
    bounds = run("bounds", *networks, *region, "--methods", ",".join(METHODS), "--timeout", f"{timeout}s")
    answer = {"exact": exact["verdict"], "seconds": exact["seconds"], "relaxed": relaxed["verdict"]}
    for method in METHODS:
        low = [low_of(r) for r in bounds["rows"] if r["method"] == method]
        answer[method] = "holds" if low and min(low) >= 0 else "open"
    for method in ("relaxed", *METHODS):
        if answer.get(method) == "holds" and answer["exact"] == "violated":
            raise SystemExit(f"{architecture}-{kind}, epsilon {epsilon}, sample {sample}: {method} proves what a witness violates")
    return answer


def low_of(row):
    low = row["min"]
    return float("-inf") if isinstance(low, str) else low


def table(architecture, family, kinds, epsilons, samples):
    """The questions of an architecture, one list for each row of the table."""
    dataset = family[0]["dataset"]
    labels = np.load(TWINS / f"samples/{dataset}-y.npy")[:samples]
    for kind in [t["kind"] for t in family if t["kind"] != "original" and (not kinds or t["kind"] in kinds.split(","))]:
        for epsilon in epsilons:
            yield [(architecture, kind, dataset, epsilon, k, int(label)) for k, label in enumerate(labels)]


def write_commands(path, count, questions, timeout):
    twins = Path(os.path.relpath(TWINS, path.resolve().parent))
    with open(path, "w") as out:
        out.write("# Made by imply_table.py: does the twin decide the sample's class wherever the original does?\n")
        for q in sorted(random.Random(0).sample(questions, min(count, len(questions)))):
            architecture, kind, _, epsilon, sample, _ = q
            command = implication(*question(*q, twins=twins), timeout)
            out.write(f"{architecture}-{kind}-{epsilon}-{sample} {shlex.join(map(str, command))}\n")


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--architectures", default="mnist-2x20,mnist-2x50")
    p.add_argument("--kinds", help="kinds of twins, all if left out")
    p.add_argument("--epsilons", default="0.01,0.02,0.05")
    p.add_argument("--samples", type=int, default=100)
    p.add_argument("--timeout", type=float, default=10)
    p.add_argument("--out", help="all answers, as CSV")
    p.add_argument("--commands", type=Path, help="write questions here and ask none")
    p.add_argument("--count", type=int, default=50, help="how many questions --commands writes")
    p.add_argument("--jobs", type=int, default=os.cpu_count())
    a = p.parse_args()
    twins = json.loads((TWINS / "twins.json").read_text())
    families = {name: [t for t in twins if t["architecture"] == name] for name in a.architectures.split(",")}
    for name, family in families.items():
        if not family:
            p.error(f"no networks of {name} in {TWINS / 'twins.json'}")
    rows = [row for name, family in families.items() for row in table(name, family, a.kinds, a.epsilons.split(","), a.samples)]
    if a.commands:
        write_commands(a.commands, a.count, [q for row in rows for q in row], a.timeout)
        return
    out = open(a.out, "w") if a.out else None
    if out:
        out.write("architecture,kind,epsilon,sample,exact,seconds,relaxed," + ",".join(METHODS) + "\n")
    print("| twin | epsilon | exact: holds | violated | unknown | relaxed | by lp | by lp-difference | slowest |\n|---|---|---|---|---|---|---|---|---|", flush=True)
    with ThreadPoolExecutor(a.jobs) as pool:
        for row in rows:
            architecture, kind, _, epsilon, _, _ = row[0]
            answers = list(pool.map(lambda q: ask(*q, a.timeout), row))
            exact = Counter(x["exact"] for x in answers)
            methods = [sum(x.get(m) == "holds" for x in answers) for m in METHODS]
            slowest = max(x["seconds"] for x in answers)
            print(f"| {architecture}-{kind} | {epsilon} | {exact['holds']} | {exact['violated']} | {exact['unknown']} | "
                  f"{sum(x['relaxed'] == 'holds' for x in answers)} | "
                  f"{methods[0]} | {methods[1]} | {slowest:.1f} s |", flush=True)
            for q, x in zip(row, answers):
                if out:
                    out.write(f"{architecture},{kind},{epsilon},{q[4]},{x['exact']},{x['seconds']:.3f},{x['relaxed']}," + ",".join(x.get(m, "") for m in METHODS) + "\n")


if __name__ == "__main__":
    main()
