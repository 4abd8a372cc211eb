"""Replays the witnesses of a result of rsm (--format json) by onnxruntime, on the files that the result names.

    python examples/replay.py result.json

Networks in .nnet are evaluated by numpy in float32. rsm's numbers are those of the networks over the reals, a runtime's
those of float32 arithmetic: a claim stands if it holds up to --tolerance times the size of the logits. Ends with
status 1 if one does not stand. Needs numpy, onnx and onnxruntime.
"""

import argparse
import hashlib
import json
import math
import sys
from pathlib import Path

import numpy as np


def onnx_network(path: Path):
    import onnx
    import onnxruntime

    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    given = session.get_inputs()[0]
    shape = [d if isinstance(d, int) and d > 0 else 1 for d in given.shape]
    dtype = {"tensor(double)": np.float64, "tensor(float16)": np.float16}.get(given.type, np.float32)
    last = onnx.load(str(path)).graph.node[-1].op_type

    def run(x):
        y = session.run(None, {given.name: x.astype(dtype).reshape(shape)})[0].astype(np.float64).reshape(-1)
        return np.log(y) if last == "Softmax" else y  # the logits, up to a constant

    run.up_to_a_constant = last == "Softmax"
    return run


def nnet_network(path: Path):
    """Inputs and outputs are the normalised ones."""
    lines = [line for line in path.read_text().splitlines() if line.strip() and not line.startswith("//")]
    rows = [[float(v) for v in line.split(",") if v.strip()] for line in (lines[:2] + lines[7:])]
    sizes, at, layers = [int(v) for v in rows[1]], 2, []
    for n in sizes[1:]:
        weight, bias = np.array(rows[at : at + n], np.float32), np.array(rows[at + n : at + 2 * n], np.float32).reshape(-1)
        layers.append((weight, bias))
        at += 2 * n

    def run(x):
        a = x.astype(np.float32)
        for k, (weight, bias) in enumerate(layers):
            a = weight @ a + bias
            a = np.maximum(a, 0) if k < len(layers) - 1 else a
        return a.astype(np.float64)

    run.up_to_a_constant = False
    return run


def network(part: dict, folder: Path, outputs: bool):
    """The logits at an input; for a question about outputs, a single one is no logit against 0."""
    path = folder / part["file"]
    if hashlib.sha256(path.read_bytes()).hexdigest() != part["sha256"]:
        raise SystemExit(f"{path} is not the file that the result is about")
    run = nnet_network(path) if path.suffix == ".nnet" else onnx_network(path)

    def logits(x):
        y = run(x)
        return np.array([0.0, y[0]]) if part.get("classes") == 2 and len(y) == 1 and not outputs else y

    if outputs and run.up_to_a_constant:
        raise SystemExit(f"{path} ends in a Softmax: the values before it, which rsm compares, cannot be had from it")
    return logits


def margins(result: dict, networks: list, tolerance: float) -> bool:
    lower, upper = (np.array([float(v) for v in result["region"][k]]) for k in ("lower", "upper"))
    fine = True
    for pair in result["pairs"]:
        for end in ("min", "max"):
            e, (i, j) = pair[end], (pair["i"], pair["j"])
            if not e.get("witness"):
                print(f"{i}:{j} {end}: no witness")
                continue
            x = np.array(e["witness"], np.float64)
            y1, y2 = (n(x) for n in networks)
            r = (y1[i] - y1[j]) - (y2[i] - y2[j])
            allowed = tolerance * max(1.0, np.abs(y1).max(), np.abs(y2).max())
            proved, claimed = float(e["proved"]), float(e["witnessed"])
            inside = bool((x >= lower).all() and (x <= upper).all())
            beyond = proved - r if end == "min" else r - proved
            stands = inside and abs(r - claimed) <= allowed and (math.isinf(proved) or beyond <= allowed)
            fine &= stands
            print(f"{i}:{j} {end}: {claimed:.9g} claimed, {r:.9g} here, {abs(r - claimed):.1e} apart; N1 decides {y1.argmax()}, "
                  f"N2 {y2.argmax()}{'' if inside else '; outside the region'}: {'stands' if stands else 'DOES NOT STAND'}")
    return fine


def judged(what: str, depth: float, y1, y2, inside: bool, tolerance: float) -> bool:
    """A violation by `depth`, which is above zero over the reals."""
    allowed = tolerance * max(1.0, np.abs(y1).max(), np.abs(y2).max())
    stands = inside and depth >= -allowed
    how = "violated" if depth > 0 else f"short of a violation by {-depth:.1e} in float32"
    print(f"{what}: N1 decides {y1.argmax()}, N2 {y2.argmax()}; {how}{'' if inside else '; outside the region'}: "
          f"{'stands' if stands else 'DOES NOT STAND'}")
    return stands


def implication_depth(claim: dict, y1, y2) -> float:
    """By how much an implication is violated: the premise's margin, and by how much the competitors are above the class."""
    premise, conclusion = (y2, y1) if claim["direction"] == "2=>1" else (y1, y2)
    c = claim["class"]
    others = np.arange(len(y1)) != c
    above = np.sort((conclusion - conclusion[c])[others])[-claim["top"]]
    return min((premise[c] - premise)[others].min() - float(claim["margin"]), above)


def implications(result: dict, networks: list, tolerance: float) -> bool:
    lower, upper = (np.array([float(v) for v in result["region"][k]]) for k in ("lower", "upper"))
    fine = True
    for claim in result["claims"]:
        what = f"{claim['direction']} for class {claim['class']}"
        if claim["verdict"] != "violated":
            print(f"{what}: {claim['verdict']}, no witness")
            continue
        x = np.array(claim["witness"], np.float64)
        y1, y2 = (n(x) for n in networks)
        inside = bool((x >= lower).all() and (x <= upper).all())
        fine &= judged(what, implication_depth(claim, y1, y2), y1, y2, inside, tolerance)
    return fine


def outputs_depth(question: dict, y1, y2) -> float:
    return max(abs(y1[k] - y2[k]) for k in question["outputs"]) - float(question["epsilon_output"])


def equivalence(result: dict, networks: list, tolerance: float) -> bool:
    if result["verdict"] != "violated":
        print(f"{result['verdict']}, no witness")
        return True
    lower, upper = (np.array([float(v) for v in result["region"][k]]) for k in ("lower", "upper"))
    x = np.array(result["witness"], np.float64)
    y1, y2 = (n(x) for n in networks)
    inside = bool((x >= lower).all() and (x <= upper).all())
    return judged("outputs", outputs_depth(result, y1, y2), y1, y2, inside, tolerance)


def radius(result: dict, networks: list, tolerance: float) -> bool:
    """The witness of the unsafe end. It is as near to the sample as can be, so the violation there is small."""
    if result["unsafe"] is None:
        print("no witness")
        return True
    x, sample = np.array(result["witness"], np.float64), np.array(result["sample"], np.float64)
    y1, y2 = (n(x) for n in networks)
    question = result["property"]
    if question["name"] == "imply":
        depth = max(implication_depth(claim, y1, y2) for claim in question["claims"])
    elif question["name"] == "margin":
        depth = max(float(question["at_least"]) - ((y1[i] - y1[j]) - (y2[i] - y2[j])) for i, j in question["class_pairs"])
    else:
        depth = outputs_depth(question, y1, y2)
    unsafe = float(result["unsafe"])
    inside = bool((x >= sample - unsafe).all() and (x <= sample + unsafe).all())
    return judged(f"radius {unsafe:.6g}", depth, y1, y2, inside, tolerance)


JUDGES = {"rsm-imply": implications, "rsm-equiv": equivalence, "rsm-radius": radius}


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
        y = run(np.array(inputs[k] if len(inputs) > 1 else inputs[0], np.float64))
        print(f"{part['name']} ({part['file']}) decides {y.argmax()}: {' '.join(f'{v:.7g}' for v in y)}")
    return True


def main() -> int:
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("result", type=Path)
    p.add_argument("--folder", type=Path, default=Path("."), help="from which the paths in the result lead")
    p.add_argument("--tolerance", type=float, default=1e-5)
    args = p.parse_args()
    result = json.loads(args.result.read_text())
    outputs = "epsilon_output" in result or "epsilon_output" in result.get("property", {})
    networks = [network(part, args.folder, outputs) for part in result["networks"]]
    judge = JUDGES.get(result.get("schema"), margins)
    fine = judge(result, networks, args.tolerance) if judge is not margins or "pairs" in result else shown(result, networks)
    return 0 if fine else 1


if __name__ == "__main__":
    sys.exit(main())
