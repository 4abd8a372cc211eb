"""Writes questions whether ACAS Xu networks are monotonic, after VNN-COMP 2026's monotonic_acasxu.

Each takes one of the 45 networks twice, f and g, on inputs that are equal but for the one of index k, which is smaller for g,
and asks whether output j of g can be larger than that of f by more than c. Bounds are stated for X_f; X_g has them through
the equalities and through X_g[k] <= X_f[k], and below it has, by turns, the bound of X_f[k] (as there) or X_f[k] - d.
The regions are parts of that benchmark's: ownship and intruder fast, the intruder ahead to the right.

Everything is drawn by the seed: network, k, j, region, d. The constant c is a multiple, given by FACTORS, of the largest
difference that is found at 20,000 inputs; what is true is for check_acasxu_monotonic.py to say. Needs numpy and onnx.
"""

import argparse
import random
from decimal import Decimal
from fractions import Fraction
from os.path import relpath
from pathlib import Path

import numpy as np
import onnx
from onnx import numpy_helper

# Inputs are distance, angle, heading of the intruder and both speeds, scaled; the benchmark fixes the speeds.
REGION = (("-0.16247807", "0.667245963"), ("-0.25", "0"), ("0.25", "0.5"), ("0.227272727", "0.227272727"), ("0.25", "0.25"))
PARTS = (Fraction(1, 5), Fraction(3, 10), Fraction(1, 2))  # of the width of a region's side
FACTORS = ("0", "0.5", "0.8", "0.95", "1.1", "1.2", "1.3", "1.5", "2", "3")
DIGITS = 9


def layers(path: Path) -> list[tuple[np.ndarray, np.ndarray]]:
    """Weights and biases of a network of the family: x W + b, ReLUs between. The input's average is zero in all of them."""
    graph = onnx.load(str(path)).graph
    tensors = {t.name: numpy_helper.to_array(t) for t in graph.initializer}
    kinds = [n.op_type for n in graph.node]
    affine = [tensors[n.input[1]] for n in graph.node if n.op_type in ("MatMul", "Add")]
    average = [tensors[n.input[1]] for n in graph.node if n.op_type == "Sub"]
    if kinds != ["Sub", "Flatten"] + ["MatMul", "Add", "Relu"] * 6 + ["MatMul", "Add"] or np.any(average):
        raise SystemExit(f"{path}: is no ACAS Xu network")
    return list(zip(affine[0::2], affine[1::2]))


def values(network, x: np.ndarray) -> np.ndarray:
    for k, (w, b) in enumerate(network):
        x = (np.maximum(x, 0) if k else x) @ w.astype(float) + b.astype(float)
    return x


def decimal(value: Fraction) -> str:
    return format((Decimal(round(value * 10**DIGITS)) / 10**DIGITS).normalize(), "f")


def part(lower: str, upper: str, rng: random.Random) -> tuple[str, str]:
    lo, hi = Fraction(lower), Fraction(upper)
    width = (hi - lo) * rng.choice(PARTS)
    start = lo + (hi - lo - width) * Fraction(rng.randrange(1001), 1000)
    return decimal(start), decimal(start + width)


def largest(network, box, k: int, j: int, distance: str | None, seed: int) -> float:
    """The largest difference found, of output j at an input whose k is smaller."""
    rng = np.random.default_rng(seed)
    lo, hi = (np.array([float(side[s]) for side in box]) for s in (0, 1))
    f = lo + rng.random((20_000, 5)) * (hi - lo)
    g = f.copy()
    below = f[:, k] - float(distance) if distance else lo[k]
    g[:, k] = below + rng.random(len(f)) * (f[:, k] - below)
    return float(np.max(values(network, g)[:, j] - values(network, f)[:, j]))


def query(name: str, box, k: int, j: int, distance: str | None, c: str) -> str:
    out = [
        f"; ACAS Xu network {name} twice, input {k} of g the smaller one: can output {j} of g exceed that of f by more than {c}?",
        "(vnnlib-version <2.0>)",
        "(declare-network f\n    (declare-input X_f real [5])\n    (declare-output Y_f real [5])\n)",
        "(declare-network g\n    (equal-to f)\n    (declare-input X_g real [5])\n    (declare-output Y_g real [5])\n)",
    ]
    for i, (lower, upper) in enumerate(box):
        out.append(f"(assert (== X_f[{i}] {lower}))" if lower == upper else f"(assert (and (<= X_f[{i}] {upper}) (>= X_f[{i}] {lower})))")
    for i in range(5):
        if i != k:
            out.append(f"(assert (== X_f[{i}] X_g[{i}]))")
    below = f"(- X_f[{k}] {distance})" if distance else box[k][0]
    out.append(f"(assert (and (<= X_g[{k}] X_f[{k}]) (>= X_g[{k}] {below})))")
    out.append(f"(assert (> Y_g[{j}] (+ Y_f[{j}] {c})))")
    return "\n".join([*out, ""])


def main() -> None:
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("models", type=Path, help="folder with ACASXU_run2a_I_J_batch_2000.onnx")
    p.add_argument("out", type=Path, help="folder to write to")
    p.add_argument("--count", type=int, default=10)
    p.add_argument("--seed", type=int, default=20260101)
    p.add_argument("--timeout", type=int, default=100)
    args = p.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    names = [f"{i}_{j}" for i in range(1, 6) for j in range(1, 10)]
    with open(args.out / "instances.csv", "w") as listed:
        for number in range(args.count):
            rng = random.Random(args.seed + number)
            name = rng.choice(names)
            k, j = rng.randrange(3), rng.randrange(5)
            box = [part(*side, rng) for side in REGION]
            # The distance is a third of the side, so that it matters.
            distance = decimal((Fraction(box[k][1]) - Fraction(box[k][0])) / 3) if number % 2 else None
            path = args.models / f"ACASXU_run2a_{name}_batch_2000.onnx"
            found = largest(layers(path), box, k, j, distance, args.seed + number)
            # Where g is nowhere above f the constant is a hundredth, times the factor.
            c = decimal(Fraction(max(found, 0.01)) * Fraction(FACTORS[number % len(FACTORS)]))
            spec = f"monotonic{number:02}_{name}.vnnlib"
            (args.out / spec).write_text(query(name, box, k, j, distance, c))
            network = relpath(path, args.out)
            listed.write(f"\"[('f', '{network}'), ('g', '{network}')]\",{spec},{args.timeout}\n")
    print(f"{args.count} instances in {args.out}")


if __name__ == "__main__":
    main()
