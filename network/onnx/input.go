package onnx

import (
	"errors"
	"fmt"

	"rsm/network"
)

// input enters the input of the network. Its first dimension is the batch if
// there are others, and is 1 where the file leaves it open.
func (r *reader) input(g *graph, v *valueInfo) error {
	fail := func(err error) error { return fmt.Errorf("input %s: %w", quoted(v.name), err) }
	switch {
	case !v.tensor:
		return fail(unsupportedf("it is not a tensor"))
	case !v.typ.float() && !v.typ.level():
		return fail(unsupportedf("its elements are %v; a network is read with inputs of FLOAT, DOUBLE, FLOAT16 or BFLOAT16, or of integers of 2 to 16 bits", v.typ))
	case !v.ranked:
		return fail(errors.New("it has no shape; export the model with the shape of its input"))
	}
	dims := make([]int64, len(v.dims))
	for i, d := range v.dims {
		dims[i] = d.size
		if d.fixed && d.size > 0 {
			continue
		}
		if len(r.openInput) == len(dims) {
			dims[i] = int64(r.openInput[i])
			continue
		}
		if i == 0 && len(dims) > 1 {
			dims[0] = 1
			continue
		}
		which := "has no size"
		if d.symbol != "" {
			which = fmt.Sprintf("is symbolic (%s)", quoted(d.symbol))
		} else if d.fixed {
			which = fmt.Sprintf("is %d", d.size)
		}
		return fail(fmt.Errorf("dimension %d of %d %s; export the model with a fixed size, or set one with onnxruntime.tools.make_dynamic_shape_fixed", i, len(dims), which))
	}
	shape, err := checkedShape(dims)
	if err != nil {
		return fail(err)
	}
	if shape.Size() > r.activations {
		return fail(unsupportedf("the shape %v has more than %d elements", shape, maxActivations))
	}
	r.activations -= shape.Size()
	r.net = &network.Network{Graph: network.NewGraph(shape), Format: "onnx"}
	if v.name != "" {
		r.net.Nodes[0].Name = v.name
	}
	r.inputName = v.name
	in := value{typ: v.typ, shape: shape}
	if v.typ.level() {
		if in, err = r.integers(g, v, shape); err != nil {
			return fail(err)
		}
	}
	in.name = v.name
	r.values[v.name] = in
	return nil
}
