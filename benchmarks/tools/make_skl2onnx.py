# /// script
# requires-python = "==3.11.*"
# dependencies = ["skl2onnx==1.20.0", "scikit-learn==1.9.1", "numpy==2.4.6", "onnx==1.23.2"]
# ///
"""scikit-learn's classifiers by skl2onnx: labels, probabilities, ZipMap, scalers and pipelines."""

import warnings

import numpy as np
import onnx
from skl2onnx import to_onnx
from sklearn.datasets import load_digits
from sklearn.linear_model import LogisticRegression
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MinMaxScaler, StandardScaler

import networks


def mlp(**options) -> MLPClassifier:
    return MLPClassifier(hidden_layer_sizes=(32,), max_iter=30, random_state=0, **options)


def before(model: onnx.ModelProto, op: str) -> str:
    """The input of the last node of an operator: what comes before a Softmax or a Sigmoid."""
    return [n for n in model.graph.node if n.op_type == op][-1].input[0]


def main() -> None:
    warnings.simplefilter("ignore")
    tool = networks.Tool("skl2onnx", "skl2onnx", "scikit-learn", "onnx")
    x, y = load_digits(return_X_y=True)
    x = (x / 16).astype(np.float32)
    names = np.array("zero one two three four five six seven eight nine".split())[y]
    for name, form, model, zipmap in (
        ("mlp", "MLPClassifier, defaults: label and ZipMap", mlp().fit(x, y), True),
        ("mlp-no-zipmap", "MLPClassifier, zipmap=False", mlp().fit(x, y), False),
        ("mlp-names", "MLPClassifier whose classes are strings", mlp().fit(x, names), True),
        ("mlp-columns", "MLPClassifier, zipmap=columns: an output for each class", mlp().fit(x, y), "columns"),
        ("mlp-scaled", "StandardScaler and MLPClassifier", make_pipeline(StandardScaler(), mlp()).fit(x, y), True),
        ("mlp-scaled-range", "MinMaxScaler and MLPClassifier", make_pipeline(MinMaxScaler(), mlp()).fit(x, y), True),
        ("binary", "MLPClassifier of two classes: [1 - p, p]", mlp().fit(x, y > 4), True),
        ("binary-no-zipmap", "MLPClassifier of two classes, zipmap=False", mlp().fit(x, y > 4), False),
    ):
        made = to_onnx(model, x[:1]) if zipmap is True else to_onnx(model, x[:1], options={"zipmap": zipmap})
        last = "Sigmoid" if name.startswith("binary") else "Softmax"
        tool.add(name, form, made, logits=before(made, last))
    regressor = MLPRegressor(hidden_layer_sizes=(32,), max_iter=30, random_state=0).fit(x, np.eye(10)[y])
    tool.add("regressor", "MLPRegressor of ten outputs", to_onnx(regressor, x[:1]))
    for name, form, target in (("logistic", "LogisticRegression, defaults: LinearClassifier", y), ("logistic-binary", "LogisticRegression of two classes", y > 4)):
        model = LogisticRegression(max_iter=300).fit(x, target)
        logits = model.decision_function(networks.samples().astype(np.float64)).reshape(len(networks.samples()), -1)
        tool.add(name, form, to_onnx(model, x[:1]), y=logits, by=f"scikit-learn {tool.record['versions']['scikit-learn']}")
    tool.done()


if __name__ == "__main__":
    main()
