#!/usr/bin/env python3
"""How often is a twin right wherever its original is? Prints a table, exact against linear relaxations.

  imply_table.py [--architectures A,...] [--kinds K,...] [--epsilons E,...] [--samples N] [--timeout S] [--out FILE.csv]

For each twin of benchmarks/twins, each of the first N committed samples of its data set and each epsilon: does the twin (N1) decide
the sample's true class wherever the original (N2) does, on the ball around the sample clipped to 0,1? "exact" is rsm imply,
"relaxed" the same with one node: the linear program of both networks and the premise, before any branching. "lp" and
"lp-difference" say so where their lower bounds of r(label, j) are zero or more for every j, which implies it, as the relative
safety margin is used for that (arXiv 2409.16726). RSM names the program, ./rsm by default. numpy is all it needs.
"""
import argparse
import json
import os
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


def ask(architecture, kind, dataset, epsilon, sample, label, timeout):
    networks = [TWINS / f"models/{architecture}-{k}.onnx" for k in (kind, "original")]
    region = ["--input", TWINS / f"samples/{dataset}-x.npy", "--index", sample, "--epsilon", epsilon, "--clip", "0,1", "--label", label]
    exact = run("imply", *networks, *region, "--timeout", f"{timeout}s", "--jobs", 1)
    relaxed = run("imply", *networks, *region, "--timeout", f"{timeout}s", "--jobs", 1, "--nodes", 1)
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


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--architectures", default="mnist-2x20,mnist-2x50")
    p.add_argument("--kinds", help="kinds of twins, all if left out")
    p.add_argument("--epsilons", default="0.01,0.02,0.05")
    p.add_argument("--samples", type=int, default=100)
    p.add_argument("--timeout", type=float, default=10)
    p.add_argument("--out", help="all answers, as CSV")
    p.add_argument("--jobs", type=int, default=os.cpu_count())
    a = p.parse_args()
    twins = json.loads((TWINS / "twins.json").read_text())
    out = open(a.out, "w") if a.out else None
    if out:
        out.write("architecture,kind,epsilon,sample,exact,seconds,relaxed," + ",".join(METHODS) + "\n")
    print("| twin | epsilon | exact: holds | violated | unknown | relaxed | by lp | by lp-difference | slowest |\n|---|---|---|---|---|---|---|---|---|", flush=True)
    with ThreadPoolExecutor(a.jobs) as pool:
        for architecture in a.architectures.split(","):
            family = [t for t in twins if t["architecture"] == architecture]
            if not family:
                p.error(f"no networks of {architecture} in {TWINS / 'twins.json'}")
            dataset = family[0]["dataset"]
            labels = np.load(TWINS / f"samples/{dataset}-y.npy")[: a.samples]
            for kind in [t["kind"] for t in family if t["kind"] != "original" and (not a.kinds or t["kind"] in a.kinds.split(","))]:
                for epsilon in a.epsilons.split(","):
                    answers = list(pool.map(lambda k: ask(architecture, kind, dataset, epsilon, k, int(labels[k]), a.timeout), range(len(labels))))
                    exact = Counter(x["exact"] for x in answers)
                    methods = [sum(x.get(m) == "holds" for x in answers) for m in METHODS]
                    slowest = max(x["seconds"] for x in answers)
                    print(f"| {architecture}-{kind} | {epsilon} | {exact['holds']} | {exact['violated']} | {exact['unknown']} | "
                          f"{sum(x['relaxed'] == 'holds' for x in answers)} | "
                          f"{methods[0]} | {methods[1]} | {slowest:.1f} s |", flush=True)
                    for k, x in enumerate(answers):
                        if out:
                            out.write(f"{architecture},{kind},{epsilon},{k},{x['exact']},{x['seconds']:.3f},{x['relaxed']}," + ",".join(x.get(m, "") for m in METHODS) + "\n")


if __name__ == "__main__":
    main()
