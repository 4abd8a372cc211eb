package onnx

import (
	"math"

	"rsm/network"
)

// matrix is a constant matrix that becomes the weights of a layer.
type matrix struct {
	rows, cols int
	w          []float64 // rows x cols, row-major
}

// matrix returns the elements of a constant as a rows x cols matrix, where
// they are stored that way or, if so, transposed.
func (c *call) matrix(v value, rows, cols int, transposed bool) (matrix, error) {
	w, err := c.weights(v)
	if err != nil {
		return matrix{}, err
	}
	if err := c.spend(len(w)); err != nil {
		return matrix{}, err
	}
	if transposed && rows != 1 && cols != 1 {
		t := make([]float64, len(w))
		for i := range rows {
			for j := range cols {
				t[i*cols+j] = w[j*rows+i]
			}
		}
		w = t
	}
	return matrix{rows, cols, w}, nil
}

// dense applies a matrix along one axis of x, which is read as outer x cols x
// inner.
func (c *call) dense(name string, x value, m matrix, bias []float64, outer, inner int, shape network.Shape) (value, error) {
	y, err := c.add(name, &network.Dense{Rows: m.rows, Cols: m.cols, W: m.w, B: bias, Outer: outer, Inner: inner}, shape, x)
	y.bare = bias == nil
	return y, err
}

// scaled returns s*k if every product is a float64 exactly and of a magnitude
// that constants may have.
func scaled(s float64, k []float64) ([]float64, bool) {
	if s == 1 || k == nil {
		return k, true
	}
	out := make([]float64, len(k))
	for i, v := range k {
		p := s * v
		// Within the magnitudes of CheckFinite the error p - s*v is a
		// float64 itself, so that a fused multiply-add is zero only if
		// there is none.
		if math.FMA(s, v, -p) != 0 {
			return nil, false
		}
		out[i] = p
	}
	return out, network.CheckFinite(out) == nil
}
