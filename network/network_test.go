package network_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"rsm/network"
	"rsm/network/networktest"
)

// operators are one of each affine operator, with an operand of six elements.
func operators() map[string]network.Affine {
	return map[string]network.Affine{
		"dense":       &network.Dense{Rows: 2, Cols: 6, W: []float64{1, -2, 3, 0, 5, 6, -1, 2, 0.5, 4, -3, 1}, B: []float64{1, -1}},
		"dense left":  &network.Dense{Rows: 3, Cols: 2, Inner: 3, W: []float64{1, 2, -3, 4, 5, -6}, B: []float64{1, 2, 3}},
		"dense axes":  &network.Dense{Rows: 2, Cols: 3, Outer: 2, W: []float64{1, 2, -3, 4, 5, -6}, B: []float64{1, 2}},
		"elementwise": &network.Elementwise{Mul: []float64{1, 2, 3, 4, -5, 6}, Div: []float64{3, 7, 1, 2, -3, 5}, Add: []float64{1, 0, -1, 2, 3, 4}},
		"gather":      &network.Gather{Index: []int{5, 0, -1, 0, 2}},
	}
}

// matrix computes A and b of an affine operator from its evaluation only.
func matrix(op network.Affine, n int) (a [][]float64, b []float64) {
	size, err := op.Check([]int{n})
	if err != nil {
		panic(err)
	}
	b = make([]float64, size)
	op.Eval(b, [][]float64{make([]float64, n)})
	for j := range n {
		x, y := make([]float64, n), make([]float64, size)
		x[j] = 1
		op.Eval(y, [][]float64{x})
		for i := range y {
			y[i] -= b[i]
		}
		a = append(a, y)
	}
	return a, b
}

// TestAffineViews: Apply, ApplyAbs, ApplyTransposed and Bias are views of the
// matrix that evaluation shows.
func TestAffineViews(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 1))
	for name, op := range operators() {
		const n, rows = 6, 3
		a, b := matrix(op, n)
		size := len(b)
		bias := op.Bias()
		if bias == nil {
			bias = make([]float64, size)
		}
		entries := make([][]float64, n)
		for j := range entries {
			entries[j] = make([]float64, size)
		}
		op.Entries(0, n, func(row, column int, weight, divisor float64) bool {
			entries[column][row] += weight / divisor
			return true
		})
		for j := range n {
			for i := range size {
				near(t, name+" entries", entries[j][i], a[j][i])
			}
		}
		x := make([]float64, n)
		for j := range x {
			x[j] = rng.NormFloat64()
		}
		y, abs := make([]float64, size), make([]float64, size)
		op.Apply(0, y, x)
		magnitude := make([]float64, n)
		for j := range x {
			magnitude[j] = math.Abs(x[j])
		}
		op.ApplyAbs(0, abs, magnitude)
		v := make([]float64, rows*size)
		for k := range v {
			v[k] = rng.NormFloat64()
		}
		back := make([]float64, rows*n)
		op.ApplyTransposed(0, back, v, rows)
		for i := range size {
			want, wantAbs := 0.0, 0.0
			for j := range n {
				want += a[j][i] * x[j]
				wantAbs += math.Abs(a[j][i]) * magnitude[j]
			}
			near(t, name+" apply", y[i], want)
			near(t, name+" apply abs", abs[i], wantAbs)
			near(t, name+" bias", bias[i], b[i])
		}
		backAbs, vAbs := make([]float64, n), make([]float64, size)
		for i := range vAbs {
			vAbs[i] = math.Abs(v[i])
		}
		op.ApplyAbsTransposed(0, backAbs, vAbs)
		for j := range n {
			want := 0.0
			for i := range size {
				want += math.Abs(a[j][i]) * vAbs[i]
			}
			near(t, name+" abs transposed", backAbs[j], want)
		}
		for r := range rows {
			for j := range n {
				want := 0.0
				for i := range size {
					want += a[j][i] * v[r*size+i]
				}
				near(t, name+" transposed", back[r*n+j], want)
			}
		}
	}
}

func near(t *testing.T, what string, got, want float64) {
	t.Helper()
	if math.Abs(got-want) > 1e-12*(1+math.Abs(want)) {
		t.Errorf("%s: %v, want %v", what, got, want)
	}
}

// TestGradient compares gradients with central differences, at points that are
// far from every kink.
func TestGradient(t *testing.T) {
	checked := 0
	for seed := range uint64(40) {
		rng := rand.New(rand.NewPCG(seed, 3))
		n := networktest.Random(rng, 4, 7, 6, 3)
		e := network.NewEvaluator(n.Graph)
		x := make([]float64, 4)
		for i := range x {
			x[i] = rng.NormFloat64()
		}
		var f network.Functional
		f.Add(n.Output(), 3, 0, 1)
		f.Add(n.Output(), 3, 2, -2)
		e.Forward(x)
		const h = 1e-5
		if nearKink(n, e, 1e-3) {
			continue
		}
		grad := make([]float64, 4)
		e.Gradient(f, grad)
		for i := range x {
			at := func(d float64) float64 {
				y := append([]float64(nil), x...)
				y[i] += d
				e.Forward(y)
				return e.At(f)
			}
			if want := (at(h) - at(-h)) / (2 * h); math.Abs(grad[i]-want) > 1e-6*(1+math.Abs(want)) {
				t.Errorf("seed %d: slope %d is %v, differences say %v", seed, i, grad[i], want)
			}
			checked++
		}
	}
	if checked < 40 {
		t.Fatalf("only %d slopes checked", checked)
	}
}

func nearKink(n *network.Network, e *network.Evaluator, d float64) bool {
	for _, v := range n.Nodes {
		if _, ok := v.Op.(network.ReLU); ok {
			for _, z := range e.Value(v.Inputs[0]) {
				if math.Abs(z) < d {
					return true
				}
			}
		}
	}
	return false
}

// TestPullback: pulled back to the input through its linear pieces, a row has
// the value of the functional.
func TestPullback(t *testing.T) {
	rng := rand.New(rand.NewPCG(9, 9))
	n := networktest.Random(rng, 3, 5, 4, 2)
	e := network.NewEvaluator(n.Graph)
	x := []float64{0.3, -0.2, 0.9}
	e.Forward(x)
	var f network.Functional
	f.Add(n.Output(), 2, 1, 3)
	f.Const = 0.25
	rows := network.NewRows(n.Graph, 1)
	rows.AddFunctional(n.Graph, 0, f, 1)
	n.Pullback(rows, network.Steps{Activation: func(v int, rows *network.Rows) {
		z := n.Nodes[v].Inputs[0]
		for i, c := range rows.Coef[v] {
			if e.Value(z)[i] > 0 {
				rows.At(n.Graph, z)[i] += c
			}
		}
	}})
	got := rows.Const[0]
	for i, c := range rows.Coef[0] {
		got += c * x[i]
	}
	near(t, "pullback", got, e.At(f))
}

func TestSingleOutput(t *testing.T) {
	n := &network.Network{Graph: network.NewGraph(network.Shape{2})}
	at, err := n.Add("y", &network.Dense{Rows: 1, Cols: 2, W: []float64{2, 3}}, nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	if err := n.Finish(at); err != nil {
		t.Fatal(err)
	}
	if y := n.Logits([]float64{1, 1}); len(y) != 2 || y[0] != 0 || y[1] != 5 {
		t.Errorf("logits %v, want 0 and 5", y)
	}
	if len(n.Notes) != 1 {
		t.Errorf("notes: %q", n.Notes)
	}
}

func TestDecision(t *testing.T) {
	for _, c := range []struct {
		y                  []float64
		decision, runnerUp int
	}{
		{[]float64{1, 3, 2}, 1, 2},
		{[]float64{3, 3, 2}, 0, 1},
		{[]float64{-1, -5, -1}, 0, 2},
	} {
		d := network.Decision(c.y)
		if r := network.RunnerUp(c.y, d); d != c.decision || r != c.runnerUp {
			t.Errorf("%v: decision %d, runner-up %d", c.y, d, r)
		}
	}
}

func TestCheckFinite(t *testing.T) {
	for _, v := range []float64{math.NaN(), math.Inf(1), 1e300, 1e-300} {
		if network.CheckFinite([]float64{0, 1, v}) == nil {
			t.Errorf("%v is accepted", v)
		}
	}
	if err := network.CheckFinite([]float64{0, 1, -1e-30, 1e20}); err != nil {
		t.Error(err)
	}
}

// TestModel: a model's output is the file's, without a logit of class 0.
func TestModel(t *testing.T) {
	n := &network.Network{Graph: network.NewGraph(network.Shape{2})}
	y, err := n.Add("y", &network.Dense{Rows: 1, Cols: 2, W: []float64{1, 2}}, nil, 0)
	if err != nil || n.Finish(y) != nil {
		t.Fatal(err)
	}
	if m := n.Model(); m.Output.Node != y || m.Output.Shape.Size() != 1 || m.Input.Node != 0 {
		t.Errorf("model %+v", m)
	}
}
