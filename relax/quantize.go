package relax

import "rsm/network"

// quantize is the relaxation of quantizations: a staircase of steps that are all as wide.
type quantize struct {
	stairs
	*network.Quantize
}

var _ = relaxedBy(func(op *network.Quantize) quantize { return quantize{stairs{op}, op} })

// staircase has an edge of the hull over the middles of the steps: their slope.
func (q quantize) staircase(i int, l, u, lo, hi float64) Staircase {
	return Staircase{
		Lo: lo, Hi: hi, l: l, u: u, slope: q.Slope(i),
		first: q.Threshold(i, lo), last: q.Threshold(i, hi-1),
		below: l < q.Threshold(i, lo-1), above: u > q.Threshold(i, hi),
	}
}
