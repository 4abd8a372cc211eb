# /// script
# requires-python = "==3.11.*"
# dependencies = ["paddle2onnx==2.1.0", "paddlepaddle==3.3.1", "onnx==1.17.0", "numpy==2.4.6", "packaging==26.4", "setuptools==65.5.0"]
# ///
"""PaddlePaddle by paddle2onnx. packaging and setuptools are needed, and not named by the tools' own requirements."""

import tempfile
from pathlib import Path

import onnx
import paddle
import paddle2onnx
from paddle import nn

import networks


def set_weights(layers: list, arrays: list) -> None:
    for layer, (weight, bias) in zip(layers, arrays):
        layer.weight.set_value(paddle.to_tensor(weight))
        layer.bias.set_value(paddle.to_tensor(bias))


def mlp(*last: nn.Layer) -> nn.Layer:
    net = nn.Sequential(nn.Linear(64, 32), nn.ReLU(), nn.Linear(32, 10), *last)
    w = networks.weights("mlp")
    set_weights([net[0], net[2]], [(w["w1"], w["b1"]), (w["w2"], w["b2"])])
    return net


def conv() -> nn.Layer:
    net = nn.Sequential(
        nn.Conv2D(1, 4, 3, padding=1), nn.BatchNorm2D(4), nn.ReLU6(), nn.MaxPool2D(2), nn.Flatten(),
        nn.Linear(64, 16), nn.LeakyReLU(0.1), nn.Dropout(), nn.Linear(16, 10),
    )
    w = networks.weights("conv")
    set_weights([net[0], net[5], net[8]], [(w["k"], w["c"]), (w["w1"], w["b1"]), (w["w2"], w["b2"])])
    net.train()
    net(paddle.to_tensor(networks.calibration().reshape(-1, 1, 8, 8)))  # running means and variances
    return net


def main() -> None:
    tool = networks.Tool("paddle", "paddle2onnx", "paddlepaddle", "onnx")
    for name, form, net, shape in (
        ("mlp", "an MLP", mlp(), [1, 64]),
        ("mlp-batch", "an MLP, batch left open", mlp(), [-1, 64]),
        ("conv", "a convolutional network with BatchNorm2D, ReLU6 and LeakyReLU", conv(), [1, 1, 8, 8]),
        ("mlp-softmax", "a network that ends in Softmax", mlp(nn.Softmax(axis=1)), [1, 64]),
    ):
        net.eval()
        with tempfile.TemporaryDirectory() as scratch:
            saved = str(Path(scratch) / "saved")
            paddle.jit.save(net, saved, input_spec=[paddle.static.InputSpec(shape=shape, dtype="float32", name="x")])
            paddle2onnx.export(f"{saved}.json", f"{saved}.pdiparams", str(tool.path(name)), opset_version=15)
        facts = {}
        if name.endswith("softmax"):
            facts = {"logits": [n for n in onnx.load(tool.path(name)).graph.node if n.op_type == "Softmax"][-1].input[0]}
        tool.add(name, form, **facts)
    tool.done()


if __name__ == "__main__":
    main()
