package rsm

import (
	"testing"

	"rsm/network"
)

// TestDefaultLabel: without a label it is N2's decision at the sample, also where the domain
// moves the centre of the region to another class, which a note says then.
func TestDefaultLabel(t *testing.T) {
	g := network.NewGraph(network.Shape{1}) // class 1 from 0.1 on
	at, err := g.Add("y", &network.Dense{Rows: 2, Cols: 1, W: []float64{0, 1}, B: []float64{0.1, 0}}, nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	g.Outputs = []int{at}
	n := &Network{Graph: g}
	given := 1
	for _, c := range []struct {
		region Region
		label  *int
		want   int
		notes  int
	}{
		{Ball(Point([]float64{0.05}), 0.2), nil, 0, 0},
		{Ball(Point([]float64{0.05}), 0.2).Clipped(0, 1), nil, 0, 1},
		{Ball(Point([]float64{0.05}), 0.2).Clipped(0, 1), &given, 1, 0},
		{Ball(Point([]float64{0.15}), 0.2).Clipped(0, 1), nil, 1, 0},
		{Box([]float64{0}, []float64{0.3}), nil, 1, 0},
	} {
		p := &prepared{q: &Question{N1: n, N2: n, Region: c.region, Label: c.label}}
		if p.inputs, err = c.region.inputs([2]*Network{n, n}, Reader{}); err != nil {
			t.Fatal(err)
		}
		if got, err := p.q.label(p.logits()); err != nil || got != c.want || len(p.notes) != c.notes {
			t.Errorf("%v: label %d with notes %q (%v), want %d", c.region, got, p.notes, err, c.want)
		}
		if around := c.region.Sample.given(); p.inputs.info.AroundSample() != around {
			t.Errorf("%v: around a sample is %v in the result", c.region, !around)
		}
	}
}
