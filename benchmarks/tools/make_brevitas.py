# /// script
# requires-python = "==3.11.*"
# dependencies = ["brevitas==0.13.4", "torch==2.15.0", "numpy==2.4.6", "onnx==1.23.2", "onnxscript==0.7.2", "onnxoptimizer==0.4.2", "qonnx==1.0.0"]
# ///
"""Brevitas' exporters of networks trained with quantization: QCDQ (QuantizeLinear, Clip, DequantizeLinear) and QONNX (Quant).

The QONNX files are computed by qonnx itself: no runtime has its operators.
"""

import warnings

import brevitas.nn as qnn
import numpy as np
import torch
from brevitas.export import export_onnx_qcdq, export_qonnx
from brevitas.quant import Int8ActPerTensorFixedPoint, Int8WeightPerChannelFloat, Int8WeightPerTensorFixedPoint, Uint8ActPerTensorFixedPoint
from brevitas.quant.scaled_int import Int8ActPerTensorFloat
from qonnx.core.modelwrapper import ModelWrapper
from qonnx.core.onnx_exec import execute_onnx
from qonnx.transformation.infer_shapes import InferShapes
from torch import nn

import networks


def calibrated(net: nn.Module, shape: tuple) -> nn.Module:
    """Statistics of activations come from a few batches in training mode."""
    net.train()
    with torch.no_grad():
        for x in torch.from_numpy(networks.calibration()).reshape(8, 8, *shape):
            net(x)
    return net.eval()


def tensors(network: str) -> dict[str, torch.Tensor]:
    return {name: torch.from_numpy(a.T if name[0] == "w" else a) for name, a in networks.weights(network).items()}


def mlp(weight: int, activation: int, dyadic: bool = False, channels: bool = False, last: bool = False) -> nn.Module:
    """Bits of weights and activations; scales that are powers of two; a scale for each row; a quantized output."""
    w = Int8WeightPerTensorFixedPoint if dyadic else Int8WeightPerChannelFloat if channels else None
    a = {"weight_quant": w} if w else {}
    act = {"act_quant": Uint8ActPerTensorFixedPoint} if dyadic else {}
    signed = Int8ActPerTensorFixedPoint if dyadic else Int8ActPerTensorFloat
    torch.manual_seed(0)
    net = nn.Sequential(
        qnn.QuantIdentity(act_quant=signed, bit_width=8, return_quant_tensor=True),
        qnn.QuantLinear(64, 32, bias=True, weight_bit_width=weight, **a),
        qnn.QuantReLU(bit_width=activation, return_quant_tensor=True, **act),
        qnn.QuantLinear(32, 10, bias=True, weight_bit_width=weight, **a),
        *([qnn.QuantIdentity(act_quant=signed, bit_width=8)] if last else []),
    )
    t = tensors("mlp")
    net.load_state_dict({"1.weight": t["w1"], "1.bias": t["b1"], "3.weight": t["w2"], "3.bias": t["b2"]}, strict=False)
    return calibrated(net, (64,))


def conv() -> nn.Module:
    torch.manual_seed(0)
    net = nn.Sequential(
        qnn.QuantIdentity(bit_width=8, return_quant_tensor=True),
        qnn.QuantConv2d(1, 4, 3, padding=1, bias=True, weight_bit_width=4),
        qnn.QuantReLU(bit_width=4, return_quant_tensor=True), nn.MaxPool2d(2), nn.Flatten(),
        qnn.QuantLinear(64, 16, bias=True, weight_bit_width=4),
        qnn.QuantReLU(bit_width=4, return_quant_tensor=True),
        qnn.QuantLinear(16, 10, bias=True, weight_bit_width=4),
    )
    t = tensors("conv")
    named = {"1.weight": t["k"], "1.bias": t["c"], "5.weight": t["w1"], "5.bias": t["b1"], "7.weight": t["w2"], "7.bias": t["b2"]}
    net.load_state_dict(named, strict=False)
    return calibrated(net, (1, 8, 8))


def bipolar() -> nn.Module:
    """Weights of one bit, -1 and 1."""
    from brevitas.quant import SignedBinaryWeightPerTensorConst

    torch.manual_seed(0)
    net = nn.Sequential(
        qnn.QuantIdentity(bit_width=8, return_quant_tensor=True),
        qnn.QuantLinear(64, 32, bias=True, weight_quant=SignedBinaryWeightPerTensorConst),
        qnn.QuantReLU(bit_width=4, return_quant_tensor=True),
        qnn.QuantLinear(32, 10, bias=True, weight_quant=SignedBinaryWeightPerTensorConst),
    )
    return calibrated(net, (64,))


def executed(path, shape: tuple) -> np.ndarray:
    model = ModelWrapper(str(path)).transform(InferShapes())
    name, output = model.graph.input[0].name, model.graph.output[0].name
    return np.concatenate([execute_onnx(model, {name: x.reshape(1, *shape)})[output] for x in networks.samples()]).astype(np.float64)


def main() -> None:
    warnings.simplefilter("ignore")
    tool = networks.Tool("brevitas", "brevitas", "torch", "onnx", "qonnx")
    nets = {
        "4-bits": ("weights and activations of 4 bits", mlp(4, 4), (64,)),
        "channels": ("8 bits, a scale for each row of weights, quantized output", mlp(8, 8, channels=True, last=True), (64,)),
        "dyadic": ("6 bits, scales that are powers of two", mlp(6, 6, dyadic=True), (64,)),
        "conv": ("convolution, 4 bits", conv(), (1, 8, 8)),
    }
    for name, (form, net, shape) in nets.items():
        for kind, export in (("qcdq", export_onnx_qcdq), ("qonnx", export_qonnx)):
            path = tool.path(f"{kind}-{name}")
            export(net, args=torch.zeros(1, *shape), export_path=str(path), dynamo=False)
            by = {"y": executed(path, shape), "by": f"qonnx {tool.record['versions']['qonnx']}"} if kind == "qonnx" else {}
            tool.add(f"{kind}-{name}", f"export_{'onnx_' * (kind == 'qcdq')}{kind}: {form}", **by)
    path = tool.path("qonnx-bipolar")
    export_qonnx(bipolar(), args=torch.zeros(1, 64), export_path=str(path), dynamo=False)
    tool.add("qonnx-bipolar", "export_qonnx: weights of one bit, BipolarQuant", y=executed(path, (64,)), by=f"qonnx {tool.record['versions']['qonnx']}")
    tool.done()


if __name__ == "__main__":
    main()
