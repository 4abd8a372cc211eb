package logic_test

import (
	"context"
	"fmt"
	"math"
	"math/big"
	"math/rand/v2"
	"testing"

	"pgregory.net/rapid"

	"rsm/formula"
	"rsm/internal/query"
	"rsm/network"
	"rsm/network/networktest"
	"rsm/region"
	"rsm/relax"
	"rsm/solve/logic"
)

// TestCompile: conditions are implied by their comparisons, at exact values of the nodes
// in the region, and have no coefficients that float64 could not be trusted for. Where
// all coefficients are float64s, they are what is compared.
func TestCompile(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rng := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1))
		joint, err := query.Pair{N1: networktest.Random(rng, 2, 3, 2), N2: networktest.Random(rng, 2, 3, 2)}.Joint()
		if err != nil {
			t.Fatal(err)
		}
		box := region.Box{Lo: []float64{-1, 0}, Hi: []float64{1, 0.5}}
		b, err := relax.Compute(context.Background(), joint, box, relax.Interval)
		if err != nil {
			t.Fatal(err)
		}
		nodes := []int{0, joint.Out1, joint.Out2}
		number := func() *big.Rat {
			s := rapid.StringMatching(`-?[0-9](\.[0-9]{0,25})?(e-?[0-9]{1,2})?`).Draw(t, "number")
			v, err := formula.Parse(s)
			if err != nil {
				t.Fatal(err)
			}
			return v
		}
		plain := rapid.Bool().Draw(t, "float64")
		var terms []formula.Term
		for range rapid.IntRange(1, 4).Draw(t, "terms") {
			e := formula.Element{Tensor: rapid.SampledFrom(nodes).Draw(t, "node"), Index: rapid.IntRange(0, 1).Draw(t, "index")}
			coef := number()
			if plain {
				coef = formula.Float(float64(rapid.IntRange(-1<<40, 1<<40).Draw(t, "coefficient")) / (1 << 39))
			}
			terms = append(terms, formula.Term{Element: e, Coef: coef})
		}
		x := []*big.Rat{big.NewRat(int64(rapid.IntRange(-10, 10).Draw(t, "x")), 10), big.NewRat(int64(rapid.IntRange(0, 5).Draw(t, "x")), 10)}
		values, ok := joint.Graph.Exactly(x, nodes, 1<<30)
		if !ok {
			t.Fatal("no exact values")
		}
		at := func(e formula.Element) *big.Rat { return values.Value(e.Tensor, e.Index) }
		// It holds at x with equality, or nearly.
		op := formula.Operator(rapid.IntRange(0, 3).Draw(t, "operator"))
		c := formula.New(terms, new(big.Rat), op, formula.Position{})
		shift := c.Value(at)
		shift.Sub(shift, rapid.SampledFrom([]*big.Rat{new(big.Rat), big.NewRat(1, 1e18), number()}).Draw(t, "slack"))
		c = formula.New(terms, shift.Neg(shift), op, formula.Position{})
		made := logic.Compile(c, b)
		value := func(f network.Functional) *big.Rat {
			s := formula.Float(f.Const)
			for k, node := range f.Nodes {
				for i, w := range f.Coef[k] {
					s.Add(s, new(big.Rat).Mul(formula.Float(w), values.Value(node, i)))
				}
			}
			return s
		}
		var holds func(f logic.Formula) bool
		holds = func(f logic.Formula) bool {
			switch f := f.(type) {
			case logic.And:
				for _, g := range f {
					if !holds(g) {
						return false
					}
				}
				return true
			case logic.Or:
				for _, g := range f {
					if holds(g) {
						return true
					}
				}
				return false
			}
			k := f.(*logic.Condition)
			s := value(k.F).Sign()
			return s > 0 || s == 0 && !k.Strict
		}
		if c.Holds(at) && !holds(made) {
			t.Fatalf("%v %v holds at %v, and its conditions do not", c.Terms, c.Const, x)
		}
		made.Conditions(func(k *logic.Condition) {
			for i, coef := range append(k.F.Coef, []float64{k.F.Const}) {
				if err := network.CheckFinite(coef); err != nil {
					t.Fatalf("node %d: %v", i, err)
				}
			}
			if !plain || op != formula.AtLeast {
				return
			}
			for _, term := range c.Terms {
				v, exact := term.Coef.Float64()
				for j, node := range k.F.Nodes {
					if exact && node == term.Element.Tensor && math.Abs(v) > 1e-30 && k.F.Coef[j][term.Element.Index] != v {
						t.Fatalf("coefficient %v of %v became %v", v, fmt.Sprint(term.Element), k.F.Coef[j])
					}
				}
			}
		})
	})
}
