"""Writes the questions of ReLUDiff and NeuroDiff as VNN-LIB 2.0 queries: networks against their float16 roundings.

Is there an input of the box on which an output of the two differs by more than epsilon? The boxes are those of
NeuroDiff's program, to the last bit: it computes them in float32, and so does this script. They are in the units of
the networks' first layers, after the normalisation that the .nnet files describe; the outputs are not scaled back.

The program looks at one output only: the first for ACAS Xu, the true class for the others. --outputs target asks that.

OUT gets the queries, instances.csv as VNN-COMP has it, and cases.csv, from which ../peers/neurodiff.py asks the
program itself. Needs numpy.
"""

import argparse
import csv
import re
from dataclasses import dataclass
from os.path import relpath
from pathlib import Path

import numpy as np

F = np.float32

# ACAS Xu properties: lower and upper bounds in feet, radians and feet per second. Property 2 has the box of property 1.
ACAS = {
    1: ((55947.691, -3.141592, -3.141592, 1145, 0), (60760, 3.141592, 3.141592, 1200, 60)),
    3: ((1500, -0.06, 3.10, 980, 960), (1800, 0.06, 3.141592, 1200, 1200)),
    4: ((1500, -0.06, 0, 1000, 700), (1800, 0.06, 0, 1200, 800)),
}
ACAS[2] = ACAS[1]


@dataclass(frozen=True)
class Case:
    """One question. `number` and `options` are what NeuroDiff's program takes."""

    name: str
    first: str
    second: str
    lower: np.ndarray
    upper: np.ndarray
    target: int
    epsilon: float
    number: int
    options: str


def header(path: Path) -> list[list[float]]:
    """The lines of numbers at the head of an .nnet file: sizes, layers, a flag, minima, maxima, means, ranges."""
    with open(path) as f:
        lines = (line for line in f if not line.startswith("//"))
        return [[float(v) for v in next(lines).replace(" ", "").strip().rstrip(",").split(",")] for _ in range(7)]


def outputs(path: Path) -> int:
    return int(header(path)[0][2])


def normalised(path: Path, raw) -> np.ndarray:
    """Clamped to minimum and maximum, then (x - mean) / range, all of it in float32."""
    least, most, mean, divisor = (np.array(v[: len(raw)], F) for v in header(path)[3:])
    return (np.clip(np.array(raw, F), least, most) - mean) / divisor


def acas(models: Path, args) -> list[Case]:
    cases = []
    for second in sorted(models.glob("ACASXU_run2a_*_16bit.nnet")):
        first = second.with_name(second.name.replace("_16bit", ""))
        network = re.search(r"run2a_(\d_\d)", first.name).group(1)
        for p in args.properties:
            lower, upper = (normalised(first, raw) for raw in ACAS[p])
            cases.append(
                Case(f"acasxu-{network}-prop{p}", first.name, second.name, lower, upper, 0, args.acas_epsilon, p, "")
            )
    return cases


def arrays(path: Path) -> list[np.ndarray]:
    """The arrays of a C header of numbers, in their order."""
    found = re.findall(r"static\s+\w+\s+\w+((?:\[\d+\])+)\s*=\s*\{(.*?)\};", path.read_text(), re.S)
    out = []
    for dims, body in found:
        shape = [int(d) for d in re.findall(r"\d+", dims)]
        rows = re.findall(r"\{([^{}]*)\}", body) if len(shape) == 2 else [body]
        values = [np.array([float(v) for v in row.replace("\n", " ").split(",") if v.strip()], F) for row in rows]
        out.append(np.vstack(values) if len(shape) == 2 else values[0])
    return out


def mnist(models: Path, args) -> list[Case]:
    images, classes, pixels = arrays(args.mnist_tests or models / "mnist_tests.h")
    first, second = "mnist_relu_3_100.nnet", "mnist_relu_3_100_16bit.nnet"
    cases = []
    for k in range(args.samples):
        image = images[k, :784].astype(np.float64)
        for count in args.pixels:
            if count > pixels.shape[1]:
                raise SystemExit(f"the file of tests has {pixels.shape[1]} random pixels an image: no {count}")
            lower, upper = (image / 255.0).astype(F), (image / 255.0).astype(F)
            at = pixels[k, :count].astype(int)
            lower[at], upper[at] = 0, 1
            cases.append(
                Case(f"mnist-{k}-pixels{count}", first, second, lower, upper, int(classes[k]), args.epsilon, 400 + k, f"-x {count}")
            )
        for perturbation in args.perturb:
            lower = np.maximum((image - perturbation) / 255.0, 0.0).astype(F)
            upper = np.minimum((image + perturbation) / 255.0, 1.0).astype(F)
            cases.append(
                Case(f"mnist-{k}-perturb{perturbation}", first, second, lower, upper, int(classes[k]), args.epsilon, 400 + k, f"-p {perturbation}")
            )
    return cases


def har(models: Path, args) -> list[Case]:
    samples, classes = arrays(args.har_tests)
    by = F(args.har_perturb)
    cases = []
    for k in range(args.samples):
        lower, upper = np.maximum(samples[k] - by, F(-1)), np.minimum(samples[k] + by, F(1))
        cases.append(
            Case(f"har-{k}", "HAR.nnet", "HAR_16bit.nnet", lower, upper, int(classes[k]), args.epsilon, 1000 + k, f"-p {args.har_perturb}")
        )
    return cases


def numeral(v) -> str:
    """The float64 `v`, without an exponent."""
    return np.format_float_positional(np.float64(v), unique=True, trim="-")


def query(case: Case, asked: list[int], classes: int) -> str:
    n, e = len(case.lower), numeral(case.epsilon)
    out = [
        f"; {case.name}: {case.first} (f) and {case.second} (g).",
        f"; Is there an input on which an output differs by more than {e}? Made by make_reludiff.py.",
        "(vnnlib-version <2.0>)",
        "",
        f"(declare-network f\n    (declare-input X_f real [{n}])\n    (declare-output Y_f real [{classes}])\n)",
        "(declare-network g\n    (isomorphic-to f)",
        f"    (declare-input X_g real [{n}])\n    (declare-output Y_g real [{classes}])\n)",
        "",
    ]
    for i, (lo, hi) in enumerate(zip(case.lower, case.upper)):
        out.append(f"(assert (and (>= X_f[{i}] {numeral(lo)}) (<= X_f[{i}] {numeral(hi)})))")
    out += ["(assert (and " + " ".join(f"(== X_f[{i}] X_g[{i}])" for i in range(n)) + "))", "", "(assert (or"]
    out += [f"    (> Y_g[{k}] (+ Y_f[{k}] {e})) (< Y_g[{k}] (- Y_f[{k}] {e}))" for k in asked]
    return "\n".join(out + ["))", ""])


def numbers(kind):
    return lambda text: [kind(v) for v in text.split(",") if v]


def main() -> None:
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("models", type=Path, help="folder with the .nnet files of ReLUDiff's artifact, and mnist_tests.h")
    p.add_argument("out", type=Path, help="folder to write to")
    p.add_argument("--outputs", choices=("all", "target"), default="all")
    p.add_argument("--acas-epsilon", type=float, default=0.05)
    p.add_argument("--epsilon", type=float, default=1.0, help="for MNIST and HAR")
    p.add_argument("--properties", type=numbers(int), default=[1, 3, 4], help="of ACAS Xu (1,3,4)")
    p.add_argument("--samples", type=int, default=10, help="how many of the 100 samples of MNIST and HAR (10)")
    p.add_argument("--pixels", type=numbers(int), default=[3], help="MNIST: how many random pixels are free (3)")
    p.add_argument("--perturb", type=numbers(int), default=[3], help="MNIST: grey values that all pixels may move by (3)")
    p.add_argument("--mnist-tests", type=Path, help="the file of tests, if it is not MODELS/mnist_tests.h")
    p.add_argument("--har-tests", type=Path, help="HAR_tests.h of NeuroDiff's artifact; without it there are no queries of HAR")
    p.add_argument("--har-perturb", type=float, default=0.1)
    p.add_argument("--timeout", type=int, default=120)
    args = p.parse_args()
    cases = acas(args.models, args) + mnist(args.models, args) + (har(args.models, args) if args.har_tests else [])
    args.out.mkdir(parents=True, exist_ok=True)
    models = relpath(args.models, args.out)
    with open(args.out / "instances.csv", "w") as listed, open(args.out / "cases.csv", "w", newline="") as f:
        rows = csv.writer(f, lineterminator="\n")
        rows.writerow("name first second property epsilon options timeout".split())
        for c in cases:
            classes = outputs(args.models / c.first)
            asked = [c.target] if args.outputs == "target" else list(range(classes))
            (args.out / f"{c.name}.vnnlib").write_text(query(c, asked, classes))
            pair = f"[('f', '{models}/{c.first}'), ('g', '{models}/{c.second}')]"
            listed.write(f'"{pair}",{c.name}.vnnlib,{args.timeout}\n')
            rows.writerow([c.name, f"{models}/{c.first}", f"{models}/{c.second}", c.number, c.epsilon, c.options, args.timeout])
    print(f"{len(cases)} queries in {args.out}")


if __name__ == "__main__":
    main()
