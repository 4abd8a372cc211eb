#!/bin/sh
# Makes the Python environment of the peers, in .venv beside this script: 3.4 GB, of which most is CUDA.
# PYTHON names the interpreter; it has to be 3.11, for which all of the pinned packages have wheels.
#
# --no-deps, because the list is complete, and auto_LiRPA 0.3 asks for what it can do without: torchvision,
# pylint, pytest and others, and PyTorch below 1.13, which has no wheel for Python 3.11. 1.13.1 does, and
# works. Its wheel for Linux is the CUDA build; it is used on the CPU, but does not load without CUDA's
# libraries, so they are in the list.
set -eu
cd "$(dirname "$0")"
"${PYTHON:-python3.11}" -m venv .venv
.venv/bin/python -m pip install --quiet --no-deps --requirement requirements.txt
