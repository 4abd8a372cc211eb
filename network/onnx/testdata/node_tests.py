"""Writes the conformance tests that the onnx package has for its operators.

    python node_tests.py FOLDER

makes a folder for each test, with model.onnx and one file for each input and
output of its first data set (input_0.pb, ..., output_0.pb, ...: TensorProto).
The tests of single operators are computed by the package's own code; those of
models that PyTorch exported come with it.
"""

import pathlib
import shutil
import sys
import warnings

import onnx
from onnx import TensorProto, numpy_helper


def main(folder):
    warnings.simplefilter("ignore")  # about infinities that tests have
    from onnx.backend.test.case.node import collect_testcases

    for case in collect_testcases(None):
        to = folder / case.name
        to.mkdir(parents=True)
        (to / "model.onnx").write_bytes(case.model.SerializeToString())
        for kind, tensors in zip(("input", "output"), case.data_sets[0]):
            for k, tensor in enumerate(tensors):
                if isinstance(tensor, (list, dict)) or tensor is None:
                    continue  # a sequence, a map or an optional
                if not isinstance(tensor, TensorProto):
                    tensor = numpy_helper.from_array(tensor)
                (to / f"{kind}_{k}.pb").write_bytes(tensor.SerializeToString())

    data = pathlib.Path(onnx.__file__).parent / "backend" / "test" / "data"
    for kind in ("pytorch-converted", "pytorch-operator", "simple"):
        for case in sorted((data / kind).iterdir()):
            if not (case / "model.onnx").exists():
                continue
            to = folder / case.name
            to.mkdir()
            for file in [case / "model.onnx", *(case / "test_data_set_0").glob("*.pb")]:
                shutil.copyfile(file, to / file.name)


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]))
