package boxes

import (
	"math"
	"math/big"
	"math/rand/v2"
	"testing"

	"rsm/region"
	"rsm/relax"
	"rsm/solve/logic"
)

// exactly is the sign of a line at a point, in exact arithmetic.
func exactly(l relax.Line, x []float64) int {
	s := new(big.Rat).SetFloat64(l.Const)
	for i, c := range l.Coef {
		s.Add(s, new(big.Rat).Mul(new(big.Rat).SetFloat64(c), new(big.Rat).SetFloat64(x[i])))
	}
	return s.Sign()
}

// TestClip: no input at which the formula can be true is left out, in exact arithmetic
// and also on the lines themselves; the rest of the box is within it, and often smaller.
func TestClip(t *testing.T) {
	kept, smaller, empty := 0, 0, 0
	for seed := range uint64(3000) {
		rng := rand.New(rand.NewPCG(seed, 90))
		size := func() float64 { return rng.NormFloat64() * math.Pow(10, 6*rng.Float64()-3) }
		n := 1 + rng.IntN(4)
		box := region.Box{}
		for range n {
			a, b := size(), size()
			if rng.IntN(6) == 0 {
				b = a
			}
			box.Lo, box.Hi = append(box.Lo, min(a, b)), append(box.Hi, max(a, b))
		}
		inside := func() []float64 {
			x := make([]float64, n)
			for i := range x {
				x[i] = min(box.Lo[i]+rng.Float64()*(box.Hi[i]-box.Lo[i]), box.Hi[i])
				if rng.IntN(4) == 0 {
					x[i] = [...]float64{box.Lo[i], box.Hi[i]}[rng.IntN(2)]
				}
			}
			return x
		}
		lines := map[*logic.Condition]relax.Line{}
		var draw func(depth int) logic.Formula
		draw = func(depth int) logic.Formula {
			if depth == 0 || rng.IntN(3) == 0 {
				l, at := relax.Line{Coef: make([]float64, n)}, inside()
				for i := range l.Coef {
					if rng.IntN(5) > 0 {
						l.Coef[i] = size()
					}
					l.Const -= l.Coef[i] * at[i] // zero at a point of the box
				}
				c := &logic.Condition{}
				lines[c] = l
				return c
			}
			parts := []logic.Formula{draw(depth - 1), draw(depth - 1)}
			if rng.IntN(2) == 0 {
				return logic.And(parts)
			}
			return logic.Or(parts)
		}
		f := draw(2)
		inner, ok := clip(box, f, func(c *logic.Condition) relax.Line { return lines[c] })
		if !ok {
			empty++
		} else if volume(inner, box) < 0.9 {
			smaller++
		}
		for k := range 60 {
			x := inside()
			if k%2 == 1 { // onto a line
				for _, l := range lines {
					i := rng.IntN(n)
					s := l.Const
					for j, c := range l.Coef {
						if j != i {
							s += c * x[j]
						}
					}
					if v := -s / l.Coef[i]; v >= box.Lo[i] && v <= box.Hi[i] {
						x[i] = v
					}
					break
				}
			}
			if !logic.Holds(f, func(c *logic.Condition) float64 { return float64(exactly(lines[c], x)) }) {
				continue
			}
			if kept++; !ok || !inner.Contains(x) {
				t.Fatalf("seed %d: %v is clipped, %v of %v is left, %v", seed, x, inner, box, ok)
			}
		}
		for i := range box.Lo {
			if ok && (inner.Lo[i] < box.Lo[i] || inner.Hi[i] > box.Hi[i]) {
				t.Fatalf("seed %d: %v is not within %v", seed, inner, box)
			}
		}
	}
	if kept < 20000 || smaller < 500 || empty < 20 {
		t.Errorf("%d inputs are kept, %d boxes are smaller, %d empty: too few", kept, smaller, empty)
	}
}
