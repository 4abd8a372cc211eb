"""Checks the peers' own reading and models against onnxruntime, against rsm's records, and at random points.

    check.py            every network of the twins, on all of its samples
    check.py RECORDS..  also: class pairs and networks of these files are the same for each instance

Exit status 1 where something is wrong.
"""

import sys
from pathlib import Path

import numpy as np
import onnxruntime
import torch

import bigm
import network
import peer_crown
import question
import records
import suite

TWINS = Path(__file__).resolve().parent.parent / "twins"

# float32 against float64, relative to the largest logit.
CLOSE = 1e-5
POINTS = 200


def main() -> int:
    wrong = networks() + models("smoke") + files([Path(a) for a in sys.argv[1:]])
    for line in wrong:
        print(line)
    print("all is well" if not wrong else f"{len(wrong)} wrong")
    return 1 if wrong else 0


def networks() -> list[str]:
    """Each network in numpy and PyTorch against onnxruntime on its file."""
    wrong, worst, count = [], 0.0, 0
    for path in sorted(TWINS.glob("models/*.onnx")):
        count += 1
        samples = np.load(TWINS / "samples" / (path.stem.split("-")[0] + "-x.npy"))
        net = network.read(path)
        ours = net.logits(samples.astype(np.float64))
        with torch.no_grad():
            theirs = peer_crown.sequence(net.layers)(torch.from_numpy(samples.astype(np.float64))).numpy()
        if np.abs(ours - theirs).max() > 1e-9:
            wrong.append(f"{path.name}: numpy and PyTorch differ by {np.abs(ours - theirs).max():g}")
        expected, scale = reference(path, samples), 1.0
        if net.softmax:
            e = np.exp(ours - ours.max(axis=1, keepdims=True))
            ours = e / e.sum(axis=1, keepdims=True)
        else:
            scale = np.abs(expected).max()
        error = np.abs(ours - expected).max() / scale
        worst = max(worst, error)
        if not error <= CLOSE:
            wrong.append(f"{path.name}: differs from onnxruntime by {error:g}")
    print(f"{count} networks: at most {worst:.2g} from onnxruntime")
    return wrong


def reference(path: Path, samples: np.ndarray) -> np.ndarray:
    """The outputs of onnxruntime, sample by sample: some files fix the batch size to 1."""
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    given = session.get_inputs()[0]
    shape = [1, *given.shape[1:]]
    rows = [session.run(None, {given.name: x.reshape(shape)})[0].reshape(-1) for x in samples]
    return np.array(rows, np.float64)


def models(name: str) -> list[str]:
    """Random inputs satisfy the mixed-integer program of each instance, and its objective is r there."""
    wrong, generator = [], np.random.default_rng(0)
    for instance in suite.read(suite.find(name)).instances:
        q = question.read(instance)
        m = bigm.build(q)
        for _ in range(POINTS):
            x = q.lo + (q.hi - q.lo) * generator.integers(0, 3, len(q.lo)) / 2
            values = assignment(m, x)
            low, high = np.array(m.lower), np.array(m.upper)
            off = max(np.max(low - values), np.max(values - high))
            for lower, upper, columns, entries in m.rows:
                left = entries @ values[columns]
                off = max(off, lower - left, left - upper)
            for pair, (columns, entries, constant) in zip(q.pairs, m.objectives):
                off = max(off, abs(entries @ values[columns] + constant - q.r(x, pair)))
            if off > 1e-7:
                wrong.append(f"{instance.name}: the model is off by {off:g} at a point of the region")
                break
    return wrong


def assignment(m: bigm.Model, x: np.ndarray) -> np.ndarray:
    """Values of all columns at an input, from the rows alone: columns come in the order of their rows."""
    values = np.zeros(len(m.lower))
    values[: m.inputs] = x
    for lower, upper, columns, entries in m.rows:
        if lower == upper:  # defines the input of a neuron, its last column
            z = columns[-1]
            values[z] = entries[:-1] @ values[columns[:-1]] - lower
        elif np.isinf(upper) and lower == 0:  # output above input
            a, z = columns
            values[a] = max(0.0, values[z])
        elif len(columns) == 3:
            values[columns[2]] = float(values[columns[1]] > 0)
    return values


def files(paths: list[Path]) -> list[str]:
    """Class pairs and networks agree between files of records."""
    wrong, seen = [], {}
    for path in paths:
        for r in records.read(path)[1]:
            ends = r.get("pairs") or r.get("methods") or []
            what = (sorted({(p["i"], p["j"]) for p in ends}), r.get("networks_sha256"))
            if ends and seen.setdefault(r["instance"], what) != what:
                wrong.append(f"{path}: {r['instance']} has other class pairs or networks")
    return wrong


if __name__ == "__main__":
    sys.exit(main())
