package network

// Model is a network read for questions about its values as they are, not for
// margins of a classifier: nothing at its output is stripped or added.
type Model struct {
	*Network
	Input  Tensor
	Output Tensor
	Hidden map[string]Tensor // those asked for, by name
	// Operators are those of the file that matter, in its order, with the shapes of
	// their results, such as "Gemm 1x50": what isomorphic models have in common.
	Operators []string
}

// Tensor is a value of a model file.
type Tensor struct {
	Name  string
	Shape Shape
	Node  int // its elements, in row-major order
}

// Model is a network whose output is read as it is. Softmaxes must not have been
// stripped from it.
func (n *Network) Model() *Model {
	output := n.Output()
	if v := n.Nodes[output]; v.Name == twoClass {
		output = v.Inputs[0]
	}
	var operators []string
	for _, v := range n.Nodes[1:] {
		operators = append(operators, v.Op.Kind()+" "+v.Shape.String())
	}
	return &Model{
		Operators: operators,
		Network:   n,
		Input:     Tensor{Name: n.Nodes[0].Name, Shape: n.Nodes[0].Shape},
		Output:    Tensor{Name: n.Nodes[output].Name, Shape: n.Nodes[output].Shape, Node: output},
	}
}
