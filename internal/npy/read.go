package npy

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"strings"

	"github.com/x448/float16"

	"rsm/network"
)

// Read reads an .npy file. Errors are one line that names the file; those
// about types that this package cannot treat wrap network.ErrUnsupported.
func Read(path string) (Array, error) {
	data, _, err := network.ReadFile(path, network.MaxFileSize)
	if err != nil {
		return Array{}, err
	}
	a, err := Decode(data)
	if err != nil {
		return Array{}, fmt.Errorf("%s: %w", path, err)
	}
	return a, nil
}

// Decode reads the content of an .npy file. It allocates nothing before the
// number of elements in the header fits the number of bytes that follow.
func Decode(data []byte) (Array, error) {
	h, body, err := splitHeader(data)
	if err != nil {
		return Array{}, err
	}
	t, err := elementType(h.descr)
	if err != nil {
		return Array{}, err
	}
	a := Array{Shape: h.shape, Type: h.descr[1:]}
	n, ok := elements(h.shape)
	switch {
	case !ok:
		return Array{}, fmt.Errorf("the shape %s has more than %d elements", a.shape(), MaxElements)
	case len(body) < n*t.size:
		return Array{}, fmt.Errorf("the file is incomplete: shape %s of %s needs %d bytes after the header, it has %d", a.shape(), h.descr, n*t.size, len(body))
	case len(body) > n*t.size:
		return Array{}, fmt.Errorf("%d bytes follow the array of shape %s and type %s: the file is damaged, or holds several arrays", len(body)-n*t.size, a.shape(), h.descr)
	}
	a.Data = make([]float64, n)
	k := position(h)
	for i := range n {
		v, exact := t.decode(body[i*t.size:], t.order)
		if !exact {
			return Array{}, fmt.Errorf("element %d is an integer that float64 does not have; save the array as float64 or smaller integers", k.at)
		}
		a.Data[k.at] = v
		k.next()
	}
	return a, nil
}

// kind is a type of elements. decode returns an element, and false if float64
// does not have it.
type kind struct {
	size   int
	order  binary.ByteOrder
	decode func(b []byte, order binary.ByteOrder) (v float64, exact bool)
}

func elementType(descr string) (kind, error) {
	if descr == "" {
		return kind{}, errors.New("the type of the elements is empty")
	}
	t := numeric(descr[1:])
	switch {
	case t.decode == nil:
		return kind{}, unsupportedType(descr)
	case descr[0] == '>':
		t.order = binary.BigEndian
	case descr[0] == '<' || descr[0] == '|' && t.size == 1:
		t.order = binary.LittleEndian
	default:
		return kind{}, unsupportedType(descr)
	}
	return t, nil
}

// numeric returns the type of a name without its byte order, or one without
// decode.
func numeric(name string) kind {
	always := func(size int, value func(b []byte, o binary.ByteOrder) float64) kind {
		return kind{size: size, decode: func(b []byte, o binary.ByteOrder) (float64, bool) { return value(b, o), true }}
	}
	switch name {
	case "b1":
		return always(1, func(b []byte, _ binary.ByteOrder) float64 { return float64(min(b[0], 1)) })
	case "u1":
		return always(1, func(b []byte, _ binary.ByteOrder) float64 { return float64(b[0]) })
	case "i1":
		return always(1, func(b []byte, _ binary.ByteOrder) float64 { return float64(int8(b[0])) })
	case "u2":
		return always(2, func(b []byte, o binary.ByteOrder) float64 { return float64(o.Uint16(b)) })
	case "i2":
		return always(2, func(b []byte, o binary.ByteOrder) float64 { return float64(int16(o.Uint16(b))) })
	case "f2":
		return always(2, func(b []byte, o binary.ByteOrder) float64 {
			return float64(float16.Frombits(o.Uint16(b)).Float32())
		})
	case "u4":
		return always(4, func(b []byte, o binary.ByteOrder) float64 { return float64(o.Uint32(b)) })
	case "i4":
		return always(4, func(b []byte, o binary.ByteOrder) float64 { return float64(int32(o.Uint32(b))) })
	case "f4":
		return always(4, func(b []byte, o binary.ByteOrder) float64 { return float64(math.Float32frombits(o.Uint32(b))) })
	case "f8":
		return always(8, func(b []byte, o binary.ByteOrder) float64 { return math.Float64frombits(o.Uint64(b)) })
	case "u8":
		return kind{size: 8, decode: func(b []byte, o binary.ByteOrder) (float64, bool) {
			n := o.Uint64(b)
			v := float64(n)
			return v, v < 0x1p64 && uint64(v) == n
		}}
	case "i8":
		return kind{size: 8, decode: func(b []byte, o binary.ByteOrder) (float64, bool) {
			n := int64(o.Uint64(b))
			v := float64(n)
			return v, v < 0x1p63 && int64(v) == n
		}}
	}
	return kind{}
}

func unsupportedType(descr string) error {
	const convert = "save it as float64: numpy.save(path, a.astype(float))"
	hint := convert
	switch {
	case strings.HasSuffix(descr, "O"):
		hint = "the elements are Python objects; " + convert
	case strings.HasPrefix(descr[1:], "c"):
		hint = "the elements are complex; save real and imaginary parts apart"
	case descr[0] == '=' || descr[0] == '|' && numeric(descr[1:]).decode != nil:
		hint = "it does not say which byte order; " + convert
	}
	return fmt.Errorf("the element type %s is %w: %s", excerpt(descr), network.ErrUnsupported, hint)
}

// cursor runs through the places in C order of the elements of a file, in the
// order of the file.
type cursor struct {
	at     int
	shape  []int // as the file runs through it, the fastest index first
	stride []int
	index  []int
}

func position(h header) *cursor {
	c := &cursor{}
	if !h.fortran || len(h.shape) < 2 {
		return c
	}
	c.shape = h.shape
	c.index = make([]int, len(h.shape))
	c.stride = make([]int, len(h.shape))
	s := 1
	for i := len(h.shape) - 1; i >= 0; i-- {
		c.stride[i] = s
		s *= h.shape[i]
	}
	return c
}

func (c *cursor) next() {
	if c.shape == nil {
		c.at++
		return
	}
	for i, d := range c.shape {
		c.index[i]++
		c.at += c.stride[i]
		if c.index[i] < d {
			return
		}
		c.at -= d * c.stride[i]
		c.index[i] = 0
	}
}
