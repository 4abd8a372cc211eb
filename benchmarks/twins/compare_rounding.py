"""Where a quantized network rounds otherwise in onnxruntime than in real arithmetic.

    python compare_rounding.py FILE.onnx ... [--rsm RSM] [--samples N] [--radius R] [--input FILE.npy]

rsm reads quantization in real arithmetic: level round(x / scale) + zero point, halves to even.
onnxruntime computes x, the scales and their quotients in float32. So a value that lies next to
the half-way point between two levels may get the other one, and what follows is computed from it.

Every file is evaluated by both at N points: the samples of its size in this folder, or those of
--input, first as they are, then moved by uniform noise of at most R and kept in [0, 1]. Without graph optimizations
onnxruntime computes node by node what the file says; its levels are compared with rsm's in the
order in which they are computed, up to the first tensor of a point in which some differ. The
distance of such a value from the half-way point, in steps, is computed by rsm. With optimizations
onnxruntime replaces parts of the graph by operators on integers, which scale by one factor of
float32; there only the outputs are compared.

Prints a table and, with --json FILE, writes it. Needs requirements.txt.
"""

import argparse
import json
import subprocess
import tempfile
from pathlib import Path

import numpy as np
import onnx
import onnxruntime

HERE = Path(__file__).parent
LEVELS = {
    "off": onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL,
    "basic": onnxruntime.GraphOptimizationLevel.ORT_ENABLE_BASIC,
    "extended": onnxruntime.GraphOptimizationLevel.ORT_ENABLE_EXTENDED,
    "all": onnxruntime.GraphOptimizationLevel.ORT_ENABLE_ALL,
}


def points(path: Path | None, size: int, count: int, radius: float) -> np.ndarray:
    """count inputs [count, size], float32."""
    files = [path] if path else sorted((HERE / "samples").glob("*-x.npy"))
    for file in files:
        x = np.load(file).astype(np.float32)
        x = x.reshape(len(x), -1)
        if x.shape[1] == size:
            break
    else:
        raise SystemExit(f"no samples of {size} elements: give --input FILE.npy")
    rng = np.random.default_rng(1)
    unmoved = len(x)
    x = x[np.arange(count) % unmoved]
    noise = rng.uniform(-radius, radius, x.shape).astype(np.float32)
    noise[:unmoved] = 0
    return np.clip(x + noise, 0, 1)


class Runtime:
    """onnxruntime on a file, at one level of optimization; watched tensors are outputs too."""

    def __init__(self, path: Path, level: str, watched: list[str] = []):
        model = onnx.load(path)
        have = {o.name for o in model.graph.output}
        self.output = model.graph.output[0].name
        model.graph.output.extend(onnx.ValueInfoProto(name=n) for n in watched if n not in have)
        options = onnxruntime.SessionOptions()
        options.graph_optimization_level = LEVELS[level]
        options.intra_op_num_threads = 1
        options.log_severity_level = 3
        self.session = onnxruntime.InferenceSession(
            model.SerializeToString(), options, providers=["CPUExecutionProvider"]
        )
        declared = self.session.get_inputs()[0]
        self.name = declared.name
        self.shape = [d if isinstance(d, int) else 1 for d in declared.shape]

    def __call__(self, x: np.ndarray) -> dict[str, np.ndarray]:
        names = [o.name for o in self.session.get_outputs()]
        values = self.session.run(names, {self.name: x.reshape(self.shape)})
        return {n: np.asarray(v).ravel() for n, v in zip(names, values)}


class Exact:
    """rsm on a file, at all points: the levels of its quantizations and what they round."""

    def __init__(self, rsm: str, path: Path, x: np.ndarray):
        with tempfile.TemporaryDirectory() as folder:
            np.save(Path(folder) / "x.npy", x)
            lines = subprocess.run(
                [rsm, "eval", path, "--input", Path(folder) / "x.npy", "--all", "--values", "--format", "json"],
                check=True, capture_output=True, text=True,
            ).stdout.splitlines()
        head = json.loads(lines[0])
        self.nodes = head["nodes"]
        self.lines = [json.loads(line) for line in lines[1:]]

    def quantizations(self) -> list[int]:
        return [i for i, n in enumerate(self.nodes) if n["kind"] == "quantize"]

    def levels_of(self, i: int, values: np.ndarray) -> np.ndarray:
        """onnxruntime's values as levels of quantization i."""
        if values.dtype.kind == "f":  # dequantized, behind a MaxPool that rsm applies first
            values = np.rint(values / np.array(self.nodes[i]["step"])) + np.array(self.nodes[i]["zero"])
        return values.astype(np.float64)

    def level(self, k: int, i: int) -> np.ndarray:
        return np.array(self.lines[k]["values"][i])

    def away(self, k: int, i: int, other: np.ndarray) -> np.ndarray:
        """How far, in steps, the operand of quantization i is from the half-way point towards other."""
        n = self.nodes[i]
        x = np.array(self.lines[k]["values"][n["operands"][0]])
        step, zero = np.array(n["step"]), np.array(n["zero"])
        half = np.minimum(self.level(k, i), other) - zero + 0.5
        return np.abs(x / step - half)


def compare(rsm: str, path: Path, x: np.ndarray) -> dict:
    exact = Exact(rsm, path, x)
    graph = onnx.load(path).graph
    outputs = {n.name or n.output[0]: n.output[0] for n in graph.node}
    watched = {outputs[exact.nodes[i]["name"]]: i for i in exact.quantizations()}
    plain = Runtime(path, "off", list(watched))
    record = {
        "file": path.name, "points": len(x), "levels": 0, "differ": 0, "farthest": 0.0, "largest": 0,
        "points_with_other_levels": 0, "rounding": 0.0,
    }
    real = np.array([line["logits"] for line in exact.lines])
    computed = {"off": []}
    for k, sample in enumerate(x):
        values = plain(sample)
        computed["off"].append(values[plain.output])
        equal = True
        for name, i in watched.items():
            ours, theirs = exact.level(k, i), exact.levels_of(i, values[name])
            record["levels"] += ours.size
            other = ours != theirs
            if other.any():
                record["differ"] += int(other.sum())
                record["farthest"] = max(record["farthest"], float(exact.away(k, i, theirs)[other].max()))
                record["largest"] = max(record["largest"], int(np.abs(ours - theirs).max()))
                equal = False
                break
        if equal:
            scale = max(1.0, np.abs(real[k]).max())
            record["rounding"] = max(record["rounding"], float(np.abs(computed["off"][k] - real[k]).max() / scale))
        record["points_with_other_levels"] += not equal
    for level in ("basic", "extended", "all"):
        run = Runtime(path, level)
        computed[level] = [run(sample)[run.output] for sample in x]
    for level, rows in computed.items():
        gap = np.abs(np.array(rows) - real)
        scale = np.maximum(1.0, np.abs(real).max(axis=1))
        record[level] = {
            "points_with_other_outputs": int((gap.max(axis=1) > 1e-5 * scale).sum()),
            "largest": float(gap.max()),
            "other_decisions": int((np.array(rows).argmax(axis=1) != real.argmax(axis=1)).sum()),
        }
    return record


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--rsm", default="rsm")
    parser.add_argument("--samples", type=int, default=1000)
    parser.add_argument("--radius", type=float, default=0.1)
    parser.add_argument("--input", type=Path)
    parser.add_argument("--json", type=Path)
    args = parser.parse_args()
    records = []
    print("| file | points | levels compared | first to differ | farthest from half-way | points with other outputs: off, basic, extended, all | largest change | other decisions |")
    print("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |")
    for path in args.files:
        model = onnx.load(path)
        initializers = {i.name for i in model.graph.initializer}
        shape = next(i for i in model.graph.input if i.name not in initializers).type.tensor_type.shape.dim
        size = int(np.prod([d.dim_value or 1 for d in shape]))
        r = compare(args.rsm, path, points(args.input, size, args.samples, args.radius))
        records.append(r)
        levels = list(LEVELS)
        others = ", ".join(str(r[n]["points_with_other_outputs"]) for n in levels)
        largest = max(r[n]["largest"] for n in levels)
        decisions = ", ".join(str(r[n]["other_decisions"]) for n in levels)
        print(f"| {r['file']} | {r['points']} | {r['levels']} | {r['differ']} | {r['farthest']:.1e} steps | {others} | {largest:.3g} | {decisions} |", flush=True)
    if args.json:
        args.json.write_text(json.dumps(records, indent=1) + "\n")


if __name__ == "__main__":
    main()
