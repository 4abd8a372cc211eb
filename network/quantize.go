package network

import (
	"fmt"
	"math"
	"math/big"
	"slices"
)

// Quantize is y = clamp(round(x / Step) + Zero, Lo, Hi), element by element, with
// halves rounded to even: QuantizeLinear of ONNX in real arithmetic. Others round in other
// ways, or after they add the zero point. The values are integers, the levels.
//
// It is a staircase: level k is taken between the thresholds Step (k - Zero - 1/2)
// and Step (k - Zero + 1/2), which are float64 numbers for the steps that Check
// allows, and so are those of other roundings. So the level of a float64 number is known exactly.
type Quantize struct {
	// Step and Zero are given for each element, or once for all.
	Step, Zero []float64
	Lo, Hi     float64 // the least and the greatest level
	Rounding   Rounding
	// Shifted says that the zero point is added before rounding: round(x / Step + Zero).
	// Then it is levels that are even or odd, above or below zero, and not levels
	// less Zero.
	Shifted bool
}

// mostLevel bounds the magnitude of levels and zero points.
const mostLevel = 1 << 20

// Kind implements Op.
func (q *Quantize) Kind() string { return "quantize" }

// Check implements Op.
func (q *Quantize) Check(in []int) (int, error) {
	if len(in) != 1 {
		return 0, fmt.Errorf("a quantization has one operand, not %d", len(in))
	}
	for _, v := range [][]float64{q.Step, q.Zero} {
		if len(v) != 1 && len(v) != in[0] {
			return 0, fmt.Errorf("%d scales or zero points do not fit an operand of %d elements", len(v), in[0])
		}
	}
	for _, s := range q.Step {
		// 24 bits, and 22 of the half-integers that it is multiplied by, fit float64.
		if !(s >= 0x1p-126 && s <= 0x1p+126) || float64(float32(s)) != s {
			return 0, fmt.Errorf("the scale %v of a quantization must be a positive float32 of ordinary magnitude", s)
		}
	}
	levels := append([]float64{q.Lo, q.Hi}, q.Zero...)
	for _, k := range levels {
		if k != math.Trunc(k) || !(math.Abs(k) <= mostLevel) {
			return 0, fmt.Errorf("%v is no level of a quantization", k)
		}
	}
	if q.Rounding > Ceiling {
		return 0, fmt.Errorf("rounding %d of a quantization is unknown", q.Rounding)
	}
	if q.Lo >= q.Hi {
		return 0, fmt.Errorf("a quantization from level %v to %v", q.Lo, q.Hi)
	}
	return in[0], nil
}

// step and zero are those of element i.
func (q *Quantize) step(i int) float64 { return q.Step[i%len(q.Step)] }
func (q *Quantize) zero(i int) float64 { return q.Zero[i%len(q.Zero)] }

// Levels implements Staircase.
func (q *Quantize) Levels(int) (lo, hi float64) { return q.Lo, q.Hi }

// Slope implements Staircase: that of the line through the middles of the steps.
func (q *Quantize) Slope(i int) float64 { return 1 / q.step(i) }

// Offset implements Staircase.
func (q *Quantize) Offset(i int) float64 { return q.zero(i) + 0.5 - q.Rounding.step() }

// Threshold implements Staircase.
func (q *Quantize) Threshold(i int, k float64) float64 {
	return q.step(i) * (k - q.zero(i) + q.Rounding.step())
}

// up says whether the threshold between levels k and k+1 itself has level k+1.
func (q *Quantize) up(i int, k float64) bool {
	if !q.Shifted {
		k -= q.zero(i)
	}
	return q.Rounding.up(k)
}

// Single implements Staircase: all steps have a width.
func (q *Quantize) Single(int) (at float64, ok bool) { return 0, false }

// Value implements Activation: the level of element i at x.
func (q *Quantize) Value(i int, x float64) float64 {
	k := math.Round(x/q.step(i)) + q.zero(i)
	if k <= q.Lo || math.IsNaN(k) {
		k = q.Lo
	}
	k = min(k, q.Hi)
	// The quotient was rounded: the thresholds decide.
	for k < q.Hi {
		if t := q.Threshold(i, k); x < t || x == t && !q.up(i, k) {
			break
		}
		k++
	}
	for k > q.Lo {
		if t := q.Threshold(i, k-1); x > t || x == t && q.up(i, k-1) {
			break
		}
		k--
	}
	return k
}

// Rational implements Activation.
func (q *Quantize) Rational(i int, x *big.Rat) *big.Rat {
	u := new(big.Rat).SetFloat64(q.step(i))
	u.Add(u.Quo(x, u), new(big.Rat).SetFloat64(q.zero(i))) // x / Step + Zero
	floor := new(big.Rat).SetInt(new(big.Int).Div(u.Num(), u.Denom()))
	switch { // of numbers beyond the levels nothing else matters
	case floor.Cmp(new(big.Rat).SetFloat64(q.Lo)) < 0:
		return new(big.Rat).SetFloat64(q.Lo)
	case floor.Cmp(new(big.Rat).SetFloat64(q.Hi)) >= 0:
		return new(big.Rat).SetFloat64(q.Hi)
	}
	k, _ := floor.Float64()
	c := u.Sub(u, floor).Cmp(new(big.Rat).SetFloat64(q.Rounding.step()))
	if c > 0 || c == 0 && q.up(i, k) {
		k++
	}
	return new(big.Rat).SetFloat64(k)
}

// Pieces implements Activation.
func (q *Quantize) Pieces(i int, lo, hi float64, most int) []Piece { return steps(q, i, lo, hi, most) }

// Backward implements Activation: by the slope of the line through the steps, and 0 where
// the level is clamped (the straight-through estimator: Bengio, Leonard, Courville, arXiv
// 1308.3432).
func (q *Quantize) Backward(below, above, z []float64) {
	for i, x := range z {
		if x > q.Threshold(i, q.Lo-1) && x < q.Threshold(i, q.Hi) {
			below[i] += above[i] * q.Slope(i)
		}
	}
}

// Pairs implements Activation.
func (q *Quantize) Pairs(Activation) bool { return false }

// Describe implements Activation: the levels, and the steps of the operand.
func (q *Quantize) Describe() string {
	least, greatest := slices.Min(q.Step), slices.Max(q.Step)
	steps := fmt.Sprintf("step %.4g", least)
	if least < greatest {
		steps = fmt.Sprintf("steps %.4g to %.4g", least, greatest)
	}
	rounding := ""
	if q.Rounding != HalfEven {
		rounding = ", " + q.Rounding.String()
	}
	if q.tiesByLevel() {
		rounding += ", zero points added before rounding"
	}
	return fmt.Sprintf("%s %v..%v, %s%s", q.Kind(), q.Lo, q.Hi, steps, rounding)
}

// Constants implements Activation: steps and zero points, and the least and the greatest
// level.
func (q *Quantize) Constants() map[string][]float64 {
	return map[string][]float64{"step": q.Step, "zero": q.Zero, "levels": {q.Lo, q.Hi}}
}

// Eval implements Op.
func (q *Quantize) Eval(out []float64, in [][]float64) {
	for i, x := range in[0] {
		out[i] = q.Value(i, x)
	}
}

// Equal implements Op: thresholds are equal, and what is on them has equal levels.
func (q *Quantize) Equal(other Op) bool {
	p, ok := other.(*Quantize)
	return ok && q.Lo == p.Lo && q.Hi == p.Hi && q.Rounding == p.Rounding && slices.Equal(q.Step, p.Step) &&
		slices.Equal(q.Zero, p.Zero) && q.tiesByLevel() == p.tiesByLevel()
}

// tiesByLevel says whether it matters that zero points are added before rounding.
func (q *Quantize) tiesByLevel() bool {
	return q.Shifted && slices.ContainsFunc(q.Zero, func(z float64) bool {
		switch q.Rounding {
		case HalfEven:
			return math.Mod(z, 2) != 0
		case HalfAway, HalfToward:
			return z != 0
		}
		return false
	})
}

// Parameters implements Op.
func (q *Quantize) Parameters() int { return len(q.Step) + len(q.Zero) }
