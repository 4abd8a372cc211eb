# /// script
# requires-python = "==3.11.*"
# dependencies = ["torchao==0.18.0", "torch==2.15.0", "numpy==2.4.6", "onnx==1.23.2", "onnxscript==0.7.2"]
# ///
"""PyTorch's PT2E quantization (torchao), exported to ONNX: static, after calibration, for x86."""

import warnings

import torch
from torchao.quantization.pt2e.quantize_pt2e import convert_pt2e, prepare_pt2e
from torchao.quantization.pt2e.quantizer import x86_inductor_quantizer as x86

import networks
from make_pytorch import conv, mlp


def quantized(net: torch.nn.Module, shape: tuple) -> torch.nn.Module:
    program = torch.export.export(net, (torch.zeros(1, *shape),)).module()
    quantizer = x86.X86InductorQuantizer().set_global(x86.get_default_x86_inductor_quantization_config())
    prepared = prepare_pt2e(program, quantizer)
    for x in torch.from_numpy(networks.calibration()):
        prepared(x.reshape(1, *shape))
    return convert_pt2e(prepared)


def main() -> None:
    warnings.simplefilter("ignore")
    tool = networks.Tool("torchao", "torchao", "torch", "onnx", "onnxscript")
    for name, net, shape in (("mlp", mlp(), (64,)), ("conv", conv(), (1, 8, 8))):
        torch.onnx.export(quantized(net, shape), (torch.zeros(1, *shape),), str(tool.path(name)), external_data=False, verbose=False)
        tool.add(name, f"{name}, PT2E by X86InductorQuantizer, torch.onnx.export")
    tool.done()


if __name__ == "__main__":
    main()
