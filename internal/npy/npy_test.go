package npy_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	npyio "codeberg.org/sbinet/npyio/npy"
	"github.com/x448/float16"
	"pgregory.net/rapid"

	"rsm/internal/npy"
	"rsm/network"
)

// file is the format, written down a second time: version 1.0, or 2.0 and 3.0
// with their longer length.
func file(version int, header string, body []byte) []byte {
	b := []byte{0x93, 'N', 'U', 'M', 'P', 'Y', byte(version), 0}
	if version == 1 {
		b = binary.LittleEndian.AppendUint16(b, uint16(len(header)))
	} else {
		b = binary.LittleEndian.AppendUint32(b, uint32(len(header)))
	}
	return append(append(b, header...), body...)
}

func tuple(shape []int) string {
	s := "("
	for _, d := range shape {
		s += fmt.Sprintf("%d,", d)
	}
	return s + ")"
}

func header(descr string, fortran bool, shape []int) string {
	order := "False"
	if fortran {
		order = "True"
	}
	return fmt.Sprintf("{'descr': '%s', 'fortran_order': %s, 'shape': %s, }\n", descr, order, tuple(shape))
}

// element is a random element of a type: its bits, and its value.
func element(t *rapid.T, name string) (uint64, float64) {
	bits := rapid.Uint64().Draw(t, "bits")
	size := int(name[1] - '0')
	bits >>= 64 - 8*size
	switch name {
	case "b1":
		return bits & 1, float64(bits & 1)
	case "u8", "i8":
		bits >>= 12 // small enough for a float64
		return bits, float64(bits)
	case "i1":
		return bits, float64(int8(bits))
	case "i2":
		return bits, float64(int16(bits))
	case "i4":
		return bits, float64(int32(bits))
	case "f2":
		return bits, float64(float16.Frombits(uint16(bits)).Float32())
	case "f4":
		return bits, float64(math.Float32frombits(uint32(bits)))
	case "f8":
		return bits, math.Float64frombits(bits)
	}
	return bits, float64(bits)
}

func same(a, b []float64) bool {
	return slices.EqualFunc(a, b, func(x, y float64) bool { return x == y || x != x && y != y })
}

var shapes = rapid.SliceOfN(rapid.IntRange(0, 4), 0, 4)

func size(shape []int) int {
	n := 1
	for _, d := range shape {
		n *= d
	}
	return n
}

// Every type, byte order and memory order gives the array that was meant.
func TestDecode(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		name := rapid.SampledFrom([]string{"b1", "u1", "i1", "u2", "i2", "f2", "u4", "i4", "f4", "u8", "i8", "f8"}).Draw(t, "type")
		order := rapid.SampledFrom([]string{"<", ">"}).Draw(t, "order")
		if name[1] == '1' {
			order = "|"
		}
		fortran := rapid.Bool().Draw(t, "fortran")
		shape := shapes.Draw(t, "shape")
		n := size(shape)
		want := make([]float64, n)
		bits := make([]uint64, n)
		for i := range n {
			bits[i], want[i] = element(t, name)
		}
		var body []byte
		for f := range n {
			at := f
			if fortran { // digits of f in mixed radix, the first index fastest
				at = 0
				rest, stride := f, n
				for _, d := range shape {
					stride /= d
					at += rest % d * stride
					rest /= d
				}
			}
			var b [8]byte
			width := int(name[1] - '0')
			if order == ">" {
				binary.BigEndian.PutUint64(b[:], bits[at])
				body = append(body, b[8-width:]...)
			} else {
				binary.LittleEndian.PutUint64(b[:], bits[at])
				body = append(body, b[:width]...)
			}
		}
		data := file(rapid.IntRange(1, 3).Draw(t, "version"), header(order+name, fortran, shape), body)
		a, err := npy.Decode(data)
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(a.Shape, shape) || !same(a.Data, want) {
			t.Fatalf("shape %v data %v, not shape %v data %v", a.Shape, a.Data, shape, want)
		}
		cut := rapid.IntRange(0, len(data)-1).Draw(t, "cut")
		for _, damaged := range [][]byte{data[:cut], append(slices.Clip(data), 0)} {
			if _, err := npy.Decode(damaged); err == nil || strings.Contains(err.Error(), "\n") {
				t.Fatalf("%d of %d bytes: error %v", len(damaged), len(data), err)
			}
		}
	})
}

// What Write writes, Read and the library npyio read; what npyio writes, Read
// reads.
func TestRoundTrip(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.npy")
	rapid.Check(t, func(t *rapid.T) {
		shape := shapes.Draw(t, "shape")
		n := size(shape)
		a := npy.Array{Shape: shape, Data: rapid.SliceOfN(rapid.Float64(), n, n).Draw(t, "data")}
		if err := npy.Write(path, a); err != nil {
			t.Fatal(err)
		}
		b, err := npy.Read(path)
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(b.Shape, shape) || !same(a.Data, b.Data) {
			t.Fatalf("wrote %v, read %v", a, b)
		}
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if start := len(data) - 8*n; start%64 != 0 {
			t.Fatalf("the elements start at byte %d", start)
		}
		r, err := npyio.NewReader(bytes.NewReader(data))
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(r.Header.Descr.Shape, shape) {
			t.Fatalf("wrote shape %v, npyio read %v", shape, r.Header.Descr.Shape)
		}
		if n == 0 {
			return
		}
		var c []float64
		if err := r.Read(&c); err != nil || !same(a.Data, c) {
			t.Fatalf("wrote %v, npyio read %v, error %v", a.Data, c, err)
		}
		var buffer bytes.Buffer
		if err := npyio.Write(&buffer, a.Data); err != nil {
			t.Fatal(err)
		}
		if d, err := npy.Decode(buffer.Bytes()); err != nil || !slices.Equal(d.Shape, []int{n}) || !same(d.Data, a.Data) {
			t.Fatalf("npyio wrote %v, read %v, error %v", a.Data, d, err)
		}
	})
	if left, _ := filepath.Glob(filepath.Join(filepath.Dir(path), ".*")); len(left) > 0 {
		t.Errorf("temporary files are left: %v", left)
	}
}

func TestWriteErrors(t *testing.T) {
	folder := t.TempDir()
	path := filepath.Join(folder, "a.npy")
	for _, a := range []npy.Array{{Shape: []int{3}, Data: []float64{1}}, {Shape: []int{-1}}, {Shape: slices.Repeat([]int{1}, 65), Data: []float64{1}}} {
		if err := npy.Write(path, a); err == nil || !strings.Contains(err.Error(), path) {
			t.Errorf("shape %v: error %v", a.Shape, err)
		}
	}
	one := npy.Array{Data: []float64{1}}
	for _, path := range []string{folder, filepath.Join(folder, "missing", "a.npy")} {
		if err := npy.Write(path, one); err == nil {
			t.Errorf("%s: no error", path)
		}
	}
	if left, _ := os.ReadDir(folder); len(left) > 0 {
		t.Errorf("files are left: %v", left)
	}
}

func TestHostileFiles(t *testing.T) {
	eight := make([]byte, 8)
	for _, c := range []struct {
		data        []byte
		want        string
		unsupported bool
	}{
		{nil, "empty", false},
		{[]byte("hello, world"), "not an .npy file", false},
		{[]byte("PK\x03\x04rest"), "zip archive", false},
		{[]byte("\x80\x04\x95"), "pickle", false},
		{[]byte("\x93NUMPY"), "incomplete", false},
		{[]byte("\x93NUMPY\x01\x00\x10"), "incomplete", false},
		{[]byte("\x93NUMPY\x01\x00\x10\x00{"), "incomplete", false},
		{[]byte("\x93NUMPY\x02\x00\xff\xff\xff\xff{"), "4294967295 bytes", false},
		{[]byte("\x93NUMPY\x04\x00\x10\x00{"), "version 4.0", true},
		{file(1, "", nil), `"{" expected, not ""`, false},
		{file(1, "\n", nil), `"{" expected, not ""`, false},
		{file(1, "}", nil), `"{" expected`, false},
		{file(1, "{}", nil), `"descr" is missing`, false},
		{file(1, "{'descr'", nil), `":" expected`, false},
		{file(1, "{'descr: 1", nil), "a quoted name expected", false},
		{file(1, "{'descr': '<f8', 'descr': '<f8'}", nil), `"descr" is given twice`, false},
		{file(1, "{'x': '<f8'}", nil), `unknown key "x"`, false},
		{file(1, "{'descr': '<f8', 'fortran_order': 1}", nil), "True or False", false},
		{file(1, "{'descr': '<f8', 'fortran_order': False, 'shape': (1)", eight), `"}" expected`, false},
		{file(1, "{'descr': '<f8', 'fortran_order': False, 'shape': (x,)}", eight), "a dimension expected", false},
		{file(1, header("<f8", false, []int{1})+"garbage", eight), "after the dictionary", false},
		{file(1, header("<f8", false, []int{-1}), eight), "dimension -1 is negative", false},
		{file(1, header("<f8", true, []int{-1, -1}), eight), "dimension -1 is negative", false},
		{file(1, header("<f8", false, []int{math.MaxInt}), eight), "has more than", false},
		{file(1, header("<f8", false, []int{1 << 32, 1 << 32}), eight), "has more than", false},
		{file(1, header("<f8", false, []int{1 << 27}), eight), "needs 1073741824 bytes after the header, it has 8", false},
		{file(1, strings.Replace(header("<f8", false, []int{1}), "(1,)", "(99999999999999999999,)", 1), eight), "too large", false},
		{file(1, header("<f8", false, slices.Repeat([]int{1}, 65)), eight), "more than 64 dimensions", false},
		{file(1, header("<f8", true, []int{0, math.MaxInt, math.MaxInt}), eight), "more than", false},
		{file(1, header("<f8", true, []int{0, 1 << 20}), eight), "8 bytes follow the array of shape 0x1048576", false},
		{file(1, header("<f8", false, slices.Repeat([]int{1 << 50}, 64)), eight), "more than", false},
		{file(1, header("<f8", false, []int{1}), append(eight, 0)), "1 bytes follow", false},
		{file(1, header("|O", false, []int{1}), eight), "Python objects", true},
		{file(1, header("<c8", false, []int{1}), eight), "complex", true},
		{file(1, header("<U2", false, []int{1}), eight), "float64", true},
		{file(1, header("=f8", false, []int{1}), eight), "which byte order", true},
		{file(1, header("|f8", false, []int{1}), eight), "which byte order", true},
		{file(1, header("<f16", false, []int{1}), eight), `"<f16" is not supported`, true},
		{file(1, header("", false, []int{1}), eight), "type of the elements is empty", false},
		{file(1, "{'descr': [('a', '<f8')], 'fortran_order': False, 'shape': (1,)}", eight), "structured arrays", true},
		{file(1, header("<i8", false, []int{1}), []byte{1, 0, 0, 0, 0, 0, 32, 0}), "element 0 is an integer that float64 does not have", false},
		{file(1, header("<u8", false, []int{1}), bytes.Repeat([]byte{255}, 8)), "element 0 is an integer", false},
		{file(1, header("<i8", false, []int{1}), []byte{255, 255, 255, 255, 255, 255, 255, 127}), "element 0 is an integer", false},
	} {
		_, err := npy.Decode(c.data)
		if err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "\n") || len(err.Error()) > 300 {
			t.Errorf("%q: error %v, not %q", c.data[:min(len(c.data), 100)], err, c.want)
		}
		if got := errors.Is(err, network.ErrUnsupported); got != c.unsupported {
			t.Errorf("%v: unsupported %v", err, got)
		}
	}
}

func TestSpecialIntegers(t *testing.T) {
	for _, c := range []struct {
		descr string
		body  []byte
		want  float64
	}{
		{"<i8", []byte{0, 0, 0, 0, 0, 0, 0, 128}, math.MinInt64},
		{"<i8", bytes.Repeat([]byte{255}, 8), -1},
		{"<u8", []byte{0, 0, 0, 0, 0, 0, 0, 128}, 1 << 63},
		{"|b1", []byte{7}, 1},
	} {
		a, err := npy.Decode(file(1, header(c.descr, false, nil), c.body))
		if err != nil || len(a.Shape) != 0 || len(a.Data) != 1 || a.Data[0] != c.want {
			t.Errorf("%s %v: %v, error %v", c.descr, c.body, a, err)
		}
	}
}

// Python 2 wrote an L after dimensions, and other writers use other quotes,
// other orders of the keys and no comma at the end.
func TestHeaderStyles(t *testing.T) {
	for _, text := range []string{
		"{'descr': '<f8', 'fortran_order': False, 'shape': (2L, 1L), }  \n",
		`{"shape": (2, 1,), "descr": "<f8", "fortran_order": True}`,
		"{ 'fortran_order' :False,'shape':(2,1),'descr':'<f8' }\n\n",
	} {
		a, err := npy.Decode(file(1, text, make([]byte, 16)))
		if err != nil || !slices.Equal(a.Shape, []int{2, 1}) {
			t.Errorf("%q: %v, error %v", text, a, err)
		}
	}
}

func TestReadNamesTheFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "broken.npy")
	if _, err := npy.Read(path); err == nil || !strings.Contains(err.Error(), path) {
		t.Errorf("missing: error %v", err)
	}
	if err := os.WriteFile(path, []byte("\x93NUM"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := npy.Read(path); err == nil || !strings.HasPrefix(err.Error(), path+": ") {
		t.Errorf("broken: error %v", err)
	}
}

func FuzzRead(f *testing.F) {
	f.Add(file(1, header("<f8", false, []int{1}), make([]byte, 8)))
	f.Add(file(1, header("<f4", true, []int{2, 3}), make([]byte, 24)))
	f.Add(file(2, header(">i8", true, []int{2, 1, 2}), make([]byte, 32)))
	f.Add(file(3, header("|b1", false, nil), []byte{1}))
	f.Add(file(1, header("<u2", false, []int{0, 1 << 62, 1 << 62}), nil))
	f.Add(file(1, header("<f2", false, []int{-3}), make([]byte, 6)))
	f.Add(file(1, "{'descr': [('a', '<f8')], 'fortran_order': False, 'shape': (1L,)}", nil))
	path := filepath.Join(f.TempDir(), "fuzz.npy")
	f.Fuzz(func(t *testing.T, data []byte) {
		a, err := npy.Decode(data)
		if err != nil {
			if strings.Contains(err.Error(), "\n") {
				t.Fatalf("error of several lines: %v", err)
			}
			return
		}
		if len(a.Data) > 1000 {
			return
		}
		npy.Sample(a, 0, max(1, len(a.Data)))
		a.Row(0)
		if err := npy.Write(path, a); err != nil {
			t.Fatal(err)
		}
		b, err := npy.Read(path)
		if err != nil || !slices.Equal(a.Shape, b.Shape) || !same(a.Data, b.Data) {
			t.Fatalf("read %v, then wrote and read %v, error %v", a, b, err)
		}
	})
}
