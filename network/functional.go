package network

// Functional is a linear function of the values of some nodes of a graph:
// Const + sum over k of Coef[k] . value(Nodes[k]). A node is named at most
// once.
type Functional struct {
	Nodes []int
	Coef  [][]float64
	Const float64
}

// Add adds c times element i of a node of the given size.
func (f *Functional) Add(node, size, i int, c float64) {
	for k, n := range f.Nodes {
		if n == node {
			f.Coef[k][i] += c
			return
		}
	}
	coef := make([]float64, size)
	coef[i] = c
	f.Nodes = append(f.Nodes, node)
	f.Coef = append(f.Coef, coef)
}

// Zero says whether all coefficients are zero.
func (f *Functional) Zero() bool {
	for _, coef := range f.Coef {
		for _, c := range coef {
			if c != 0 {
				return false
			}
		}
	}
	return true
}

// Negated returns -f.
func (f *Functional) Negated() Functional {
	g := Functional{Nodes: append([]int(nil), f.Nodes...), Const: -f.Const}
	for _, coef := range f.Coef {
		neg := make([]float64, len(coef))
		for i, c := range coef {
			neg[i] = 0 - c
		}
		g.Coef = append(g.Coef, neg)
	}
	return g
}
