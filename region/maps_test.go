package region_test

import (
	"math"
	"math/big"
	"math/rand/v2"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"rsm/network"
	"rsm/network/networktest"
	"rsm/region"
)

func around(t testing.TB, p region.Perturbation) *region.Region {
	t.Helper()
	r, err := p.Region()
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func through(t testing.TB, r *region.Region, m region.Maps) *region.Region {
	t.Helper()
	s, err := r.Through(m)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// TestMapFormula: the input of a network is the formula of doc.go, channel by channel,
// in the network's layout.
func TestMapFormula(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		image := region.Image{Channels: rapid.IntRange(1, 4).Draw(t, "channels"), Rows: rapid.IntRange(1, 3).Draw(t, "rows"), Columns: rapid.IntRange(1, 4).Draw(t, "columns"),
			Layout: region.Layout(rapid.IntRange(1, 2).Draw(t, "layout"))}
		n := image.Size()
		number := rapid.Float64Range(0.1, 3)
		m := region.Map{Mul: number.Draw(t, "mul"), Div: number.Draw(t, "div"), Layout: region.Layout(rapid.IntRange(0, 2).Draw(t, "to")),
			Mean: rapid.SliceOfN(number, image.Channels, image.Channels).Draw(t, "mean"), Std: rapid.SliceOfN(number, image.Channels, image.Channels).Draw(t, "std")}
		x := rapid.SliceOfN(rapid.Float64Range(-2, 2), n, n).Draw(t, "x")
		p := region.Perturbation{Sample: x}
		r, err := p.Region()
		if err == nil {
			r, err = r.Through(region.Maps{Image: &image, Of: [2]region.Map{1: m}})
		}
		if err != nil {
			t.Fatal(err)
		}
		if u := r.Input(0, x); &u[0] != &x[0] {
			t.Fatal("the map of N1 is not the identity")
		}
		u := r.Input(1, x)
		own := image
		if m.Layout != region.AsGiven {
			own.Layout = m.Layout
		}
		for i := range x {
			row, column := image.Pixel(i)
			for j := range u {
				if a, b := own.Pixel(j); a != row || b != column || own.Channel(j) != image.Channel(i) {
					continue
				}
				c := image.Channel(i)
				if want := (x[i]*m.Mul/m.Div - m.Mean[c]) / m.Std[c]; math.Abs(u[j]-want) > 1e-12 {
					t.Fatalf("feature %d of the input is %v, feature %d of the point, channel %d, gives %v", j, u[j], i, c, want)
				}
			}
		}
	})
}

// TestDisturbed: what the networks see at any parameters is in the domain, no further
// apart than it may be in exact arithmetic, and each end of that is reached.
func TestDisturbed(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 4).Draw(t, "features")
		unit := rapid.Float64Range(0, 1)
		// Next to 0.05 and in a domain that begins below 0 differences are far smaller than what
		// rounding loses on the way to them.
		sample := rapid.OneOf(unit, rapid.SampledFrom([]float64{0.05, 0.05000000000000004, 0.10000000000000002}))
		clip := rapid.SampledFrom([][2]float64{{0, 1}, {-0.3, 1}}).Draw(t, "clip")
		p := region.Perturbation{Sample: rapid.SliceOfN(sample, n, n).Draw(t, "sample"), Epsilon: rapid.SliceOfN(rapid.SampledFrom([]float64{0, 0.1, 0.7}), n, n).Draw(t, "epsilon"), Clip: &clip}
		if rapid.Bool().Draw(t, "brightness") {
			p.Brightness = 0.3
		}
		apart := rapid.SliceOfN(rapid.SampledFrom([]float64{0, 0.05, 0.1, 2}), n, n).Draw(t, "apart")
		k := rapid.IntRange(0, 1).Draw(t, "network")
		r, err := p.Region()
		if err != nil {
			t.Skip(err)
		}
		var m region.Maps
		m.Of[k].Apart = apart
		if r, err = r.Through(m); err != nil {
			t.Fatal(err)
		}
		box := r.Box()
		parameters := make([]float64, len(box.Lo))
		for i := range parameters {
			switch rapid.IntRange(0, 3).Draw(t, "where") {
			case 0:
				parameters[i] = box.Lo[i]
			case 1:
				parameters[i] = box.Hi[i]
			case 2:
				parameters[i] = min(max(p.Sample[i%n], box.Lo[i]), box.Hi[i])
			default:
				parameters[i] = box.Lo[i] + unit.Draw(t, "share")*(box.Hi[i]-box.Lo[i])
			}
		}
		at := r.At(parameters)
		x, moved := r.Shared(at), r.Moved(at)
		for i := range x {
			d := new(big.Rat).Sub(rational(r.View(0, at)[i]), rational(r.View(1, at)[i]))
			switch {
			case x[i] < clip[0] || x[i] > clip[1] || !r.Hull().Contains(x):
				t.Fatalf("feature %d of the point is %v", i, x[i])
			case moved == nil && d.Sign() != 0:
				t.Fatal("the networks see different points")
			case moved == nil:
				continue
			case moved[i] < clip[0] || moved[i] > clip[1] || d.Abs(d).Cmp(rational(apart[i])) > 0:
				t.Fatalf("feature %d is %v and %v, more than %v apart or outside the domain", i, x[i], moved[i], apart[i])
			}
		}
		if moved == nil {
			return
		}
		// The last parameters are the disturbance of the features that have one.
		free := len(parameters)
		for i := n - 1; i >= 0; i-- {
			if apart[i] == 0 {
				continue
			}
			free--
			for sign, want := range map[float64]float64{-1: max(x[i]-apart[i], clip[0]), 1: min(x[i]+apart[i], clip[1])} {
				parameters[free] = box.Lo[free]
				if sign > 0 {
					parameters[free] = box.Hi[free]
				}
				if at := r.At(parameters); math.Abs(r.Moved(at)[i]-want) > 1e-15 {
					t.Fatalf("feature %d, %v, moves to %v, want %v", i, x[i], r.Moved(at)[i], want)
				}
			}
		}
	})
}

func rational(v float64) *big.Rat { return new(big.Rat).SetFloat64(v) }

// TestMapNodes: an identity has no nodes, and the points are the parameters where
// nothing makes them.
func TestMapNodes(t *testing.T) {
	r := around(t, region.Perturbation{Sample: []float64{0, 0.5}, Epsilon: []float64{0.1}})
	for _, m := range []region.Map{{}, {Mul: 1, Div: 1}, {Apart: []float64{0, 0}}} {
		s := through(t, r, region.Maps{Of: [2]region.Map{{}, m}})
		if g, _ := s.Graph(); g != nil || s.Front(0) != nil || s.Front(1) != nil || s.Parametric() || s.Apart() || !s.SameMaps(r) {
			t.Errorf("%+v has nodes", m)
		}
	}
	n := networktest.Random(rand.New(rand.NewPCG(1, 1)), 2, 3, 2)
	if g, shift, err := r.Composed(1, n.Graph); g != n.Graph || shift != 0 || err != nil {
		t.Errorf("the identity composes to another graph: %v", err)
	}
	s := through(t, r, region.Maps{Of: [2]region.Map{{}, {Mean: []float64{0.5}, Std: []float64{3}}}})
	if s.SameMaps(r) || r.SameMaps(s) {
		t.Error("other maps are the same")
	}
	g, shift, err := s.Composed(1, n.Graph)
	if err != nil || len(g.Nodes) != len(n.Nodes)+2 || shift != 2 {
		t.Errorf("a composed network has %d nodes, shifted by %d: %v", len(g.Nodes), shift, err)
	}
}

// TestMapErrors: a mistake says which map it is in, and which shape does not fit.
func TestMapErrors(t *testing.T) {
	six := region.Perturbation{Sample: make([]float64, 6), Epsilon: []float64{1}}
	image := &region.Image{Channels: 3, Rows: 1, Columns: 2, Layout: region.NHWC}
	nan, inf := math.NaN(), math.Inf(1)
	for _, c := range []struct {
		want  string
		image *region.Image
		m     region.Map
	}{
		{"the map of N2: the mean has 3 numbers for points of 6 features", nil, region.Map{Mean: []float64{1, 2, 3}}},
		{"the map of N2: the mean has 2 numbers for an image of 1x2x3 (nhwc)", image, region.Map{Mean: []float64{1, 2}}},
		{"the map of N2: the standard deviation has 0 numbers", image, region.Map{Std: []float64{}}},
		{"the standard deviation of feature 1 is 0", image, region.Map{Std: []float64{1, 0, 2}}},
		{"the standard deviation of feature 0 is -1", image, region.Map{Std: []float64{-1}}},
		{"the standard deviation of feature 0 is NaN", image, region.Map{Std: []float64{nan}}},
		{"the mean of feature 2 is +Inf", image, region.Map{Mean: []float64{1, 2, inf}}},
		{"the scale divides by NaN", nil, region.Map{Div: nan}},
		{"the scale multiplies by 1e-300", nil, region.Map{Mul: 1e-300}},
		{"feature 0 of the network's input would be", nil, region.Map{Mul: 1e30, Std: []float64{1e-30}}},
		{"say whether points are nchw or nhwc", &region.Image{Channels: 3, Rows: 2, Columns: 1}, region.Map{Mean: []float64{1, 2, 3}}},
		{"the layout of the network is nchw, and it is not known that of the points", nil, region.Map{Layout: region.NCHW}},
		{"points of 6 features are no images of 3x2x2 (nchw)", &region.Image{Channels: 3, Rows: 2, Columns: 2, Layout: region.NCHW}, region.Map{}},
		{"an image of -3 channels", &region.Image{Channels: -3, Rows: -2, Columns: 1}, region.Map{}},
		{"points differ by at most -1 in feature 0", nil, region.Map{Apart: []float64{-1}}},
		{"points differ by at most NaN", nil, region.Map{Apart: []float64{nan}}},
		{"apart has 2 numbers for points of 6 features", nil, region.Map{Apart: []float64{1, 1}}},
	} {
		if _, err := around(t, six).Through(region.Maps{Image: c.image, Of: [2]region.Map{1: c.m}}); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%+v: %v, want %q", c.m, err, c.want)
		}
	}
	both := region.Map{Apart: []float64{1}}
	if _, err := around(t, six).Through(region.Maps{Of: [2]region.Map{both, both}}); err == nil || !strings.Contains(err.Error(), "the maps of N1 and of N2") {
		t.Errorf("two disturbances: %v", err)
	}
	scaled := through(t, around(t, six), region.Maps{Of: [2]region.Map{{Div: 255}, {}}})
	if _, err := scaled.Through(region.Maps{}); err == nil {
		t.Error("maps of maps are accepted")
	}
	n := networktest.Random(rand.New(rand.NewPCG(1, 1)), 5, 3, 2)
	if _, _, err := scaled.Composed(0, n.Graph); err == nil || !strings.Contains(err.Error(), "the results of the map of N1 are of 6 features, N1 takes 5 (5 features)") {
		t.Errorf("a network of other inputs: %v", err)
	}
}

// TestLayoutOf: what a network takes, by its operators and by its shape.
func TestLayoutOf(t *testing.T) {
	conv := func(in, rows, columns int) *network.Conv {
		return &network.Conv{In: in, Out: 1, Size: []int{rows, columns}, Kernel: []int{1, 1}, W: make([]float64, in)}
	}
	build := func(shape network.Shape, ops ...network.Op) *network.Graph {
		g := network.NewGraph(shape)
		for k, op := range ops {
			if _, err := g.Add("n", op, nil, k); err != nil {
				t.Fatal(err)
			}
		}
		return g
	}
	half := &network.Elementwise{Mul: []float64{.5, .5, .5, .5, .5, .5, .5, .5, .5, .5, .5, .5}}
	var index []int
	for c := range 3 {
		for p := range 4 {
			index = append(index, 3*p+c)
		}
	}
	for _, c := range []struct {
		g    *network.Graph
		want string
	}{
		{build(network.Shape{1, 3, 2, 2}, half, conv(3, 2, 2)), "3x2x2 (nchw)"},
		{build(network.Shape{12}, conv(3, 2, 2)), "3x2x2 (nchw)"},
		{build(network.Shape{1, 2, 2, 3}, half, &network.Gather{Index: index}, conv(3, 2, 2)), "2x2x3 (nhwc)"},
		{build(network.Shape{1, 3, 2, 2}), "3x2x2 (nchw)"},
		{build(network.Shape{2, 2, 3}), "2x2x3 (nhwc)"},
		{build(network.Shape{28, 28}), "1x28x28 (nchw)"},
		{build(network.Shape{3, 4, 3}), ""},
		{build(network.Shape{12}), ""},
		{build(network.Shape{1, 12}), ""},
		{build(network.Shape{5, 6, 7}), ""},
	} {
		m, ok := region.LayoutOf(c.g)
		if got := m.String(); ok != (c.want != "") || ok && got != c.want {
			t.Errorf("input %v: %v, %v, want %q", c.g.Nodes[0].Shape, got, ok, c.want)
		}
	}
}
