#!/usr/bin/env bash
# Labels of an SGDClassifier with loss modified_huber, exported by skl2onnx.
#
# Guess: the exported model has the labels and the probabilities of scikit-learn; where probabilities are equal to the last digit the
# labels are equal as well.
# Seen: the probabilities are equal and labels differ. scikit-learn decides by the largest score; the exported graph by the largest
# probability, and these are scores clipped to 0..1: two classes beyond 1, or all below 0, are a tie there, and the first class wins.
# Version: skl2onnx 1.20.0, scikit-learn 1.9.1.
# Why it matters here: which class wins is what a comparison of classifiers is about. The exported file has other decisions
# than the model that it was made from, at ordinary inputs.
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
from sklearn.linear_model import SGDClassifier


def finish(name, expected, seen, same_as_recorded):
    print("versions: ", name)
    print("expected: ", expected)
    print("seen:     ", seen)
    print("the surprise is still there" if same_as_recorded else "BEHAVIOUR HAS CHANGED")
    sys.exit(0 if same_as_recorded else 1)


corners = np.array([[0, 0], [4, 0], [0, 4]], np.float32)
rng = np.random.default_rng(0)
labels = np.repeat([0, 1, 2], 40)
x = (corners[labels] + 0.1 * rng.standard_normal((120, 2))).astype(np.float32)
classifier = SGDClassifier(loss="modified_huber", random_state=0).fit(x, labels)
grid = np.array([[a, b] for a in np.linspace(-1, 5, 13) for b in np.linspace(-1, 5, 13)], np.float32)
exported = skl2onnx.to_onnx(classifier, x[:1], options={"zipmap": False})
session = ort.InferenceSession(exported.SerializeToString(), providers=["CPUExecutionProvider"])
label, probability = session.run(None, {session.get_inputs()[0].name: grid})
difference = float(np.abs(probability - classifier.predict_proba(grid)).max())
other = int((label != classifier.predict(grid)).sum())
finish(f"skl2onnx {skl2onnx.__version__}, scikit-learn {sklearn.__version__}",
       "0 of 169 labels differ",
       f"{other} of 169 labels differ; probabilities differ by at most {difference:.1e}",
       other > 0 and difference < 1e-5)
END
venv/bin/python -W ignore probe.py
