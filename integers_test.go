package rsm_test

import (
	"os"
	"path/filepath"
	"testing"

	"codeberg.org/sbinet/npyio/npy"

	"rsm"
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
