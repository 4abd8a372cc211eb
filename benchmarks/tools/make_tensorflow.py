# /// script
# requires-python = "==3.11.*"
# dependencies = ["tf2onnx==1.17.0", "tensorflow-cpu==2.21.0", "keras==3.15.1", "onnx==1.23.2", "onnxruntime==1.32.0", "numpy==2.4.6"]
# ///
"""Keras and TFLite by tf2onnx: Keras' own export, tf2onnx' converter of SavedModels, and TFLite files, in float and integers."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

os.environ |= {"TF_CPP_MIN_LOG_LEVEL": "3", "CUDA_VISIBLE_DEVICES": "-1"}

import numpy as np
import onnx
import tensorflow as tf
from onnx import numpy_helper
from tensorflow import keras

import networks


def mlp(last: str | None = None) -> keras.Model:
    net = keras.Sequential([keras.layers.Input((64,), batch_size=1), keras.layers.Dense(32, activation="relu"), keras.layers.Dense(10, activation=last)])
    w = networks.weights("mlp")
    net.set_weights([w["w1"], w["b1"], w["w2"], w["b2"]])
    net(np.zeros((1, 64), np.float32))  # a model that was never called is not exported
    return net


def conv() -> keras.Model:
    """Images are NHWC; the first dense layer takes the features in another order than networks.conv."""
    layers = keras.layers
    net = keras.Sequential([
        layers.Input((8, 8, 1), batch_size=1), layers.Conv2D(4, 3, padding="same"), layers.BatchNormalization(), layers.ReLU(), layers.MaxPooling2D(2),
        layers.Flatten(), layers.Dense(16, activation="relu"), layers.Dense(10),
    ])
    w = networks.weights("conv")
    norm = [np.ones(4), np.full(4, 0.1), np.full(4, 0.05), np.full(4, 0.8)]
    w1 = w["w1"].reshape(4, 4, 4, 16).transpose(1, 2, 0, 3).reshape(64, 16)
    net.set_weights([w["k"].transpose(2, 3, 1, 0), w["c"], *norm, w1, w["b1"], w["w2"], w["b2"]])
    net(np.zeros((1, 8, 8, 1), np.float32))
    return net


def tflite(net: keras.Model, integers: bool = False, inputs: bool = False, float16: bool = False) -> bytes:
    converter = tf.lite.TFLiteConverter.from_keras_model(net)
    if integers or float16:
        converter.optimizations = [tf.lite.Optimize.DEFAULT]
    if float16:
        converter.target_spec.supported_types = [tf.float16]
    if integers:
        shape = net.input_shape[1:]
        converter.representative_dataset = lambda: ([x.reshape(1, *shape)] for x in networks.calibration())
        converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS_INT8]
    if inputs:
        converter.inference_input_type = converter.inference_output_type = tf.int8
    return converter.convert()


def converted(*arguments: str) -> None:
    subprocess.run([sys.executable, "-m", "tf2onnx.convert", *arguments], check=True, capture_output=True)


def levels(path: Path) -> np.ndarray:
    """The samples as the integers that a full-integer file takes."""
    model = onnx.load(path)
    arrays = {t.name: numpy_helper.to_array(t) for t in model.graph.initializer}
    first = next(n for n in model.graph.node if n.op_type == "DequantizeLinear" and n.input[0] == model.graph.input[0].name)
    scale, zero = (arrays[name].astype(np.float64) for name in first.input[1:3])
    return np.clip(np.round(networks.samples() / scale) + zero, -128, 127)


def before(path: Path, op: str) -> str:
    return [n for n in onnx.load(path).graph.node if n.op_type == op][-1].input[0]


def main() -> None:
    tool = networks.Tool("tensorflow", "tf2onnx", "tensorflow-cpu", "keras", "onnx")
    with tempfile.TemporaryDirectory() as scratch:
        saved = Path(scratch) / "saved"
        for name, net in (("mlp", mlp()), ("conv", conv())):
            net.export(str(tool.path(f"{name}-keras")), format="onnx", verbose=False)
            tool.add(f"{name}-keras", f"{name}, Keras' export(format='onnx')")
            tf.saved_model.save(net, str(saved))
            converted("--saved-model", str(saved), "--output", str(tool.path(f"{name}-saved")), "--opset", "17")
            tool.add(f"{name}-saved", f"{name}, a SavedModel by tf2onnx")
        mlp("softmax").export(str(tool.path("softmax-keras")), format="onnx", verbose=False)
        tool.add("softmax-keras", "a network that ends in softmax, Keras' export", logits=before(tool.path("softmax-keras"), "Softmax"))
        rounded = mlp()
        rounded.quantize("int8")
        rounded.export(str(tool.path("mlp-keras-int8")), format="onnx", verbose=False)
        tool.add("mlp-keras-int8", "quantize('int8') of Keras: activations are rounded at run time")
        for name, form, content in (
            ("mlp-tflite", "TFLite, float32", tflite(mlp())),
            ("mlp-tflite-float16", "TFLite, weights of float16", tflite(mlp(), float16=True)),
            ("mlp-tflite-int8", "TFLite, int8 inside, float inputs and outputs", tflite(mlp(), integers=True)),
            ("conv-tflite-int8", "TFLite of a convolutional network, int8 inside", tflite(conv(), integers=True)),
            ("mlp-tflite-full", "TFLite, full integer: int8 inputs and outputs", tflite(mlp(), integers=True, inputs=True)),
            ("softmax-tflite-int8", "TFLite, int8 inside, ends in softmax", tflite(mlp("softmax"), integers=True)),
        ):
            source = Path(scratch) / "model.tflite"
            source.write_bytes(content)
            converted("--tflite", str(source), "--output", str(tool.path(name)))
            facts = {}
            if name.endswith("full"):
                last = onnx.load(tool.path(name)).graph.node[-1]
                facts = {"x": levels(tool.path(name)), "logits": [last.output[0], *last.input[1:3]]}
            elif name.startswith("softmax"):
                facts = {"logits": before(tool.path(name), "Softmax")}
            tool.add(name, f"{form}, by tf2onnx", **facts)
    tool.done()


if __name__ == "__main__":
    main()
