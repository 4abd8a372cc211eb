#!/usr/bin/env bash
# A weight matrix in Fortran order, saved by safetensors for numpy.
#
# Guess: the documentation asks for tensors that are contiguous and dense. An array in Fortran order is both, for numpy; so it is
# stored as what it is, or refused, as the PyTorch side of the package refuses such tensors.
# Seen: save() writes the memory as it lies with the shape beside it. 2x3 comes back with the elements 0 3 1, 4 2 5 instead of
# 0 1 2, 3 4 5, and so does any w.T that was not copied. There is no error on either side.
# Version: safetensors 0.8.0, numpy 2.4.6.
# Why it matters here: Keras and ONNX's MatMul have weights the other way round than PyTorch, so converters transpose, and numpy
# transposes without copying. For square layers not even the shape differs: the network is another one.
# Source: safetensors.numpy.save: "Tensors need to be contiguous and dense"; the format stores row-major data.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
"${PYTHON:-python3}" -m venv venv
venv/bin/pip install --quiet --no-cache-dir --disable-pip-version-check \
    safetensors==0.8.0 numpy==2.4.6
cat > probe.py <<'END'
import sys
import numpy as np
import safetensors
from safetensors import numpy as st


def finish(name, expected, seen, same_as_recorded):
    print("versions: ", name)
    print("expected: ", expected)
    print("seen:     ", seen)
    print("the surprise is still there" if same_as_recorded else "BEHAVIOUR HAS CHANGED")
    sys.exit(0 if same_as_recorded else 1)


w = np.arange(6, dtype=np.float32).reshape(2, 3)
square = np.arange(4, dtype=np.float32).reshape(2, 2)
fortran = np.asfortranarray(w)
back = st.load(st.save({"w": fortran}))["w"]
transposed = st.load(st.save({"w": square.T}))["w"]
finish(f"safetensors {safetensors.__version__}, numpy {np.__version__}",
       f"{w.tolist()} and {square.T.tolist()}, or an error",
       f"{back.tolist()} and {transposed.tolist()}",
       fortran.flags.f_contiguous and np.array_equal(fortran, w) and back.tolist() == [[0, 3, 1], [4, 2, 5]]
       and np.array_equal(transposed, square))
END
venv/bin/python -W ignore probe.py
