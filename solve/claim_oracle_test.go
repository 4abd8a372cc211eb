package solve_test

import (
	"math"
	"math/bits"

	"rsm/internal/query"
	"rsm/region"
)

// linear is a function that is affine on the cells of the oracle, of the logits of
// both networks.
type linear func(y1, y2 []float64) float64

// possible says whether an input of the box exists for which all functions of one
// of the cases are at least shift. A case cuts each cell by one function after the
// other; what is left has a point or none.
func possible(pair query.Pair, box region.Box, cases [][]linear, shift float64) bool {
	found := false
	o := &oracle{n1: plainOf(pair.N1), n2: plainOf(pair.N2)}
	o.visit = func(cell []vertex) {
		for _, functions := range cases {
			left := cell
			for k, f := range functions {
				left = o.cut(left, o.neurons+k, func(x []float64) float64 {
					_, y1 := o.n1.eval(x)
					_, y2 := o.n2.eval(x)
					return f(y1, y2) - shift
				})
			}
			found = found || len(left) > 0
		}
	}
	o.run(box)
	return found
}

// cut is the part of a cell where f is zero or more; k numbers the constraint after
// those of the box.
func (o *oracle) cut(cell []vertex, k int, f func(x []float64) float64) []vertex {
	if 2*o.dim+k >= 64 {
		panic("the oracle takes 64 constraints at most")
	}
	value := make([]float64, len(cell))
	size := 0.0
	for i, v := range cell {
		value[i] = f(v.x)
		size = max(size, math.Abs(value[i]))
	}
	zero, on := 1e-12*size, uint64(1)<<(2*o.dim+k)
	var left []vertex
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
			x := make([]float64, len(v.x))
			for n := range x {
				x[n] = v.x[n] + t*(w.x[n]-v.x[n])
			}
			left = append(left, o.vertex(x, common|on))
		}
	}
	return left
}

// violations are the cases in which an implication is violated, ties included.
func violations(i query.Implication) [][]linear {
	logits := func(y1, y2 []float64) (premise, conclusion []float64) {
		if i.Direction == query.From1To2 {
			return y1, y2
		}
		return y2, y1
	}
	var premises, above []linear
	for k := range classes {
		if k == i.Class {
			continue
		}
		premises = append(premises, func(y1, y2 []float64) float64 {
			p, _ := logits(y1, y2)
			return p[i.Class] - p[k] - i.Margin
		})
		above = append(above, func(y1, y2 []float64) float64 {
			_, c := logits(y1, y2)
			return c[k] - c[i.Class]
		})
	}
	var cases [][]linear
	for set := range 1 << len(above) {
		if bits.OnesCount(uint(set)) != i.Top {
			continue
		}
		all := append([]linear(nil), premises...)
		for k, f := range above {
			if set>>k&1 == 1 {
				all = append(all, f)
			}
		}
		cases = append(cases, all)
	}
	return cases
}

// differences are the cases in which outputs differ by e.
func differences(outputs []int, e float64) [][]linear {
	var cases [][]linear
	for _, k := range outputs {
		cases = append(cases,
			[]linear{func(y1, y2 []float64) float64 { return y1[k] - y2[k] - e }},
			[]linear{func(y1, y2 []float64) float64 { return y2[k] - y1[k] - e }})
	}
	return cases
}

// margins below c.
func below(pairs []query.ClassPair, c float64) [][]linear {
	var cases [][]linear
	for _, p := range pairs {
		cases = append(cases, []linear{func(y1, y2 []float64) float64 {
			return c - (y1[p.I] - y1[p.J]) + (y2[p.I] - y2[p.J])
		}})
	}
	return cases
}

// strictly says whether all functions of a case are above zero.
func strictly(cases [][]linear, y1, y2 []float64) bool {
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
