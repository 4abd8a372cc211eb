package onnx

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"

	"google.golang.org/protobuf/encoding/protowire"
)

// field is one field of a protobuf message.
type field struct {
	number protowire.Number
	kind   protowire.Type
	bytes  []byte // the content, of kind BytesType; a part of the file's bytes
	scalar uint64 // the value, of kinds VarintType, Fixed32Type, Fixed64Type
}

// eachField calls visit for every field of a message.
func eachField(message string, data []byte, visit func(f field) error) error {
	for len(data) > 0 {
		f, n := consumeField(data)
		if n < 0 {
			err := protowire.ParseError(n)
			if errors.Is(err, io.ErrUnexpectedEOF) {
				err = errors.New("the data end too early")
			}
			return fmt.Errorf("%s: %w", message, err)
		}
		data = data[n:]
		if err := visit(f); err != nil {
			return fmt.Errorf("%s: %w", message, err)
		}
	}
	return nil
}

// consumeField reads the first field of data and returns its length in bytes,
// negative for an error of protowire.
func consumeField(data []byte) (f field, length int) {
	var n, v int
	f.number, f.kind, n = protowire.ConsumeTag(data)
	if n < 0 {
		return f, n
	}
	switch rest := data[n:]; f.kind {
	case protowire.VarintType:
		f.scalar, v = protowire.ConsumeVarint(rest)
	case protowire.Fixed32Type:
		var u uint32
		u, v = protowire.ConsumeFixed32(rest)
		f.scalar = uint64(u)
	case protowire.Fixed64Type:
		f.scalar, v = protowire.ConsumeFixed64(rest)
	case protowire.BytesType:
		f.bytes, v = protowire.ConsumeBytes(rest)
	default: // the groups of old protobuf: skipped
		v = protowire.ConsumeFieldValue(f.number, f.kind, rest)
	}
	if v < 0 {
		return f, v
	}
	return f, n + v
}

func (f field) expect(kind protowire.Type) error {
	if f.kind != kind {
		return fmt.Errorf("field %d has wire type %d instead of %d", f.number, f.kind, kind)
	}
	return nil
}

func (f field) content() ([]byte, error) { return f.bytes, f.expect(protowire.BytesType) }

func (f field) text() (string, error) { return string(f.bytes), f.expect(protowire.BytesType) }

func (f field) integer() (int64, error) { return int64(f.scalar), f.expect(protowire.VarintType) }

func (f field) float() (float32, error) {
	return math.Float32frombits(uint32(f.scalar)), f.expect(protowire.Fixed32Type)
}

// pack appends the elements of a repeated numeric field to those of earlier
// occurrences. The elements stay encoded; element is their wire type.
func (f field) pack(earlier []byte, element protowire.Type) ([]byte, error) {
	if f.kind == protowire.BytesType {
		if earlier == nil {
			return f.bytes[:len(f.bytes):len(f.bytes)], nil
		}
		return append(earlier, f.bytes...), nil
	}
	if err := f.expect(element); err != nil {
		return nil, err
	}
	switch element {
	case protowire.Fixed32Type:
		return binary.LittleEndian.AppendUint32(earlier, uint32(f.scalar)), nil
	case protowire.Fixed64Type:
		return binary.LittleEndian.AppendUint64(earlier, f.scalar), nil
	default:
		return protowire.AppendVarint(earlier, f.scalar), nil
	}
}

// unpackIntegers decodes packed varints.
func unpackIntegers(packed []byte) ([]int64, error) {
	count := 0
	for _, b := range packed {
		if b < 0x80 { // the last byte of a varint
			count++
		}
	}
	values := make([]int64, 0, count)
	for len(packed) > 0 {
		v, n := protowire.ConsumeVarint(packed)
		if n < 0 {
			return nil, errors.New("packed integers end too early or are too long")
		}
		values, packed = append(values, int64(v)), packed[n:]
	}
	return values, nil
}

// unpackFloats decodes packed numbers of 32 bits.
func unpackFloats(packed []byte) ([]float64, error) {
	if len(packed)%4 != 0 {
		return nil, fmt.Errorf("%d bytes are no whole number of 32-bit elements", len(packed))
	}
	values := make([]float64, len(packed)/4)
	for i := range values {
		values[i] = float64(math.Float32frombits(binary.LittleEndian.Uint32(packed[4*i:])))
	}
	return values, nil
}
