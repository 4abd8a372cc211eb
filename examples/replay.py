"""Replays the witnesses of a result of rsm (--format json) on the files that the result names.

    python examples/replay.py result.json

Each network is evaluated twice: in exact rational arithmetic (exact.py), which judges the claim, and by onnxruntime in
float32. rsm computes in float64: its value at a witness must be the exact one up to that rounding. What onnxruntime gives
must be so up to --tolerance times the size of the logits, unless a network is quantized: that is a function with jumps,
the extremes lie next to them, and float32 may take the other side. How many quantized values have another level there is
printed, and what it gives next to the witness, where the input's own levels are those of the witness in float32 too. Where
exact.py does not know an operator, onnxruntime alone judges.

Networks in .nnet are evaluated by numpy. Ends with status 1 if a claim does not stand. Needs numpy, onnx and onnxruntime.
"""

import argparse
import hashlib
import json
import math
import sys
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import numpy as np

import exact
import integers
import rational
from preprocessing import Map, near, views

ROUNDING = 1e-9  # that of rsm's float64, of which 2^-53 is one operation's, against the size of the logits
QUANTIZED = """
A quantized network is a function with jumps, and its extremes lie next to them, at half-way points between two levels.
The claims are about exact arithmetic. Float32 rounds the input and every product, so that onnxruntime may take another
level there, and its value may differ by whole steps. That does not refute a claim."""


def onnx_network(path: Path, levels: list):
    """onnxruntime, which also returns the quantized tensors in levels."""
    import onnx
    import onnxruntime

    onnxruntime.set_default_logger_severity(3)
    model = onnx.load(str(path))
    changed = integers.in_reals(model)
    last, wanted = model.graph.node[-1].op_type, [model.graph.output[0].name]
    options = onnxruntime.SessionOptions()
    if levels:  # optimizations would merge quantizations with the operators next to them
        options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    for name in levels:
        wanted.append(name + " as INT32")
        model.graph.node.append(onnx.helper.make_node("Cast", [name], wanted[-1:], to=onnx.TensorProto.INT32))
        model.graph.output.append(onnx.helper.make_tensor_value_info(wanted[-1], onnx.TensorProto.INT32, None))
    data = model.SerializeToString() if levels or changed else str(path)
    session = onnxruntime.InferenceSession(data, options, providers=["CPUExecutionProvider"])
    given = session.get_inputs()[0]
    shape = [d if isinstance(d, int) and d > 0 else 1 for d in given.shape]
    dtype = {"tensor(double)": np.float64, "tensor(float16)": np.float16}.get(given.type, np.float32)

    def run(x):
        y, *hidden = session.run(wanted, {given.name: x.astype(dtype).reshape(shape)})
        y = y.astype(np.float64).reshape(-1)
        return (np.log(y) if last == "Softmax" else y), dict(zip(levels, hidden))  # the logits, up to a constant

    run.up_to_a_constant, run.name = last == "Softmax", "onnxruntime"
    run.quantizes = any(n.op_type.startswith((*exact.STEPS, "DynamicQuantize")) for n in model.graph.node)
    return run


def nnet_layers(path: Path) -> list:
    """Inputs and outputs are the normalised ones."""
    lines = [line for line in path.read_text().splitlines() if line.strip() and not line.startswith("//")]
    rows = [[float(v) for v in line.split(",") if v.strip()] for line in (lines[:2] + lines[7:])]
    sizes, at, layers = [int(v) for v in rows[1]], 2, []
    for n in sizes[1:]:
        layers.append((np.array(rows[at : at + n]), np.array(rows[at + n : at + 2 * n]).reshape(-1)))
        at += 2 * n
    return layers


def nnet_network(path: Path):
    layers = [(weight.astype(np.float32), bias.astype(np.float32)) for weight, bias in nnet_layers(path)]

    def run(x):
        a = x.astype(np.float32)
        for k, (weight, bias) in enumerate(layers):
            a = weight @ a + bias
            a = np.maximum(a, 0) if k < len(layers) - 1 else a
        return a.astype(np.float64), {}

    run.up_to_a_constant, run.name, run.quantizes = False, "numpy", False
    return run


def nnet_exact(path: Path):
    layers = [(rational.tensor(weight), rational.tensor(bias)) for weight, bias in nnet_layers(path)]

    def run(x):
        a = rational.tensor(x)
        for k, (weight, bias) in enumerate(layers):
            a = rational.add(rational.matmul(weight, a), bias)
            a = rational.maximum(a, rational.ZERO) if k < len(layers) - 1 else a
        return a.fractions(), {}

    return run


@dataclass
class Values:
    """A network's logits at an input: the exact ones as fractions, if there are, and those of float32."""

    exact: np.ndarray | None
    levels: dict  # of the quantized tensors, exactly
    float32: np.ndarray
    others: int = 0  # quantized values with another level in float32
    first: str = ""  # the tensor where one is first

    @property
    def quantized(self) -> int:
        return sum(t.n.size for t in self.levels.values())


class Network:
    """A network of a result; for a question about outputs, a single one is no logit against 0."""

    def __init__(self, part: dict, folder: Path, outputs: bool, maps: dict | None = None):
        path = folder / part["file"]
        if hashlib.sha256(path.read_bytes()).hexdigest() != part["sha256"]:
            raise SystemExit(f"{path} is not the file that the result is about")
        self.name, self.exact, self.levels = part["name"], None, []
        self.map = Map(maps, part["name"], part["inputs"])
        self.single = part.get("classes") == 2 and not outputs
        try:
            if path.suffix == ".nnet":
                self.exact = nnet_exact(path)
            else:
                self.exact = exact.Network(path)
                self.levels = list(self.exact(np.zeros(part["inputs"]))[1])
        except rational.Unsupported as why:
            self.refuse(why)
        self.run = nnet_network(path) if path.suffix == ".nnet" else self.runtime(path)
        if outputs and self.run.up_to_a_constant:
            raise SystemExit(f"{path} ends in a Softmax: the values before it, which rsm compares, cannot be had from it")

    def runtime(self, path: Path):
        """onnxruntime, or exact arithmetic alone where that does not know an operator, such as those of QONNX."""
        try:
            return onnx_network(path, self.levels)
        except Exception as why:  # of onnxruntime's own types
            if self.exact is None:
                raise
            print(f"{self.name}: onnxruntime does not run it ({str(why).splitlines()[0]}), exact arithmetic alone judges")
        def run(x):
            y, levels = self.exact(x)
            return np.array([float(v) for v in y]), {name: t.n for name, t in levels.items()}

        run.up_to_a_constant, run.name, run.quantizes = False, "exact arithmetic", True
        return run

    def refuse(self, why):
        print(f"{self.name}: exact arithmetic is not possible here ({why}), float32 alone judges")
        self.exact = None

    def logits(self, y) -> np.ndarray:
        y = np.array(y)
        return np.array([y[0] * 0, y[0]]) if self.single and len(y) == 1 else y

    def __call__(self, x: np.ndarray) -> Values:
        logits, levels = None, {}
        if self.exact:
            try:
                y, levels = self.exact(self.map(x))
                logits = self.logits(y)
            except rational.Unsupported as why:
                self.refuse(why)
        return self.in_float32(Values(logits, levels, None), x)

    def in_float32(self, v: Values, x: np.ndarray) -> Values:
        """What float32 gives at x, against exact values."""
        u = self.map(x)
        y, levels = self.run(u if u is x else np.array(u.fractions(), np.float64))
        others = {name: int((t.n != levels[name]).sum()) for name, t in v.levels.items()}
        return Values(v.exact, v.levels, self.logits(y), sum(others.values()), next((n for n, k in others.items() if k), ""))


def robust(x: np.ndarray, networks: list, lower: np.ndarray, upper: np.ndarray) -> np.ndarray:
    """An input of float32 next to x with the levels that x has, where a quantization of the input itself says so, also at
    the numbers next to it: the nearest number, or one or two farther."""
    quantizing = [n.exact for n in networks if isinstance(n.exact, exact.Network)]
    at = {0: x.astype(np.float32)}
    for k in (1, 2, 3):
        at[k] = np.nextafter(at[k - 1], np.float32(np.inf))
        at[-k] = np.nextafter(at[1 - k], np.float32(-np.inf))

    def levels(y):
        return [v for n in quantizing for v in n.input_levels(y.astype(np.float64))]

    true = levels(x)
    same = {k: np.logical_and.reduce([v == t for v, t in zip(levels(y), true)]) for k, y in at.items()}
    out, found = at[0], np.zeros(x.shape, bool)
    for k in (0, 1, -1, 2, -2):
        fit = ~found & same[k - 1] & same[k] & same[k + 1] & (at[k] >= lower) & (at[k] <= upper)
        out, found = np.where(fit, at[k], out), found | fit
    return out


def chosen(values: list[Values]) -> tuple[list, bool]:
    """The logits that judge, and whether they are exact: those of both networks or of neither."""
    if all(v.exact is not None for v in values):
        return [v.exact for v in values], True
    return [v.float32 for v in values], False


def size(logits: list) -> float:
    return max(1.0, *(float(np.abs(y).max()) for y in logits))


def is_quantized(values: list[Values]) -> bool:
    return any(v.quantized for v in values)


def differing(values: list[Values]) -> str:
    """Where float32 has other levels."""
    return "".join(f"; {v.others} of {v.quantized} quantized values of N{k + 1} have another level"
                   f"{', first in ' + v.first if v.others else ''}" for k, v in enumerate(values) if v.quantized)  # fmt: skip


def verdict(stands: bool, exactly: bool, networks: list) -> str:
    if not stands and not exactly and any(n.run.quantizes for n in networks):
        return "NOT CONFIRMED, and float32 cannot tell, as a network is quantized"
    return "stands" if stands else "DOES NOT STAND"


def print_float32(x, networks: list, values: list[Values], box: tuple, told):
    """What float32 gives, as told(logits) says it: at x rounded, and, if levels differ, where they are those of x."""
    name = " and ".join(dict.fromkeys(n.run.name for n in networks))

    def line(where, values):
        print(f"    {name} {where}: {told([v.float32 for v in values])}{differing(values)}")

    line("there, rounded to float32", values)
    if not all(n.map.identity for n in networks):
        return
    moved = robust(x, networks, *box)
    if any(v.others for v in values) and (moved != x.astype(np.float32)).any():
        line("where the input's levels are so in float32 too", [n.in_float32(v, moved) for n, v in zip(networks, values)])


def margins(result: dict, networks: list, tolerance: float) -> bool:
    lower, upper = (np.array([float(v) for v in result["region"][k]]) for k in ("lower", "upper"))
    fine = True
    for pair in result["pairs"]:
        for end in ("min", "max"):
            e, (i, j) = pair[end], (pair["i"], pair["j"])
            if not e.get("witness"):
                print(f"{i}:{j} {end}: no witness")
                continue
            seen = views(result, e)
            x, values = seen[0], [n(v) for n, v in zip(networks, seen)]
            proved, claimed = float(e["proved"]), float(e["witnessed"])

            def apart(y1, y2, allowed):
                """r, how far it is from the claim, and whether that and what it is beyond the proved bound is allowed."""
                r = (y1[i] - y1[j]) - (y2[i] - y2[j])
                distance = abs(float(r - type(r)(claimed)))
                beyond = 0 if math.isinf(proved) else float(type(r)(proved) - r if end == "min" else r - type(r)(proved))
                return float(r), distance, max(distance, beyond) <= allowed * size([y1, y2])

            (y1, y2), exactly = chosen(values)
            r, distance, stands = apart(y1, y2, ROUNDING if exactly else tolerance)
            inside = bool((x >= lower).all() and (x <= upper).all()) and near(result, seen)
            stands = stands and inside and (is_quantized(values) or apart(*(v.float32 for v in values), tolerance)[2])
            fine &= stands
            print(f"{i}:{j} {end}: {claimed:.9g} claimed, {r:.9g} {'exactly' if exactly else 'in float32'}, "
                  f"{distance:.1e} apart; N1 decides {y1.argmax()}, N2 {y2.argmax()}"
                  f"{'' if inside else '; outside the region'}: {verdict(stands, exactly, networks)}")
            if exactly:
                print_float32(x, networks, values, (lower, upper),
                              lambda y: "{:.9g}, {:.1e} apart".format(*apart(*y, tolerance)[:2]))  # fmt: skip
    return fine


def judged(what: str, depth, found: dict, result: dict, networks: list, box: tuple, tolerance: float) -> bool:
    """A violation at the witness in a part of the result, in the box, by depth(y1, y2), which is above zero over the reals."""
    seen = views(result, found)
    x, values = seen[0], [n(v) for n, v in zip(networks, seen)]
    inside = bool((x >= box[0]).all() and (x <= box[1]).all()) and near(result, seen)
    (y1, y2), exactly = chosen(values)
    y32 = [v.float32 for v in values]
    stands = inside and float(depth(y1, y2)) >= -(ROUNDING if exactly else tolerance) * size([y1, y2])
    stands = stands and (is_quantized(values) or float(depth(*y32)) >= -tolerance * size(y32))

    def how(y):
        deep = float(depth(*y))
        return "violated" if deep > 0 else f"short of a violation by {-deep:.1e}"

    print(f"{what}: N1 decides {y1.argmax()}, N2 {y2.argmax()}; {how([y1, y2])} {'exactly' if exactly else 'in float32'}"
          f"{'' if inside else '; outside the region'}: {verdict(stands, exactly, networks)}")
    if exactly:
        print_float32(x, networks, values, box, how)
    return stands


def decimal(value) -> float:
    """A number of the question: one of JSON, or a fraction such as "1/3"."""
    return float(Fraction(str(value)))


def implication_depth(claim: dict, y1, y2) -> float:
    """By how much an implication is violated: the premise's margin, and by how much the competitors are above the class."""
    premise, conclusion = (y2, y1) if claim["direction"] == "2=>1" else (y1, y2)
    c = claim["class"]
    others = np.arange(len(y1)) != c
    above = np.sort((conclusion - conclusion[c])[others])[-claim["top"]]
    return min((premise[c] - premise)[others].min() - decimal(claim["margin"]), above)


def implications(result: dict, networks: list, tolerance: float) -> bool:
    lower, upper = (np.array([float(v) for v in result["region"][k]]) for k in ("lower", "upper"))
    fine = True
    for claim in result["claims"]:
        what = f"{claim['direction']} for class {claim['class']}"
        if claim["verdict"] != "violated":
            print(f"{what}: {claim['verdict']}, no witness")
            continue
        fine &= judged(what, lambda y1, y2: implication_depth(claim, y1, y2), claim, result, networks, (lower, upper), tolerance)
    return fine


def outputs_depth(question: dict, y1, y2) -> float:
    return max(abs(y1[k] - y2[k]) for k in question["outputs"]) - decimal(question["epsilon_output"])


def equivalence(result: dict, networks: list, tolerance: float) -> bool:
    claim = result["equiv"]
    if claim["verdict"] != "violated":
        print(f"{claim['verdict']}, no witness")
        return True
    lower, upper = (np.array([float(v) for v in result["region"][k]]) for k in ("lower", "upper"))
    return judged("outputs", lambda y1, y2: outputs_depth(claim, y1, y2), claim, result, networks, (lower, upper), tolerance)


def radius(result: dict, networks: list, tolerance: float) -> bool:
    """The witness of the unsafe end. It is as near to the sample as can be, so the violation there is small."""
    bracket = result["radius"]
    if bracket["unsafe"] is None:
        print("no witness")
        return True
    sample = np.array(result["region"]["sample"], np.float64)
    question = bracket["property"]

    def depth(y1, y2):
        if question["name"] == "imply":
            return max(implication_depth(claim, y1, y2) for claim in question["claims"])
        if question["name"] == "margin":
            r = [(y1[i] - y1[j]) - (y2[i] - y2[j]) for i, j in question["class_pairs"]]
            return decimal(question["at_least"]) - float(min(r))
        return outputs_depth(question, y1, y2)

    unsafe = float(bracket["unsafe"])
    return judged(f"radius {unsafe:.6g}", depth, bracket, result, networks, (sample - unsafe, sample + unsafe), tolerance)


JUDGES = {"margin": margins, "imply": implications, "equiv": equivalence, "radius": radius}


def shown(result: dict, networks: list) -> bool:
    """A witness of another command: what each network gives there. `witness` is one input for all networks, or one for each."""
    witness = result.get("witness")
    if not witness:
        print("no witness")
        return True
    if isinstance(witness, dict):
        witness = [witness[n["name"]] for n in result["networks"]]
    inputs = witness if isinstance(witness[0], list) else [witness]
    for k, (part, run) in enumerate(zip(result["networks"], networks)):
        y = chosen([run(np.array(inputs[k] if len(inputs) > 1 else inputs[0], np.float64))])[0][0].astype(np.float64)
        print(f"{part['name']} ({part['file']}) decides {y.argmax()}: {' '.join(f'{v:.7g}' for v in y)}")
    return True


def main() -> int:
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("result", type=Path)
    p.add_argument("--folder", type=Path, default=Path("."), help="from which the paths in the result lead")
    p.add_argument("--tolerance", type=float, default=1e-5)
    args = p.parse_args()
    result = json.loads(args.result.read_text())
    outputs = "equiv" in result or result.get("radius", {}).get("property", {}).get("name") == "equiv"
    maps = (result.get("region") or {}).get("maps")
    networks = [Network(part, args.folder, outputs, maps) for part in result["networks"]]
    judge = JUDGES.get(result.get("kind"))
    fine = judge(result, networks, args.tolerance) if judge else shown(result, networks)
    if any(n.levels for n in networks):
        print(QUANTIZED)
    return 0 if fine else 1


if __name__ == "__main__":
    sys.exit(main())
