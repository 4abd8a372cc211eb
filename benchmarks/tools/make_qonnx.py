# /// script
# requires-python = "==3.11.*"
# dependencies = ["qonnx==1.0.0", "onnx==1.23.2", "onnxruntime==1.32.0", "numpy==2.4.6", "setuptools==80.10.2"]
# ///
"""qonnx' transformations of the files that Brevitas wrote: cleanup, and QCDQ of Quant and back.

What has Quant nodes is computed by qonnx itself: no runtime has them.
"""

import numpy as np
from qonnx.core.modelwrapper import ModelWrapper
from qonnx.core.onnx_exec import execute_onnx
from qonnx.transformation.infer_shapes import InferShapes
from qonnx.transformation.qcdq_to_qonnx import QCDQToQuant
from qonnx.transformation.qonnx_to_qcdq import QuantToQCDQ
from qonnx.util.cleanup import cleanup_model

import networks


def executed(model: ModelWrapper, shape: tuple) -> np.ndarray:
    name, output = model.graph.input[0].name, model.graph.output[0].name
    return np.concatenate([execute_onnx(model, {name: x.reshape(1, *shape)})[output] for x in networks.samples()]).astype(np.float64)


def main() -> None:
    tool = networks.Tool("qonnx", "qonnx", "onnx")
    brevitas = networks.FILES / "brevitas"
    by = f"qonnx {tool.record['versions']['qonnx']}"
    for network, shape in (("4-bits", (64,)), ("dyadic", (64,)), ("conv", (1, 8, 8))):
        quant = cleanup_model(ModelWrapper(str(brevitas / f"qonnx-{network}.onnx")))
        tool.add(f"clean-{network}", f"Brevitas' qonnx-{network} after cleanup_model", quant.model, y=executed(quant, shape), by=by)
        qcdq = quant.transform(QuantToQCDQ())
        tool.add(f"qcdq-{network}", "the same after QuantToQCDQ", qcdq.model)
    back = cleanup_model(ModelWrapper(str(brevitas / "qcdq-4-bits.onnx"))).transform(QCDQToQuant()).transform(InferShapes())
    tool.add("quant-4-bits", "Brevitas' qcdq-4-bits after QCDQToQuant", back.model, y=executed(back, (64,)), by=by)
    tool.done()


if __name__ == "__main__":
    main()
