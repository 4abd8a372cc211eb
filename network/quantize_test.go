package network

import (
	"math"
	"math/big"
	"testing"

	"pgregory.net/rapid"
)

// exactLevel is clamp(round(x / step) + zero, lo, hi) in rational arithmetic, or
// clamp(round(x / step + zero), lo, hi): by the definition of each way to round.
func exactLevel(q *Quantize, x float64) float64 {
	rat := func(v float64) *big.Rat { return new(big.Rat).SetFloat64(v) }
	floor := func(v *big.Rat) *big.Rat {
		return new(big.Rat).SetInt(new(big.Int).Div(v.Num(), v.Denom())) // Euclidean: the denominator is positive
	}
	half := big.NewRat(1, 2)
	// halfUp rounds halves upward, halfDown downward.
	halfUp := func(v *big.Rat) *big.Rat { return floor(new(big.Rat).Add(v, half)) }
	halfDown := func(v *big.Rat) *big.Rat { w := halfUp(new(big.Rat).Neg(v)); return w.Neg(w) }
	round := func(v *big.Rat) *big.Rat {
		up, down := halfUp(v), halfDown(v)
		switch q.Rounding {
		case Floor:
			return floor(v)
		case Ceiling:
			w := floor(new(big.Rat).Neg(v))
			return w.Neg(w)
		case HalfAway:
			if v.Sign() < 0 {
				return down
			}
			return up
		case HalfToward:
			if v.Sign() < 0 {
				return up
			}
			return down
		}
		if up.Num().Bit(0) == 0 {
			return up
		}
		return down
	}
	level := new(big.Rat).Quo(rat(x), rat(q.Step[0]))
	if q.Shifted {
		level = round(level.Add(level, rat(q.Zero[0])))
	} else {
		level = round(level)
		level.Add(level, rat(q.Zero[0]))
	}
	switch {
	case level.Cmp(rat(q.Lo)) < 0:
		return q.Lo
	case level.Cmp(rat(q.Hi)) > 0:
		return q.Hi
	}
	v, _ := level.Float64()
	return v
}

// drawQuantize draws a quantization of one element, and a number which is often a half-way
// point or next to one.
func drawQuantize(t *rapid.T) (*Quantize, float64) {
	bits := rapid.IntRange(2, 16).Draw(t, "bits")
	lo := 0.0
	if rapid.Bool().Draw(t, "signed") {
		lo = -math.Ldexp(1, bits-1)
	}
	hi := lo + math.Ldexp(1, bits) - 1
	step := math.Ldexp(float64(rapid.IntRange(1<<23, 1<<24-1).Draw(t, "mantissa")), rapid.IntRange(-149, 102).Draw(t, "exponent"))
	if rapid.Bool().Draw(t, "a power of two") {
		step = math.Ldexp(1, rapid.IntRange(-126, 126).Draw(t, "power"))
	}
	q := &Quantize{Step: []float64{step}, Zero: []float64{lo + float64(rapid.IntRange(0, int(hi-lo)).Draw(t, "zero"))}, Lo: lo, Hi: hi,
		Rounding: Rounding(rapid.IntRange(0, int(Ceiling)).Draw(t, "rounding")), Shifted: rapid.Bool().Draw(t, "shifted")}
	x := q.Threshold(0, lo+float64(rapid.IntRange(-3, int(hi-lo)+3).Draw(t, "level")))
	switch rapid.IntRange(0, 3).Draw(t, "where") {
	case 1:
		x = math.Nextafter(x, math.Inf(1))
	case 2:
		x = math.Nextafter(x, math.Inf(-1))
	case 3:
		x = rapid.Float64Range(-2, 2).Draw(t, "x") * step * (hi - lo)
	}
	return q, x
}

// The level of a number is that of rational arithmetic, at ties too.
func TestQuantizeLevels(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		q, x := drawQuantize(t)
		if _, err := q.Check([]int{1}); err != nil {
			t.Fatal(err)
		}
		if got, want := q.Value(0, x), exactLevel(q, x); got != want {
			t.Fatalf("%v by %+v is level %v instead of %v", x, *q, got, want)
		}
	})
}

// Thresholds are exact, and levels grow with the number: quantization commutes with
// maxima, and clips at zero as a ReLU does where the least level is that of zero.
func TestQuantizeIsMonotone(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		q, x := drawQuantize(t)
		k := q.Lo + float64(rapid.IntRange(0, int(q.Hi-q.Lo)-1).Draw(t, "k"))
		half := map[Rounding]float64{Floor: 1, Ceiling: 0, HalfEven: 0.5, HalfAway: 0.5, HalfToward: 0.5}[q.Rounding]
		threshold := new(big.Rat).Mul(new(big.Rat).SetFloat64(q.Step[0]), new(big.Rat).SetFloat64(k-q.Zero[0]+half))
		if got := q.Threshold(0, k); threshold.Cmp(new(big.Rat).SetFloat64(got)) != 0 {
			t.Fatalf("threshold %v of %+v is not %v", got, *q, threshold)
		}
		below, above := q.Value(0, math.Nextafter(q.Threshold(0, k), math.Inf(-1))), q.Value(0, math.Nextafter(q.Threshold(0, k), math.Inf(1)))
		if below != k || above != k+1 {
			t.Fatalf("the threshold of %v and %v of %+v lies between %v and %v", k, k+1, *q, below, above)
		}
		y := rapid.Float64Range(-2, 2).Draw(t, "y") * q.Step[0] * (q.Hi - q.Lo)
		if x <= y && q.Value(0, x) > q.Value(0, y) || x >= y && q.Value(0, x) < q.Value(0, y) {
			t.Fatalf("the levels of %v and %v by %+v are %v and %v", x, y, *q, q.Value(0, x), q.Value(0, y))
		}
		if q.Zero[0] == q.Lo && q.Value(0, max(x, 0)) != q.Value(0, x) {
			t.Fatalf("a ReLU before %+v changes the level of %v", *q, x)
		}
	})
}

func TestQuantizeRefuses(t *testing.T) {
	good := func() *Quantize { return &Quantize{Step: []float64{0.5}, Zero: []float64{0}, Lo: -128, Hi: 127} }
	for name, spoil := range map[string]func(q *Quantize){
		"zero step":              func(q *Quantize) { q.Step[0] = 0 },
		"negative step":          func(q *Quantize) { q.Step[0] = -1 },
		"no number":              func(q *Quantize) { q.Step[0] = math.NaN() },
		"infinite step":          func(q *Quantize) { q.Step[0] = math.Inf(1) },
		"a step of more bits":    func(q *Quantize) { q.Step[0] = 0.1 },
		"a subnormal step":       func(q *Quantize) { q.Step[0] = 0x1p-140 },
		"steps that do not fit":  func(q *Quantize) { q.Step = []float64{1, 1, 1} },
		"zeros that do not fit":  func(q *Quantize) { q.Zero = []float64{1, 1, 1} },
		"a zero between levels":  func(q *Quantize) { q.Zero[0] = 0.5 },
		"a zero point far away":  func(q *Quantize) { q.Zero[0] = 1 << 40 },
		"levels that are no int": func(q *Quantize) { q.Lo = -1.5 },
		"no rounding":            func(q *Quantize) { q.Rounding = Ceiling + 1 },
		"one level":              func(q *Quantize) { q.Lo = q.Hi },
	} {
		q := good()
		if n, err := q.Check([]int{2}); err != nil || n != 2 {
			t.Fatalf("%d, %v", n, err)
		}
		spoil(q)
		if _, err := q.Check([]int{2}); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	if _, err := good().Check([]int{1, 1}); err == nil {
		t.Error("two operands: no error")
	}
}

// TestQuantizeEqual: two quantizations are equal where their levels are, at thresholds too.
func TestQuantizeEqual(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		draw := func(name string) *Quantize {
			return &Quantize{Step: []float64{0.25}, Zero: []float64{float64(rapid.IntRange(-3, 3).Draw(t, name+" zero"))}, Lo: -2, Hi: 3,
				Rounding: Rounding(rapid.IntRange(0, int(Ceiling)).Draw(t, name+" rounding")), Shifted: rapid.Bool().Draw(t, name+" shifted")}
		}
		p, q := draw("first"), draw("second")
		same := true
		for k := -12; k <= 12; k++ { // all thresholds, and what is between them
			for _, x := range []float64{float64(k) / 8, float64(k)/8 + 1.0/16} {
				same = same && exactLevel(p, x) == exactLevel(q, x)
			}
		}
		if p.Equal(q) && !same {
			t.Fatalf("%+v and %+v are called equal", *p, *q)
		}
		if p.Zero[0] == q.Zero[0] && p.Rounding == q.Rounding && same && !p.Equal(q) && p.Zero[0] >= p.Lo && p.Zero[0] < p.Hi-1 {
			t.Fatalf("%+v and %+v are called different", *p, *q)
		}
	})
}
