package onnx

import (
	"fmt"

	"google.golang.org/protobuf/encoding/protowire"

	"rsm/network"
)

// sparse is a SparseTensorProto: values at indices, and zeros elsewhere.
type sparse struct {
	values, indices *tensor
	dims            []byte // packed
}

// decodeSparse decodes one as a tensor of the name of its values.
func decodeSparse(data []byte) (*tensor, error) {
	s := &sparse{values: &tensor{}, indices: &tensor{}}
	err := eachField("SparseTensorProto", data, func(f field) (err error) {
		switch f.number {
		case 1:
			s.values, err = decodeMessage(f, decodeTensor)
		case 2:
			s.indices, err = decodeMessage(f, decodeTensor)
		case 3:
			s.dims, err = f.pack(s.dims, protowire.VarintType)
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	return &tensor{name: s.values.name, typ: s.values.typ, dims: s.dims, sparse: s}, nil
}

// dense is the tensor of the given shape with all its elements. Indices are places in
// row-major order, or one for each dimension; they are sorted, and none comes twice.
func (s *sparse) dense(shape network.Shape) (*constant, error) {
	values, err := s.values.constant()
	if err != nil {
		return nil, fmt.Errorf("its values: %w", err)
	}
	indices, err := s.indices.constant()
	if err != nil {
		return nil, fmt.Errorf("its indices: %w", err)
	}
	n := values.shape.Size()
	linear := indices.shape.Equal(network.Shape{n})
	if indices.typ != int64Type || len(values.shape) != 1 || !linear && !indices.shape.Equal(network.Shape{n, len(shape)}) {
		return nil, fmt.Errorf("its indices are %v of shape %v, its values have shape %v: they do not fit the shape %v", indices.typ, indices.shape, values.shape, shape)
	}
	from := make([]int, shape.Size()) // the value of each element, from 1
	for k, last := 0, -1; k < n; k++ {
		at := int64(0)
		if linear {
			at = indices.ints[k]
		} else {
			for d, size := range shape {
				i := indices.ints[k*len(shape)+d]
				if i < 0 || i >= int64(size) {
					return nil, fmt.Errorf("index %d along axis %d is outside of the shape %v", i, d, shape)
				}
				at = at*int64(size) + i
			}
		}
		if at <= int64(last) || at >= int64(len(from)) {
			return nil, fmt.Errorf("index %d of value %d is outside of the shape %v, or not above the one before", at, k, shape)
		}
		from[at], last = k+1, int(at)
	}
	c := &constant{typ: values.typ, shape: shape}
	if c.typ.float() {
		c.floats = make([]float64, len(from))
	} else {
		c.ints = make([]int64, len(from))
	}
	for i, k := range from {
		switch {
		case k == 0:
		case c.typ.float():
			c.floats[i] = values.floats[k-1]
		default:
			c.ints[i] = values.ints[k-1]
		}
	}
	return c, nil
}
