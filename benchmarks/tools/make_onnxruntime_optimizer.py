# /// script
# requires-python = "==3.11.*"
# dependencies = ["numpy==2.4.6", "onnx==1.23.2", "onnxruntime==1.32.0"]
# ///
"""Models that onnxruntime saves after its graph optimizations (optimized_model_filepath), at each of its levels."""

import onnx
import onnxruntime
from onnxruntime import GraphOptimizationLevel as Level

import networks
from make_onnxruntime import quantized

LEVELS = {"basic": Level.ORT_ENABLE_BASIC, "extended": Level.ORT_ENABLE_EXTENDED, "all": Level.ORT_ENABLE_ALL}
FUSED = {
    ("mlp", "basic"): "", ("mlp", "extended"): ": FusedGemm", ("mlp", "all"): ": FusedGemm",
    ("conv", "basic"): "", ("conv", "extended"): ": FusedConv", ("conv", "all"): ": Conv of com.microsoft.nchwc",
}


def optimized(model: onnx.ModelProto, level: str, path) -> None:
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = LEVELS[level]
    options.optimized_model_filepath = str(path)
    options.log_severity_level = 3
    onnxruntime.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])


def main() -> None:
    tool = networks.Tool("onnxruntime_optimizer", "onnxruntime", "onnx")
    for level in LEVELS:
        for network, model in (("mlp", networks.mlp()), ("conv", networks.conv())):
            optimized(model, level, tool.path(f"{network}-{level}"))
            tool.add(f"{network}-{level}", f"{network} saved at level {level}{FUSED[network, level]}")
        for network in ("mlp", "conv"):
            name = f"{network}-qdq-{level}"
            optimized(quantized(network), level, tool.path(name))
            tool.add(name, f"{network} in QDQ saved at level {level}")
    tool.done()


if __name__ == "__main__":
    main()
