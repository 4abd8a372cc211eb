package relax

import "rsm/network"

// sign is the relaxation of signs: a staircase that jumps at 0.
type sign struct{ stairs }

var _ = relaxedBy(func(op network.Sign) sign { return sign{stairs{op}} })

// steepSign is how many times as steep as the chord an edge of a hull may be to be of use:
// a steeper one cuts off next to nothing, by coefficients that nothing can be reckoned with.
const steepSign = 0x1p20

// staircase has one edge of the hull on each side: from the end of the range of the operand
// to the other level at 0.
func (sign) staircase(_ int, l, u, lo, hi float64) Staircase {
	return Staircase{Lo: lo, Hi: hi, l: l, u: u, below: l < 0, above: u > 0, steepest: steepSign * (hi - lo) / (u - l)}
}

// pass takes the values themselves: no line is near them.
func (s sign) pass(of *slopes, v, _ int, value [][]float64, _ []float64) (free bool) {
	for i, x := range value[of.b.Joint.Graph.Nodes[v].Inputs[0]] {
		value[v][i] = s.op.Value(i, x)
	}
	return false
}

// derivatives are those of the chord.
func (sign) derivatives(b *Bounds, v int, below, above spans) {
	for i, x := range above.mid {
		if s := b.Staircase(v, i); !s.Flat() {
			slope := (s.Hi - s.Lo) / (s.u - s.l)
			below.mid[i] += x * slope
			below.radius[i] += above.radius[i] * slope
		}
	}
}
