package relax

import (
	"fmt"
	"reflect"

	"rsm/network"
)

// relaxation is what an activation has to tell of itself: one file each, which
// enters it into the table. Element i is that of an activation node v, z its operand.
type relaxation interface {
	// interval bounds element i where the operand is in [l, u].
	interval(i int, l, u float64) (lo, hi float64)
	// open says whether the bounds of b leave element i undecided, so that it may be
	// split.
	open(b *Bounds, v, i int) bool
	// pull replaces the coefficients of node v by coefficients of its operand: by a line
	// below for each row. Rows of both networks are together.
	pull(w *walk, v int, together bool)
	// pass sets the values of node v from those of its operand as the lines of row r have
	// them (see slopes.gradient), and says whether the slope of one of them is free.
	pass(s *slopes, v, r int, value [][]float64, gradient []float64) (free bool)
	// derivatives adds to below what the derivatives by the elements of node v, above,
	// are by its operand.
	derivatives(b *Bounds, v int, below, above spans)
	// decided is what a split at a level says: on which side of the number at the operand
	// is, and between which numbers element i is, where that does not follow.
	decided(i int, level float64, above bool) (at, lo, hi float64)
	// before is the number on whose side the operand is where element i is on one side of
	// a number; false where there is none.
	before(i int, at float64) (float64, bool)
}

// stepped is the relaxation of a staircase.
type stepped interface {
	relaxation
	// staircase is element i where the operand is in [l, u], and its levels in [lo, hi].
	staircase(i int, l, u, lo, hi float64) Staircase
}

// relaxations is the table: written before main begins, and only read from then on.
var relaxations = make(map[reflect.Type]func(network.Activation) relaxation)

// relaxedBy enters the relaxation of a type of activations. It returns something for
// the declaration that it stands in.
func relaxedBy[A network.Activation, R relaxation](of func(A) R) struct{} {
	relaxations[reflect.TypeFor[A]()] = func(op network.Activation) relaxation { return of(op.(A)) }
	return struct{}{}
}

// relaxationsOf are those of all nodes, nil where a node is no activation.
func relaxationsOf(g *network.Graph) ([]relaxation, error) {
	all := make([]relaxation, len(g.Nodes))
	for v, node := range g.Nodes {
		op, ok := node.Op.(network.Activation)
		if !ok {
			if _, affine := node.Op.(network.Affine); !affine && node.Op != nil {
				return nil, fmt.Errorf("node %q: %s is neither an affine operator nor an activation", node.Name, node.Op.Kind())
			}
			continue
		}
		of := relaxations[reflect.TypeOf(op)]
		if of == nil {
			return nil, fmt.Errorf("node %q: nothing is known of bounds of %s", node.Name, op.Kind())
		}
		all[v] = of(op)
	}
	return all, nil
}

// spans are intervals, by their middles and radii.
type spans struct{ mid, radius []float64 }
