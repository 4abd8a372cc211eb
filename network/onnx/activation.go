package onnx

// activation is an operator that becomes one activation of package network: its place in
// the table of operators, and what it makes of constants. Each is one file, which enters
// it.
type activation struct {
	operator
	fold build
}

// activations is the table: written before main begins, and only read from then on.
var activations = make(map[string]activation)

// entered enters an operator by its name. It returns something for the declaration that it
// stands in.
func entered(name string, op operator, fold build) struct{} {
	activations[name] = activation{op, fold}
	return struct{}{}
}
