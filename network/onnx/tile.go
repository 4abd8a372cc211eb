package onnx

import (
	"fmt"

	"rsm/network"
)

// buildExpand reads Expand: the operand is broadcast to a shape, and that to it.
func buildExpand(c *call) (value, error) {
	x := c.in[0]
	if err := c.plain(x); err != nil {
		return value{}, err
	}
	dims, err := c.integers(1, "shape")
	if err != nil {
		return value{}, err
	}
	want, err := checkedShape(dims)
	if err != nil {
		return value{}, fmt.Errorf("the shape: %w", err)
	}
	shape, err := broadcast(x.shape, want)
	if err != nil {
		return value{}, err
	}
	if err := c.room(shape, x, 2); err != nil {
		return value{}, err
	}
	return c.selected(x, repeats(x.shape, shape), shape, 0)
}

// buildTile reads Tile: the operand is repeated along each axis.
func buildTile(c *call) (value, error) {
	x := c.in[0]
	if err := c.plain(x); err != nil {
		return value{}, err
	}
	if c.opset < 6 {
		return value{}, unsupportedf("Tile of opset %d is not supported; export the model with opset 6 or later", c.opset)
	}
	times, err := c.integers(1, "repeats")
	if err != nil {
		return value{}, err
	}
	if c.given(2) || len(times) != len(x.shape) {
		return value{}, fmt.Errorf("it has %d repeats for an operand of shape %v", len(times), x.shape)
	}
	dims, parts, strides := make([]int64, len(times)), network.Shape{}, []int{}
	for i, s := range rowMajor(x.shape) {
		if times[i] < 0 || times[i] > maxElements {
			return value{}, fmt.Errorf("it repeats axis %d %d times", i, times[i])
		}
		dims[i] = times[i] * int64(x.shape[i])
		parts, strides = append(parts, int(times[i]), x.shape[i]), append(strides, 0, s)
	}
	shape, err := checkedShape(dims)
	if err != nil {
		return value{}, fmt.Errorf("the result: %w", err)
	}
	if err := c.room(shape, x, 2); err != nil {
		return value{}, err
	}
	return c.selected(x, walk(parts, strides), shape, 0)
}

// buildDepthToSpace reads DepthToSpace: blocks of channels become squares of the
// image.
func buildDepthToSpace(c *call) (value, error) {
	x, b, err := c.blocks()
	if err != nil {
		return value{}, err
	}
	s := x.shape
	if s[1]%(b*b) != 0 {
		return value{}, fmt.Errorf("%d channels are no multiple of the block of %d", s[1], b*b)
	}
	depth := s[1] / (b * b)
	first, err := c.blockFirst()
	if err != nil {
		return value{}, err
	}
	parts, perm := network.Shape{s[0], depth, b, b, s[2], s[3]}, []int{0, 1, 4, 2, 5, 3}
	if first {
		parts, perm = network.Shape{s[0], b, b, depth, s[2], s[3]}, []int{0, 3, 4, 1, 5, 2}
	}
	return c.rearranged(x, parts, perm, network.Shape{s[0], depth, s[2] * b, s[3] * b})
}

// buildSpaceToDepth reads SpaceToDepth, the inverse of DepthToSpace.
func buildSpaceToDepth(c *call) (value, error) {
	x, b, err := c.blocks()
	if err != nil {
		return value{}, err
	}
	s := x.shape
	if s[2]%b != 0 || s[3]%b != 0 {
		return value{}, fmt.Errorf("an image of %dx%d has no whole number of blocks of %d", s[2], s[3], b)
	}
	first, err := c.blockFirst()
	if err != nil {
		return value{}, err
	}
	parts, perm := network.Shape{s[0], s[1], s[2] / b, b, s[3] / b, b}, []int{0, 1, 3, 5, 2, 4}
	if first {
		perm = []int{0, 3, 5, 1, 2, 4}
	}
	return c.rearranged(x, parts, perm, network.Shape{s[0], s[1] * b * b, s[2] / b, s[3] / b})
}

// blockFirst says whether channels are ordered by their place in the block first
// (mode DCR), and not by the channel of the image (CRD).
func (c *call) blockFirst() (bool, error) {
	mode := c.text("mode", "DCR")
	if mode != "DCR" && mode != "CRD" {
		return false, fmt.Errorf(`mode %s is not "DCR" or "CRD"`, quoted(mode))
	}
	return mode == "DCR", nil
}

// blocks returns the operand, an image, and the side of its blocks.
func (c *call) blocks() (x value, side int, err error) {
	x, b := c.in[0], c.integer("blocksize", 0)
	if err := c.plain(x); err != nil {
		return x, 0, err
	}
	if len(x.shape) != 4 {
		return x, 0, fmt.Errorf("an operand of shape %v is no stack of images", x.shape)
	}
	if b < 1 || b > 1<<15 {
		return x, 0, fmt.Errorf(`attribute "blocksize" is %d`, b)
	}
	return x, int(b), nil
}

// rearranged reads x in the shape parts, permutes its dimensions, and gives the
// result a shape.
func (c *call) rearranged(x value, parts network.Shape, perm []int, shape network.Shape) (value, error) {
	y, err := c.view(x, parts)
	if err != nil {
		return value{}, err
	}
	if y, err = c.transposed(c.title(), y, perm); err != nil {
		return value{}, err
	}
	return c.view(y, shape)
}
