package onnx

import (
	"math"
	"slices"

	"rsm/network"
)

// computed says whether weights or ReLUs lie between the input and a node: something else than
// picking, scaling, shifting and quantizing elements.
func (r *reader) computed(node int) bool {
	for node != 0 {
		v := r.net.Nodes[node]
		switch v.Op.(type) {
		case *network.Gather, *network.Elementwise, network.Staircase:
			node = v.Inputs[0]
		default:
			return true
		}
	}
	return false
}

// rectified says whether a node is a ReLU that was quantized and dequantized, with no
// level below zero, as where an exporter keeps a ReLU behind a quantization that clips at
// zero.
func (r *reader) rectified(node int) bool {
	v := r.net.Nodes[node]
	scale, ok := v.Op.(*network.Elementwise)
	if !ok || scale.Mul == nil || scale.Div != nil {
		return false
	}
	q := r.net.Nodes[v.Inputs[0]]
	op, ok := q.Op.(network.Staircase)
	if !ok {
		return false
	}
	if _, ok := r.net.Nodes[q.Inputs[0]].Op.(network.ReLU); !ok {
		return false
	}
	for i, m := range scale.Mul {
		add := 0.0
		if scale.Add != nil {
			add = scale.Add[i]
		}
		if lo, _ := op.Levels(i); m < 0 || math.FMA(m, lo, add) < 0 { // the sign is exact
			return false
		}
	}
	return true
}

// made says which operator the nodes from first on are parts of.
type made struct {
	first int
	op    string
}

// maker is the name of the operator of which a node is a part.
func (r *reader) maker(node int) string {
	at, _ := slices.BinarySearchFunc(r.made, node+1, func(m made, node int) int { return m.first - node })
	if at == 0 {
		return ""
	}
	return r.made[at-1].op
}

// trained says whether an operator has trained weights, whose signs are chance.
func trained(op string) bool {
	switch op {
	case "BatchNormalization", "Conv", "ConvInteger", "ConvTranspose", "Gemm", "MatMul", "MatMulInteger",
		"QLinearConv", "QLinearMatMul", microsoft + ".MatMulNBits", microsoft + ".QGemm":
		return true
	}
	return false
}

// least is a number that no element of a node falls below whatever the input and whatever
// the trained weights, as of a pooling of ReLUs, or minus infinity. It is a guess up to
// rounding: what is left out because of it must not matter.
func (r *reader) least(node int) float64 {
	if low, known := r.lows[node]; known {
		return low
	}
	v, low := r.net.Nodes[node], math.Inf(-1)
	switch op := v.Op.(type) {
	case network.Activation:
		low = math.Inf(1)
		for i := range v.Size {
			low = min(low, op.Value(i, math.Inf(-1)))
		}
	case network.Affine:
		if !trained(r.maker(node)) {
			low = r.leastAffine(op, v)
		}
	}
	r.lows[node] = low
	return low
}

func (r *reader) leastAffine(op network.Affine, v network.Node) float64 {
	sum := make([]float64, v.Size)
	copy(sum, op.Bias())
	for k, in := range v.Inputs {
		low := r.least(in)
		if math.IsInf(low, -1) {
			return low
		}
		x := filled(1, r.net.Nodes[in].Size)
		signed, unsigned := make([]float64, v.Size), make([]float64, v.Size)
		op.Apply(k, signed, x)
		op.ApplyAbs(k, unsigned, x)
		for i := range sum {
			if signed[i] < unsigned[i]*(1-1e-9) { // a negative weight
				return math.Inf(-1)
			}
			sum[i] += signed[i] * low
		}
	}
	low := math.Inf(1)
	for _, s := range sum {
		low = min(low, s)
	}
	return low
}
