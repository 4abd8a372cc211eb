# /// script
# requires-python = "==3.11.*"
# dependencies = ["torch==2.15.0", "numpy==2.4.6", "onnx==1.23.2", "onnxscript==0.7.2"]
# ///
"""PyTorch's exporters: torch.onnx.export by its defaults (dynamo, weights in a file beside), and the older one of TorchScript."""

import onnx
import torch
from torch import nn

import networks


def mlp(last: nn.Module | None = None) -> nn.Sequential:
    net = nn.Sequential(nn.Linear(64, 32), nn.ReLU(), nn.Linear(32, 10), *([last] if last else []))
    w = {k: torch.from_numpy(v) for k, v in networks.weights("mlp").items()}
    net.load_state_dict({"0.weight": w["w1"].T, "0.bias": w["b1"], "2.weight": w["w2"].T, "2.bias": w["b2"]})
    return net.eval()


def conv() -> nn.Sequential:
    """With a BatchNorm2d and a Dropout, as networks have them."""
    net = nn.Sequential(
        nn.Conv2d(1, 4, 3, padding=1), nn.BatchNorm2d(4), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(),
        nn.Linear(64, 16), nn.ReLU(), nn.Dropout(), nn.Linear(16, 10),
    )
    w = {k: torch.from_numpy(v) for k, v in networks.weights("conv").items()}
    named = {"0.weight": w["k"], "0.bias": w["c"], "5.weight": w["w1"].T, "5.bias": w["b1"], "8.weight": w["w2"].T, "8.bias": w["b2"]}
    net.load_state_dict(net.state_dict() | named)
    torch.manual_seed(0)
    with torch.no_grad():
        net.train()(torch.rand(40, 1, 8, 8))  # running means and variances
    return net.eval()


class Residual(nn.Module):
    """What an exporter has to express otherwise: a normalisation by constants, a residual, a mean, a split and a view."""

    def __init__(self) -> None:
        super().__init__()
        torch.manual_seed(0)
        self.first, self.second, self.third = nn.Linear(64, 32), nn.Linear(32, 32), nn.Linear(16, 10)

    def forward(self, x):
        x = (x - 0.5) / 0.25
        a = torch.relu(self.first(x))
        a = nn.functional.leaky_relu(a + self.second(a), 0.1)
        left, right = a.chunk(2, dim=1)
        return self.third(torch.maximum(left, right)) - a.view(1, 2, 16).mean(dim=(1, 2)).unsqueeze(1)


def main() -> None:
    tool = networks.Tool("pytorch", "torch", "onnx", "onnxscript")
    flat, image = (torch.zeros(1, 64),), (torch.zeros(1, 1, 8, 8),)
    for name, net, x in (("mlp", mlp(), flat), ("conv", conv(), image), ("residual", Residual().eval(), flat)):
        torch.onnx.export(net, x, str(tool.path(name)), verbose=False)
        tool.add(name, f"{name}, torch.onnx.export by its defaults: weights in {name}.onnx.data")
    torch.onnx.export(mlp(), flat, str(tool.path("mlp-one-file")), external_data=False, dynamic_shapes=({0: torch.export.Dim("n")},), verbose=False)
    tool.add("mlp-one-file", "external_data=False, batch left open")
    torch.onnx.export(mlp(nn.Softmax(dim=1)), flat, str(tool.path("mlp-softmax")), external_data=False, verbose=False)
    logits = onnx.load(tool.path("mlp-softmax")).graph.node[-1].input[0]
    tool.add("mlp-softmax", "a network that ends in nn.Softmax", logits=logits)
    torch.onnx.export(mlp().half(), (flat[0].half(),), str(tool.path("mlp-float16")), external_data=False, verbose=False)
    tool.add("mlp-float16", "a network in half precision")
    for name, net, x in (("mlp", mlp(), flat), ("conv", conv(), image)):
        torch.onnx.export(net, x, str(tool.path(f"{name}-torchscript")), dynamo=False)
        tool.add(f"{name}-torchscript", f"{name}, dynamo=False: TorchScript")
    tool.done()


if __name__ == "__main__":
    main()
