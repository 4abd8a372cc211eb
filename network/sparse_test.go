package network_test

import (
	"testing"

	"pgregory.net/rapid"

	"rsm/network"
)

// TestSparse compares all views of sparse operators with their matrices.
func TestSparse(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rows := rapid.IntRange(1, 6).Draw(t, "number of rows")
		op := &network.Sparse{}
		var matrices [][][]float64
		var in []int
		elements := 0
		for range rapid.IntRange(1, 3).Draw(t, "operands") {
			columns := rapid.IntRange(1, 6).Draw(t, "columns")
			a := network.Rowwise{Columns: columns}
			var dense [][]float64
			for range rows {
				row := drawVector(t, "row", columns)
				for _, j := range rapid.Permutation([]int{0, 1, 2, 3, 4, 5}).Draw(t, "order") {
					if j < columns && row[j] != 0 {
						a.Append(j, row[j])
						elements++
					}
				}
				a.EndRow()
				dense = append(dense, row)
			}
			op.A, matrices, in = append(op.A, a), append(matrices, dense), append(in, columns)
		}
		bias := make([]float64, rows)
		if rapid.Bool().Draw(t, "bias") {
			bias = drawVector(t, "biases", rows)
			op.B = bias
		}
		checkViews(t, op, matrices, bias)
		if _, err := op.Check(append(in, 1)); err == nil {
			t.Fatal("an operand too many is no error")
		}
		in[0]++
		if _, err := op.Check(in); err == nil {
			t.Fatal("an operand too long is no error")
		}
		if n := op.Parameters(); n > elements+rows {
			t.Fatalf("%d parameters of %d weights", n, elements)
		}
	})
}

// TestSparseEqual: operators are equal as they are written, not as matrices.
func TestSparseEqual(t *testing.T) {
	of := func(weight, bias float64, columns ...int) *network.Sparse {
		a := network.Rowwise{Columns: 3}
		for _, j := range columns {
			a.Append(j, weight)
			a.EndRow()
		}
		return &network.Sparse{A: []network.Rowwise{a}, B: []float64{bias, bias}}
	}
	a := of(2, 1, 0, 1)
	for k, b := range []*network.Sparse{of(2, 1, 0, 1), of(3, 1, 0, 1), of(2, 0, 0, 1), of(2, 1, 0, 2), of(2, 1, 1, 0)} {
		if got := a.Equal(b); got != (k == 0) {
			t.Errorf("case %d: equal is %t", k, got)
		}
	}
	if none := (&network.Sparse{A: a.A}); a.Equal(none) || !none.Equal(of(2, 0, 0, 1)) {
		t.Error("no bias is not a bias of zero")
	}
	if n := a.Parameters(); n != 4 {
		t.Errorf("%d parameters instead of two weights and two biases", n)
	}
}

// TestMalformedSparse: no matrix that is out of shape gets into a graph.
func TestMalformedSparse(t *testing.T) {
	for name, a := range map[string]network.Rowwise{
		"no rows":        {Columns: 2},
		"late start":     {Columns: 2, Start: []int{1, 1}, Column: []int{0}, Weight: []float64{1}},
		"early end":      {Columns: 2, Start: []int{0, 0}, Column: []int{0}, Weight: []float64{1}},
		"falling starts": {Columns: 2, Start: []int{0, 2, 1}, Column: []int{0}, Weight: []float64{1}},
		"weights":        {Columns: 2, Start: []int{0, 1}, Column: []int{0}, Weight: []float64{1, 2}},
		"column":         {Columns: 2, Start: []int{0, 1}, Column: []int{2}, Weight: []float64{1}},
		"negative":       {Columns: 2, Start: []int{0, 1}, Column: []int{-1}, Weight: []float64{1}},
	} {
		if _, err := (&network.Sparse{A: []network.Rowwise{a}}).Check([]int{2}); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

// TestPrune: the function stays, and what it does not need goes.
func TestPrune(t *testing.T) {
	g := network.NewGraph(network.Shape{2})
	next := func(op network.Op, in ...int) int {
		t.Helper()
		at, err := g.Add("n", op, nil, in...)
		if err != nil {
			t.Fatal(err)
		}
		return at
	}
	dead := next(network.ReLU{}, 0)
	a := next(&network.Elementwise{Mul: []float64{2, 3}}, 0)
	next(network.ReLU{}, dead)
	kept := next(&network.Elementwise{Add: []float64{5, 6}}, 0)
	y := next(&network.Sum{Signs: []int{1, -1}}, a, 0)
	g.Outputs = []int{y}
	moved := g.Prune(kept)
	if want := []int{0, -1, 1, -1, 2, 3}; len(moved) != len(want) || g.Outputs[0] != 3 || len(g.Nodes) != 4 {
		t.Fatalf("nodes went to %v, the output is %d of %d", moved, g.Outputs[0], len(g.Nodes))
	}
	e := network.NewEvaluator(g)
	e.Forward([]float64{10, 100})
	if got := e.Value(3); got[0] != 10 || got[1] != 200 {
		t.Errorf("the output is %v", got)
	}
	if got := e.Value(moved[kept]); got[0] != 15 || got[1] != 106 {
		t.Errorf("the node kept is %v", got)
	}
}
