package onnx

import (
	"slices"
	"strings"
)

// ONNX Runtime changes some quantized networks when it loads them, so that they compute
// another function than the file says. What is read here is the file. These are the changes
// of version 1.32 at its default level that were seen to matter:
//
//   - WeightBiasQuantization: float weights of Gemm and Conv between a DequantizeLinear
//     and a QuantizeLinear, perhaps after a Relu, are rounded to 8 bits, by one scale for
//     all of them; float biases to multiples of the product of the scales.
//   - MatMul and Gemm of activations of 16 bits with dequantized weights of 8 bits: the
//     activations are rounded to 8 bits.
//   - MatMul with weights that are dequantized in blocks becomes MatMulNBits, which by
//     default rounds its activations to 8 bits.
//   - A DequantizeLinear and a QuantizeLinear after it by another scale are left out, and
//     the quantizations around them become one.

// rewritten is what was found of each of these: titles of nodes.
type rewritten struct{ weights, biases, activations, blocks, pairs []string }

// uses of values among the nodes that are read.
type flow struct {
	*reader
	g     *graph
	users map[string][]*node
}

// noteRuntime notes where ONNX Runtime's default session computes another function.
func (r *reader) noteRuntime(g *graph) {
	f := flow{r, g, map[string][]*node{}}
	for i, n := range g.nodes {
		if r.needed[i] {
			for _, in := range n.inputs {
				f.users[in] = append(f.users[in], n)
			}
		}
	}
	var w rewritten
	for i, n := range g.nodes {
		if r.needed[i] {
			f.look(n, r.title(n), &w)
		}
	}
	var parts []string
	for _, p := range []struct {
		titles []string
		what   string
	}{
		{w.weights, "it rounds float weights between quantized activations to 8 bits"},
		{w.biases, "it rounds float biases between quantized activations to steps of the product of the scales"},
		{w.activations, "it rounds activations of 16 bits to 8"},
		{w.blocks, "it rounds activations to 8 bits before weights that are quantized in blocks"},
		{w.pairs, "it makes one quantization of two by different scales"},
	} {
		if len(p.titles) > 0 {
			parts = append(parts, p.what+" ("+strings.Join(p.titles[:min(len(p.titles), 3)], ", ")+more(len(p.titles), 3)+")")
		}
	}
	if len(parts) > 0 {
		r.note("ONNX Runtime 1.32 by default runs another function than this file, which is what is looked at here: %s. To look at what it runs, save that (optimized_model_filepath, graph_optimization_level ORT_ENABLE_BASIC or ORT_ENABLE_EXTENDED) and give the saved file; to run what the file says, set ORT_DISABLE_ALL", strings.Join(parts, "; "))
	}
}

func more(n, shown int) string {
	if n > shown {
		return ", ..."
	}
	return ""
}

// look finds the changes that begin at a node.
func (f flow) look(n *node, title string, w *rewritten) {
	if quantizes, _ := quantization(n); quantizes && len(n.inputs) > 1 {
		if d, _ := f.making(f.g, n.inputs[0]); d != nil {
			if _, dequantizes := quantization(d); dequantizes && f.activation(d.inputs[0]) && !f.equal(d.inputs[1:], n.inputs[1:]) {
				w.pairs = append(w.pairs, title)
			}
		}
	}
	layer := key(n.domain, n.op)
	if len(n.inputs) < 2 || !slices.Contains([]string{"Gemm", "MatMul", "Conv"}, layer) {
		return
	}
	weights, _ := f.making(f.g, n.inputs[1])
	dequantized := false
	if weights != nil {
		_, dequantized = quantization(weights)
		dequantized = dequantized && !f.activation(weights.inputs[0])
	}
	if dequantized && layer == "MatMul" && blocked(weights) {
		w.blocks = append(w.blocks, title)
		return
	}
	x, _ := f.making(f.g, n.inputs[0])
	if x == nil {
		return
	}
	if _, ok := quantization(x); !ok || !f.activation(x.inputs[0]) {
		return
	}
	quantized, rectified := f.quantizedAfter(n)
	if dequantized && layer != "Conv" && !(quantized && rectified) &&
		f.values[x.inputs[0]].typ.bits() == 16 && f.values[weights.inputs[0]].typ.bits() == 8 {
		w.activations = append(w.activations, title)
	}
	if layer == "MatMul" || !quantized {
		return
	}
	if f.float(n.inputs[1]) {
		w.weights = append(w.weights, title)
	}
	if len(n.inputs) > 2 && f.float(n.inputs[2]) {
		w.biases = append(w.biases, title)
	}
}

// quantization says whether a node is QuantizeLinear or DequantizeLinear.
func quantization(n *node) (quantizes, dequantizes bool) {
	if len(n.inputs) < 2 || !defaultDomain(n.domain) && n.domain != microsoft {
		return false, false
	}
	return n.op == "QuantizeLinear", n.op == "DequantizeLinear"
}

// blocked says whether a DequantizeLinear has scales for blocks.
func blocked(n *node) bool {
	return slices.ContainsFunc(n.attributes, func(a *attribute) bool { return a.name == "block_size" && a.integer > 0 })
}

// quantizedAfter says whether all that takes the result of a node is one QuantizeLinear,
// and whether a Relu comes before it.
func (f flow) quantizedAfter(n *node) (quantized, rectified bool) {
	for range 2 {
		users := f.users[n.outputs[0]]
		if len(users) != 1 {
			return false, false
		}
		n = users[0]
		if quantized, _ = quantization(n); quantized || rectified || key(n.domain, n.op) != "Relu" {
			return quantized, rectified
		}
		rectified = true
	}
	return false, rectified
}

// activation says whether a value that was read depends on the input.
func (f flow) activation(name string) bool {
	v, ok := f.values[name]
	return ok && v.constant == nil
}

// float says whether a value is a constant of floating-point numbers that the file gives.
func (f flow) float(name string) bool {
	n, _ := f.making(f.g, name)
	v, ok := f.values[name]
	return ok && v.constant != nil && v.typ.float() && (n == nil || n.op == "Constant")
}

// equal says whether scales and zero points are equal, by name or by value.
func (f flow) equal(a, b []string) bool {
	for k := range max(len(a), len(b)) {
		var v [2]value
		for s, names := range [][]string{a, b} {
			if k < len(names) {
				v[s] = f.values[names[k]]
			}
		}
		p, q := v[0].constant, v[1].constant
		switch {
		case p == nil && q == nil:
		case p == nil || q == nil:
			other := p
			if p == nil {
				other = q
			}
			for _, z := range other.ints { // a zero point left out is 0
				if z != 0 {
					return false
				}
			}
		case !slices.Equal(p.floats, q.floats) || !slices.Equal(p.ints, q.ints):
			return false
		}
	}
	return true
}
