package onnx

import (
	"errors"
	"fmt"
	"math/big"
)

// realFolds is what operators make of constants in real numbers.
var realFolds = map[string]build{
	"Add":             foldPairs(addReal),
	"Sub":             foldPairs(subtractReal),
	"Mul":             foldPairs(multiplyReal),
	"Div":             foldPairs(divideReal),
	"Pow":             foldPairs(powerReal),
	"Sum":             foldPairs(addReal),
	"Max":             foldPairs(func(p, q real) (real, error) { return extremumReal(p, q, 1) }),
	"Min":             foldPairs(func(p, q real) (real, error) { return extremumReal(p, q, -1) }),
	"Neg":             foldEach(1, func(p real) (real, error) { return negReal(p), nil }),
	"Abs":             foldEach(1, func(p real) (real, error) { return extremumReal(p, negReal(p), 1) }),
	"Relu":            foldEach(1, func(p real) (real, error) { return extremumReal(p, real{exact: new(big.Rat)}, 1) }),
	"Reciprocal":      foldEach(4, inverse),
	"Sqrt":            foldEach(64, root),
	"Exp":             foldEach(1024, exponential),
	"Log":             foldEach(16384, logarithm),
	"Sigmoid":         foldEach(1024, sigmoidReal),
	"Softplus":        foldEach(16384, softplusReal),
	"Tanh":            foldEach(1024, tanhReal),
	"Sign":            foldEach(1, signReal),
	"Round":           foldEach(1, func(p real) (real, error) { return integerReal(p, nearestEven) }),
	"Floor":           foldEach(1, func(p real) (real, error) { return integerReal(p, floorOf) }),
	"Ceil":            foldEach(1, func(p real) (real, error) { return integerReal(p, ceilingOf) }),
	"ReduceSum":       foldOver(12, false, nil, addReal, nil),
	"ReduceMean":      foldOver(17, true, nil, addReal, nil),
	"ReduceProd":      foldOver(17, false, nil, multiplyReal, nil),
	"ReduceL1":        foldOver(17, false, func(p real) (real, error) { return extremumReal(p, negReal(p), 1) }, addReal, nil),
	"ReduceL2":        foldOver(17, false, squareReal, addReal, root),
	"ReduceSumSquare": foldOver(17, false, squareReal, addReal, nil),
	"ReduceLogSum":    foldOver(17, false, nil, addReal, logarithm),
	"ReduceLogSumExp": foldOver(17, false, exponential, addReal, logarithm),
}

// foldPairs folds operands one after the other, which are broadcast.
func foldPairs(f func(p, q real) (real, error)) build {
	return func(c *call) (value, error) {
		list, err := c.realsOf(c.in[0])
		if err != nil {
			return value{}, err
		}
		shape, typ := c.in[0].shape, c.in[0].floatType()
		for _, v := range c.in[1:] {
			if v.constant == nil || v.floatType() != typ && c.node.op != "Pow" {
				return value{}, fmt.Errorf("operands %s and %s have the types %v and %v", quoted(c.in[0].name), quoted(v.name), typ, v.floatType())
			}
			if v.typ.integer() && c.node.op == "Pow" {
				if v, err = c.asFloats(v); err != nil {
					return value{}, err
				}
			}
			other, err := c.realsOf(v)
			if err != nil {
				return value{}, err
			}
			as, err := c.aligned(shape, v.shape)
			if err != nil {
				return value{}, err
			}
			out, err := broadcast(shape, as)
			if err != nil {
				return value{}, err
			}
			n := size(out)
			if err := errors.Join(c.spend(min(3*n, maxElements)), c.work(8*n)); err != nil {
				return value{}, err
			}
			a, b, sum := repeats(shape, out), repeats(as, out), make([]real, out.Size())
			for i := range sum {
				if sum[i], err = f(list[a[i]], other[b[i]]); err != nil {
					return value{}, fmt.Errorf("element %d: %w", i, err)
				}
			}
			list, shape = sum, out
		}
		return c.realConstant(list, shape, typ)
	}
}

// asFloats is a constant of integers as one of DOUBLE.
func (c *call) asFloats(v value) (value, error) {
	k, err := v.constant.cast(float64Type)
	if err != nil {
		return value{}, err
	}
	w := k.value()
	w.name = v.name
	return w, nil
}

// foldEach folds every element. work is how much one takes.
func foldEach(work int, f func(p real) (real, error)) build {
	return func(c *call) (value, error) {
		list, err := c.realsOf(c.in[0])
		if err != nil {
			return value{}, err
		}
		if err := c.work(min(work*len(list), maxElements)); err != nil {
			return value{}, err
		}
		out := make([]real, len(list))
		for i, r := range list {
			if out[i], err = f(r); err != nil {
				return value{}, fmt.Errorf("element %d of %s: %w", i, quoted(c.in[0].name), err)
			}
		}
		return c.realConstant(out, c.in[0].shape, c.in[0].floatType())
	}
}

// foldOver folds a Reduce operator: before each element, of two, and after all. Axes are an
// attribute up to the opset last.
func foldOver(last int, mean bool, before func(p real) (real, error), of func(p, q real) (real, error), after func(p real) (real, error)) build {
	return func(c *call) (value, error) {
		x := c.in[0]
		list, err := c.realsOf(x)
		if err != nil {
			return value{}, err
		}
		over, keep, err := c.over(last)
		if err != nil {
			return value{}, err
		}
		each := 8
		if before != nil || after != nil {
			each = 1024
		}
		groups, err := c.grouped(x.shape, over)
		if err != nil {
			return value{}, err
		}
		if err := c.work(each * (len(list) + 16*len(groups))); err != nil {
			return value{}, err
		}
		out := make([]real, len(groups))
		for k, g := range groups {
			if len(g) == 0 {
				return value{}, unsupportedf("it reduces an empty axis (shape %v)", x.shape)
			}
			for n, i := range g {
				r := list[i]
				if before != nil {
					if r, err = before(r); err != nil {
						return value{}, fmt.Errorf("element %d: %w", i, err)
					}
				}
				if n == 0 {
					out[k] = r
				} else if out[k], err = of(out[k], r); err != nil {
					return value{}, fmt.Errorf("element %d: %w", i, err)
				}
			}
			if mean {
				if out[k], err = divideReal(out[k], real{exact: big.NewRat(int64(len(g)), 1)}); err != nil {
					return value{}, err
				}
			}
			if after != nil {
				if out[k], err = after(out[k]); err != nil {
					return value{}, fmt.Errorf("element %d of the result: %w", k, err)
				}
			}
		}
		return c.realConstant(out, reduced(x.shape, over, keep), x.floatType())
	}
}

func extremumReal(p, q real, sign int) (real, error) {
	o, err := p.order(q)
	if err == nil && o*sign >= 0 {
		return p, nil
	}
	return q, err
}

func squareReal(p real) (real, error) {
	if p.exact == nil {
		if s, known := p.sign(); !known || s == 0 {
			return real{}, errors.New("too few of its digits are known")
		}
	}
	return multiplyReal(p, p)
}

// powerReal is p to a small integer, or to half of one.
func powerReal(p, q real) (real, error) {
	if q.exact == nil {
		return real{}, unsupportedf("the exponent is not known exactly")
	}
	twice := new(big.Rat).Add(q.exact, q.exact)
	if !twice.IsInt() || twice.Num().CmpAbs(big.NewInt(32)) > 0 {
		return real{}, unsupportedf("the exponent is %s; multiples of 1/2 up to 16 are supported", q.exact.RatString())
	}
	n := twice.Num().Int64()
	base, err := p, error(nil)
	if n%2 != 0 {
		if base, err = root(p); err != nil {
			return real{}, err
		}
	} else {
		n /= 2
	}
	out := real{exact: big.NewRat(1, 1)}
	for range max(n, -n) {
		if out, err = multiplyReal(out, base); err != nil {
			return real{}, err
		}
	}
	if n < 0 {
		return inverse(out)
	}
	return out, nil
}

var realOne = real{exact: big.NewRat(1, 1)}

// sigmoidReal is 1 / (1 + e^-p).
func sigmoidReal(p real) (real, error) {
	e, err := exponential(negReal(p))
	if err != nil {
		return real{}, err
	}
	if e, err = addReal(realOne, e); err != nil {
		return real{}, err
	}
	return inverse(e)
}

// tanhReal is 1 - 2 / (e^2p + 1).
func tanhReal(p real) (real, error) {
	twice, err := addReal(p, p)
	if err != nil {
		return real{}, err
	}
	e, err := exponential(twice)
	if err != nil {
		return real{}, err
	}
	if e, err = addReal(realOne, e); err != nil {
		return real{}, err
	}
	if e, err = divideReal(real{exact: big.NewRat(2, 1)}, e); err != nil {
		return real{}, err
	}
	return subtractReal(realOne, e)
}

// softplusReal is log(1 + e^p).
func softplusReal(p real) (real, error) {
	e, err := exponential(p)
	if err != nil {
		return real{}, err
	}
	if e, err = addReal(realOne, e); err != nil {
		return real{}, err
	}
	return logarithm(e)
}

func signReal(p real) (real, error) {
	s, known := p.sign()
	if !known {
		return real{}, errors.New("too few digits are known to tell its sign")
	}
	return real{exact: big.NewRat(int64(s), 1)}, nil
}

// integerReal rounds both ends to an integer, which must be the same.
func integerReal(p real, f func(v *big.Rat) *big.Int) (real, error) {
	if p.exact != nil {
		return rational(new(big.Rat).SetInt(f(p.exact))), nil
	}
	lo, _ := p.lo.Rat(nil)
	hi, _ := p.hi.Rat(nil)
	a, b := f(lo), f(hi)
	if a.Cmp(b) != 0 {
		return real{}, errors.New("too few digits are known to round it")
	}
	return rational(new(big.Rat).SetInt(a)), nil
}

func floorOf(v *big.Rat) *big.Int {
	q, _ := new(big.Int).DivMod(v.Num(), v.Denom(), new(big.Int))
	return q
}

func ceilingOf(v *big.Rat) *big.Int {
	n := floorOf(new(big.Rat).Neg(v))
	return n.Neg(n)
}

// nearestEven rounds ties to even, as ONNX does.
func nearestEven(v *big.Rat) *big.Int {
	n := floorOf(new(big.Rat).Add(v, big.NewRat(1, 2)))
	half := new(big.Rat).Sub(new(big.Rat).SetInt(n), v)
	if half.Cmp(big.NewRat(1, 2)) == 0 && n.Bit(0) == 1 {
		n.Sub(n, big.NewInt(1))
	}
	return n
}
