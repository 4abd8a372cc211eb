package onnx

import "rsm/network"

// byChannel is the granularity of the weights of a convolution.
func byChannel(shape network.Shape) granularity { return granularity{shape: shape, axis: 0} }

// buildConvInteger reads ConvInteger: the convolution of x and w, less their zero points.
func buildConvInteger(c *call) (value, error) {
	x, w, err := c.twoLevels(0, 1)
	if err != nil {
		return value{}, err
	}
	sx, err := c.zeroPoint(2, x.typ, granularity{shape: network.Shape{}})
	if err != nil {
		return value{}, err
	}
	sw, err := c.zeroPoint(3, w.typ, byChannel(w.shape))
	if err != nil {
		return value{}, err
	}
	y, err := c.convolved(x, w, value{}, sx, sw)
	y.typ = int32Type
	return y, err
}

// buildQLinearConv reads QLinearConv, whose bias is in units of the product of both scales.
func buildQLinearConv(c *call) (value, error) {
	x, w, err := c.twoLevels(0, 3)
	if err != nil {
		return value{}, err
	}
	sx, err := c.scaling(1, x.typ, granularity{shape: network.Shape{}})
	if err != nil {
		return value{}, err
	}
	sw, err := c.scaling(4, w.typ, byChannel(w.shape))
	if err != nil {
		return value{}, err
	}
	b, err := c.accumulated(8)
	if err != nil {
		return value{}, err
	}
	y, err := c.convolved(x, w, b, sx, sw)
	if err != nil {
		return value{}, err
	}
	channels := c.in[4].shape
	if channels.Size() > 1 {
		channels = network.Shape{channels.Size()}
		for range y.shape[2:] {
			channels = append(channels, 1)
		}
	}
	return c.requantized(y, network.Shape{}, channels, 6)
}

// convolved is the convolution of levels less their zero points. Padding is with zero
// points, which is with zeros then.
func (c *call) convolved(x, w, b value, sx, sw scaling) (value, error) {
	f, err := c.factors(x, w, sx, sw)
	if err != nil {
		return value{}, err
	}
	y, err := buildConv(c.inner("sums", f.a, f.b, b))
	if err != nil {
		return value{}, err
	}
	return y, c.fits(y, f.x, f.levels)
}
