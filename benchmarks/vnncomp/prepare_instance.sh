#!/bin/sh
# VNN-COMP: says by its exit status whether the files of an instance are there.
#
#   prepare_instance.sh v1 CATEGORY ONNX VNNLIB
set -eu
test $# -ge 4 && test "$1" = v1 || { echo "usage: prepare_instance.sh v1 CATEGORY ONNX VNNLIB" >&2; exit 1; }
. "$(dirname "$0")/networks.sh"
test -r "$4" || { echo "no file $4" >&2; exit 1; }
equal=$(equal_networks "$4")
network_files "$3" | { found=0; while IFS= read -r file; do
	if printf '%s\n' "$equal" | grep -qxF -e "${file%%=*}"; then continue; fi
	test -r "${file#*=}" || { echo "no file ${file#*=}" >&2; exit 1; }
	found=1
done; test $found = 1; }
