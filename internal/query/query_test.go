package query_test

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"rsm/internal/query"
	"rsm/network"
	"rsm/network/networktest"
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
