# /// script
# requires-python = "==3.11.*"
# dependencies = ["model-compression-toolkit==2.6.1", "torch==2.15.0", "torchvision==0.29.2", "onnx==1.23.2", "onnxruntime==1.32.0", "onnxscript==0.7.2", "numpy==2.4.6"]
# ///
"""Sony's model compression toolkit: post-training quantization of PyTorch models, exported to ONNX."""

import functools
import warnings

import model_compression_toolkit as mct
import torch

import networks
from make_pytorch import conv, mlp


def main() -> None:
    warnings.simplefilter("ignore")
    # It counts on the exporter that was PyTorch's default until 2.8.
    torch.onnx.export = functools.partial(torch.onnx.export, dynamo=False)
    tool = networks.Tool("mct", "model-compression-toolkit", "torch", "onnx")
    for name, net, shape in (("mlp", mlp(), (64,)), ("conv", conv(), (1, 8, 8))):
        data = lambda: ([x.reshape(1, *shape)] for x in networks.calibration())
        quantized, _ = mct.ptq.pytorch_post_training_quantization(net, data)
        for format in (mct.exporter.QuantizationFormat.FAKELY_QUANT, mct.exporter.QuantizationFormat.MCTQ):
            form = f"{name}-{format.name.lower().replace('_', '-')}"
            mct.exporter.pytorch_export_model(
                model=quantized, save_model_path=str(tool.path(form)), repr_dataset=data,
                serialization_format=mct.exporter.PytorchExportSerializationFormat.ONNX, quantization_format=format,
            )
            tool.add(form, f"{name}, {format.name}")
    tool.done()


if __name__ == "__main__":
    main()
