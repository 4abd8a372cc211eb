package solve_test

import (
	"fmt"
	"math"
	"math/big"
	"math/rand/v2"
	"testing"

	"rsm/internal/query"
	"rsm/network"
	"rsm/network/networktest"
	"rsm/solve"
)

// exactMargin is r at x without rounding: big.Float with more bits than any sum or
// product here needs.
func exactMargin(n1, n2 plain, c query.ClassPair, x []float64) *big.Float {
	y1, y2 := exactLogits(n1, x), exactLogits(n2, x)
	d1, d2 := new(big.Float).Sub(y1[c.I], y1[c.J]), new(big.Float).Sub(y2[c.I], y2[c.J])
	return d1.Sub(d1, d2)
}

func exactLogits(p plain, x []float64) []*big.Float {
	num := func(v float64) *big.Float { return new(big.Float).SetPrec(6000).SetFloat64(v) }
	var at []*big.Float
	for _, v := range x {
		at = append(at, num(v))
	}
	for k, l := range p.layers {
		var out []*big.Float
		for i, row := range l.w {
			s := num(l.b[i])
			for j, w := range row {
				s.Add(s, num(0).Mul(num(w), at[j]))
			}
			if k < len(p.layers)-1 && s.Sign() < 0 {
				s = num(0)
			}
			out = append(out, s)
		}
		at = out
	}
	return at
}

// strange draws a pair that is made to break something: layers without weights,
// without biases, or dead; equal networks and equal first layers; weights, biases,
// inputs and boxes of all sizes; networks of up to four layers, or of one; fixed
// features; and pairings of neurons that mean nothing.
func strange(t testing.TB, seed uint64, neurons int) (*rand.Rand, problem) {
	t.Helper()
	rng := rand.New(rand.NewPCG(seed, 4242))
	power := func(a, b float64) float64 { return math.Pow(10, a+(b-a)*rng.Float64()) }
	inputs := 1 + rng.IntN(3)
	sizes := func() []int {
		all := []int{inputs}
		switch rng.IntN(8) {
		case 0: // linear
		case 1, 2:
			for range 3 {
				all = append(all, 1+rng.IntN(max(neurons/6, 1)))
			}
		default:
			all = append(all, hidden(rng, neurons/2)...)
		}
		return append(all, classes)
	}
	n1 := networktest.Random(rng, sizes()...)
	var name string
	var n2 *network.Network
	switch rng.IntN(8) {
	case 0:
		name, n2 = "stranger", networktest.Random(rng, sizes()...)
	case 1:
		name, n2 = "same sizes", sameSizes(rng, n1)
	case 2:
		name, n2 = "shared prefix", networktest.Twin(rng, n1, 0, 0)
		l := dense(n2)
		last := l[len(l)-1]
		for i := range last.W {
			last.W[i] += power(-8, 0) * rng.NormFloat64()
		}
	case 3:
		name, n2 = "pruned", networktest.Twin(rng, n1, 0, 0.6)
	case 4:
		name, n2 = "equal", networktest.Twin(rng, n1, 0, 0)
	default:
		name, n2 = "twin", networktest.Twin(rng, n1, power(-8, 0), 0)
	}
	for _, n := range []*network.Network{n1, n2} {
		layers := dense(n)
		switch rng.IntN(12) {
		case 0:
			name += ", biases only"
			d := layers[rng.IntN(len(layers))]
			clear(d.W)
		case 1:
			name += ", dead layer"
			for i := range layers[0].B {
				layers[0].B[i] = -1e4
			}
		case 2:
			name += ", no biases"
			for _, d := range layers {
				clear(d.B)
			}
		case 3:
			name += ", zero row"
			d := layers[0]
			clear(d.W[:d.Cols])
			d.B[0] = 0
		case 4:
			name += ", ties"
			d := layers[0]
			for i := range d.W {
				d.W[i] = float64(rng.IntN(3) - 1)
			}
			for i := range d.B {
				d.B[i] = float64(rng.IntN(3)-1) / 2
			}
		case 5:
			name += ", scaled neurons"
			scaleNeurons(rng, n, 40)
		case 6:
			name += ", bias of 1e8"
			d := layers[rng.IntN(len(layers))]
			d.B[0] = power(4, 9)
		}
	}
	if rng.IntN(3) == 0 {
		name += ", layers scaled"
		for k := range dense(n1) {
			by := power(-8, 8)
			for _, n := range []*network.Network{n1, n2} {
				if l := dense(n); k < len(l) {
					multiply(l[k].W, by)
					multiply(l[k].B, by)
				}
			}
		}
	}
	center, eps := make([]float64, inputs), make([]float64, inputs)
	e := power(-2, 1)
	switch rng.IntN(8) {
	case 0:
		e = power(-12, -5)
	case 1:
		e = power(2, 8)
	}
	at := 1.0
	if rng.IntN(8) == 0 {
		at = power(2, 8)
	}
	for i := range center {
		center[i], eps[i] = at*rng.NormFloat64(), e
		switch rng.IntN(8) {
		case 0:
			eps[i] = 0
		case 1:
			center[i] = 0
		case 2:
			eps[i] = e * power(-10, 0)
		case 3:
			center[i] = eps[i] // the box begins at zero
		}
	}
	if rng.IntN(20) == 0 {
		clear(eps)
	}
	p := newProblem(t, fmt.Sprintf("seed %d, %s, epsilon %.2g, %d inputs", seed, name, e, inputs), n1, n2, ball(t, center, eps...))
	if rng.IntN(2) == 0 {
		p.name += ", random pairings"
		var err error
		if p.joint, err = p.pair.Aligned(networktest.Pairings(rng, n1, n2)); err != nil {
			t.Fatal(err)
		}
	}
	return rng, p
}

// TestStrange: whatever the networks, the gap and the limit, bounds contain the
// oracle's range, and in exact arithmetic the margin at the witness.
func TestStrange(t *testing.T) {
	solved := 0
	for seed := range uint64(500) {
		rng, p := strange(t, seed, 10)
		c := classPair(rng)
		o := enumerate(p.pair, p.box, c)
		slack := 1e-14 * (o.n1.magnitude(p.box) + o.n2.magnitude(p.box))
		for _, opt := range []solve.Options{
			{},
			{Gap: max(solve.DefaultGap, (o.Max[0]-o.Min[0])*math.Pow(10, -2.5*rng.Float64()))},
			{RelativeGap: math.Pow(10, -3+4*rng.Float64())},
			{NodeLimit: 1 + rng.IntN(12)},
		} {
			opt.Seed, opt.Jobs = seed, 1+int(seed%4)
			name := fmt.Sprintf("gap %.2g, relative %.2g, %d nodes", opt.Gap, opt.RelativeGap, opt.NodeLimit)
			res := margins(t, p, opt, c)
			for side, e := range []solve.Extremum{res.Min[0], res.Max[0]} {
				want := []float64{o.Min[0], o.Max[0]}[side]
				if e.Engine == "bab" {
					solved++
				}
				if v := above(e, want); !(v >= -slack) {
					t.Errorf("%s, %s: the bound %v of %v is refuted by %v", p.name, name, e.Proved, e.Task, want)
				}
				r := exactMargin(o.n1, o.n2, c, e.Witness)
				if cmp := r.Cmp(big.NewFloat(e.Proved)); e.Sense == solve.Maximum && cmp > 0 || e.Sense == solve.Minimum && cmp < 0 {
					t.Errorf("%s, %s: the bound %v of %v is refuted by its witness, which has %v", p.name, name, e.Proved, e.Task, r.Text('g', 25))
				}
				allowed := max(opt.Gap, solve.DefaultGap, opt.RelativeGap*math.Abs(e.Witnessed))
				if e.Status == solve.Exact && !(math.Abs(e.Proved-want) <= allowed+slack) {
					t.Errorf("%s, %s: %v is called exact with the bound %v, the oracle has %v", p.name, name, e.Task, e.Proved, want)
				}
				replay(t, p, e)
			}
		}
	}
	t.Logf("%d extremes by branch and bound", solved)
	if solved < 200 {
		t.Errorf("only %d extremes need a branch and bound: the problems are too easy", solved)
	}
}

// TestExtremeScales: the same in exact arithmetic alone, for weights and boxes of
// any size that rsm takes, where no oracle in float64 is of use.
func TestExtremeScales(t *testing.T) {
	solved := 0
	for seed := range uint64(250) {
		rng, p := strange(t, 1000+seed, 12)
		for _, l := range append(dense(p.pair.N1), dense(p.pair.N2)...) {
			for i := range l.W {
				l.W[i] *= math.Pow(10, 55*(rng.Float64()-0.5)*float64(rng.IntN(2)))
				if a := math.Abs(l.W[i]); a > network.MaxMagnitude || a < network.MinMagnitude {
					l.W[i] = 0
				}
			}
		}
		for i := range p.box.Lo {
			lo, hi := &p.box.Lo[i], &p.box.Hi[i]
			switch rng.IntN(8) {
			case 0:
				m := math.Pow(10, 56*(rng.Float64()-0.5))
				*lo, *hi = *lo*m, *hi*m
			case 1: // a few numbers wide
				*hi = *lo + math.Abs(*lo)*1e-15
			case 2: // at zero, and not normal
				*lo, *hi = -math.SmallestNonzeroFloat64*float64(rng.IntN(5)), math.Pow(10, -330+60*rng.Float64())
			}
		}
		p = newProblem(t, p.name, p.pair.N1, p.pair.N2, p.box)
		n1, n2, c := plainOf(p.pair.N1), plainOf(p.pair.N2), classPair(rng)
		res := margins(t, p, solve.Options{Gap: math.Pow(10, -6*rng.Float64()), NodeLimit: 200}, c)
		lo, hi := res.Min[0], res.Max[0]
		if math.IsNaN(lo.Proved) || math.IsNaN(hi.Proved) {
			t.Fatalf("%s: [%v, %v]", p.name, lo.Proved, hi.Proved)
		}
		points := [][]float64{lo.Witness, hi.Witness}
		for range 10 {
			points = append(points, make([]float64, len(p.box.Lo)))
			sample(rng, p.box, points[len(points)-1])
		}
		for _, x := range points {
			if r := exactMargin(n1, n2, c, x); r.Cmp(big.NewFloat(lo.Proved)) < 0 || r.Cmp(big.NewFloat(hi.Proved)) > 0 {
				t.Errorf("%s: r is %v at %v, outside [%v, %v]", p.name, r.Text('g', 25), x, lo.Proved, hi.Proved)
			}
		}
		for _, e := range []solve.Extremum{lo, hi} {
			if e.Engine == "bab" {
				solved++
			}
		}
	}
	if solved < 100 {
		t.Errorf("only %d extremes need a branch and bound: the problems are too easy", solved)
	}
}
