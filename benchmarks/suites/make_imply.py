"""Writes a suite on local implication between MNIST twins and their originals: does the twin (first) decide as the
original (second) does, wherever in a ball around a sample the original decides for the sample's label?

The samples are the first of twins/samples that the original of each architecture decides rightly, so the label is
that of the file and the original's decision at the centre, which is what `pairs` label means. None was chosen by how a
solver does on it. Needs numpy.
"""

import argparse
import json
from os.path import relpath
from pathlib import Path

import numpy as np

TWINS = Path(__file__).resolve().parent.parent / "twins"


def main() -> None:
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("out", type=Path, help="the suite to write")
    p.add_argument("--architectures", default="mnist-2x20,mnist-2x50")
    p.add_argument("--epsilons", default="0.005,0.01,0.02")
    p.add_argument("--samples", type=int, default=100)
    p.add_argument("--timeout", default="60s")
    args = p.parse_args()
    labels = np.load(TWINS / "samples/mnist-y.npy")
    twins = json.loads((TWINS / "twins.json").read_text())
    folder = relpath(TWINS, args.out.resolve().parent)
    lines = 0
    with open(args.out, "w") as out:
        out.write("# Made by make_imply.py: does the twin decide as the original does, for samples that the original decides rightly?\n")
        out.write("name,first,second,input,index,epsilon,clip,pairs,timeout\n")
        for architecture in args.architectures.split(","):
            decided = np.load(TWINS / f"expected/{architecture}-original.output.npy").argmax(axis=1)
            right = np.flatnonzero(decided == labels)[: args.samples]
            if len(right) < args.samples:
                print(f"{architecture}: {len(right)} of the {len(labels)} samples are decided rightly")
            for kind in [t["kind"] for t in twins if t["architecture"] == architecture and t["kind"] != "original"]:
                for epsilon in args.epsilons.split(","):
                    for k in right:
                        out.write(
                            f"{architecture}-{kind}-{epsilon}-{k},{folder}/models/{architecture}-{kind}.onnx,"
                            f"{folder}/models/{architecture}-original.onnx,{folder}/samples/mnist-x.npy,{k},{epsilon},"
                            f'"0,1",label,{args.timeout}\n'
                        )
                        lines += 1
    print(f"{lines} instances in {args.out}")


if __name__ == "__main__":
    main()
