package query_test

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"rsm/internal/query"
	"rsm/network"
	"rsm/network/networktest"
	"rsm/region"
)

// TestJoint: the joint graph computes both networks, and shares what they have
// in common.
func TestJoint(t *testing.T) {
	for seed := range uint64(50) {
		rng := rand.New(rand.NewPCG(seed, 7))
		n1 := networktest.Random(rng, 3, 4, 5, 2)
		n2 := networktest.Twin(rng, n1, 0.1, 0)
		if seed%3 == 0 {
			n2 = networktest.Random(rng, 3, 4, 2)
		}
		j := joint(t, n1, n2)
		e := network.NewEvaluator(j.Graph)
		x := []float64{rng.NormFloat64(), rng.NormFloat64(), rng.NormFloat64()}
		e.Forward(x)
		y1, y2 := n1.Logits(x), n2.Logits(x)
		for c := range y1 {
			if e.Value(j.Out1)[c] != y1[c] || e.Value(j.Out2)[c] != y2[c] {
				t.Fatalf("seed %d: the joint graph has other logits", seed)
			}
		}
		if r := e.At(j.Margin(query.ClassPair{I: 0, J: 1})); math.Abs(r-(y1[0]-y1[1]-y2[0]+y2[1])) > 1e-12*(1+math.Abs(r)) {
			t.Errorf("seed %d: margin %v", seed, r)
		}
		for _, p := range j.Pairs {
			if p.Second != p.First+1 {
				t.Errorf("seed %d: pair %v is not adjacent", seed, p)
			}
		}
	}
}

func TestJointShares(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 7))
	n1 := networktest.Random(rng, 3, 4, 5, 2)
	same := joint(t, n1, networktest.Twin(rng, n1, 0, 0))
	if same.Out1 != same.Out2 || len(same.Graph.Nodes) != len(n1.Nodes) {
		t.Errorf("a network and its copy have %d nodes together, not %d", len(same.Graph.Nodes), len(n1.Nodes))
	}
	// The same first layer, another tail.
	n2 := networktest.Twin(rng, n1, 0, 0)
	n2.Nodes[3].Op.(*network.Dense).W[0] += 1
	if j := joint(t, n1, n2); len(j.Graph.Nodes) != len(n1.Nodes)+3 || len(j.Pairs) != 1 {
		t.Errorf("a common first layer is not shared: %d nodes, %d pairs", len(j.Graph.Nodes), len(j.Pairs))
	}
}

func TestPairErrors(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 7))
	a := networktest.Random(rng, 3, 4, 2)
	if _, err := query.NewPair(a, networktest.Random(rng, 4, 4, 2)); err == nil || !strings.Contains(err.Error(), "3 features") {
		t.Errorf("other inputs: %v", err)
	}
	if _, err := query.NewPair(a, networktest.Random(rng, 3, 4, 5)); err == nil || !strings.Contains(err.Error(), "5") {
		t.Errorf("other classes: %v", err)
	}
}

func joint(t *testing.T, n1, n2 *network.Network) *query.Joint {
	t.Helper()
	p, err := query.NewPair(n1, n2)
	if err != nil {
		t.Fatal(err)
	}
	j, err := p.Joint()
	if err != nil {
		t.Fatal(err)
	}
	return j
}

// TestJointMaps: networks with the same map share it and what they have in common,
// networks that see different points share nothing, and an identity has no nodes.
func TestJointMaps(t *testing.T) {
	rng := rand.New(rand.NewPCG(2, 7))
	n := networktest.Random(rng, 3, 4, 2)
	pair := query.Pair{N1: n, N2: networktest.Twin(rng, n, 0, 0)}
	standard := region.Map{Mean: []float64{0.5}, Std: []float64{3}}
	apart := standard
	apart.Apart = []float64{0.1}
	other := region.Map{Std: []float64{4}}
	ball := region.Perturbation{Sample: []float64{0, 0, 0}, Epsilon: []float64{1}}
	for _, c := range []struct {
		name  string
		first region.Map
		of    region.Map
		nodes int
		same  bool
	}{
		{"identity", region.Map{}, region.Map{Mul: 1}, len(n.Nodes), true},
		{"the same", standard, standard, len(n.Nodes) + 2, true},
		{"one", region.Map{}, other, 2*len(n.Nodes) - 1 + 1, false},
		{"apart", standard, apart, 1 + 2 + 2*(2+len(n.Nodes)-1), false},
	} {
		r, err := ball.Region()
		if err != nil {
			t.Fatal(err)
		}
		if r, err = r.Through(region.Maps{Of: [2]region.Map{c.first, c.of}}); err != nil {
			t.Fatal(err)
		}
		j, err := query.NewJoint(pair, r)
		if err != nil {
			t.Fatal(err)
		}
		if len(j.Graph.Nodes) != c.nodes || (j.Out1 == j.Out2) != c.same {
			t.Errorf("%s: %d nodes, want %d; the same output: %v", c.name, len(j.Graph.Nodes), c.nodes, j.Out1 == j.Out2)
		}
		if err := j.Check(); err != nil {
			t.Error(err)
		}
		// The joint graph and each network by itself have the same values.
		x := make([]float64, len(j.Box.Lo))
		for i := range x {
			x[i] = j.Box.Lo[i] + rng.Float64()*(j.Box.Hi[i]-j.Box.Lo[i])
		}
		e := network.NewEvaluator(j.Graph)
		e.Forward(x)
		at := j.At(x)
		y1, y2 := j.Evaluator()(at)
		u1, u2 := n.Logits(r.Input(0, r.View(0, at))), n.Logits(r.Input(1, r.View(1, at)))
		for k := range y1 {
			if y1[k] != e.Value(j.Out1)[k] || y2[k] != e.Value(j.Out2)[k] || u1[k] != y1[k] || u2[k] != y2[k] {
				t.Errorf("%s: logits %v %v, by themselves %v %v, at their inputs %v %v", c.name, e.Value(j.Out1), e.Value(j.Out2), y1, y2, u1, u2)
			}
		}
		plain, err := pair.Joint()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := plain.Over(r); (err == nil) != (c.name == "identity") {
			t.Errorf("%s: a joint graph without maps over this region: %v", c.name, err)
		}
		if err := plain.Check(); err == nil {
			t.Error("a joint graph without a region passes")
		}
	}
}
