package onnx

import (
	"math"
	"math/big"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"rsm/network"
)

// realCases are operatorCases of constants that are computed and are no float64 numbers, and
// of such that take functions to compute.
var realCases = []operatorCase{
	{"a rounded sum", newModel(13, 1, 2).floats("w", nil, 1).floats("v", nil, 0x1p-60).node("Add", "w v", "z").node("Add", "x z", "y"), []float64{0, 1}, []float64{1, 2}, "elementwise"},
	{"a rounded sum of one", newModel(13, 1, 2).floats("w", nil, 1).floats("v", nil, 0x1p-60).node("Add", "w v", "z").node("Mul", "x z", "y"), []float64{3, 1}, []float64{3, 1}, "elementwise"},
	{"a rounded quotient", newModel(13, 1, 2).floats("a", nil, 1).floats("b", nil, 3).node("Div", "a b", "c").node("Add", "x c", "y"), []float64{0, 1}, []float64{1. / 3, 4. / 3}, "elementwise"},
	{"LeakyRelu", newModel(13, 1, 2).floats("w", []int{2}, -2, 4).node("LeakyRelu", "w", "z", floatOf("alpha", 0.5)).node("Add", "x z", "y"), []float64{0, 0}, []float64{-1, 4}, "elementwise"},
	{"Conv", newModel(13, 1, 1, 2).floats("k", []int{1, 1, 3}, 1, 2, 3).floats("w", []int{1, 1, 2}, 1, 10).node("Conv", "k w", "z").node("Add", "x z", "y"), []float64{0, 0}, []float64{21, 32}, "elementwise"},
	{"low rank", newModel(13, 1, 2).floats("a", []int{2, 1}, 1, 2).floats("b", []int{1, 2}, 3, 4).node("MatMul", "a b", "w").node("MatMul", "x w", "y"), []float64{1, 1}, []float64{9, 12}, "dense"},
	{"LoRA", newModel(13, 1, 2).floats("w", []int{2, 2}, 1, 0, 0, 1).floats("a", []int{2, 1}, 0.1, 0.2).floats("b", []int{1, 2}, 0.3, 0.4).floats("s", nil, 0.7).
		node("Gemm", "a b", "ab").node("Mul", "ab s", "c").node("Add", "w c", "v").node("Transpose", "v", "t").node("MatMul", "x t", "y"), []float64{1, 1}, []float64{1 + s32(.7)*s32(.1)*(s32(.3)+s32(.4)), 1 + s32(.7)*s32(.2)*(s32(.3)+s32(.4))}, "dense"},
	{"weight normalization", newModel(13, 1, 2).floats("v", []int{2, 2}, 1, 2, 3, 4).floats("g", []int{1, 2}, 5, 6).node("ReduceL2", "v", "n", intsOf("axes", 0)).
		node("Div", "g n", "u").node("Mul", "v u", "w").node("Gemm", "x w", "y"), []float64{1, 1}, []float64{20 / math.Sqrt(10), 36 / math.Sqrt(20)}, "dense"},
	{"batch normalization", newModel(13, 1, 2).floats("v", []int{2}, 2, 3).floats("e", nil, 1e-5).node("Add", "v e", "s").node("Sqrt", "s", "r").node("Div", "x r", "y"),
		[]float64{1, 1}, []float64{1 / math.Sqrt(2+s32(1e-5)), 1 / math.Sqrt(3+s32(1e-5))}, "elementwise"},
	{"a root that is exact", newModel(13, 1, 2).floats("v", []int{2}, 4, 2.25).node("Sqrt", "v", "r").node("Div", "x r", "y"), []float64{1, 3}, []float64{0.5, 2}, "elementwise"},
	{"functions", newModel(13, 1, 8).floats("v", nil, 0.5).node("Exp", "v", "a").node("Log", "v", "b").node("Softplus", "v", "c").node("Tanh", "v", "d").node("Sigmoid", "v", "e").
		node("Reciprocal", "v", "f").node("Round", "v", "g").node("Sign", "v", "h").ints("l", 0).
		node("Unsqueeze", "a l", "a1").node("Unsqueeze", "b l", "b1").node("Mul", "x a1", "p").node("Add", "p b1", "q").
		node("Mul", "q c", "r").node("Add", "r d", "s").node("Div", "s e", "t").node("Sub", "t f", "u").node("Add", "u g", "o").node("Mul", "o h", "y"),
		slices.Repeat([]float64{1}, 8), slices.Repeat([]float64{((math.Exp(.5)+math.Log(.5))*math.Log1p(math.Exp(.5))+math.Tanh(.5))*(1+math.Exp(-.5)) - 2}, 8), "elementwise elementwise elementwise elementwise elementwise elementwise"},
	{"powers", newModel(13, 1, 2).floats("v", []int{2}, 3, 5).floats("h", []int{2}, 0.5, -1.5).ints("two", 2).node("Pow", "v h", "a").node("Pow", "v two", "b").node("Mul", "x a", "c").node("Add", "c b", "y"),
		[]float64{1, 1}, []float64{9 + math.Sqrt(3), 25 + math.Pow(5, -1.5)}, "elementwise elementwise"},
	{"reductions", newModel(13, 1, 2).floats("v", []int{2, 2}, 1, -2, 3, 4).node("ReduceL1", "v", "a", intsOf("axes", 0), intOf("keepdims", 0)).node("ReduceSumSquare", "v", "b", intsOf("axes", 0), intOf("keepdims", 0)).
		node("ReduceMean", "v", "c", intsOf("axes", 0), intOf("keepdims", 0)).node("Mul", "x a", "p").node("Add", "p b", "q").node("Add", "q c", "y"), []float64{1, 1}, []float64{16, 27}, "elementwise elementwise elementwise"},
}

// s32 is a number as FLOAT has it.
func s32(v float64) float64 { return float64(float32(v)) }

func TestFoldingReals(t *testing.T) { testOperators(t, realCases) }

var realErrors = []errorCase{
	{"digits that cancel", newModel(13, 1, 2).floats("v", nil, 2).node("Sqrt", "v", "r").node("Sub", "r r", "z").node("Add", "x z", "y"), "too few of its digits are known"},
	{"the root of a negative number", newModel(13, 1, 2).floats("v", nil, -2).node("Sqrt", "v", "r").node("Mul", "x r", "y"), "it has no square root"},
	{"a logarithm of zero", newModel(13, 1, 2).floats("v", nil, 0).node("Log", "v", "r").node("Mul", "x r", "y"), "it has no logarithm"},
	{"a large exponent", newModel(13, 1, 2).floats("v", nil, 1e4).node("Exp", "v", "r").node("Mul", "x r", "y"), "the exponent is too large"},
	{"a large exponential", newModel(13, 1, 2).floats("v", nil, 100).node("Exp", "v", "r").node("Mul", "x r", "y"), "not of an ordinary magnitude"},
	{"no place for reals", newModel(13, 1, 2).floats("v", nil, 2).node("Sqrt", "v", "r").node("PRelu", "x r", "y"), "!op #1 (PRelu, opset 13): operand \"r\" has elements of real numbers"},
	{"an exponent", newModel(13, 1, 2).floats("v", nil, 2).floats("e", nil, 0.3).node("Pow", "v e", "r").node("Mul", "x r", "y"), "!multiples of 1/2"},
}

func TestFoldingRealErrors(t *testing.T) { testErrors(t, realErrors) }

// Weights that are products of matrices are next to the exact ones, and say that they are not
// these; those that float64 holds are themselves.
func TestFoldedProduct(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n, k, m := rapid.IntRange(1, 3).Draw(t, "n"), rapid.IntRange(1, 4).Draw(t, "k"), rapid.IntRange(2, 3).Draw(t, "m")
		draw := func(count int, name string) []float64 {
			all := make([]float64, count)
			for i := range all {
				all[i] = math.Ldexp(float64(rapid.IntRange(-1<<24, 1<<24).Draw(t, name)), rapid.IntRange(-40, 4).Draw(t, "exponent"))
			}
			return all
		}
		a, b := draw(n*k, "a"), draw(k*m, "b")
		net, err := Decode(newModel(13, 1, n).floats("a", []int{n, k}, a...).floats("b", []int{k, m}, b...).node("MatMul", "a b", "w").node("MatMul", "x w", "y").bytes())
		if err != nil {
			t.Fatal(err)
		}
		exact := true
		var want []float64
		for i := range n {
			for j := range m {
				sum := new(big.Rat)
				for l := range k {
					p := new(big.Rat).SetFloat64(a[i*k+l])
					sum.Add(sum, p.Mul(p, new(big.Rat).SetFloat64(b[l*m+j])))
				}
				v, same := sum.Float64()
				want, exact = append(want, v), exact && same
			}
		}
		op := net.Nodes[1].Op
		r, rounded := op.(*network.Rounded)
		if rounded == exact {
			t.Fatalf("the operator is %T, all products exact: %t", op, exact)
		}
		if rounded {
			op = r.Affine
		}
		d := op.(*network.Dense)
		for i := range n {
			for j := range m {
				if d.W[j*n+i] != want[i*m+j] {
					t.Fatalf("weight %d,%d is %v instead of %v", i, j, d.W[j*n+i], want[i*m+j])
				}
			}
		}
		_, known := net.Exactly([]*big.Rat{new(big.Rat), new(big.Rat), new(big.Rat)}[:n], []int{1}, 1<<20)
		if known != exact {
			t.Fatalf("evaluated exactly: %t", known)
		}
	})
}

// Constants that round to the same float64 numbers are equal only where they mean the same.
func TestFoldedMeaning(t *testing.T) {
	op := func(v, e float64) network.Op {
		net, err := Decode(newModel(13, 1, 2).doubles("v", nil, v).doubles("e", nil, e).node("Add", "v e", "s").
			node("Sqrt", "s", "r").node("Cast", "x", "d", intOf("to", int64(float64Type))).node("Div", "d r", "y").bytes())
		if err != nil {
			t.Fatal(err)
		}
		return net.Nodes[1].Op
	}
	a, b, c := op(2, 1e-5), op(2, 1e-5), op(2, math.Nextafter(1e-5, 1))
	if !a.Equal(b) || a.Equal(c) || c.Equal(a) {
		t.Errorf("equal: %t, %t, %t", a.Equal(b), a.Equal(c), c.Equal(a))
	}
	if !a.(*network.Rounded).Affine.Equal(c.(*network.Rounded).Affine) {
		t.Error("the constants do not round to the same numbers: the test shows nothing")
	}
}

// Enclosures hold the numbers that they are of: roots by their squares, exponentials by
// e^(a+b) = e^a e^b and the digits of e, logarithms by exponentials.
func TestRealFunctions(t *testing.T) {
	draw := rapid.Custom(func(t *rapid.T) *big.Rat {
		return big.NewRat(rapid.Int64Range(-1<<40, 1<<40).Draw(t, "n"), rapid.Int64Range(1<<33, 1<<40).Draw(t, "d"))
	})
	e, _ := new(big.Rat).SetString("2.71828182845904523536028747135266249775724709369995957496696762772407663035354759457138217852516642")
	inside := func(t *rapid.T, what string, p, q real) {
		a, b := p.ends()
		c, d := q.ends()
		if a.Cmp(d) > 0 || c.Cmp(b) > 0 {
			t.Fatalf("%s: [%v, %v] and [%v, %v] have no number in common", what, a, b, c, d)
		}
		if width, _ := new(big.Float).Sub(b, a).Float64(); width > 0 {
			if mid, _ := a.Float64(); width > 1e-80*math.Abs(mid)+1e-85 {
				t.Fatalf("%s: [%v, %v] is wide", what, a, b)
			}
		}
	}
	must := func(r real, err error) real {
		if err != nil {
			panic(err)
		}
		return r
	}
	rapid.Check(t, func(t *rapid.T) {
		a, b := rational(draw.Draw(t, "a")), rational(draw.Draw(t, "b"))
		sum := must(exponential(must(addReal(a, b))))
		inside(t, "exponential", sum, must(multiplyReal(must(exponential(a)), must(exponential(b)))))
		inside(t, "logarithm", a, must(logarithm(must(exponential(a)))))
		square := must(multiplyReal(a, a))
		third := must(divideReal(square, real{exact: big.NewRat(3, 1)}))
		r := must(root(third))
		inside(t, "root", third, must(multiplyReal(r, r)))
		lo, hi := r.ends()
		l, _ := lo.Rat(nil)
		h, _ := hi.Rat(nil)
		if l.Mul(l, l).Cmp(third.exact) > 0 || h.Mul(h, h).Cmp(third.exact) < 0 {
			t.Fatal("the root's square is outside")
		}
	})
	one := must(exponential(realOne))
	lo, _ := one.lo.Rat(nil)
	hi, _ := one.hi.Rat(nil)
	if short := big.NewRat(1, 1).SetFrac64(1, 1e18); lo.Cmp(e) > 0 || hi.Cmp(new(big.Rat).Sub(e, short.Mul(short, short).Mul(short, short))) < 0 {
		t.Errorf("e is in [%v, %v]", one.lo, one.hi)
	}
}
