package region

import (
	"slices"

	"rsm/network"
)

// LayoutOf is the image that a network takes, by its operators where these say so: a
// convolution over two axes takes nchw, and a transposition from nhwc in front of it
// nhwc. Else it is by the shape of the input, where that has channels on one side only.
// The second result is false where neither says so.
func LayoutOf(g *network.Graph) (Image, bool) {
	same := make([]bool, len(g.Nodes)) // the values of the input in their order
	same[0] = true
	shape := g.Nodes[0].Shape
	for i, v := range g.Nodes[1:] {
		if len(v.Inputs) != 1 || !same[v.Inputs[0]] {
			continue
		}
		layer := v.Op
		if r, ok := layer.(*network.Rounded); ok {
			layer = r.Affine
		}
		switch op := layer.(type) {
		case *network.Conv:
			// A pooling is a convolution of each channel by itself.
			if d := op.Size; len(d) == 2 && (op.Outer <= 1 || op.In == 1) {
				return Image{Channels: op.In * max(op.Outer, 1), Rows: d[0], Columns: d[1], Layout: NCHW}, true
			}
		case *network.Gather:
			if m, ok := transposed(op, g.Nodes[v.Inputs[0]].Shape); ok {
				return m, true
			}
		case *network.Elementwise:
			same[i+1] = true
		default:
			same[i+1] = network.IsActivation(layer)
		}
	}
	m, ok := ImageOf(shape)
	colours := func(n int) bool { return n == 1 || n == 3 || n == 4 }
	if !ok || !colours(m.Channels) || m.Channels > 1 && m.Layout == NCHW && colours(m.Columns) {
		return Image{}, false
	}
	return m, true
}

// transposed is the image in nhwc, of the given shape, that a transposition makes one
// in nchw of.
func transposed(op *network.Gather, shape network.Shape) (Image, bool) {
	for len(shape) > 3 && shape[0] == 1 {
		shape = shape[1:]
	}
	if len(shape) != 3 {
		return Image{}, false
	}
	m := Image{Channels: shape[2], Rows: shape[0], Columns: shape[1], Layout: NHWC}
	index := m.permutation(NCHW)
	return m, index != nil && slices.Equal(index, op.Index)
}
