package exact

import (
	"context"
	"math/big"
	"math/rand/v2"
	"testing"

	"pgregory.net/rapid"

	"rsm/formula"
	"rsm/internal/query"
	"rsm/network/networktest"
	"rsm/region"
	"rsm/relax"
)

func small(t *rapid.T, name string) *big.Rat {
	return big.NewRat(int64(rapid.IntRange(-4, 4).Draw(t, name)), int64(rapid.IntRange(1, 3).Draw(t, "over")))
}

// TestMaximize: the maximum of a program in two variables is that of the corners of its
// polygon.
func TestMaximize(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		one, zero := big.NewRat(1, 1), new(big.Rat)
		// y1, y2 >= 0 and <= 5, and some more.
		a, b := [][]*big.Rat{{one, zero}, {zero, one}}, []*big.Rat{big.NewRat(5, 1), big.NewRat(5, 1)}
		for range rapid.IntRange(0, 5).Draw(t, "rows") {
			a, b = append(a, []*big.Rat{small(t, "a"), small(t, "a")}), append(b, small(t, "b"))
		}
		c := []*big.Rat{small(t, "c"), small(t, "c")}
		value := func(c []*big.Rat, y []*big.Rat) *big.Rat {
			v := new(big.Rat).Mul(c[0], y[0])
			return v.Add(v, new(big.Rat).Mul(c[1], y[1]))
		}
		inside := func(y []*big.Rat) bool {
			for i := range a {
				if value(a[i], y).Cmp(b[i]) > 0 {
					return false
				}
			}
			return y[0].Sign() >= 0 && y[1].Sign() >= 0
		}
		lines := append(append([][]*big.Rat(nil), a...), []*big.Rat{one, zero}, []*big.Rat{zero, one})
		ends := append(append([]*big.Rat(nil), b...), zero, zero)
		var best *big.Rat
		for i := range lines {
			for k := range i {
				l, m := lines[i], lines[k]
				det := new(big.Rat).Sub(new(big.Rat).Mul(l[0], m[1]), new(big.Rat).Mul(l[1], m[0]))
				if det.Sign() == 0 {
					continue
				}
				y := []*big.Rat{
					new(big.Rat).Sub(new(big.Rat).Mul(ends[i], m[1]), new(big.Rat).Mul(l[1], ends[k])),
					new(big.Rat).Sub(new(big.Rat).Mul(l[0], ends[k]), new(big.Rat).Mul(ends[i], m[0])),
				}
				y[0].Quo(y[0], det)
				y[1].Quo(y[1], det)
				if v := value(c, y); inside(y) && (best == nil || v.Cmp(best) > 0) {
					best = v
				}
			}
		}
		y, feasible, ended := maximize(c, a, b, 1000)
		switch {
		case !ended:
			t.Fatal("too many pivots")
		case feasible != (best != nil):
			t.Fatalf("feasible %v, the best corner has %v", feasible, best)
		case feasible && (!inside(y) || value(c, y).Cmp(best) != 0):
			t.Fatalf("%v at %v, the best corner has %v", value(c, y), y, best)
		}
	})
}

// TestPart: what is found makes the formula true, and where nothing is, it is false at
// all inputs that are tried: points of a grid, among them kinks and half-way points.
func TestPart(t *testing.T) {
	seen := map[string]int{}
	rapid.Check(t, func(t *rapid.T) {
		rng := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1))
		n1 := networktest.Random(rng, 2, 3, 2)
		n2 := networktest.Twin(rng, n1, 0.1, 0)
		if rapid.Bool().Draw(t, "quantized") {
			n2 = networktest.Quantized(rng, n2, 4, 2)
		}
		joint, err := query.Pair{N1: n1, N2: n2}.Joint()
		if err != nil {
			t.Fatal(err)
		}
		box := region.Box{Lo: []float64{-0.5, 0}, Hi: []float64{0.5, 0.25}}
		joint = joint.In(box)
		b, err := relax.Compute(context.Background(), joint, box, relax.Difference)
		if err != nil {
			t.Fatal(err)
		}
		p := NewPart(joint, b, nil)
		nodes := []int{0, joint.Out1, joint.Out2}
		values := func(x []*big.Rat) formula.Values {
			e, ok := joint.Graph.Exactly(x, nodes, 1<<30)
			if !ok {
				t.Fatal("no exact values")
			}
			return func(at formula.Element) *big.Rat { return e.Value(at.Tensor, at.Index) }
		}
		grid := func(k int64) *big.Rat { return big.NewRat(k, 8) }
		var f formula.And
		for range rapid.IntRange(1, 3).Draw(t, "parts") {
			var or formula.Or
			for range rapid.IntRange(1, 2).Draw(t, "choices") {
				var terms []formula.Term
				for _, node := range nodes {
					for i := range 2 {
						terms = append(terms, formula.Term{Element: formula.Element{Tensor: node, Index: i}, Coef: small(t, "coefficient")})
					}
				}
				op := formula.Operator(rapid.IntRange(0, 3).Draw(t, "operator"))
				c := formula.New(terms, new(big.Rat), op, formula.Position{})
				// Zero at a point of the grid, or a little beside it.
				x := []*big.Rat{grid(int64(rapid.IntRange(-4, 4).Draw(t, "x"))), grid(int64(rapid.IntRange(0, 2).Draw(t, "x")))}
				shift := c.Value(values(x))
				shift.Sub(shift, []*big.Rat{new(big.Rat), big.NewRat(1, 1e15), big.NewRat(-1, 1e15)}[rapid.IntRange(0, 2).Draw(t, "beside")])
				or = append(or, formula.New(terms, shift.Neg(shift), op, formula.Position{}))
			}
			f = append(f, or)
		}
		inside := func(x []*big.Rat) bool {
			for i, v := range x {
				if v.Cmp(p.Lo[i]) < 0 || v.Cmp(p.Hi[i]) > 0 {
					return false
				}
			}
			return true
		}
		x, empty := p.Decide(context.Background(), f, func(x []*big.Rat) bool { return inside(x) && f.Holds(values(x)) })
		switch {
		case x != nil:
			if seen["found"]++; empty || !f.Holds(values(x)) || !inside(x) {
				t.Fatalf("%v is no solution", x)
			}
		case empty:
			seen["none"]++
			for i := int64(-8); i <= 8; i++ {
				for k := int64(0); k <= 4; k++ {
					if x := []*big.Rat{big.NewRat(i, 16), big.NewRat(k, 16)}; f.Holds(values(x)) {
						t.Fatalf("none, and %v is a solution", x)
					}
				}
			}
		default:
			seen["unknown"]++
		}
	})
	t.Log(seen)
	if seen["found"] == 0 || seen["none"] == 0 {
		t.Error("too few of a kind")
	}
}
