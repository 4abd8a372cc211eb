package invariance_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"rsm/internal/query"
	"rsm/network"
	"rsm/network/networktest"
	"rsm/region"
	"rsm/solve"
	"rsm/solve/oracle"
)

// agree holds two exact extremes against each other, b negated where sign is
// -1.
func agree(t *testing.T, p oracle.Problem, what string, a, b solve.Extremum, sign float64) {
	t.Helper()
	if a.Status != solve.Exact || b.Status != solve.Exact {
		t.Errorf("%s, %s: %v and %v", p.Name, what, a.Status, b.Status)
	}
	for _, v := range []float64{a.Witnessed - sign*b.Witnessed, a.Proved - sign*b.Proved} {
		if math.Abs(v) > oracle.Twice {
			t.Errorf("%s, %s: [%v, %v] against %v times [%v, %v]", p.Name, what, a.Witnessed, a.Proved, sign, b.Witnessed, b.Proved)
			return
		}
	}
}

// copyOf returns a network with its own weights.
func copyOf(n *network.Network) *network.Network {
	return networktest.Twin(rand.New(rand.NewPCG(0, 0)), n, 0, 0)
}

// TestSymmetry: what swaps the networks or the classes negates the range, and
// what leaves the functions as they are leaves the range as it is.
func TestSymmetry(t *testing.T) {
	for seed := range uint64(60) {
		rng, p := oracle.Random(t, 5000+seed, 4, 14)
		c := oracle.ClassPair(rng)
		n1, n2 := p.Pair.N1, p.Pair.N2
		opt := solve.Options{Seed: seed}
		base := oracle.Margins(t, p, opt, c, query.ClassPair{I: c.J, J: c.I})
		lo, hi := base.Min[0], base.Max[0]
		agree(t, p, "(j,i) against (i,j)", lo, base.Max[1], -1)
		agree(t, p, "(j,i) against (i,j)", hi, base.Min[1], -1)

		swapped := oracle.New(t, p.Name, n2, n1, p.Box)
		res := oracle.Margins(t, swapped, opt, c)
		agree(t, p, "swapped networks", lo, res.Max[0], -1)
		agree(t, p, "swapped networks", hi, res.Min[0], -1)

		for _, change := range []struct {
			name string
			do   func(n1, n2 *network.Network)
		}{
			{"a constant on all logits of N1", func(n1, _ *network.Network) { shift(n1, 3.25) }},
			{"a constant on all logits of N2", func(_, n2 *network.Network) { shift(n2, -7.5) }},
			{"permuted hidden neurons of N2", func(_, n2 *network.Network) { permute(rng, n2) }},
			{"N1's layer scaled up, the next one down", func(n1, _ *network.Network) { rescale(rng, n1, 2) }},
			{"N2's layer scaled up, the next one down", func(_, n2 *network.Network) { rescale(rng, n2, 2) }},
			{"both networks' layers rescaled", func(n1, n2 *network.Network) { rescale(rng, n1, 64); rescale(rng, n2, 0.5) }},
		} {
			m1, m2 := copyOf(n1), copyOf(n2)
			change.do(m1, m2)
			res := oracle.Margins(t, oracle.New(t, p.Name, m1, m2, p.Box), opt, c)
			agree(t, p, change.name, lo, res.Min[0], 1)
			agree(t, p, change.name, hi, res.Max[0], 1)
		}
	}
}

// shift adds a constant to all logits.
func shift(n *network.Network, by float64) {
	layers := oracle.Dense(n)
	last := layers[len(layers)-1]
	for i := range last.B {
		last.B[i] += by
	}
}

// permute reorders the neurons of every hidden layer.
func permute(rng *rand.Rand, n *network.Network) {
	layers := oracle.Dense(n)
	for k := range len(layers) - 1 {
		d, next := layers[k], layers[k+1]
		from := rng.Perm(d.Rows)
		w, b, v := append([]float64(nil), d.W...), append([]float64(nil), d.B...), append([]float64(nil), next.W...)
		for i, f := range from {
			copy(d.W[i*d.Cols:(i+1)*d.Cols], w[f*d.Cols:(f+1)*d.Cols])
			d.B[i] = b[f]
			for r := range next.Rows {
				next.W[r*next.Cols+i] = v[r*next.Cols+f]
			}
		}
	}
}

// rescale multiplies a hidden layer by a power of two and divides the weights
// of the next one by it.
func rescale(rng *rand.Rand, n *network.Network, by float64) {
	layers := oracle.Dense(n)
	k := rng.IntN(len(layers) - 1)
	for i := range layers[k].W {
		layers[k].W[i] *= by
	}
	for i := range layers[k].B {
		layers[k].B[i] *= by
	}
	for i := range layers[k+1].W {
		layers[k+1].W[i] /= by
	}
}

// TestSame: a network and itself, or a copy of its weights, have a margin of
// exactly zero, by a certified bound. A copy with its neurons in another order
// is another graph: its margin is zero within the gap.
func TestSame(t *testing.T) {
	for seed := range uint64(40) {
		rng, p := oracle.Random(t, 7000+seed, 4, 20)
		c := oracle.ClassPair(rng)
		n := p.Pair.N1
		for _, other := range []*network.Network{n, copyOf(n)} {
			res := oracle.Margins(t, oracle.New(t, p.Name, n, other, p.Box), solve.Options{Seed: seed}, c)
			for _, e := range []solve.Extremum{res.Min[0], res.Max[0]} {
				if e.Witnessed != 0 || e.Proved != 0 || e.Rigor != solve.Certified || e.Status != solve.Exact {
					t.Errorf("%s: a network against itself has %v %v [%v, %v], %v", p.Name, e.Sense, e.Status, e.Witnessed, e.Proved, e.Rigor)
				}
			}
		}
		permuted := copyOf(n)
		permute(rng, permuted)
		res := oracle.Margins(t, oracle.New(t, p.Name, n, permuted, p.Box), solve.Options{Seed: seed}, c)
		for _, e := range []solve.Extremum{res.Min[0], res.Max[0]} {
			if math.Abs(e.Witnessed) > 1e-9 || math.Abs(e.Proved) > oracle.Twice || e.Status != solve.Exact {
				t.Errorf("%s: a network against itself, reordered, has %v %v [%v, %v]", p.Name, e.Sense, e.Status, e.Witnessed, e.Proved)
			}
		}
	}
}

// TestSmallerBox: the range over a part of the box lies within the range over
// the box, and the range at a point is the value there.
func TestSmallerBox(t *testing.T) {
	for seed := range uint64(60) {
		rng, p := oracle.Random(t, 9000+seed, 4, 14)
		c := oracle.ClassPair(rng)
		inside := p
		lo, hi := make([]float64, len(p.Box.Lo)), make([]float64, len(p.Box.Lo))
		for i := range lo {
			a := p.Box.Lo[i] + rng.Float64()*(p.Box.Hi[i]-p.Box.Lo[i])
			b := p.Box.Lo[i] + rng.Float64()*(p.Box.Hi[i]-p.Box.Lo[i])
			lo[i], hi[i] = min(a, b), max(a, b)
		}
		p.Box.Project(lo)
		p.Box.Project(hi)
		var err error
		if inside.Box, err = region.NewBox(lo, hi); err != nil {
			t.Fatal(err)
		}
		opt := solve.Options{Seed: seed}
		big, small := oracle.Margins(t, p, opt, c), oracle.Margins(t, inside, opt, c)
		const slack = 1e-8
		if small.Max[0].Witnessed > big.Max[0].Proved+slack || small.Min[0].Witnessed < big.Min[0].Proved-slack ||
			small.Max[0].Proved > big.Max[0].Proved+oracle.Twice || small.Min[0].Proved < big.Min[0].Proved-oracle.Twice {
			t.Errorf("%s: [%v, %v] over a part of the box, [%v, %v] over all of it", p.Name,
				small.Min[0].Proved, small.Max[0].Proved, big.Min[0].Proved, big.Max[0].Proved)
		}
		if inside.Box, err = region.NewBox(lo, lo); err != nil {
			t.Fatal(err)
		}
		point := oracle.Margins(t, inside, opt, c)
		want := oracle.Margin(oracle.PlainOf(p.Pair.N1), oracle.PlainOf(p.Pair.N2), c, lo)
		for _, e := range []solve.Extremum{point.Min[0], point.Max[0]} {
			if math.Abs(e.Witnessed-want) > 1e-11*(1+math.Abs(want)) || math.Abs(e.Proved-want) > solve.DefaultGap || e.Rigor != solve.Certified {
				t.Errorf("%s: [%v, %v] (%v) at a point where r is %v", p.Name, e.Witnessed, e.Proved, e.Rigor, want)
			}
		}
	}
}
