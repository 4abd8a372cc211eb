package rsm

import (
	"slices"
	"strings"
	"testing"

	"rsm/network"
	"rsm/region"
)

// imageNet is a network with an input of the given shape that takes images in a layout, or
// says nothing of them.
func imageNet(t *testing.T, shape network.Shape, m region.Image) *Network {
	t.Helper()
	g := network.NewGraph(shape)
	var ops []network.Op
	if m.Layout == region.NHWC {
		transpose := &network.Gather{}
		for c := range m.Channels {
			for p := range m.Rows * m.Columns {
				transpose.Index = append(transpose.Index, p*m.Channels+c)
			}
		}
		ops = append(ops, transpose)
	}
	if m.Layout != region.AsGiven {
		ops = append(ops, &network.Conv{In: m.Channels, Out: 1, Size: []int{m.Rows, m.Columns}, Kernel: []int{1, 1}, W: make([]float64, m.Channels)})
	}
	for k, op := range append(ops, network.ReLU{}) {
		if _, err := g.Add("n", op, nil, k); err != nil {
			t.Fatal(err)
		}
	}
	return &Network{Graph: g}
}

// TestPatchedFeatures: a pixel is all its channels, where the operators have them; else
// where ImageShape, Layout or the shape of the input have them; and what none of these
// says is asked for.
func TestPatchedFeatures(t *testing.T) {
	nchw := func(c, h, w int) region.Image {
		return region.Image{Channels: c, Rows: h, Columns: w, Layout: region.NCHW}
	}
	nhwc := func(c, h, w int) region.Image {
		return region.Image{Channels: c, Rows: h, Columns: w, Layout: region.NHWC}
	}
	unknown := region.Image{}
	for _, c := range []struct {
		shape     network.Shape
		of        region.Image
		given     []int
		layout    Layout
		want      []int
		wantError string
	}{
		{network.Shape{1, 2, 4, 4}, nchw(2, 4, 4), nil, "", []int{0, 16}, ""},
		{network.Shape{1, 2, 4, 4}, nchw(2, 4, 4), []int{2, 4, 4}, "", []int{0, 16}, ""},
		{network.Shape{1, 5, 2, 1}, nchw(5, 2, 1), nil, "", []int{0, 2, 4, 6, 8}, ""},
		{network.Shape{1, 5, 2, 1}, nchw(5, 2, 1), []int{5, 2, 1}, "", []int{0, 2, 4, 6, 8}, ""},
		{network.Shape{1, 3, 2, 2}, nhwc(2, 3, 2), nil, "", []int{0, 1}, ""},
		{network.Shape{1, 3, 2, 2}, nhwc(2, 3, 2), []int{3, 2, 2}, "", []int{0, 1}, ""},
		{network.Shape{1, 3, 2, 2}, nhwc(2, 3, 2), []int{4, 3}, "", []int{0}, ""},          // given: grey
		{network.Shape{1, 3, 2, 2}, nchw(3, 2, 2), []int{2, 2, 3}, "", []int{0, 1, 2}, ""}, // given: overrides
		{network.Shape{12}, unknown, []int{3, 2, 2}, "", []int{0, 4, 8}, ""},
		{network.Shape{12}, unknown, []int{2, 2, 3}, "", []int{0, 1, 2}, ""},
		{network.Shape{12}, unknown, []int{3, 1, 4}, "", nil, "which axis is the channels"},
		{network.Shape{12}, unknown, []int{3, 1, 4}, NCHW, []int{0, 4, 8}, ""},
		{network.Shape{12}, unknown, []int{3, 1, 4}, NHWC, []int{0, 1, 2, 3}, ""},
		{network.Shape{12}, unknown, nil, "", nil, "not as an image"},
		{network.Shape{1, 2, 2, 3}, unknown, nil, "", []int{0, 1, 2}, ""},
		{network.Shape{1, 2, 3, 2}, unknown, nil, "", nil, "which axis is the channels"},
		{network.Shape{1, 2, 3, 2}, unknown, nil, NCHW, []int{0, 6}, ""},
		{network.Shape{1, 2, 3, 2}, unknown, nil, NHWC, []int{0, 1}, ""},
		{network.Shape{4, 3}, unknown, nil, "", []int{0}, ""},
	} {
		n := imageNet(t, c.shape, c.of)
		r := Region{Patches: []Patch{{Height: 1, Width: 1}}, ImageShape: c.given, Layout: c.layout}
		p, err := r.patches([2]*Network{n, n})
		if c.wantError != "" {
			if err == nil || !strings.Contains(err.Error(), c.wantError) {
				t.Errorf("%v of %v, image shape %v: %v, want %q", c.of, c.shape, c.given, err, c.wantError)
			}
			continue
		}
		if err != nil {
			t.Errorf("%v of %v, image shape %v, layout %q: %v", c.of, c.shape, c.given, c.layout, err)
			continue
		}
		var got []int
		for i := range c.shape.Size() {
			if p.Holds(i) {
				got = append(got, i)
			}
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%v of %v, image shape %v, layout %q: features %v are free, want %v", c.of, c.shape, c.given, c.layout, got, c.want)
		}
	}
}
