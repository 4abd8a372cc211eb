"""Writes ACAS Xu networks with noise, and the question whether they differ from the originals, after VNN-COMP 2026's
isomorphic_acasxu.

Each instance takes one of the 45 networks by chance, and adds normal noise of standard deviation 0.001 to every number
in it: weights, biases and the input's average. The question is whether on the box of ACAS Xu property 1 some output
differs by more than 0.05. The same seed gives the same files with the same version of numpy. Needs numpy and onnx.
"""

import argparse
from os.path import relpath
from pathlib import Path

import numpy as np
import onnx
from onnx import numpy_helper

BOX = (("0.6", "0.679857769"), ("-0.5", "0.5"), ("-0.5", "0.5"), ("0.45", "0.5"), ("-0.5", "-0.45"))


def query(epsilon: str) -> str:
    out = [
        "; Two ACAS Xu networks on the box of property 1: does some output differ by more than " + epsilon + "?",
        "(vnnlib-version <2.0>)",
        "(declare-network f\n    (declare-input X_f real [5])\n    (declare-output Y_f real [5])\n)",
        "(declare-network g\n    (isomorphic-to f)\n    (declare-input X_g real [5])\n    (declare-output Y_g real [5])\n)",
    ]
    out += [f"(assert (and (>= X_f[{i}] {lo}) (<= X_f[{i}] {hi})))" for i, (lo, hi) in enumerate(BOX)]
    out += ["(assert (and " + " ".join(f"(== X_f[{i}] X_g[{i}])" for i in range(5)) + "))", "(assert (or"]
    out += [f"    (> Y_g[{k}] (+ Y_f[{k}] {epsilon})) (< Y_g[{k}] (- Y_f[{k}] {epsilon}))" for k in range(5)]
    return "\n".join(out + ["))", ""])


def perturb(model: onnx.ModelProto, sigma: float, random: np.random.Generator) -> None:
    for tensor in model.graph.initializer:
        value = numpy_helper.to_array(tensor)
        if value.dtype.kind == "f":
            noisy = (value + sigma * random.standard_normal(value.shape)).astype(value.dtype)
            tensor.CopyFrom(numpy_helper.from_array(noisy, tensor.name))


def main() -> None:
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("models", type=Path, help="folder with ACASXU_run2a_I_J_batch_2000.onnx")
    p.add_argument("out", type=Path, help="folder to write to")
    p.add_argument("--count", type=int, default=50)
    p.add_argument("--seed", type=int, default=20260101)
    p.add_argument("--sigma", type=float, default=0.001)
    p.add_argument("--epsilon", default="0.05")
    p.add_argument("--timeout", type=int, default=100)
    args = p.parse_args()
    networks = [f"{i}_{j}" for i in range(1, 6) for j in range(1, 10)]
    args.out.mkdir(parents=True, exist_ok=True)
    spec = f"difference_{args.epsilon}.vnnlib"
    (args.out / spec).write_text(query(args.epsilon))
    with open(args.out / "instances.csv", "w") as listed:
        for k in range(args.count):
            random = np.random.default_rng([args.seed, k])
            network = networks[int(random.integers(len(networks)))]
            original = args.models / f"ACASXU_run2a_{network}_batch_2000.onnx"
            model = onnx.load(str(original))
            perturb(model, args.sigma, random)
            name = f"perturbed{k:02}_{network}.onnx"
            (args.out / name).write_bytes(model.SerializeToString(deterministic=True))
            listed.write(f"\"[('f', '{relpath(original, args.out)}'), ('g', '{name}')]\",{spec},{args.timeout}\n")
    print(f"{args.count} instances in {args.out}")


if __name__ == "__main__":
    main()
