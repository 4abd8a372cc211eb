package onnx

import (
	"slices"

	"rsm/network"
)

// integers makes the integers that the file takes of the network's input, which is real
// numbers: by a quantization with the scale and zero point that the file's own operators
// take the integers to mean, or, where they say none, by rounding.
func (r *reader) integers(g *graph, v *valueInfo, shape network.Shape) (value, error) {
	low, high := v.typ.limits()
	in := &network.IntegerInput{Type: v.typ.String(), Scale: 1}
	s, says := r.inputScaling(g, v)
	if says {
		in.Scale, in.Zero, in.Scaled = s.step[0], s.zero[0], true
	} else {
		s = scaling{typ: v.typ, step: []float64{1}, zero: []float64{0}}
	}
	op := &network.Quantize{Step: s.step, Zero: s.zero, Lo: float64(low), Hi: float64(high)}
	y, err := r.add(v.name+" (integers)", op, shape, value{typ: v.typ})
	if err != nil {
		return value{}, err
	}
	r.net.Integers = in
	r.noteOnce(realNote)
	if says {
		r.note("the file takes %v numbers q, which stand for %v: the input here is what they stand for, and is quantized so", v.typ, in.Meaning())
	} else {
		r.note("the file takes %v numbers: the input here is rounded to integers, halves to even", v.typ)
	}
	return y, nil
}

// levelOperands are the first operands of the operators that say by the next two operands, scale
// and zero point, what their levels stand for.
func levelOperands(n *node) []int {
	switch key(n.domain, n.op) {
	case "DequantizeLinear", "QLinearMatMul", "QLinearConv", microsoft + ".DequantizeLinear", microsoft + ".QLinearLeakyRelu",
		microsoft + ".QLinearAveragePool", microsoft + ".QLinearGlobalAveragePool", microsoft + ".QGemm":
		return []int{0}
	case microsoft + ".QLinearAdd", microsoft + ".QLinearMul":
		return []int{0, 3}
	case microsoft + ".QLinearConcat":
		var all []int
		for k := 2; k < len(n.inputs); k += 3 {
			all = append(all, k)
		}
		return all
	}
	return nil
}

// inputScaling is the one scale and zero point with which all operators read the integers
// of the input that say one.
func (r *reader) inputScaling(g *graph, v *valueInfo) (s scaling, says bool) {
	same := map[string]bool{v.name: true} // the input, and what only moves its elements
	for _, n := range g.nodes {
		switch n.op {
		case "Flatten", "Identity", "Reshape", "Squeeze", "Transpose", "Unsqueeze":
			if len(n.inputs) > 0 && same[n.inputs[0]] && len(n.outputs) > 0 {
				same[n.outputs[0]] = true
			}
		}
		for _, k := range levelOperands(n) {
			if k >= len(n.inputs) || !same[n.inputs[k]] {
				continue
			}
			operand := func(k int) *constant {
				if k >= len(n.inputs) {
					return nil
				}
				return r.peek(g, n.inputs[k])
			}
			step, zero := operand(k+1), operand(k+2)
			if step == nil || len(step.floats) != 1 || zero != nil && len(zero.ints) != 1 {
				return s, false
			}
			one := scaling{typ: v.typ, step: step.floats, zero: []float64{0}}
			if zero != nil {
				one.zero[0] = float64(zero.ints[0])
			}
			if !(one.step[0] > 0) || says && (s.step[0] != one.step[0] || s.zero[0] != one.zero[0]) {
				return s, false
			}
			s, says = one, true
		}
	}
	return s, says
}

// peek is a constant of a graph that is not read yet: an initializer, or what a Constant
// node holds; nil where there is none.
func (r *reader) peek(g *graph, name string) *constant {
	t := r.tensors[name]
	if at, made := r.producer[name]; made && g.nodes[at].op == "Constant" && defaultDomain(g.nodes[at].domain) {
		k := slices.IndexFunc(g.nodes[at].attributes, func(a *attribute) bool { return a.name == "value" })
		if k < 0 {
			return nil
		}
		t = g.nodes[at].attributes[k].tensor
	}
	if t == nil {
		return nil
	}
	c, err := t.constant()
	if err != nil {
		return nil
	}
	return c
}

// meant is v, or, where v is levels of a quantization at the end of the network, what these
// stand for. Where the file declares its output as real numbers, levels stay what they are.
func (r *reader) meant(g *graph, output string, v value) (value, error) {
	s, known := r.scalings[v.node]
	if !known || v.constant != nil || v.end != nil || !v.typ.level() {
		return v, nil
	}
	for _, out := range g.outputs {
		if out.name == output && out.typ.float() {
			return v, nil
		}
	}
	op, err := s.real(v.shape.Size())
	if err != nil {
		return value{}, err
	}
	r.note("the output %s is %v numbers: the logits are what they stand for by their scale and zero point", quoted(output), v.typ)
	return r.add(output+" (dequantized)", op, v.shape, v)
}
