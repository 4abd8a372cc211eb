# /// script
# requires-python = "==3.11.*"
# dependencies = ["hummingbird-ml==0.4.12", "scikit-learn==1.9.1", "torch==2.15.0", "onnx==1.16.1", "onnxruntime==1.32.0", "onnxscript==0.7.2", "numpy==2.4.6"]
# ///
"""scikit-learn's classifiers as tensor computations by hummingbird: the ONNX that it makes through PyTorch."""

import functools
import warnings

import numpy as np
import torch
from hummingbird.ml import convert
from sklearn.datasets import load_digits
from sklearn.linear_model import LogisticRegression
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

import networks


def main() -> None:
    # hummingbird counts on the exporter that was PyTorch's default until 2.8.
    torch.onnx.export = functools.partial(torch.onnx.export, dynamo=False)
    warnings.simplefilter("ignore")
    tool = networks.Tool("hummingbird", "hummingbird-ml", "scikit-learn", "torch", "onnx")
    x, y = load_digits(return_X_y=True)
    x = (x / 16).astype(np.float32)
    mlp = MLPClassifier(hidden_layer_sizes=(32,), max_iter=30, random_state=0)
    for name, form, model in (
        ("mlp", "MLPClassifier", mlp.fit(x, y)),
        ("mlp-scaled", "StandardScaler and MLPClassifier", make_pipeline(StandardScaler(), MLPClassifier(hidden_layer_sizes=(32,), max_iter=30, random_state=0)).fit(x, y)),
        ("logistic", "LogisticRegression: probabilities are normalised sigmoids, not those of scikit-learn", LogisticRegression(max_iter=300).fit(x, y)),
    ):
        made = convert(model, "onnx", x[:1]).model
        tool.add(name, form, made, logits=[n.input[0] for n in made.graph.node if n.op_type in ("Softmax", "Sigmoid")][-1])
    tool.done()


if __name__ == "__main__":
    main()
