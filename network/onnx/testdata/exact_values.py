"""Evaluates networks of a folder, at the inputs that a list such as cases.json has, in exact arithmetic (examples/exact.py).

    python exact_values.py FOLDER CASES.json

writes for each file that exact.py knows the operators of, and each of its inputs, the outputs, rounded to float64, and
the levels of its quantized tensors.
"""

import json
import sys
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[3] / "examples"))
import exact
from rational import Unsupported

folder, cases, out = Path(sys.argv[1]), json.loads(Path(sys.argv[2]).read_text()), {}
for name, case in cases.items():
    try:
        network = exact.Network(folder / f"{name}.onnx")
        values = [network(np.array(x)) for x in case.get("x", case.get("X"))]
    except Unsupported as why:
        print(f"{name}: {why}", file=sys.stderr)
        continue
    out[name] = {
        "y": [[float(v) for v in y] for y, _ in values],
        "levels": [{tensor: t.integers() for tensor, t in levels.items()} for _, levels in values],
    }
json.dump(out, sys.stdout)
