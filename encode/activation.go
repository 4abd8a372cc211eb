package encode

import (
	"fmt"
	"reflect"

	"rsm/network"
	"rsm/relax"
)

// rows is what an activation has to tell of its columns and rows: one file each, which
// enters it into the table. v is a node of the activation.
type rows interface {
	// add gives the elements of v that are open their columns and rows.
	add(e *Encoding, v int)
	// pull moves the coefficients of v in some rows to columns, row-major and of the given
	// width, or to its operand and constants where an element has no column. What rounding
	// loses is added to lost.
	pull(e *Encoding, v int, of *network.Rows, columns []float64, width int, lost []float64)
	// point sets the binaries of element i in a point, whose operand is z.
	point(e *Encoding, point []float64, n neuron, i int, z float64)
	// settle moves inputs x, of which v is a function, to where the value is that of the
	// point whatever rounding does, if they are no more than reach steps from there.
	settle(e *Encoding, v int, point, x []float64, reach float64)
	// relaxed is how many rows an element has in an LP; program sets the bounds of its columns
	// for a part of the region, and adds these rows.
	relaxed() int
	program(m *Program, part *relax.Bounds, n *LPNeuron)
	// implied says whether the rows imply the bounds of the value's column.
	implied() bool
	// hull says whether the value is max(z, 0) with z on both sides of 0 in a part, of
	// which Cuts knows the convex hull over what z is a function of.
	hull(part *relax.Bounds, n *LPNeuron) bool
}

// encodings is the table: written before main begins, and only read from then on.
var encodings = make(map[reflect.Type]func(network.Activation) rows)

// encodedBy enters the rows of a type of activations. It returns something for the
// declaration that it stands in.
func encodedBy[A network.Activation, R rows](of func(A) R) struct{} {
	encodings[reflect.TypeFor[A]()] = func(op network.Activation) rows { return of(op.(A)) }
	return struct{}{}
}

// rowsOf are those of all nodes, nil where a node is no activation.
func rowsOf(g *network.Graph) ([]rows, error) {
	all := make([]rows, len(g.Nodes))
	for v, node := range g.Nodes {
		op, ok := node.Op.(network.Activation)
		if !ok {
			continue
		}
		of := encodings[reflect.TypeOf(op)]
		if of == nil {
			return nil, fmt.Errorf("node %q: nothing is known of rows of %s", node.Name, op.Kind())
		}
		all[v] = of(op)
	}
	return all, nil
}
