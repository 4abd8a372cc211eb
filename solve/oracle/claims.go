package oracle

import (
	"math"
	"math/bits"

	"rsm/internal/query"
	"rsm/region"
)

// Linear is a function that is affine on the cells of the oracle, of the logits of
// both networks.
type Linear func(y1, y2 []float64) float64

// Possible says whether an input of the box exists for which all functions of one
// of the cases are at least shift. A case cuts each cell by one function after the
// other; what is left has a point or none.
func Possible(pair query.Pair, box region.Box, cases [][]Linear, shift float64) bool {
	found := false
	o := &Enumeration{N1: PlainOf(pair.N1), N2: PlainOf(pair.N2)}
	o.Visit = func(cell []Vertex) {
		for _, functions := range cases {
			left := cell
			for k, f := range functions {
				left = o.cut(left, o.neurons+k, func(x []float64) float64 {
					_, y1 := o.N1.Eval(x)
					_, y2 := o.N2.Eval(x)
					return f(y1, y2) - shift
				})
			}
			found = found || len(left) > 0
		}
	}
	o.Run(box)
	return found
}

// cut is the part of a cell where f is zero or more; k numbers the constraint after
// those of the box.
func (o *Enumeration) cut(cell []Vertex, k int, f func(x []float64) float64) []Vertex {
	if 2*o.dim+k >= 64 {
		panic("the oracle takes 64 constraints at most")
	}
	value := make([]float64, len(cell))
	size := 0.0
	for i, v := range cell {
		value[i] = f(v.X)
		size = max(size, math.Abs(value[i]))
	}
	zero, on := 1e-12*size, uint64(1)<<(2*o.dim+k)
	var left []Vertex
	for i, v := range cell {
		if value[i] >= -zero {
			if value[i] <= zero {
				v.active |= on
			}
			left = append(left, v)
			continue
		}
		for j, w := range cell {
			common := v.active & w.active
			if value[j] <= zero || bits.OnesCount64(common) < o.dim-1 {
				continue
			}
			t := value[i] / (value[i] - value[j])
			x := make([]float64, len(v.X))
			for n := range x {
				x[n] = v.X[n] + t*(w.X[n]-v.X[n])
			}
			left = append(left, o.vertex(x, common|on))
		}
	}
	return left
}

// Violations are the cases in which an implication is violated, ties included.
func Violations(i query.Implication) [][]Linear {
	logits := func(y1, y2 []float64) (premise, conclusion []float64) {
		if i.Direction == query.From1To2 {
			return y1, y2
		}
		return y2, y1
	}
	margin := 0.0
	if i.Margin != nil {
		margin, _ = i.Margin.Float64()
	}
	var premises, above []Linear
	for k := range Classes {
		if k == i.Class {
			continue
		}
		premises = append(premises, func(y1, y2 []float64) float64 {
			p, _ := logits(y1, y2)
			return p[i.Class] - p[k] - margin
		})
		above = append(above, func(y1, y2 []float64) float64 {
			_, c := logits(y1, y2)
			return c[k] - c[i.Class]
		})
	}
	var cases [][]Linear
	for set := range 1 << len(above) {
		if bits.OnesCount(uint(set)) != i.Top {
			continue
		}
		all := append([]Linear(nil), premises...)
		for k, f := range above {
			if set>>k&1 == 1 {
				all = append(all, f)
			}
		}
		cases = append(cases, all)
	}
	return cases
}

// Differences are the cases in which outputs differ by e.
func Differences(outputs []int, e float64) [][]Linear {
	var cases [][]Linear
	for _, k := range outputs {
		cases = append(cases,
			[]Linear{func(y1, y2 []float64) float64 { return y1[k] - y2[k] - e }},
			[]Linear{func(y1, y2 []float64) float64 { return y2[k] - y1[k] - e }})
	}
	return cases
}

// Margins below c.
func Below(pairs []query.ClassPair, c float64) [][]Linear {
	var cases [][]Linear
	for _, p := range pairs {
		cases = append(cases, []Linear{func(y1, y2 []float64) float64 {
			return c - (y1[p.I] - y1[p.J]) + (y2[p.I] - y2[p.J])
		}})
	}
	return cases
}

// Strictly says whether all functions of a case are above zero.
func Strictly(cases [][]Linear, y1, y2 []float64) bool {
	for _, functions := range cases {
		all := true
		for _, f := range functions {
			all = all && f(y1, y2) > 0
		}
		if all {
			return true
		}
	}
	return false
}

// PossibleIn is possible for networks of the oracle's, over a box and where the
// given functions are zero or more.
func PossibleIn(n1, n2 Plain, box region.Box, facets []func(x []float64) float64, cases [][]Linear, shift float64) bool {
	found := false
	o := &Enumeration{N1: n1, N2: n2}
	o.Visit = func(cell []Vertex) {
		for k, f := range facets {
			cell = o.cut(cell, o.neurons+k, f)
		}
		for _, functions := range cases {
			left := cell
			for k, f := range functions {
				left = o.cut(left, o.neurons+len(facets)+k, func(x []float64) float64 {
					_, y1 := o.N1.Eval(x)
					_, y2 := o.N2.Eval(x)
					return f(y1, y2) - shift
				})
			}
			found = found || len(left) > 0
		}
	}
	o.Run(box)
	return found
}
