#!/bin/sh
# VNN-COMP: decides an instance, and writes sat, unsat, unknown, timeout or error to the results file, after sat
# with the counterexample: (X_0 1.5) and so on for a query in VNN-LIB 1.0, and as VNN-LIB 2.0 says for one in that.
# ONNX is a path, or [('f', 'a.onnx'), ('g', 'b.onnx')] for a query of several networks. Files of networks that are
# equal to another are not needed, and not looked at.
#
#   run_instance.sh v1 CATEGORY ONNX VNNLIB RESULTS TIMEOUT
#
# The competition judges answers in real arithmetic with a tolerance, whatever types its queries declare: --as-real.
set -u
test $# -ge 6 && test "$1" = v1 || { echo "usage: run_instance.sh v1 CATEGORY ONNX VNNLIB RESULTS TIMEOUT" >&2; exit 1; }
here=$(cd "$(dirname "$0")" && pwd)
. "$here/networks.sh"
onnx=$3 query=$4 results=$5 timeout=$6
set --
equal=$(equal_networks "$query")
while IFS= read -r file; do
	if printf '%s\n' "$equal" | grep -qxF -e "${file%%=*}"; then continue; fi
	set -- "$@" --network "$file"
done <<END
$(network_files "$onnx")
END
answer=$(mktemp)
trap 'rm -f "$answer"' EXIT
"${RSM:-$here/../../rsm}" verify "$query" "$@" --as-real --timeout "$timeout" > "$answer" || {
	status=$?
	echo error > "$results"
	exit $status
}
awk '
	NR == 1 { sub(/timed-out/, "timeout"); print; sat = $1 == "sat"; next }
	# A query of version 1.0 has the tensors X and Y; in version 2 their lines stand as they are.
	old && NF == 3 { name = $1; k = 0; next }
	old { printf "%s(%s_%d %s)\n", first ? " " : "(", name, k++, $1; first = 1; next }
	{ print }
	END { if (old && sat) print ")" }
' old="$(grep -qE '^[[:space:]]*\((vnnlib-version[[:space:]]*<2|declare-network)' "$query" || echo 1)" "$answer" > "$results"
