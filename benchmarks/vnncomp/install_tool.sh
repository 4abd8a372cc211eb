#!/bin/sh
# VNN-COMP: builds rsm from the sources that this script lies in. Needs Go and a C++ compiler.
#
#   install_tool.sh v1
set -eu
test "${1:-}" = v1 || { echo "usage: install_tool.sh v1" >&2; exit 1; }
cd "$(dirname "$0")/../.."
go build -o rsm ./cmd/rsm
./rsm --version
