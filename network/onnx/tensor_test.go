package onnx

import (
	"encoding/binary"
	"math"
	"math/big"
	"slices"
	"testing"

	"google.golang.org/protobuf/encoding/protowire"
	"pgregory.net/rapid"

	"rsm/network"
)

// typed encodes a tensor with one typed field, packed or not.
func typed(typ dataType, number int, packed bool, values ...uint64) []byte {
	t := appendInt(appendInt(nil, 1, int64(len(values))), 2, int64(typ))
	var all []byte
	for _, v := range values {
		wire := protowire.VarintType
		var e []byte
		switch number {
		case 4:
			wire, e = protowire.Fixed32Type, binary.LittleEndian.AppendUint32(nil, uint32(v))
		case 10:
			wire, e = protowire.Fixed64Type, binary.LittleEndian.AppendUint64(nil, v)
		default:
			e = protowire.AppendVarint(nil, v)
		}
		if !packed {
			e = append(protowire.AppendTag(nil, protowire.Number(number), wire), e...)
		}
		all = append(all, e...)
	}
	if packed {
		return appendBytes(t, number, all)
	}
	return append(t, all...)
}

func TestTypedData(t *testing.T) {
	minusOne := uint64(math.MaxUint64)
	for _, c := range []struct {
		typ    dataType
		field  int
		values []uint64
		floats []float64
		ints   []int64
	}{
		{float32Type, 4, []uint64{0x3f800000, 0xc0000000}, []float64{1, -2}, nil},
		{float64Type, 10, []uint64{math.Float64bits(0.1), math.Float64bits(-7)}, []float64{0.1, -7}, nil},
		{float16Type, 5, []uint64{0x3c00, 0xc000, 0x0001, 0x7bff}, []float64{1, -2, 0x1p-24, 65504}, nil},
		{bfloat16Type, 5, []uint64{0x3f80, 0xc000, 0x0001}, []float64{1, -2, 0x1p-133}, nil},
		{int64Type, 7, []uint64{3, minusOne}, nil, []int64{3, -1}},
		{int32Type, 5, []uint64{3, minusOne}, nil, []int64{3, -1}},
		{int8Type, 5, []uint64{127, minusOne}, nil, []int64{127, -1}},
		{uint8Type, 5, []uint64{255}, nil, []int64{255}},
		{boolType, 5, []uint64{1, 0}, nil, []int64{1, 0}},
	} {
		for _, packed := range []bool{false, true} {
			k, err := decodeConstant(typed(c.typ, c.field, packed, c.values...))
			if err != nil {
				t.Fatalf("%v: %v", c.typ, err)
			}
			if !slices.Equal(k.floats, c.floats) || !slices.Equal(k.ints, c.ints) || k.shape.Size() != len(c.values) {
				t.Errorf("%v, packed %t: %v %v", c.typ, packed, k.floats, k.ints)
			}
		}
	}
}

func TestBadTensors(t *testing.T) {
	big := uint64(70000)
	for _, c := range []struct {
		name, want string
		tensor     []byte
	}{
		{"out of range", "element 0 of its int32_data is 70000, no FLOAT16", typed(float16Type, 5, true, big)},
		{"no bool", "element 0 is 2, no BOOL", typed(boolType, 5, true, 2)},
		{"wrong field", "it has 0 elements, its shape 2 wants 2", typed(float32Type, 5, true, 1, 2)},
		{"two kinds of data", "it has both raw_data and typed data", appendBytes(typed(float32Type, 4, true, 1), 9, []byte{0, 0, 0, 0})},
		{"a part of an element", "5 bytes are no whole number", appendBytes(appendInt(nil, 2, 1), 4, []byte{1, 2, 3, 4, 5})},
		{"endless integer", "packed integers end too early", appendBytes(appendInt(nil, 2, 7), 7, []byte{0x80})},
		{"negative dimension", "dimension 0 is negative: -1", appendInt(appendInt(nil, 2, 1), 1, -1)},
	} {
		_, err := decodeConstant(c.tensor)
		checkError(t, err, c.want, false)
	}
}

func decodeConstant(data []byte) (*constant, error) {
	tensor, err := decodeTensor(data)
	if err != nil {
		return nil, err
	}
	return tensor.constant()
}

// Raw data hold the same elements as typed data.
func TestRawData(t *testing.T) {
	for _, typ := range []dataType{float32Type, float64Type, float16Type, bfloat16Type, int64Type, int32Type, int8Type, uint8Type, boolType} {
		k, err := decodeConstant(tensorOf("", typ, []int{2, 1}, 1, 0))
		if err != nil {
			t.Fatal(err)
		}
		if !k.shape.Equal(network.Shape{2, 1}) || !slices.Equal(k.floats, []float64{1, 0}) && !slices.Equal(k.ints, []int64{1, 0}) {
			t.Errorf("%v: %v", typ, k)
		}
	}
}

// Every float16 and bfloat16 is cast to itself, and the midpoint of two
// neighbours to the even one. A cast through float32 would round
// 1 + 2^-11 + 2^-40 to 1.
func TestCastRounds(t *testing.T) {
	for _, typ := range []dataType{float16Type, bfloat16Type} {
		for bits := range uint16(0x7fff) {
			v, next := halfFromBits(typ, bits), halfFromBits(typ, bits+1)
			if math.IsNaN(v) || math.IsInf(next, 0) || math.IsNaN(next) {
				continue
			}
			even := v
			if bits&1 == 1 {
				even = next
			}
			mid := (v + next) / 2
			if round(v, typ) != v || round(-v, typ) != -v || round(mid, typ) != even ||
				round(math.Nextafter(mid, 0), typ) != v || round(math.Nextafter(mid, 1e9), typ) != next && mid < 1e9 {
				t.Fatalf("%v: %v and %v are rounded wrongly", typ, v, next)
			}
		}
	}
	for _, c := range []struct {
		v    float64
		to   dataType
		want float64
	}{
		{1 + 0x1p-11 + 0x1p-40, float16Type, 1 + 0x1p-10},
		{65519.99, float16Type, 65504},
		{65520, float16Type, math.Inf(1)},
		{-1e300, float16Type, math.Inf(-1)},
		{5e-324, float16Type, 0},
		{0x1.ffp127, bfloat16Type, math.Inf(1)},
		{0x1.feffp127, bfloat16Type, 0x1.FEp127},
		{0.1, float32Type, float64(float32(0.1))},
	} {
		if got := round(c.v, c.to); got != c.want {
			t.Errorf("%v to %v is %v instead of %v", c.v, c.to, got, c.want)
		}
	}
}

func TestCastOfIntegers(t *testing.T) {
	ints := &constant{typ: int64Type, shape: network.Shape{3}, ints: []int64{-1, 300, 1<<24 + 1}}
	floats := &constant{typ: float32Type, shape: network.Shape{3}, floats: []float64{-1.9, 2.5, 0}}
	for _, c := range []struct {
		from   *constant
		to     dataType
		ints   []int64
		floats []float64
	}{
		{ints, uint8Type, []int64{255, 44, 1}, nil},
		{ints, boolType, []int64{1, 1, 1}, nil},
		{ints, float32Type, nil, []float64{-1, 300, 1 << 24}},
		{ints, float64Type, nil, []float64{-1, 300, 1<<24 + 1}},
		{ints, bfloat16Type, nil, []float64{-1, 300, 1 << 24}},
		{floats, int32Type, []int64{-1, 2, 0}, nil},
		{floats, boolType, []int64{1, 1, 0}, nil},
	} {
		k, err := c.from.cast(c.to)
		if err != nil || !slices.Equal(k.ints, c.ints) || !slices.Equal(k.floats, c.floats) {
			t.Errorf("%v to %v: %v %v", c.from.typ, c.to, k, err)
		}
	}
	if _, err := floats.cast(uint8Type); err == nil {
		t.Error("-1.9 is cast to UINT8")
	}
}

// A product is folded only if it is exact.
func TestScaledIsExact(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.Float64Range(-1e3, 1e3).Draw(t, "s")
		if rapid.Bool().Draw(t, "short") {
			s = float64(float32(s))
		}
		v := float64(rapid.Float32Range(-1e3, 1e3).Draw(t, "v"))
		if network.CheckFinite([]float64{s, v}) != nil {
			t.Skip()
		}
		out, exact := scaled(s, []float64{v})
		if want := exactly(s, v); exact != want && math.Abs(s*v) > network.MinMagnitude {
			t.Fatalf("%v*%v is exact: %t, said to be %t", s, v, want, exact)
		}
		if exact && out[0] != s*v {
			t.Fatalf("%v*%v is %v", s, v, out[0])
		}
	})
}

// exactly says in integer arithmetic whether s*v is a float64.
func exactly(s, v float64) bool {
	p := new(big.Float).SetPrec(200).Mul(big.NewFloat(s), big.NewFloat(v))
	_, accuracy := p.Float64()
	return accuracy == big.Exact
}
