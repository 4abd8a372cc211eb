"""Writes twins.csv and twins-label.csv: every kind of twin of every architecture against its original.

The radius goes round a list of three, an easy, a middling and a hard one for
the architecture, and the sample is the number of the instance: none was chosen
by how a solver does on it. The two small architectures come twice. twins asks for the label against
the runner-up, twins-label for the label against all nine other classes.
"""

import pathlib
import sys

KINDS = "pruned30 pruned60 pruned90 int8 int4 float16 distilled sparse-l1 structured".split()
ARCHITECTURES = {  # radii, instances for each kind
    "digits": ((0.03, 0.06, 0.1), 2),
    "mnist-2x20": ((0.01, 0.02, 0.03), 2),
    "mnist-2x50": ((0.005, 0.01, 0.03), 1),
    "mnist-3x50": ((0.003, 0.005, 0.015), 1),
    "mnist-2x100": ((0.002, 0.005, 0.015), 1),
}
LIMIT = "120s"


def instances():
    number = 0
    for a, (name, (radii, times)) in enumerate(ARCHITECTURES.items()):
        for k, kind in enumerate(KINDS):
            for t in range(times):
                yield number, name, kind, radii[(a + k + t) % 3]
                number += 1


def write(path, pairs):
    with open(path, "w") as out:
        out.write("# Made by make_twins.py: every kind of twin of every architecture, with easy, middling and hard radii.\n")
        out.write("name,first,second,input,index,epsilon,clip,pairs,timeout\n")
        for number, name, kind, radius in instances():
            samples = name.split("-")[0]
            out.write(
                f"{name}-{kind}-{radius},../twins/models/{name}-original.onnx,../twins/models/{name}-{kind}.onnx,"
                f'../twins/samples/{samples}-x.npy,{number},{radius},"0,1",{pairs},{LIMIT}\n'
            )


if __name__ == "__main__":
    folder = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).parent)
    write(folder / "twins.csv", "runner-up")
    write(folder / "twins-label.csv", "label")
