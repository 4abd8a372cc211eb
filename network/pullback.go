package network

// Rows is a batch of linear functions of the values of a graph's nodes, one
// per row: row r is Const[r] + sum over nodes v of Coef[v][r,:] . value(v).
// Coef[v] is nil where no row depends on v, and row-major with Count rows
// otherwise.
type Rows struct {
	Count int
	Coef  [][]float64
	Const []float64
}

// NewRows returns count zero rows over the nodes of g.
func NewRows(g *Graph, count int) *Rows {
	return &Rows{Count: count, Coef: make([][]float64, len(g.Nodes)), Const: make([]float64, count)}
}

// At returns the coefficients of a node, made zero at the first call.
func (r *Rows) At(g *Graph, node int) []float64 {
	if r.Coef[node] == nil {
		r.Coef[node] = make([]float64, r.Count*g.Nodes[node].Size)
	}
	return r.Coef[node]
}

// AddFunctional adds a functional, times sign, to row k.
func (r *Rows) AddFunctional(g *Graph, k int, f Functional, sign float64) {
	r.Const[k] += sign * f.Const
	for t, node := range f.Nodes {
		n := g.Nodes[node].Size
		row := r.At(g, node)[k*n : (k+1)*n]
		for i, c := range f.Coef[t] {
			row[i] += sign * c
		}
	}
}

// Steps says what Pullback does at the nodes it comes to. The rows then have
// no coefficients at later nodes.
type Steps struct {
	// Affine, if not nil, is called before the coefficients of an affine node
	// are moved to its operands, and may account for the rounding.
	Affine func(node int, rows *Rows)
	// Activation moves, or replaces, the coefficients of any other node.
	Activation func(node int, rows *Rows)
	// Done, if not nil, is called after each node.
	Done func(node int, rows *Rows)
}

// Pullback substitutes the definitions of nodes into the rows, from the last
// node to the first, until only the input (and what Activation keeps by taking
// it out of Coef) is left.
func (g *Graph) Pullback(rows *Rows, steps Steps) {
	for i := len(g.Nodes) - 1; i > 0; i-- {
		coef := rows.Coef[i]
		if coef == nil {
			continue
		}
		v := &g.Nodes[i]
		if op, ok := v.Op.(Affine); ok {
			if steps.Affine != nil {
				steps.Affine(i, rows)
			}
			if b := op.Bias(); b != nil {
				for r := range rows.Count {
					for j, c := range coef[r*v.Size : (r+1)*v.Size] {
						rows.Const[r] += c * b[j]
					}
				}
			}
			for k, in := range v.Inputs {
				op.ApplyTransposed(k, rows.At(g, in), coef, rows.Count)
			}
		} else {
			steps.Activation(i, rows)
		}
		rows.Coef[i] = nil
		if steps.Done != nil {
			steps.Done(i, rows)
		}
	}
}

// Smooth moves the coefficients of a node to its operand, as if it did not jump: by the
// line that stands for the staircase.
func (r *Rows) Smooth(g *Graph, node int, s Staircase) {
	n := g.Nodes[node].Size
	below := r.At(g, g.Nodes[node].Inputs[0])
	for k, c := range r.Coef[node] {
		below[k] += c * s.Slope(k%n)
		r.Const[k/n] += c * s.Offset(k%n)
	}
}
