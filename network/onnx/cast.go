package onnx

import (
	"errors"
	"fmt"
	"math"
)

// buildCast reads Cast. A constant is rounded as ONNX defines; an activation
// is a real number, which no floating-point type changes.
func buildCast(c *call) (value, error) {
	to, err := c.castTarget()
	if err != nil {
		return value{}, err
	}
	x := c.in[0]
	if !to.float() && !to.integer() {
		return value{}, unsupportedf("a cast to %v is not supported", to)
	}
	if x.typ == scaledType {
		return value{}, unsupportedf("operand %s has elements of %v", quoted(x.name), x.typ)
	}
	if x.constant != nil {
		if err := c.spend(x.shape.Size()); err != nil {
			return value{}, err
		}
		k, err := x.constant.cast(to)
		if err != nil {
			return value{}, fmt.Errorf("tensor %s: %w", quoted(x.name), err)
		}
		return k.value(), nil
	}
	if x.typ.integer() {
		low, high := to.limits()
		if least, greatest := x.typ.limits(); !to.float() && (least < low || greatest > high) {
			return value{}, unsupportedf("a cast of %s, which depends on the input, from %v to %v is supported only where the type has all its values", quoted(x.name), x.typ, to)
		}
	} else if !to.float() {
		return value{}, unsupportedf("a cast of %s, which depends on the input, to %v is not supported", quoted(x.name), to)
	} else if to != x.typ {
		c.note("Cast %s from %v to %v is the identity: the function meant is the one over the reals", quoted(c.title()), x.typ, to)
	}
	y, err := c.view(x, x.shape)
	y.typ = to
	return y, err
}

// castTarget returns the attribute to: a number since opset 6, a name before.
func (c *call) castTarget() (dataType, error) {
	a := c.attributes["to"]
	want := intAttribute
	if c.opset < 6 {
		want = stringAttribute
	}
	switch {
	case a == nil:
		return 0, errors.New(`attribute "to" is left out`)
	case a.kind != want:
		return 0, fmt.Errorf(`attribute "to" is %v instead of %v`, a.kind, want)
	case want == stringAttribute:
		for t := float32Type; t <= bfloat16Type; t++ {
			if t.String() == a.text {
				return t, nil
			}
		}
		return 0, unsupportedf("a cast to %s is not supported", quoted(a.text))
	case a.integer != int64(int32(a.integer)):
		return 0, fmt.Errorf(`attribute "to" is %d, which is no type`, a.integer)
	}
	return dataType(a.integer), nil
}

// cast converts the elements: between floating-point types to the nearest,
// ties to even; from them to integers towards zero; between integers modulo
// the size.
func (c *constant) cast(to dataType) (*constant, error) {
	if to == c.typ {
		return c, nil
	}
	k := &constant{typ: to, shape: c.shape}
	n := len(c.floats) + len(c.ints)
	if to.float() {
		k.floats = make([]float64, n)
	} else {
		k.ints = make([]int64, n)
	}
	for i := range n {
		switch {
		case to.float() && c.typ.float():
			k.floats[i] = round(c.floats[i], to)
		case to.float():
			v := c.ints[i]
			if to == float32Type {
				k.floats[i] = float64(float32(v))
			} else if k.floats[i] = float64(v); to != float64Type {
				if v != int64(k.floats[i]) || v == math.MaxInt64 {
					return nil, unsupportedf("element %d, %d, is not cast to %v", i, v, to)
				}
				k.floats[i] = round(k.floats[i], to)
			}
		case c.typ.float():
			v := c.floats[i]
			if to == boolType {
				k.ints[i] = truth(v != 0)
				continue
			}
			if !(math.Abs(v) < 1<<62) || truncate(int64(v), to) != int64(v) {
				return nil, fmt.Errorf("element %d, %v, is outside of %v", i, v, to)
			}
			k.ints[i] = int64(v)
		default:
			k.ints[i] = truncate(c.ints[i], to)
		}
	}
	return k, nil
}

func truth(b bool) int64 {
	if b {
		return 1
	}
	return 0
}

func truncate(v int64, to dataType) int64 {
	switch to {
	case boolType:
		return truth(v != 0)
	case int64Type:
		return v
	}
	unused := 64 - to.bits()
	if low, _ := to.limits(); low == 0 {
		return int64(uint64(v) << unused >> unused)
	}
	return v << unused >> unused
}

// round is the element of a floating-point type nearest to v, ties to even,
// infinite beyond the largest. It rounds once, from float64.
func round(v float64, to dataType) float64 {
	switch to {
	case float64Type:
		return v
	case float32Type:
		return float64(float32(v))
	case float16Type:
		return roundTo(v, 11, -14, 65504)
	default:
		return roundTo(v, 8, -126, 0x1.FEp127)
	}
}

// roundTo rounds to a binary format of IEEE 754's kind with the given
// precision, smallest exponent of normal numbers, and largest number.
func roundTo(v float64, precision, least int, largest float64) float64 {
	if v == 0 || math.IsNaN(v) || math.IsInf(v, 0) {
		return v
	}
	unit := math.Ldexp(1, max(math.Ilogb(v), least)-precision+1)
	r := math.RoundToEven(v/unit) * unit // both exact but for the rounding: unit is a power of two
	if math.Abs(r) > largest {
		return math.Copysign(math.Inf(1), v)
	}
	return r
}
