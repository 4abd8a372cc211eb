package relax

import (
	"math"
	"math/big"

	"rsm/network"
)

// An activation may have a value of its own at a single number, such as a sign at 0. Then
// it matters whether its operand is that number, above or below, which the rounding of
// float64 leaves open where it is exactly that number, or ends there: sums of the signs of
// a layer before often are. There the ends of the operand's range are computed without
// rounding.

// exactPrecision is the precision, in bits, of such sums. Those of constants as readers
// let pass, over bounds of ordinary magnitude, are exact in it.
const exactPrecision = 2048

// tiesOf are the affine nodes for which that is so, with the activation.
func tiesOf(g *network.Graph) map[int]network.Staircase {
	ties := make(map[int]network.Staircase)
	for _, node := range g.Nodes {
		s, ok := node.Op.(network.Staircase)
		if !ok || node.Size == 0 {
			continue
		}
		_, affine := g.Nodes[node.Inputs[0]].Op.(network.Affine)
		if _, ok := s.Single(0); ok && affine {
			ties[node.Inputs[0]] = s
		}
	}
	return ties
}

// settleTies narrows the bounds of affine node v, given those of its operands, where an
// element is within rounding of a number at which an activation of it has a value of its own.
func (b *Bounds) settleTies(v int, of network.Staircase) {
	node := &b.Joint.Graph.Nodes[v]
	op := node.Op.(network.Affine)
	if network.IsRounded(op) {
		return // its constants are not known exactly
	}
	x := b.Node[v]
	sums := make(map[int]*tieSum)
	g := 16 * gamma(op.Terms()+node.Size+4)
	for i := range x.Lo {
		at, ok := of.Single(i)
		if !ok || !(x.Lo[i] <= at && at <= x.Hi[i]) || x.Lo[i] == x.Hi[i] {
			continue
		}
		if slack := g*(b.sensitivity[v][i]+math.Abs(at)) + tiny; x.Lo[i] < at-slack && x.Hi[i] > at+slack {
			continue // it is on both sides
		}
		s := &tieSum{lo: exactZero(), hi: exactZero()}
		if bias := op.Bias(); bias != nil {
			s.add(bias[i], 1, 1)
		}
		sums[i] = s
	}
	if len(sums) == 0 {
		return
	}
	for k, in := range node.Inputs {
		z := b.Node[in]
		op.Entries(k, len(z.Lo), func(row, column int, weight, divisor float64) bool {
			s := sums[row]
			if s == nil {
				return true
			}
			if divisor != 1 {
				s.inexact = true
				return true
			}
			lo, hi := z.Lo[column], z.Hi[column]
			if weight < 0 {
				lo, hi = hi, lo
			}
			s.add(weight, lo, hi)
			return true
		})
	}
	for i, s := range sums {
		if lo, hi, ok := s.ends(); ok {
			b.intersect(x, i, lo, hi)
		}
	}
}

// tieSum is the least and the greatest value of a sum.
type tieSum struct {
	lo, hi  *big.Float
	inexact bool
}

func exactZero() *big.Float { return new(big.Float).SetPrec(exactPrecision) }

// add adds weight times a number between lo and hi.
func (s *tieSum) add(weight, lo, hi float64) {
	for _, end := range [...]struct {
		sum *big.Float
		x   float64
	}{{s.lo, lo}, {s.hi, hi}} {
		if !isFinite(end.x) || !isFinite(weight) {
			s.inexact = true
			return
		}
		p := exactZero().SetFloat64(end.x)
		p.SetPrec(exactPrecision)
		p.Mul(p, exactZero().SetFloat64(weight))
		s.inexact = s.inexact || p.Acc() != big.Exact
		end.sum.Add(end.sum, p)
		s.inexact = s.inexact || end.sum.Acc() != big.Exact
	}
}

// ends are float64 bounds of the sum, the sum itself where that is one.
func (s *tieSum) ends() (lo, hi float64, ok bool) {
	lo, under := s.lo.Float64()
	if under == big.Above {
		lo = down(lo)
	}
	hi, over := s.hi.Float64()
	if over == big.Below {
		hi = up(hi)
	}
	return lo, hi, !s.inexact
}
