package npy

import (
	"encoding/binary"
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
	a := Array{Shape: h.shape}
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
	t := kind{order: binary.LittleEndian}
	if descr == "" {
		return t, fmt.Errorf("the type of the elements is empty")
	}
	switch descr[0] {
	case '>':
		t.order = binary.BigEndian
	case '<', '|':
	default:
		return t, unsupportedType(descr)
	}
	name := descr[1:]
	switch name {
	case "b1", "u1", "i1":
		t.size = 1
	case "u2", "i2", "f2":
		t.size = 2
	case "u4", "i4", "f4":
		t.size = 4
	case "u8", "i8", "f8":
		t.size = 8
	default:
		return t, unsupportedType(descr)
	}
	if descr[0] == '|' && t.size > 1 {
		return t, fmt.Errorf("type %s has no byte order", excerpt(descr))
	}
	t.decode = decoders[name]
	return t, nil
}

var decoders = map[string]func(b []byte, order binary.ByteOrder) (float64, bool){
	"b1": func(b []byte, _ binary.ByteOrder) (float64, bool) {
		if b[0] != 0 {
			return 1, true
		}
		return 0, true
	},
	"u1": func(b []byte, _ binary.ByteOrder) (float64, bool) { return float64(b[0]), true },
	"i1": func(b []byte, _ binary.ByteOrder) (float64, bool) { return float64(int8(b[0])), true },
	"u2": func(b []byte, o binary.ByteOrder) (float64, bool) { return float64(o.Uint16(b)), true },
	"i2": func(b []byte, o binary.ByteOrder) (float64, bool) { return float64(int16(o.Uint16(b))), true },
	"u4": func(b []byte, o binary.ByteOrder) (float64, bool) { return float64(o.Uint32(b)), true },
	"i4": func(b []byte, o binary.ByteOrder) (float64, bool) { return float64(int32(o.Uint32(b))), true },
	"u8": func(b []byte, o binary.ByteOrder) (float64, bool) {
		n := o.Uint64(b)
		v := float64(n)
		return v, v < 0x1p64 && uint64(v) == n
	},
	"i8": func(b []byte, o binary.ByteOrder) (float64, bool) {
		n := int64(o.Uint64(b))
		v := float64(n)
		return v, v < 0x1p63 && int64(v) == n
	},
	"f2": func(b []byte, o binary.ByteOrder) (float64, bool) {
		return float64(float16.Frombits(o.Uint16(b)).Float32()), true
	},
	"f4": func(b []byte, o binary.ByteOrder) (float64, bool) {
		return float64(math.Float32frombits(o.Uint32(b))), true
	},
	"f8": func(b []byte, o binary.ByteOrder) (float64, bool) {
		return math.Float64frombits(o.Uint64(b)), true
	},
}

func unsupportedType(descr string) error {
	hint := "save it as float64: numpy.save(path, a.astype(float))"
	switch {
	case strings.HasSuffix(descr, "O"):
		hint = "it is an array of Python objects; " + hint
	case strings.Contains(descr, "c"):
		hint = "it is complex; save real and imaginary parts apart"
	case len(descr) == 3 && descr[0] == '=':
		hint = "it says that the byte order is native, not which one; " + hint
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
