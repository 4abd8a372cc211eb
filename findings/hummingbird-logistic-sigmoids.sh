#!/usr/bin/env bash
# A multinomial logistic regression of scikit-learn by hummingbird.
#
# Guess: predict_proba is that of scikit-learn: the softmax of the scores. hummingbird has code for that, "multinomial".
# Seen: it asks the model's attribute multi_class, which scikit-learn deprecated in 1.5 and has removed since. Where that is missing each class
# gets a sigmoid of its score, divided by their sum. Labels agree; probabilities are off by 0.8: 0.21 for a digit of which
# scikit-learn is sure to 0.995. The ONNX it writes ends in Sigmoid, ReduceSum, Div.
# Version: hummingbird-ml 0.4.12, scikit-learn 1.9.1.
# Why it matters here: with a softmax the margins of logits are those of log probabilities, and with these sigmoids they are not:
# what rsm proves of the logits says nothing of the ratio of the probabilities that this file puts out.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
"${PYTHON:-python3}" -m venv venv
# PyTorch is some gigabytes.
venv/bin/pip install --quiet --no-cache-dir --disable-pip-version-check \
    hummingbird-ml==0.4.12 scikit-learn==1.9.1 torch==2.15.0 numpy==2.4.6
cat > probe.py <<'END'
import sys
import warnings
import numpy as np
from hummingbird.ml import convert
from sklearn.datasets import load_digits
from sklearn.linear_model import LogisticRegression

warnings.simplefilter("ignore")
x, y = load_digits(return_X_y=True)
x = (x / 16).astype(np.float32)
model = LogisticRegression(max_iter=500).fit(x, y)
right, seen = model.predict_proba(x), convert(model, "torch", x[:1]).predict_proba(x)
sigmoids = 1 / (1 + np.exp(-model.decision_function(x)))
sigmoids /= sigmoids.sum(axis=1, keepdims=True)
off, labels, formula = np.abs(seen - right).max(), (seen.argmax(1) != right.argmax(1)).sum(), np.abs(seen - sigmoids).max()
print(f"expected:  probabilities as scikit-learn's, of the first digit {right[0].max():.3f}")
print(f"seen:      {seen[0].max():.3f}; off by {off:.2f} at most, {labels} labels differ; sigmoids over their sum to {formula:.1g}")
there = off > 0.5 and labels == 0 and formula < 1e-5
print("the surprise is still there" if there else "BEHAVIOUR HAS CHANGED")
sys.exit(0 if there else 1)
END
venv/bin/python probe.py
