# Read by prepare_instance.sh and run_instance.sh: network_files ONNX writes the networks of an instance, one a line,
# FILE for a field that is a path, NAME=FILE for one like [('f', 'a.onnx'), ('g', 'b.onnx')].
network_files() {
	case $1 in
	"["*)
		printf '%s\n' "$1" | tr '()' '\n\n' |
			sed -n "s/^ *['\"]\([^'\"]*\)['\"] *, *['\"]\([^'\"]*\)['\"] *,* *\$/\1=\2/p"
		;;
	*) printf '%s\n' "$1" ;;
	esac
}

# equal_networks VNNLIB writes the names of the networks that a query declares as equal to another, one a line: they
# have the other's file.
equal_networks() {
	sed 's/;.*//' "$1" | tr '\t\r\n' '   ' | sed 's/(declare-network /\
&/g' | sed -n 's/^(declare-network  *\([^ ()]*\) *( *equal-to .*/\1/p'
}
