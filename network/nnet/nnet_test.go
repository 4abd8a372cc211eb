package nnet_test

import (
	"bytes"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"rsm/network"
	"rsm/network/nnet"
)

// write is the format, written down a second time.
func write(f *nnet.File) []byte {
	var b bytes.Buffer
	line := func(values ...float64) {
		for _, v := range values {
			b.WriteString(strconv.FormatFloat(v, 'g', -1, 64) + ",")
		}
		b.WriteByte('\n')
	}
	b.WriteString("// written by a test\n")
	fmt.Fprintf(&b, "%d,%d,%d,%d,\n", len(f.Layers), f.Inputs(), f.Outputs(), slices.Max(f.Sizes))
	for _, n := range f.Sizes {
		fmt.Fprintf(&b, "%d,", n)
	}
	fmt.Fprintf(&b, "\n%s,\n", f.Flag)
	unused := make([]float64, f.Unused)
	n := f.Inputs()
	line(append(slices.Clone(f.Min), unused...)...)
	line(append(slices.Clone(f.Max), unused...)...)
	line(slices.Insert(slices.Clone(f.Mean), n, unused...)...)
	line(slices.Insert(slices.Clone(f.Range), n, unused...)...)
	for _, d := range f.Layers {
		for i := range d.Rows {
			line(d.W[i*d.Cols : (i+1)*d.Cols]...)
		}
		for _, v := range d.B {
			line(v)
		}
	}
	return b.Bytes()
}

// reference evaluates a file as the evaluator of the format's author does,
// without its clamp.
func reference(f *nnet.File, x []float64, raw bool) []float64 {
	n := len(x)
	a := slices.Clone(x)
	for i := range a {
		if raw {
			a[i] = (a[i] - f.Mean[i]) / f.Range[i]
		}
	}
	for k, d := range f.Layers {
		z := make([]float64, d.Rows)
		for i := range z {
			for j, v := range a {
				z[i] += d.W[i*d.Cols+j] * v
			}
			z[i] += d.B[i]
			if k < len(f.Layers)-1 && z[i] < 0 {
				z[i] = 0
			}
		}
		a = z
	}
	for i := range a {
		if raw {
			a[i] = a[i]*f.Range[n] + f.Mean[n]
		}
	}
	return a
}

func constant(low, high float64) *rapid.Generator[float64] {
	return rapid.Custom(func(t *rapid.T) float64 {
		if v := rapid.Float64Range(low, high).Draw(t, "value"); v == 0 || math.Abs(v) > 1e-50 {
			return v
		}
		return 0
	})
}

func files() *rapid.Generator[*nnet.File] {
	return rapid.Custom(func(t *rapid.T) *nnet.File {
		f := &nnet.File{Header: nnet.Header{Flag: "0"}}
		f.Sizes = rapid.SliceOfN(rapid.IntRange(1, 5), 2, 5).Draw(t, "sizes")
		f.Unused = rapid.SampledFrom([]int{0, 0, 2}).Draw(t, "unused")
		n := f.Inputs()
		for range n {
			low := rapid.Float64Range(-1e3, 1e3).Draw(t, "low")
			f.Min = append(f.Min, low)
			f.Max = append(f.Max, low+rapid.Float64Range(0, 1e3).Draw(t, "width"))
		}
		f.Mean = rapid.SliceOfN(constant(-100, 100), n+1, n+1).Draw(t, "mean")
		f.Range = rapid.SliceOfN(rapid.Float64Range(0.1, 100), n+1, n+1).Draw(t, "range")
		for k := 1; k < len(f.Sizes); k++ {
			rows, cols := f.Sizes[k], f.Sizes[k-1]
			f.Layers = append(f.Layers, network.Dense{
				Rows: rows, Cols: cols,
				W: rapid.SliceOfN(constant(-3, 3), rows*cols, rows*cols).Draw(t, "weights"),
				B: rapid.SliceOfN(constant(-3, 3), rows, rows).Draw(t, "biases"),
			})
		}
		return f
	})
}

func equal(f, g *nnet.File) bool {
	if !slices.Equal(f.Sizes, g.Sizes) || f.Flag != g.Flag || f.Unused != g.Unused || !slices.Equal(f.Min, g.Min) || !slices.Equal(f.Max, g.Max) ||
		!slices.Equal(f.Mean, g.Mean) || !slices.Equal(f.Range, g.Range) || len(f.Layers) != len(g.Layers) {
		return false
	}
	for k := range f.Layers {
		if !f.Layers[k].Equal(&g.Layers[k]) {
			return false
		}
	}
	return true
}

func TestRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := files().Draw(t, "file")
		g, err := nnet.Decode(write(f))
		if err != nil {
			t.Fatal(err)
		}
		if !equal(f, g) {
			t.Fatalf("wrote %+v, read %+v", f, g)
		}
	})
}

// The layout of the text says nothing: comments, empty lines, spaces, line
// ends, and the comma at the end of a line.
func TestLayout(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := files().Draw(t, "file")
		var b bytes.Buffer
		for line := range strings.Lines(string(write(f))) {
			line = strings.TrimRight(line, "\n")
			if !strings.HasPrefix(line, "//") {
				switch rapid.IntRange(0, 3).Draw(t, "layout") {
				case 0:
					line = strings.TrimSuffix(line, ",")
				case 1:
					line = " " + strings.ReplaceAll(line, ",", " ,\t")
				case 2:
					line = "\n// " + line + "\n" + line
				}
			}
			b.WriteString(line + rapid.SampledFrom([]string{"\n", "\r\n"}).Draw(t, "end"))
		}
		g, err := nnet.Decode(b.Bytes())
		if err != nil {
			t.Fatalf("%v in %q", err, b.String())
		}
		if !equal(f, g) {
			t.Fatalf("wrote %+v, read %+v", f, g)
		}
	})
}

func TestFunctionIsTheReference(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := files().Draw(t, "file")
		raw := rapid.Bool().Draw(t, "raw")
		n, err := f.Network(nnet.Options{Raw: raw})
		if err != nil {
			t.Fatal(err)
		}
		x := rapid.SliceOfN(rapid.Float64Range(-50, 50), f.Inputs(), f.Inputs()).Draw(t, "x")
		want := reference(f, x, raw)
		if len(want) == 1 {
			want = []float64{0, want[0]}
		}
		got := n.Logits(x)
		for i := range want {
			// Sums in another order, at most five layers of five terms.
			if math.Abs(got[i]-want[i]) > 1e-6*(1+math.Abs(want[i])) {
				t.Fatalf("logits %v, reference %v", got, want)
			}
		}
		if all := n.Logits(x); len(all) != n.Classes() {
			t.Fatalf("%d logits of %d classes", len(all), n.Classes())
		}
	})
}

// The raw domain, normalised, is the normalised domain.
func TestDomain(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := files().Draw(t, "file")
		i := rapid.IntRange(0, f.Inputs()-1).Draw(t, "input")
		if rapid.Bool().Draw(t, "mirrored") {
			f.Range[i] = -f.Range[i]
		}
		lo, hi, err := f.Domain(nnet.Options{})
		if err != nil {
			t.Fatal(err)
		}
		rawLo, rawHi, err := f.Domain(nnet.Options{Raw: true})
		if err != nil {
			t.Fatal(err)
		}
		a, b := (rawLo[i]-f.Mean[i])/f.Range[i], (rawHi[i]-f.Mean[i])/f.Range[i]
		if lo[i] != min(a, b) || hi[i] != max(a, b) {
			t.Fatalf("[%v,%v] normalised is [%v,%v], not [%v,%v]", rawLo[i], rawHi[i], a, b, lo[i], hi[i])
		}
	})
}

// Without any of its lines, or with one of them twice, a file is an error. Cut
// anywhere, it never panics, and errors stay on one line.
func TestDamage(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		data := write(files().Draw(t, "file"))
		lines := bytes.SplitAfter(bytes.TrimSuffix(data, []byte("\n")), []byte("\n"))
		k := rapid.IntRange(1, len(lines)-1).Draw(t, "line")
		for _, damaged := range [][][]byte{slices.Delete(slices.Clone(lines), k, k+1), slices.Insert(slices.Clone(lines), k, lines[k])} {
			if _, err := nnet.Decode(bytes.Join(damaged, nil)); err == nil {
				t.Fatalf("no error without, or with twice, line %d of %q", k+1, data)
			} else if strings.Contains(err.Error(), "\n") {
				t.Fatalf("error of several lines: %v", err)
			}
		}
		if _, err := nnet.Decode(data[:rapid.IntRange(0, len(data)).Draw(t, "cut")]); err != nil && strings.Contains(err.Error(), "\n") {
			t.Fatalf("error of several lines: %v", err)
		}
	})
}

const small = "1,2,2,2,\n2,2,\n0,\n-1,-1,\n1,1,\n0,0,0,\n1,1,1,\n1,2,\n3,4,\n5,\n6,\n"

func TestErrors(t *testing.T) {
	if _, err := nnet.Decode([]byte(small)); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ old, new, want string }{
		{small, "", "line 1: the file ends"},
		{small, "\x08\x07\n", "line 1: layer count"},
		{small, "version https://git-lfs.github.com/spec/v1\n", "git lfs pull"},
		{"1,2,2,2,", "1,2,2,", "3 values, not 4"},
		{"1,2,2,2,", "1.5,2,2,2,", `"1.5", is not a whole number`},
		{"1,2,2,2,", "0,2,2,2,", "at least one"},
		{"1,2,2,2,", "-1,2,2,2,", "at least one"},
		{"1,2,2,2,", "999999999999,2,2,2,", "line for each neuron"},
		{"1,2,2,2,", "1,3,2,3,", "3 inputs and 2 outputs"},
		{"1,2,2,2,\n2,2,", "1,2,99,99,\n2,99,", "layer 1 has 99 neurons"},
		{"1,2,2,2,\n2,2,", "1,2,50,50,\n2,50,", "more weights than a file of 62 bytes"},
		{"1,2,2,2,\n2,2,", "1,2,0,2,\n2,0,", "layer 1 has 0 neurons"},
		{"\n0,\n", "\n", "the line has 2 values, not 1"},
		{"-1,-1", "-1", "the line has 1 values, not 2"},
		{"-1,-1", "-1,-1,-1", "line 5: maxima of the inputs: the line has 2 values, not 3"},
		{"3,4", "3,four", `line 9: weights of layer 1, neuron 2 of 2: value 2, "four", is not a number`},
		{"3,4", "3,0x1p4", "is not a number"},
		{"3,4", "3,1e999", "is larger than any float64"},
		{"3,4", "3,1e-999", "is too small for a float64"},
		{"3,4", "3,inf", "constants must be finite numbers"},
		{"3,4", "3,1e200", "magnitude between"},
		{"3,4", "3," + strings.Repeat("z", 1000), `zzz..."`},
		{"6,\n", "6,\n7,\n", "line 12: more lines"},
	} {
		_, err := nnet.Decode([]byte(strings.Replace(small, c.old, c.new, 1)))
		if err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "\n") || len(err.Error()) > 300 {
			t.Errorf("%q instead of %q: error %v, not %q", c.new, c.old, err, c.want)
		}
	}
}

func TestReadNamesTheFile(t *testing.T) {
	folder := t.TempDir()
	for name, content := range map[string]string{
		"damaged.nnet": "1,2\n",
		"zero.nnet":    strings.Replace(small, "1,1,1,", "1,0,1,", 1),
		"nan.nnet":     strings.Replace(small, "1,1,1,", "1,inf,1,", 1),
	} {
		path := filepath.Join(folder, name)
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := nnet.Read(path, nnet.Options{Raw: true}); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: error %v", name, err)
		}
	}
	for _, path := range []string{folder, filepath.Join(folder, "missing.nnet")} {
		if _, err := nnet.Read(path, nnet.Options{}); err == nil || !strings.Contains(err.Error(), path) {
			t.Errorf("%s: error %v", path, err)
		}
	}
}

func TestNotes(t *testing.T) {
	text := "2,2,2,2,\n2,2,2,\n1,\n-inf,-1,\ninf,1,\n1,0,7,\n1,1,2,\n1,2,\n3,4,\n5,\n6,\n1,0,\n0,1,\n0,\n0,\n"
	path := filepath.Join(t.TempDir(), "n.nnet")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	for raw, want := range map[bool][]string{
		false: {"normalised ones", `flag "1"`, "identity"},
		true:  {"not clamped", `flag "1"`, "identity"},
	} {
		n, err := nnet.Read(path, nnet.Options{Raw: raw})
		if err != nil {
			t.Fatal(err)
		}
		if n.File != path || n.Format != "nnet" || len(n.SHA256) != 64 || len(n.Notes) != len(want) {
			t.Fatalf("%+v", n)
		}
		for i := range want {
			if !strings.Contains(n.Notes[i], want[i]) {
				t.Errorf("raw %v: note %q, not %q", raw, n.Notes[i], want[i])
			}
		}
	}
}

func FuzzRead(f *testing.F) {
	for _, seed := range []string{
		small,
		"// c\n" + small,
		strings.ReplaceAll(small, "\n", "\r\n"),
		"2,1,1,1,\n1,1,1,\n0,\n-inf,\n3.4e38,\n0,0,\n1,1,\n1,\n0,\n-1e-3,\n2,\n",
		strings.NewReplacer("-1,-1,", "-1,-1,9,", "1,1,\n", "1,1,9,\n", "0,0,0,", "0,0,9,0", "1,1,1,", "1,1,9,1").Replace(small),
		"9999999,9999999,1,1\n",
		"1,4611686018427387904,2,2\n4611686018427387904,2\n0\n",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		file, err := nnet.Decode(data)
		if err != nil {
			if strings.Contains(err.Error(), "\n") {
				t.Fatalf("error of several lines: %v", err)
			}
			return
		}
		again, err := nnet.Decode(write(file))
		if err == nil && !math.IsNaN(file.Min[0]) && !equal(file, again) {
			t.Fatalf("read %+v, and written and read again %+v", file, again)
		}
		for _, opt := range []nnet.Options{{}, {Raw: true}} {
			file.Domain(opt)
			if n, err := file.Network(opt); err == nil {
				if y := n.Logits(make([]float64, file.Inputs())); len(y) != n.Classes() {
					t.Fatalf("%d logits of %d classes", len(y), n.Classes())
				}
			}
		}
	})
}
