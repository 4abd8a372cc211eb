package onnx

import "fmt"

// buildCumSum reads CumSum: sums of the elements up to each, along an axis; or from each on,
// and without itself.
func buildCumSum(c *call) (value, error) {
	x := c.in[0]
	if err := c.numericOf(x); err != nil {
		return value{}, err
	}
	where := c.in[1]
	switch {
	case x.constant != nil:
		return value{}, unsupportedf("operand %s is a constant; fold constants first", quoted(x.name))
	case where.constant == nil:
		return value{}, unsupportedf("the axis %s depends on the input; it must be a constant", quoted(where.name))
	case where.typ != int64Type && where.typ != int32Type || where.shape.Size() != 1:
		return value{}, fmt.Errorf("the axis %s is %v of shape %v instead of one integer", quoted(where.name), where.typ, where.shape)
	}
	axis, err := c.axis(where.constant.ints[0], len(x.shape), 1)
	if err != nil {
		return value{}, err
	}
	exclusive, err := c.flag("exclusive")
	if err != nil {
		return value{}, err
	}
	reverse, err := c.flag("reverse")
	if err != nil {
		return value{}, err
	}
	n := x.shape[axis]
	if err := c.spend(min(n*n, maxElements)); err != nil {
		return value{}, err
	}
	w := make([]float64, n*n)
	for i := range n {
		for j := range n {
			before := j < i
			if reverse {
				before = j > i
			}
			if before || j == i && !exclusive {
				w[i*n+j] = 1
			}
		}
	}
	return c.dense(c.title(), x, matrix{n, n, w}, nil, x.shape[:axis].Size(), x.shape[axis+1:].Size(), x.shape)
}
