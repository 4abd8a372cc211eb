package rsm_test

import (
	"math"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"rsm"
	"rsm/internal/npy"
	"rsm/network"
)

// colour makes two networks that are the same function of an image of 2 rows, 3 columns
// and 3 channels: the first takes nchw, the second nhwc.
func colour(t *testing.T, seed uint64) [2]*rsm.Network {
	t.Helper()
	rng := rand.New(rand.NewPCG(seed, 3))
	conv := &network.Conv{In: 3, Out: 2, Size: []int{2, 3}, Kernel: []int{2, 2}, W: make([]float64, 24), B: []float64{0.1, -0.2}}
	dense := &network.Dense{Rows: 3, Cols: 4, W: make([]float64, 12)}
	for _, w := range [][]float64{conv.W, dense.W} {
		for i := range w {
			w[i] = rng.NormFloat64()
		}
	}
	transpose := &network.Gather{}
	for c := range 3 {
		for p := range 6 {
			transpose.Index = append(transpose.Index, 3*p+c)
		}
	}
	var nets [2]*rsm.Network
	for k, shape := range []network.Shape{{1, 3, 2, 3}, {1, 2, 3, 3}} {
		g := network.NewGraph(shape)
		ops := []network.Op{transpose, conv, network.ReLU{}, dense}
		for i, op := range ops[1-k:] {
			if _, err := g.Add("n", op, nil, i); err != nil {
				t.Fatal(err)
			}
		}
		g.Outputs = []int{len(g.Nodes) - 1}
		nets[k] = &rsm.Network{Graph: g, File: shape.String()}
	}
	return nets
}

// image is an array of one image in nhwc, in grey levels.
func image(t *testing.T, shape ...int) *rsm.Samples {
	t.Helper()
	a := npy.Array{Shape: shape, Data: make([]float64, network.Shape(shape).Size())}
	rng := rand.New(rand.NewPCG(9, 9))
	for i := range a.Data {
		a.Data[i] = float64(rng.IntN(256))
	}
	path := filepath.Join(t.TempDir(), "x.npy")
	if err := npy.Write(path, a); err != nil {
		t.Fatal(err)
	}
	s, err := rsm.ReadSamples(path)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// TestLayouts: networks that take the same image in other orders are the same function
// of a sample whose layout is given, and not of its bare numbers, of which a note tells.
func TestLayouts(t *testing.T) {
	nets := colour(t, 1)
	region := rsm.Ball(image(t, 1, 2, 3, 3).Sample(0), 20)
	region.Clip = &[2]float64{0, 255}
	region.Of1 = rsm.Preprocessing{Div: 255, Mean: rsm.Point([]float64{0.4, 0.5, 0.6}), Std: rsm.Point([]float64{0.2})}
	region.Of2 = region.Of1
	for _, layout := range []rsm.Layout{rsm.NHWC, rsm.NCHW} {
		region.Layout = layout
		r, err := rsm.Margin(t.Context(), rsm.Question{N1: nets[0], N2: nets[1], Region: region, Pairs: rsm.AllPairs})
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range r.Pairs {
			most := 1e-9 // a transposition back and forth is no identity of nodes
			if layout == rsm.NHWC {
				most = 0
			}
			if float64(-p.Min.Proved) > most || float64(p.Max.Proved) > most || p.Min.Status != rsm.Exact {
				t.Errorf("%v: the same function has [%v, %v] for %v", layout, p.Min.Proved, p.Max.Proved, p.Classes())
			}
		}
		if want := []string{"N1 takes images of 3x2x3 (nchw): points of 2x3x3 (nhwc) are transposed for it"}; layout == rsm.NHWC && !slices.Equal(r.Notes, want) {
			t.Errorf("notes %q, want %q", r.Notes, want)
		} else if len(r.Notes) == 0 || layout == rsm.NCHW && len(r.Notes) != 2 {
			t.Errorf("%v: notes %q", layout, r.Notes)
		}
		if m := r.Region.Maps; m == nil || m.Layout != string(layout) || m.N1.Divide != 255 || len(m.N1.Mean) != 3 {
			t.Errorf("%v: maps %+v", layout, m)
		}
	}
	// Without a layout, constants of channels have none either.
	region.Layout = ""
	if _, err := rsm.Margin(t.Context(), rsm.Question{N1: nets[0], N2: nets[1], Region: region}); err == nil || !strings.Contains(err.Error(), "say whether points are nchw or nhwc") {
		t.Errorf("constants of channels without a layout: %v", err)
	}
	region.Of1.Mean, region.Of2.Mean = rsm.Sample{}, rsm.Sample{}
	r, err := rsm.Margin(t.Context(), rsm.Question{N1: nets[0], N2: nets[1], Region: region, Pairs: "0:1"})
	if err != nil {
		t.Fatal(err)
	}
	if r.Pairs[0].Min.Proved == 0 && r.Pairs[0].Max.Proved == 0 || len(r.Notes) != 1 || !strings.Contains(r.Notes[0], "give its layout") {
		t.Errorf("[%v, %v], notes %q", r.Pairs[0].Min.Proved, r.Pairs[0].Max.Proved, r.Notes)
	}
}

// TestApart: a disturbance of N2 makes equal networks differ, and the witnesses are
// points that differ by no more than it.
func TestApart(t *testing.T) {
	nets := colour(t, 2)
	region := rsm.Ball(rsm.Point(make([]float64, 18)), 1)
	region.Apart = rsm.Point([]float64{0.25})
	q := rsm.Question{N1: nets[0], N2: nets[0], Region: region, Pairs: "0:1"}
	r, err := rsm.Margin(t.Context(), q)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range []rsm.Extremum{r.Pairs[0].Min, r.Pairs[0].Max} {
		if e.Status != rsm.Exact || e.Witnessed == 0 || len(e.Moved) != len(e.Witness) {
			t.Fatalf("%v [%v, %v], moved %v", e.Status, e.Witnessed, e.Proved, e.Moved)
		}
		x, moved := rsm.Floats(e.Witness), rsm.Floats(e.Moved)
		for i := range x {
			if math.Abs(x[i]-moved[i]) > 0.25 || math.Abs(x[i]) > 1 {
				t.Errorf("feature %d is %v and %v", i, x[i], moved[i])
			}
		}
		y1, y2 := nets[0].Logits(x), nets[0].Logits(moved)
		if v := y1[0] - y1[1] - y2[0] + y2[1]; math.Abs(v-float64(e.Witnessed)) > 1e-9 {
			t.Errorf("%v is witnessed, and %v there", e.Witnessed, v)
		}
	}
	// By how much outputs differ tells a radius too.
	top := max(-float64(r.Pairs[0].Min.Proved), float64(r.Pairs[0].Max.Proved))
	region.Epsilon = 0
	radius, err := rsm.Radius(t.Context(), rsm.Question{N1: nets[0], N2: nets[0], Region: region, Property: rsm.KindMargin, AtLeast: rsm.Decimal("-1000"), Pairs: "0:1", MaxEpsilon: 1})
	if err != nil || radius.Radius.Safe == nil || *radius.Radius.Safe != 1 {
		t.Errorf("log RSM is at least %v, and the radius %+v: %v", -top, radius, err)
	}
	equiv, err := rsm.Equiv(t.Context(), rsm.Question{N1: nets[0], N2: nets[0], Region: q.Region, EpsilonOutput: "0.001"})
	if err != nil || equiv.Verdict != rsm.Violated || len(equiv.Equiv.Moved) != 18 {
		t.Errorf("equivalence: %+v: %v", equiv, err)
	}
}

// TestPreprocessingMistakes: what does not fit is an error that says which map it is.
func TestPreprocessingMistakes(t *testing.T) {
	nets := colour(t, 3)
	flat := network.NewGraph(network.Shape{18})
	if _, err := flat.Add("n", &network.Dense{Rows: 3, Cols: 18, W: make([]float64, 54)}, nil, 0); err != nil {
		t.Fatal(err)
	}
	flat.Outputs = []int{1}
	plain := &rsm.Network{Graph: flat, File: "flat"}
	three := rsm.Point([]float64{1, 2, 3})
	for _, c := range []struct {
		n1, n2 *rsm.Network
		change func(r *rsm.Region)
		want   string
	}{
		{nets[0], nets[0], func(r *rsm.Region) { r.Of2.Std = rsm.Point([]float64{1, 0, 1}) }, "the map of N2: the standard deviation of feature 6 is 0"},
		{nets[0], nets[0], func(r *rsm.Region) { r.Of1.Mean = rsm.Point([]float64{1, 2}) }, "the map of N1: the mean has 2 numbers for an image of 3x2x3 (nchw)"},
		{nets[0], nets[0], func(r *rsm.Region) { r.Of1.Mean = rsm.Point(nil) }, ""},
		{nets[0], nets[0], func(r *rsm.Region) { r.Of1.Div = math.NaN() }, "the map of N1: the scale divides by NaN"},
		{nets[0], nets[0], func(r *rsm.Region) { r.Apart = rsm.Point([]float64{-1}) }, "the map of N2: points differ by at most -1"},
		{nets[0], nets[0], func(r *rsm.Region) { r.Apart = three }, "the map of N2: apart has 3 numbers for points of 18 features"},
		{nets[0], nets[0], func(r *rsm.Region) { r.Layout = "chwn" }, "Layout chwn: give nchw or nhwc"},
		{nets[0], nets[0], func(r *rsm.Region) { r.Of2.Layout = "x" }, "Of2.Layout x: give nchw or nhwc"},
		{nets[0], nets[0], func(r *rsm.Region) { r.Of2.Layout = rsm.NHWC }, "Of2.Layout nhwc: give Layout too"},
		{plain, plain, func(r *rsm.Region) { r.Of1.Mean = three }, "the mean has 3 numbers for points of 18 features"},
		{plain, plain, func(r *rsm.Region) { r.Layout = rsm.NHWC }, "Layout nhwc: N1 takes its input as 18, not as an image"},
		{nets[0], plain, func(r *rsm.Region) { r.Layout = rsm.NHWC }, "Of2.Layout: the operators of N2 do not say which layout it takes"},
		{nets[0], plain, func(r *rsm.Region) { r.Layout, r.Of2.Layout = rsm.NHWC, rsm.NHWC }, ""},
		{nets[0], nets[0], func(r *rsm.Region) { r.Layout, r.ImageShape = rsm.NHWC, []int{3, 3, 2} }, "the map of N1: it takes 3x2x3 (nchw), and points are images of"},
		{nets[0], nets[0], func(r *rsm.Region) { r.Of1.Mul = 1e29; r.Of1.Std = rsm.Point([]float64{1e-30}) }, "the map of N1: feature 0 of the network's input would be"},
	} {
		r := rsm.Ball(rsm.Point(slices.Repeat([]float64{100}, 18)), 1)
		c.change(&r)
		q := rsm.Question{Kind: rsm.KindMargin, N1: c.n1, N2: c.n2, Region: r, Pairs: "0:1"}
		if err := q.Validate(); (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
			t.Errorf("%v, want %q", err, c.want)
		}
	}
}
