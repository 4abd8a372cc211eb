package region

import "rsm/network"

// element is one of a matrix.
type element struct {
	row, col int
	value    float64
}

// sparse is the operator of matrices whose elements come row by row, each with as
// many columns as its operand has elements.
func sparse(columns []int, matrices [][]element, b []float64) *network.Sparse {
	op := &network.Sparse{B: b}
	for k, elements := range matrices {
		a := network.Rowwise{Columns: columns[k]}
		for i := range b {
			for ; len(elements) > 0 && elements[0].row == i; elements = elements[1:] {
				a.Append(elements[0].col, elements[0].value)
			}
			a.EndRow()
		}
		op.A = append(op.A, a)
	}
	return op
}
