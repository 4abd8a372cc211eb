package rsm_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"codeberg.org/sbinet/npyio/npy"

	"rsm"
	"rsm/network"
)

// A sample of the integers that a file takes is what they stand for; one of real numbers is
// itself.
func TestIntegerSamples(t *testing.T) {
	n, err := rsm.Read("benchmarks/tools/files/tensorflow/mlp-tflite-full.onnx")
	if err != nil {
		t.Fatal(err)
	}
	levels, numbers, real := make([]int8, 64), make([]float32, 64), make([]float64, 64)
	for i := range levels {
		levels[i] = int8(4*i - 128)
		numbers[i] = float32(i) / 64
		real[i] = float64(levels[i])
	}
	save := func(name string, v any) *rsm.Samples {
		path := filepath.Join(t.TempDir(), name)
		f, err := os.Create(path)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		if err := npy.Write(f, v); err != nil {
			t.Fatal(err)
		}
		s, err := rsm.ReadSamples(path)
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	for name, c := range map[string]struct {
		samples *rsm.Samples
		want    []float64
	}{
		"integers": {save("levels.npy", levels), n.Integers.Real(real)},
		"numbers":  {save("numbers.npy", numbers), nil},
	} {
		x, err := rsm.Input(n, c.samples.Sample(0), rsm.Preprocessing{}, "", nil)
		if err != nil {
			t.Fatal(err)
		}
		for i := range x {
			want := float64(numbers[i])
			if c.want != nil {
				want = c.want[i]
			}
			if x[i] != want {
				t.Fatalf("%s: feature %d is %v instead of %v", name, i, x[i], want)
			}
		}
	}
}

// Integers that stand for other numbers in each network are no sample of both, also where one
// of the networks takes them as they are.
func TestIntegerSamplesOfTwo(t *testing.T) {
	read := func(scaled bool, scale, zero float64) *rsm.Network {
		n, err := rsm.Read("benchmarks/tools/files/tensorflow/mlp-tflite-full.onnx")
		if err != nil {
			t.Fatal(err)
		}
		n.Integers = &network.IntegerInput{Type: "INT8", Scaled: scaled, Scale: scale, Zero: zero}
		return n
	}
	path := filepath.Join(t.TempDir(), "levels.npy")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if err := npy.Write(f, make([]int8, 64)); err != nil {
		t.Fatal(err)
	}
	s, err := rsm.ReadSamples(path)
	if err != nil {
		t.Fatal(err)
	}
	itself := read(false, 1, 0)
	for name, c := range map[string]struct {
		n1, n2 *rsm.Network
		want   string
	}{
		"one scale":              {read(true, 0.5, 3), read(true, 0.5, 3), ""},
		"two scales":             {read(true, 0.5, 3), read(true, 0.25, 3), "mlp-tflite-full.onnx for 0.25 (q - 3)"},
		"two zero points":        {read(true, 0.5, 3), read(true, 0.5, -3), "for 0.5 (q + 3)"},
		"scale and none":         {read(true, 0.5, 3), itself, "for 0.5 (q - 3)"},
		"none and scale":         {itself, read(true, 0.5, 3), "for 0.5 (q - 3)"},
		"none":                   {itself, read(false, 1, 0), ""},
		"none, and scale of one": {itself, read(true, 1, 0), ""},
	} {
		_, err := rsm.Margin(context.Background(), rsm.Question{N1: c.n1, N2: c.n2, Pairs: rsm.RunnerUp, Region: rsm.Ball(s.Sample(0), 0)})
		if c.want == "" && err != nil || c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
			t.Errorf("%s: %v instead of %q", name, err, c.want)
		}
	}
}
