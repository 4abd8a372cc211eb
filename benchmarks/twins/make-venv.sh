#!/bin/sh
# Makes the Python environment that make_twins.py needs, in .venv beside this script.
# PYTHON names the interpreter (3.11 was used for the files here).
set -eu
cd "$(dirname "$0")"
"${PYTHON:-python3.11}" -m venv .venv
.venv/bin/python -m pip install --quiet --requirement requirements.txt
