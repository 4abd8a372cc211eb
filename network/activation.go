package network

import "math/big"

// Activation is an operator that works on each element of its one operand, its
// pre-activation, by itself, never decreases, and is not affine. Each is one file
// here, one in relax (its lines and its splits) and one in encode (its rows); all
// else asks it by this interface, or by Staircase.
type Activation interface {
	Op
	// Value is element i at x, exactly.
	Value(i int, x float64) float64
	// Rational is element i at a rational number, exactly. It does not change x, and may
	// return it.
	Rational(i int, x *big.Rat) *big.Rat
	// Pieces are where element i is affine, those of which numbers in [lo, hi] are part, in
	// order. There are none where that is more than most.
	Pieces(i int, lo, hi float64, most int) []Piece
	// Backward adds to each element of below that of above, times the derivative at the
	// pre-activation z, or what stands for it there: for gradient steps.
	Backward(below, above, z []float64)
	// Pairs says whether a neuron may be relaxed and aligned together with one of
	// another activation: relax has planes for both.
	Pairs(other Activation) bool
	// Describe is Kind with the constants of the operator in a few words, for people;
	// Constants are they by their names, for programs.
	Describe() string
	Constants() map[string][]float64
}

// Staircase is an activation that takes integers, its levels, one after another: it
// jumps from one to the next at a threshold.
type Staircase interface {
	Activation
	// Levels are the least and the greatest level of element i.
	Levels(i int) (lo, hi float64)
	// Threshold is the number below which element i has level k at most, and above which
	// it has level k+1 at least, if both are levels. Where they are not, it is where a
	// last step would end that is as wide as others.
	Threshold(i int, k float64) float64
	// Slope and Offset are of the line that stands for element i, without its jumps:
	// Slope x + Offset. It passes from the first step to the last one.
	Slope(i int) float64
	// Offset is explained at Slope.
	Offset(i int) float64
	// Single is a number at which element i has a level that it has nowhere else, a step
	// of no width; false where there is none.
	Single(i int) (at float64, ok bool)
}

// Piece is where an activation is affine: a level, or the operand itself where that is nil.
// The operand is between From and To, nil for no end, which is no part of it where it is
// strict. Ends outside of the range that was asked for may be left out.
type Piece struct {
	Level, From, To      *big.Rat
	FromStrict, ToStrict bool
}

// steps are the pieces of a staircase.
func steps(s Staircase, i int, lo, hi float64, most int) []Piece {
	first, last := s.Value(i, lo), s.Value(i, hi)
	if !(last-first < float64(most)) {
		return nil
	}
	var all []Piece
	for k := first; k <= last; k++ {
		p := Piece{Level: new(big.Rat).SetFloat64(k)}
		if k > first {
			p.From = new(big.Rat).SetFloat64(s.Threshold(i, k-1))
			p.FromStrict = s.Rational(i, p.From).Cmp(p.Level) != 0
		}
		if k < last {
			p.To = new(big.Rat).SetFloat64(s.Threshold(i, k))
			p.ToStrict = s.Rational(i, p.To).Cmp(p.Level) != 0
		}
		all = append(all, p)
	}
	return all
}

// IsActivation says whether an operator is an activation. Its operand is its
// pre-activation.
func IsActivation(op Op) bool {
	_, ok := op.(Activation)
	return ok
}

// pairable says whether neurons of a node may have partners in another network.
func pairable(op Op) bool {
	a, ok := op.(Activation)
	return ok && a.Pairs(a)
}

// Jumps says whether an operator is a staircase.
func Jumps(op Op) bool {
	_, ok := op.(Staircase)
	return ok
}

// Singles says whether a staircase of the graph has a level at a single number only.
func (g *Graph) Singles() bool {
	for _, v := range g.Nodes {
		if s, ok := v.Op.(Staircase); ok && v.Size > 0 {
			if _, ok := s.Single(0); ok {
				return true
			}
		}
	}
	return false
}

// ReLUs counts the neurons of activations that bend and do not jump: ReLUs.
func (g *Graph) ReLUs() int {
	return g.count(func(op Op) bool { return IsActivation(op) && !Jumps(op) })
}

// Quantized counts the values of staircases: quantized values.
func (g *Graph) Quantized() int { return g.count(Jumps) }

// count counts the elements of nodes.
func (g *Graph) count(of func(Op) bool) int {
	n := 0
	for _, v := range g.Nodes {
		if of(v.Op) {
			n += v.Size
		}
	}
	return n
}
