# /// script
# requires-python = "==3.11.*"
# dependencies = ["onnxmltools==1.16.0", "skl2onnx==1.20.0", "scikit-learn==1.9.1", "onnx==1.23.2", "numpy==2.4.6", "lightgbm==4.7.0"]
# ///
"""onnxmltools: scikit-learn through it, and a LightGBM model, which is no network."""

import warnings

import numpy as np
from lightgbm import LGBMClassifier
from onnxmltools import convert_lightgbm, convert_sklearn
from onnxmltools.convert.common.data_types import FloatTensorType
from skl2onnx.common.data_types import FloatTensorType as SklearnType
from sklearn.datasets import load_digits
from sklearn.neural_network import MLPClassifier

import networks


def main() -> None:
    warnings.simplefilter("ignore")
    tool = networks.Tool("onnxmltools", "onnxmltools", "skl2onnx", "scikit-learn", "lightgbm", "onnx")
    x, y = load_digits(return_X_y=True)
    x = (x / 16).astype(np.float32)
    model = MLPClassifier(hidden_layer_sizes=(32,), max_iter=30, random_state=0).fit(x, y)
    made = convert_sklearn(model, initial_types=[("x", SklearnType([None, 64]))])
    tool.add("mlp", "MLPClassifier by convert_sklearn", made, logits=[n for n in made.graph.node if n.op_type == "Softmax"][-1].input[0])
    trees = LGBMClassifier(n_estimators=2, num_leaves=4, verbose=-1).fit(x, y)
    tool.add("lightgbm", "LGBMClassifier: trees", convert_lightgbm(trees, initial_types=[("x", FloatTensorType([None, 64]))]), y=[], by="nothing: there are no logits")
    tool.done()


if __name__ == "__main__":
    main()
