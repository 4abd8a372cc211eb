#!/usr/bin/env bash
# Makes the files of tools again: for each NAME, an environment .venv/NAME with the packages that the head of make_NAME.py pins,
# and what that script writes; then what onnxruntime computes with the files.
#
#   ./make.sh NAME...     for example ./make.sh skl2onnx
#
# PYTHON names the interpreter: 3.11 unless the script's head says otherwise. Some environments take gigabytes.
set -euo pipefail
cd "$(dirname "$0")"

# The networks are made by train.py, the logits by expected.py.
script() { test -e "make_$1.py" && echo "make_$1.py" || echo "$1.py"; }

environment() {
  test -x ".venv/$1/bin/python" && return
  "${PYTHON:-python3.11}" -m venv ".venv/$1"
  sed -n '/^# \/\/\/ script$/,/^# \/\/\/$/s/^# //p' "$(script "$1")" |
    "${PYTHON:-python3.11}" -c 'import re, sys; print("\n".join(re.findall(r"\"([^\"]+==[^\"*]+)\"", sys.stdin.read())))' > ".venv/$1/requirements.txt"
  ".venv/$1/bin/pip" install --quiet --no-cache-dir --requirement ".venv/$1/requirements.txt"
}

for name in "$@"; do
  environment "$name"
  ".venv/$name/bin/python" "$(script "$name")"
  if test -e "expected/$name.json"; then
    environment expected
    .venv/expected/bin/python expected.py "$name"
  fi
done
