#!/usr/bin/env bash
# Normalizer(norm="max") of scikit-learn, exported by skl2onnx.
#
# Guess: a preprocessing step in front of a network is exported as what it is: each sample divided by its largest absolute value.
# Seen: it becomes the operator Normalizer of ai.onnx.ml with norm MAX, which divides by the largest value. The sample -3, 1, -1, 2 becomes
# -1.5, 0.5, -0.5, 1 and not -1, 1/3, -1/3, 2/3. l1 and l2 are right.
# Version: skl2onnx 1.20.0, scikit-learn 1.9.1, onnxruntime 1.26.0.
# Why it matters here: standardised data have negative values. The network then gets inputs outside of -1..1, the box that a user would
# verify.
# Source: ONNX-ML operator Normalizer: "Max: Y = X / max(X)"; scikit-learn: norm max divides by the maximum of the absolute values.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
"${PYTHON:-python3}" -m venv venv
venv/bin/pip install --quiet --no-cache-dir --disable-pip-version-check \
    skl2onnx==1.20.0 scikit-learn==1.9.1 scipy==1.17.1 onnx==1.20.1 numpy==2.4.6 onnxruntime==1.26.0
cat > probe.py <<'END'
import sys
import numpy as np
import onnxruntime as ort
import skl2onnx
import sklearn
from sklearn.preprocessing import Normalizer


def finish(name, expected, seen, same_as_recorded):
    print("versions: ", name)
    print("expected: ", expected)
    print("seen:     ", seen)
    print("the surprise is still there" if same_as_recorded else "BEHAVIOUR HAS CHANGED")
    sys.exit(0 if same_as_recorded else 1)


x = np.array([[-3, 1, -1, 2]], np.float32)
seen = {}
for norm in ("max", "l1", "l2"):
    step = Normalizer(norm).fit(x)
    session = ort.InferenceSession(skl2onnx.to_onnx(step, x).SerializeToString(), providers=["CPUExecutionProvider"])
    seen[norm] = [v[0].round(3).tolist() for v in (step.transform(x), session.run(None, {session.get_inputs()[0].name: x})[0])]
finish(f"skl2onnx {skl2onnx.__version__}, scikit-learn {sklearn.__version__}",
       "-1 0.333 -0.333 0.667 from both",
       f"(scikit-learn, exported): {seen}",
       np.allclose(seen["max"], [[-1, 1 / 3, -1 / 3, 2 / 3], [-1.5, 0.5, -0.5, 1]], atol=2e-3)
       and all(np.allclose(*seen[n], atol=2e-3) for n in ("l1", "l2")))
END
venv/bin/python -W ignore probe.py
