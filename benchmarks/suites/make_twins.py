"""Writes the suites about the twins: every kind of twin of an architecture against its original.

twins asks for the label against the runner-up, twins-label for the label against all nine other classes. The radius goes
round a list of three, an easy, a middling and a hard one for the architecture, and the sample is the number of the
instance: none was chosen by how a solver does on it. The two small architectures come twice.

conv and robust are about convolutional networks, ordinarily and robustly trained, each pair at two of the radii; quantized
asks the same questions about twins that are quantized in their weights only, in weights and activations behind the first
layer, and in all of them. quantized-small asks for the last two at a radius at which their ranges can be exact.
"""

import pathlib
import sys
from dataclasses import dataclass

LIMIT = "120s"

KINDS = "pruned30 pruned60 pruned90 int8 int4 float16 distilled sparse-l1 structured".split()
ARCHITECTURES = {  # radii, instances for each kind
    "digits": ((0.03, 0.06, 0.1), 2),
    "mnist-2x20": ((0.01, 0.02, 0.03), 2),
    "mnist-2x50": ((0.005, 0.01, 0.03), 1),
    "mnist-3x50": ((0.003, 0.005, 0.015), 1),
    "mnist-2x100": ((0.002, 0.005, 0.015), 1),
}

CONV_KINDS = "pruned60 float16 qdq8 structured distilled".split()
CONV = ("mnist-conv", "mnist-conv-bn", "mnist-conv-pool", "mnist-conv-res")
CONV_RADII = (0.005, 0.01, 0.02)
ROBUST_RADII = (0.05, 0.1)

QUANTIZED = ("digits", "mnist-2x20", "mnist-2x50")
QUANTIZED_RADIUS = 0.01
QUANTIZED_SAMPLES = 4
QUANTIZED_KINDS = ("int8", "qdq8-hidden", "qdq8")

SMALL = ("mnist-2x20", "digits")
SMALL_RADIUS = 0.001
SMALL_SAMPLES = 3
SMALL_KINDS = ("qdq8", "qdq8-hidden")


@dataclass(frozen=True)
class Instance:
    name: str
    architecture: str
    kind: str
    sample: int
    radius: float


def round_robin(architectures: dict, kinds: list[str]):
    """Each kind of each architecture `times` times, at radii that go round."""
    number = 0
    for a, (architecture, (radii, times)) in enumerate(architectures.items()):
        for k, kind in enumerate(kinds):
            for t in range(times):
                radius = radii[(a + k + t) % len(radii)]
                yield Instance(f"{architecture}-{kind}-{radius}", architecture, kind, number, radius)
                number += 1


def quantized(architectures: tuple[str, ...], kinds: tuple[str, ...], samples: int, radius: float):
    for architecture in architectures:
        for sample in range(samples):
            for kind in kinds:
                yield Instance(f"{architecture}-{kind}-{sample}", architecture, kind, sample, radius)


def write(path: pathlib.Path, about: str, instances, pairs: str):
    with open(path, "w") as out:
        out.write(f"# Made by make_twins.py: {about}.\n")
        out.write("name,first,second,input,index,epsilon,clip,pairs,timeout\n")
        for i in instances:
            samples = i.architecture.split("-")[0]
            out.write(
                f"{i.name},../twins/models/{i.architecture}-original.onnx,../twins/models/{i.architecture}-{i.kind}.onnx,"
                f'../twins/samples/{samples}-x.npy,{i.sample},{i.radius},"0,1",{pairs},{LIMIT}\n'
            )


if __name__ == "__main__":
    folder = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).parent)
    every = "every kind of twin of every architecture, with easy, middling and hard radii"
    for name, pairs in (("twins", "runner-up"), ("twins-label", "label")):
        write(folder / f"{name}.csv", every, round_robin(ARCHITECTURES, KINDS), pairs)
    conv = {name: (CONV_RADII, 2) for name in CONV}
    write(folder / "conv.csv", "convolutional networks and their twins", round_robin(conv, CONV_KINDS), "runner-up")
    robust = {f"{name}-robust": (ROBUST_RADII, 2) for name in CONV}
    write(folder / "robust.csv", "robustly trained convolutional networks", round_robin(robust, CONV_KINDS), "runner-up")
    everywhere = quantized(QUANTIZED, QUANTIZED_KINDS, QUANTIZED_SAMPLES, QUANTIZED_RADIUS)
    write(folder / "quantized.csv", "quantized in weights only, and in activations too", everywhere, "runner-up")
    small = quantized(SMALL, SMALL_KINDS, SMALL_SAMPLES, SMALL_RADIUS)
    write(folder / "quantized-small.csv", "quantized in activations, small regions", small, "runner-up")
