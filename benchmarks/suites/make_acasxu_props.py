"""Writes instances.csv of the 45 ACAS Xu networks against the properties 1 to 4.

--set vnncomp, the default, is that of VNN-COMP (2021, and acasxu_2023): all 180 combinations. --set reluplex is that
for which the properties were stated (Reluplex, arXiv 1702.01135): property 1 for all, 2 for the networks from 2_1 on,
3 and 4 for all but 1_7, 1_8 and 1_9.

vnncomp/acasxu-answers.csv has the answers that are known; --answers FILE compares a list of answers (lines NETWORK,PROPERTY,
ANSWER) with it, and ends with status 1 where one differs.
"""

import argparse
import csv
import sys
from os.path import relpath
from pathlib import Path


def stated(i: int, j: int, prop: int) -> bool:
    if prop == 2:
        return i >= 2
    return prop == 1 or not (i == 1 and j >= 7)


def combinations(which: str):
    for prop in range(1, 5):
        for i in range(1, 6):
            for j in range(1, 10):
                if which == "vnncomp" or stated(i, j, prop):
                    yield f"{i}_{j}", prop


def known() -> dict[tuple[str, str], str]:
    lines = (Path(__file__).parent.parent / "vnncomp/acasxu-answers.csv").read_text().splitlines()
    return {(r["network"], r["property"]): r["answer"] for r in csv.DictReader(line for line in lines if not line.startswith("#"))}


def compare(path: Path) -> int:
    answers, wrong, same = known(), 0, 0
    for network, prop, answer in csv.reader(path.read_text().splitlines()):
        if answer not in ("sat", "unsat"):
            continue
        if answers[network, prop] == answer:
            same += 1
        else:
            wrong += 1
            print(f"{network} property {prop}: {answer}, known is {answers[network, prop]}")
    print(f"{same} as known, {wrong} other")
    return 1 if wrong else 0


def main() -> int:
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("models", type=Path, nargs="?", help="folder with ACASXU_run2a_I_J_batch_2000.onnx")
    p.add_argument("props", type=Path, nargs="?", help="folder with prop_1.vnnlib to prop_4.vnnlib")
    p.add_argument("out", type=Path, nargs="?", help="the file to write; its paths lead from its folder")
    p.add_argument("--set", choices=("vnncomp", "reluplex"), default="vnncomp")
    p.add_argument("--timeout", type=int, default=116)
    p.add_argument("--answers", type=Path)
    args = p.parse_args()
    if args.answers:
        return compare(args.answers)
    if not args.out:
        p.error("give MODELS, PROPS and OUT, or --answers")
    args.out.parent.mkdir(parents=True, exist_ok=True)
    models, props = relpath(args.models, args.out.parent), relpath(args.props, args.out.parent)
    with open(args.out, "w") as f:
        for network, prop in combinations(args.set):
            f.write(f"{models}/ACASXU_run2a_{network}_batch_2000.onnx,{props}/prop_{prop}.vnnlib,{args.timeout}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
