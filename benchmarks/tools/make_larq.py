# /// script
# requires-python = "==3.11.*"
# dependencies = ["larq==0.14.0", "tf2onnx==1.17.0", "tensorflow-cpu==2.21.0", "tf-keras==2.21.0", "onnx==1.23.2", "onnxruntime==1.32.0", "numpy==1.26.4"]
# ///
"""larq: networks whose weights and activations are signs, by tf2onnx. larq wants Keras 2, which is tf-keras."""

import os
import subprocess
import sys
import tempfile

os.environ |= {"TF_CPP_MIN_LOG_LEVEL": "3", "CUDA_VISIBLE_DEVICES": "-1", "TF_USE_LEGACY_KERAS": "1"}

import larq
import numpy as np
import tensorflow as tf
from tensorflow import keras

import networks


def mlp(inputs: str | None, weights: str) -> keras.Model:
    layers = keras.layers
    net = keras.Sequential([
        layers.Input((64,), batch_size=1),
        larq.layers.QuantDense(32, kernel_quantizer=weights, kernel_constraint="weight_clip"),
        layers.BatchNormalization(),
        larq.layers.QuantDense(10, input_quantizer=inputs, kernel_quantizer=weights, kernel_constraint="weight_clip"),
        layers.BatchNormalization(),
    ])
    w = networks.weights("mlp")
    first = [np.full(32, 1.0), np.full(32, 0.1), np.full(32, 0.05), np.full(32, 4.0)]
    second = [np.full(10, 1.0), np.full(10, 0.0), np.full(10, 0.5), np.full(10, 9.0)]
    net.set_weights([w["w1"], w["b1"], *first, w["w2"], w["b2"], *second])
    net(np.zeros((1, 64), np.float32))
    return net


def main() -> None:
    tool = networks.Tool("larq", "larq", "tf2onnx", "tensorflow-cpu", "tf-keras", "onnx")
    for name, form, net in (
        ("signs", "weights and activations by ste_sign", mlp("ste_sign", "ste_sign")),
        ("weights", "weights by ste_sign, activations by DoReFa of 2 bits", mlp("dorefa_quantizer", "ste_sign")),
        ("ternary", "weights by ste_tern, activations by ste_heaviside", mlp("ste_heaviside", "ste_tern")),
    ):
        with tempfile.TemporaryDirectory() as scratch:
            tf.saved_model.save(net, scratch)
            command = [sys.executable, "-m", "tf2onnx.convert", "--saved-model", scratch, "--output", str(tool.path(name)), "--opset", "17"]
            subprocess.run(command, check=True, capture_output=True)
        tool.add(name, form)
    tool.done()


if __name__ == "__main__":
    main()
