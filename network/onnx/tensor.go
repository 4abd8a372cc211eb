package onnx

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"

	"github.com/x448/float16"
	"google.golang.org/protobuf/encoding/protowire"

	"rsm/network"
)

// dataType is an element type, as numbered in TensorProto.
type dataType int32

const (
	float32Type  dataType = 1
	uint8Type    dataType = 2
	int8Type     dataType = 3
	uint16Type   dataType = 4
	int16Type    dataType = 5
	int32Type    dataType = 6
	int64Type    dataType = 7
	stringType   dataType = 8
	boolType     dataType = 9
	float16Type  dataType = 10
	float64Type  dataType = 11
	bfloat16Type dataType = 16
	uint4Type    dataType = 21
	int4Type     dataType = 22
	uint2Type    dataType = 25
	int2Type     dataType = 26
)

// String is the name in TensorProto.
func (t dataType) String() string {
	switch t {
	case scaledType:
		return "INT32 times a scale, more than float64 holds"
	case realType:
		return "real numbers, computed from constants"
	}
	names := [...]string{"UNDEFINED", "FLOAT", "UINT8", "INT8", "UINT16", "INT16", "INT32", "INT64", "STRING",
		"BOOL", "FLOAT16", "DOUBLE", "UINT32", "UINT64", "COMPLEX64", "COMPLEX128", "BFLOAT16",
		"FLOAT8E4M3FN", "FLOAT8E4M3FNUZ", "FLOAT8E5M2", "FLOAT8E5M2FNUZ", "UINT4", "INT4", "FLOAT4E2M1", "FLOAT8E8M0",
		"UINT2", "INT2"}
	if t >= 0 && int(t) < len(names) {
		return names[t]
	}
	return fmt.Sprintf("type %d", int32(t))
}

// float says whether it is a floating-point type that this package reads. All
// of them are subsets of float64.
func (t dataType) float() bool {
	return t == float32Type || t == float16Type || t == float64Type || t == bfloat16Type
}

// integer says whether it is an integer type that this package reads, among
// which bool counts as 0 and 1.
func (t dataType) integer() bool {
	return t == int32Type || t == int64Type || t == boolType || t.level()
}

// level says whether it is an integer type of the levels of a quantization.
func (t dataType) level() bool {
	switch t {
	case uint8Type, int8Type, uint16Type, int16Type, uint4Type, int4Type, uint2Type, int2Type:
		return true
	}
	return false
}

// limits are the least and the greatest element of an integer type.
func (t dataType) limits() (low, high int64) {
	switch t {
	case boolType:
		return 0, 1
	case int64Type:
		return math.MinInt64, math.MaxInt64
	case uint8Type, uint16Type, uint4Type, uint2Type:
		return 0, 1<<t.bits() - 1
	}
	return -1 << (t.bits() - 1), 1<<(t.bits()-1) - 1
}

// bits is the size of an element. Those of less than a byte are packed in bytes,
// the first in the lowest bits.
func (t dataType) bits() int {
	switch t {
	case uint4Type, int4Type:
		return 4
	case uint2Type, int2Type:
		return 2
	}
	return 8 * t.bytes()
}

// bytes is the size of an element of a byte or more.
func (t dataType) bytes() int {
	switch t {
	case float32Type, int32Type:
		return 4
	case float16Type, bfloat16Type, uint16Type, int16Type:
		return 2
	case float64Type, int64Type:
		return 8
	}
	return 1
}

// tensor is a TensorProto whose elements are still encoded. The slices are
// parts of the file's bytes where possible.
type tensor struct {
	name                            string
	typ                             dataType
	dims                            []byte // packed
	raw                             []byte
	hasRaw                          bool
	floats, doubles, int32s, int64s []byte // packed
	uint64s, strings                bool
	texts                           []string // with strings
	segments                        bool
	place                           int64      // data_location
	entries                         []metadata // external_data
	sparse                          *sparse
}

func decodeTensor(data []byte) (*tensor, error) {
	t := &tensor{}
	err := eachField("TensorProto", data, func(f field) (err error) {
		switch f.number {
		case 1:
			t.dims, err = f.pack(t.dims, protowire.VarintType)
		case 2:
			var typ int64
			typ, err = f.integer()
			t.typ = dataType(typ)
		case 3:
			t.segments = true
		case 4:
			t.floats, err = f.pack(t.floats, protowire.Fixed32Type)
		case 5:
			t.int32s, err = f.pack(t.int32s, protowire.VarintType)
		case 6:
			t.strings = true
			var s string
			s, err = f.text()
			t.texts = append(t.texts, s)
		case 7:
			t.int64s, err = f.pack(t.int64s, protowire.VarintType)
		case 8:
			t.name, err = f.text()
		case 9:
			t.raw, err = f.content()
			t.hasRaw = true
		case 10:
			t.doubles, err = f.pack(t.doubles, protowire.Fixed64Type)
		case 11:
			t.uint64s = true
		case 13:
			var entry metadata
			entry, err = decodeEntry(f)
			t.entries = append(t.entries, entry)
		case 14:
			t.place, err = f.integer()
		}
		return err
	})
	return t, err
}

// constant is a tensor that does not depend on the input. Its elements are
// floats or ints, according to the type, row-major.
type constant struct {
	typ    dataType
	shape  network.Shape
	floats []float64
	ints   []int64
	step   []float64 // with scaledType
	real   *reals    // with realType
}

// constant decodes the elements. The number of elements is that of the data:
// dims that promise more are an error before anything is allocated.
func (t *tensor) constant() (*constant, error) {
	switch {
	case t.place != externalDefault:
		return nil, unsupportedf("its data_location is %d, which is not known", t.place)
	case t.segments:
		return nil, unsupportedf("it is stored in segments")
	case !t.typ.float() && !t.typ.integer():
		return nil, unsupportedf("elements of %v are not read", t.typ)
	}
	shape, err := t.shape()
	if err != nil {
		return nil, err
	}
	if t.sparse != nil {
		return t.sparse.dense(shape)
	}
	c := &constant{typ: t.typ, shape: shape}
	if t.hasRaw {
		if t.typed() {
			return nil, errors.New("it has both raw_data and typed data")
		}
		err = c.decodeRaw(t.raw)
	} else {
		err = c.decodeTyped(t)
	}
	if err != nil {
		return nil, err
	}
	if n := len(c.floats) + len(c.ints); n != shape.Size() {
		return nil, fmt.Errorf("it has %d elements, its shape %v wants %d", n, shape, shape.Size())
	}
	return c, nil
}

// typed says whether there are elements outside of raw_data.
func (t *tensor) typed() bool {
	return t.floats != nil || t.doubles != nil || t.int32s != nil || t.int64s != nil || t.uint64s || t.strings
}

func (t *tensor) shape() (network.Shape, error) {
	dims, err := unpackIntegers(t.dims)
	if err != nil {
		return nil, fmt.Errorf("its dims: %w", err)
	}
	return checkedShape(dims)
}

// A shape has at most maxRank dimensions and maxElements elements.
const (
	maxRank     = 64
	maxElements = 1 << 30
)

// checkedShape turns dimensions into a shape of at most maxElements elements,
// even with the zeros left out.
func checkedShape(dims []int64) (network.Shape, error) {
	if len(dims) > maxRank {
		return nil, fmt.Errorf("it has %d dimensions, more than %d", len(dims), maxRank)
	}
	shape := make(network.Shape, len(dims))
	size := int64(1)
	for i, d := range dims {
		switch {
		case d < 0:
			return nil, fmt.Errorf("dimension %d is negative: %d", i, d)
		case d > maxElements/size:
			return nil, fmt.Errorf("the shape %v has more than %d elements", dims[:min(len(dims), 8)], maxElements)
		}
		size *= max(d, 1)
		shape[i] = int(d)
	}
	return shape, nil
}

func (c *constant) decodeRaw(raw []byte) error {
	if c.typ.bits() < 8 {
		return c.unpack(raw)
	}
	width := c.typ.bytes()
	if len(raw) != width*c.shape.Size() {
		return fmt.Errorf("its raw_data have %d bytes, its shape %v and type %v want %d", len(raw), c.shape, c.typ, width*c.shape.Size())
	}
	n := len(raw) / width
	if c.typ.float() {
		c.floats = make([]float64, n)
	} else {
		c.ints = make([]int64, n)
	}
	for i := range n {
		e := raw[i*width:]
		switch c.typ {
		case float32Type:
			c.floats[i] = float64(math.Float32frombits(binary.LittleEndian.Uint32(e)))
		case float64Type:
			c.floats[i] = math.Float64frombits(binary.LittleEndian.Uint64(e))
		case float16Type, bfloat16Type:
			c.floats[i] = halfFromBits(c.typ, binary.LittleEndian.Uint16(e))
		case int64Type:
			c.ints[i] = int64(binary.LittleEndian.Uint64(e))
		case int32Type:
			c.ints[i] = int64(int32(binary.LittleEndian.Uint32(e)))
		case int8Type:
			c.ints[i] = int64(int8(e[0]))
		case int16Type:
			c.ints[i] = int64(int16(binary.LittleEndian.Uint16(e)))
		case uint16Type:
			c.ints[i] = int64(binary.LittleEndian.Uint16(e))
		default:
			c.ints[i] = int64(e[0])
		}
	}
	return c.normalizeBool()
}

func (c *constant) decodeTyped(t *tensor) (err error) {
	switch c.typ {
	case float32Type:
		c.floats, err = unpackFloats(t.floats)
		return err
	case float64Type:
		if len(t.doubles)%8 != 0 {
			return fmt.Errorf("%d bytes are no whole number of 64-bit elements", len(t.doubles))
		}
		c.floats = make([]float64, len(t.doubles)/8)
		for i := range c.floats {
			c.floats[i] = math.Float64frombits(binary.LittleEndian.Uint64(t.doubles[8*i:]))
		}
		return nil
	case int64Type:
		c.ints, err = unpackIntegers(t.int64s)
		return err
	}
	ints, err := unpackIntegers(t.int32s)
	if err != nil {
		return err
	}
	if c.typ.bits() < 8 {
		packed := make([]byte, len(ints))
		for i, v := range ints {
			if v != int64(byte(v)) {
				return fmt.Errorf("element %d of its int32_data is %d, not a byte of several %v", i, v, c.typ)
			}
			packed[i] = byte(v)
		}
		return c.unpack(packed)
	}
	low, high := int64(math.MinInt32), int64(math.MaxInt32)
	switch {
	case c.typ.float():
		low, high = 0, math.MaxUint16
	case c.typ.level():
		low, high = c.typ.limits()
	}
	for i, v := range ints {
		if v < low || v > high {
			return fmt.Errorf("element %d of its int32_data is %d, no %v", i, v, c.typ)
		}
	}
	if c.typ.float() {
		c.floats = make([]float64, len(ints))
		for i, v := range ints {
			c.floats[i] = halfFromBits(c.typ, uint16(v))
		}
		return nil
	}
	c.ints = ints
	return c.normalizeBool()
}

// unpack decodes elements of less than a byte.
func (c *constant) unpack(packed []byte) error {
	n, bits := c.shape.Size(), c.typ.bits()
	per := 8 / bits
	if want := (n + per - 1) / per; len(packed) != want {
		return fmt.Errorf("its data have %d bytes, its shape %v and type %v want %d", len(packed), c.shape, c.typ, want)
	}
	c.ints = make([]int64, n)
	for i := range c.ints {
		c.ints[i] = truncate(int64(packed[i/per]>>(i%per*bits)), c.typ)
	}
	return nil
}

func (c *constant) normalizeBool() error {
	if c.typ == boolType {
		for i, v := range c.ints {
			if v != 0 && v != 1 {
				return fmt.Errorf("element %d is %d, no BOOL", i, v)
			}
		}
	}
	return nil
}

// halfFromBits decodes a float16 or bfloat16.
func halfFromBits(t dataType, bits uint16) float64 {
	if t == bfloat16Type {
		return float64(math.Float32frombits(uint32(bits) << 16))
	}
	return float64(float16.Frombits(bits).Float32())
}
