package onnx

import (
	"fmt"
	"math/big"

	"rsm/network"
)

// resizing is how Resize finds the elements that an element of the result is made of.
type resizing struct {
	mode, transformation, rounding string
	a                              *big.Rat // of cubic
	outside                        bool     // weights outside of the operand are left out
}

// tap is an element along an axis, and its weight.
type tap struct {
	at     int
	weight *big.Rat
}

// buildUpsample reads Upsample: Resize by factors of at least 1, as of opset 10.
func buildUpsample(c *call) (value, error) {
	x, err := c.resized()
	if err != nil {
		return value{}, err
	}
	scales := make([]*big.Rat, len(x.shape))
	switch {
	case c.opset >= 9 && c.given(1):
		if scales, err = c.scales(1, len(x.shape)); err != nil {
			return value{}, err
		}
	case c.opset < 7:
		for i := range scales {
			scales[i] = big.NewRat(1, 1)
		}
		for k, name := range []string{"height_scale", "width_scale"} {
			at := len(scales) - 2 + k
			if at < 0 || c.attributes[name] == nil || scales[at].SetFloat64(c.float(name, 0)) == nil {
				return value{}, fmt.Errorf("attribute %s is left out, or no number", quoted(name))
			}
		}
	default:
		a := c.attributes["scales"]
		if a == nil {
			return value{}, fmt.Errorf("the scales are left out")
		}
		list, err := unpackFloats(a.floats)
		if err != nil {
			return value{}, err
		}
		if scales, err = resizeFactors(list, len(x.shape)); err != nil {
			return value{}, err
		}
	}
	mode := c.text("mode", "nearest")
	if mode == "bilinear" {
		mode = "linear"
	}
	return c.resize(x, nil, scales, resizing{mode: mode, transformation: "asymmetric", rounding: "floor"})
}

// buildResize reads Resize with constant scales or sizes.
func buildResize(c *call) (value, error) {
	x, err := c.resized()
	if err != nil {
		return value{}, err
	}
	rank := len(x.shape)
	if c.opset < 11 {
		if !c.given(1) {
			return value{}, fmt.Errorf("the scales are left out")
		}
		scales, err := c.scales(1, rank)
		if err != nil {
			return value{}, err
		}
		return c.resize(x, nil, scales, resizing{mode: c.text("mode", "nearest"), transformation: "asymmetric", rounding: "floor"})
	}
	if on, err := c.flag("antialias"); err != nil || on {
		return value{}, unsupportedf("attribute \"antialias\" is %d; 0 is supported", c.integer("antialias", 0))
	}
	list, given, err := c.list("axes")
	if err != nil {
		return value{}, err
	}
	axes := make([]int, rank)
	for i := range axes {
		axes[i] = i
	}
	if given {
		if axes, err = c.along(list, rank); err != nil {
			return value{}, err
		}
	}
	scales, sizes := make([]*big.Rat, rank), append(network.Shape{}, x.shape...)
	for i := range scales {
		scales[i] = big.NewRat(1, 1)
	}
	bySize := c.given(3) && c.in[3].shape.Size() > 0
	switch byScale := c.given(2) && c.in[2].shape.Size() > 0; {
	case byScale == bySize:
		return value{}, fmt.Errorf("it has both scales and sizes, or neither")
	case byScale:
		some, err := c.scales(2, len(axes))
		if err != nil {
			return value{}, err
		}
		for k, at := range axes {
			scales[at] = some[k]
		}
		sizes = nil
	default:
		want, err := c.integers(3, "sizes")
		if err == nil {
			err = c.sizes(want, axes, x.shape, scales, sizes)
		}
		if err != nil {
			return value{}, err
		}
	}
	on, err := c.flag("exclude_outside")
	if err != nil {
		return value{}, err
	}
	a := c.float("cubic_coeff_a", -0.75)
	if err := network.CheckFinite([]float64{a}); err != nil {
		return value{}, fmt.Errorf("attribute cubic_coeff_a: %w", err)
	}
	return c.resize(x, sizes, scales, resizing{
		mode: c.text("mode", "nearest"), transformation: c.text("coordinate_transformation_mode", "half_pixel"),
		rounding: c.text("nearest_mode", "round_prefer_floor"), outside: on,
		a: new(big.Rat).SetFloat64(a),
	})
}

// resized is the operand.
func (c *call) resized() (value, error) {
	x := c.in[0]
	switch err := c.numericOf(x); {
	case err != nil:
		return value{}, err
	case x.constant != nil:
		return value{}, unsupportedf("operand %s is a constant; fold constants first", quoted(x.name))
	}
	return x, nil
}

// scales reads operand k, a factor for each of so many axes.
func (c *call) scales(k, n int) ([]*big.Rat, error) {
	v := c.in[k]
	switch {
	case v.constant == nil:
		return nil, unsupportedf("the scales %s depend on the input; they must be constants", quoted(v.name))
	case v.typ != float32Type || len(v.shape) != 1:
		return nil, fmt.Errorf("the scales %s are %v of shape %v instead of a list of FLOAT", quoted(v.name), v.typ, v.shape)
	}
	return resizeFactors(v.constant.floats, n)
}

func resizeFactors(list []float64, n int) ([]*big.Rat, error) {
	if len(list) != n {
		return nil, fmt.Errorf("there are %d scales for %d axes", len(list), n)
	}
	out := make([]*big.Rat, n)
	for i, f := range list {
		if !(f >= 0x1p-20 && f <= 0x1p20) {
			return nil, fmt.Errorf("scale %d is %v, which is not above zero and of ordinary magnitude", i, f)
		}
		out[i] = new(big.Rat).SetFloat64(f)
	}
	return out, nil
}

// sizes sets the sizes of the axes and the scales that they mean.
func (c *call) sizes(want []int64, axes []int, shape network.Shape, scales []*big.Rat, sizes network.Shape) error {
	if len(want) != len(axes) {
		return fmt.Errorf("there are %d sizes for %d axes", len(want), len(axes))
	}
	var common *big.Rat
	policy := c.text("keep_aspect_ratio_policy", "stretch")
	if policy != "stretch" && policy != "not_larger" && policy != "not_smaller" {
		return fmt.Errorf("attribute \"keep_aspect_ratio_policy\" is %s", quoted(policy))
	}
	for k, at := range axes {
		if want[k] < 1 || want[k] > largestWindow {
			return fmt.Errorf("size %d is %d, which is not from 1 to %d", k, want[k], largestWindow)
		}
		sizes[at], scales[at] = int(want[k]), big.NewRat(want[k], int64(shape[at]))
		if larger := common != nil && scales[at].Cmp(common) > 0; common == nil || larger == (policy == "not_smaller") {
			common = scales[at]
		}
	}
	if policy == "stretch" {
		return nil
	}
	for _, at := range axes {
		scales[at] = common
		size := new(big.Rat).Mul(common, big.NewRat(int64(shape[at]), 1))
		sizes[at] = int(floorOf(size.Add(size, big.NewRat(1, 2))).Int64())
	}
	return nil
}

// resize makes the layer; sizes of nil are those of the scales.
func (c *call) resize(x value, sizes network.Shape, scales []*big.Rat, how resizing) (value, error) {
	dims := make([]int64, len(scales))
	for i, d := range x.shape {
		if sizes != nil {
			dims[i] = int64(sizes[i])
		} else {
			dims[i] = floorOf(new(big.Rat).Mul(scales[i], big.NewRat(int64(d), 1))).Int64()
		}
		if dims[i] == 0 {
			return value{}, fmt.Errorf("axis %d of the result is empty", i)
		}
	}
	shape, err := checkedShape(dims)
	if err != nil {
		return value{}, err
	}
	// The elements of x and their weights, axis by axis: all[i] are those of element i of the
	// axes so far.
	all, place := [][]tap{{{0, big.NewRat(1, 1)}}}, rowMajor(x.shape)
	for axis := range shape {
		along := make([][]tap, shape[axis])
		for o := range along {
			if err := c.work(8); err != nil {
				return value{}, err
			}
			if along[o], err = how.taps(o, x.shape[axis], shape[axis], scales[axis]); err != nil {
				return value{}, err
			}
		}
		if err := c.work(2 * len(all) * len(along)); err != nil {
			return value{}, err
		}
		more := make([][]tap, 0, len(all)*len(along))
		for _, p := range all {
			for _, q := range along {
				if err := c.work(8 * len(p) * len(q)); err != nil {
					return value{}, err
				}
				var both []tap
				for _, s := range p {
					for _, t := range q {
						both = append(both, tap{s.at + t.at*place[axis], new(big.Rat).Mul(s.weight, t.weight)})
					}
				}
				more = append(more, both)
			}
		}
		all = more
	}
	return c.taps(x, all, shape)
}

// taps makes the layer of sums of elements: their weights are integers over one number for
// each sum, so that all is exact.
func (c *call) taps(x value, all [][]tap, shape network.Shape) (value, error) {
	if err := c.spend(4 * len(all)); err != nil {
		return value{}, err
	}
	single, whole := make([]int, len(all)), true
	a, div := network.Rowwise{Columns: x.shape.Size()}, make([]float64, len(all))
	for i, taps := range all {
		common := big.NewInt(1)
		for _, t := range taps {
			d := t.weight.Denom()
			common.Mul(common, new(big.Int).Quo(d, new(big.Int).GCD(nil, nil, common, d)))
		}
		var accuracy big.Accuracy
		if div[i], accuracy = new(big.Float).SetInt(common).Float64(); accuracy != big.Exact || network.CheckFinite(div[i:i+1]) != nil {
			return value{}, unsupportedf("weights are fractions of %v, which float64 does not hold; give sizes instead of scales", common)
		}
		whole = whole && len(taps) == 1 && common.IsInt64() && common.Int64() == 1 && taps[0].weight.Cmp(big.NewRat(1, 1)) == 0
		single[i] = taps[0].at
		for _, t := range taps {
			n := new(big.Int).Mul(t.weight.Num(), new(big.Int).Quo(common, t.weight.Denom()))
			w, accuracy := new(big.Float).SetInt(n).Float64()
			if accuracy != big.Exact {
				return value{}, unsupportedf("the weight %v is not held by float64; give sizes instead of scales", t.weight)
			}
			if w != 0 {
				a.Append(t.at, w)
			}
		}
		a.EndRow()
	}
	if whole {
		return c.add(c.title(), &network.Gather{Index: single}, shape, x)
	}
	y, err := c.add(c.title()+" (sums)", &network.Sparse{A: []network.Rowwise{a}}, shape, x)
	if err != nil || constantly(div, 1) {
		return y, err
	}
	return c.add(c.title(), &network.Elementwise{Div: div}, shape, y)
}
