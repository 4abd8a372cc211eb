package npy_test

import (
	"math"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"rsm/internal/npy"
)

// A sample is a row, whatever shape the array of samples has; and permuting
// the samples permutes what is picked.
func TestSample(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 6).Draw(t, "samples")
		inner := rapid.SliceOfN(rapid.IntRange(1, 3), 1, 3).Draw(t, "shape")
		width := size(inner)
		a := npy.Array{Shape: append([]int{n}, inner...), Data: make([]float64, n*width)}
		for i := range a.Data {
			a.Data[i] = float64(i)
		}
		order := rapid.Permutation(slices.Collect(func(yield func(int) bool) {
			for i := range n {
				if !yield(i) {
					return
				}
			}
		})).Draw(t, "order")
		b := npy.Array{Shape: a.Shape}
		for _, k := range order {
			row, err := a.Row(k)
			if err != nil {
				t.Fatal(err)
			}
			b.Data = append(b.Data, row...)
		}
		k := rapid.IntRange(0, n-1).Draw(t, "index")
		x, err := npy.Sample(b, k, width)
		if err != nil {
			t.Fatal(err)
		}
		for i, v := range x {
			if v != float64(order[k]*width+i) {
				t.Fatalf("sample %d of order %v: %v", k, order, x)
			}
		}
		single := npy.Array{Shape: inner, Data: x}
		if y, err := npy.Sample(single, 0, width); err != nil || !same(x, y) {
			t.Fatalf("sample of itself: %v, error %v", y, err)
		}
	})
}

func TestSampleErrors(t *testing.T) {
	data := make([]float64, 200)
	data[7] = math.NaN()
	data[13] = math.Inf(-1)
	hundred := npy.Array{Shape: []int{100, 2}, Data: data}
	for _, c := range []struct {
		a           npy.Array
		index, size int
		want        string
	}{
		{hundred, 120, 2, "index 120 is out of range: the file holds 100 samples, 0 to 99"},
		{hundred, -1, 2, "index -1 is out of range"},
		{hundred, 1, 200, "index 1 is out of range: the file holds 1 sample, with index 0"},
		{hundred, 0, 3, "an array of shape 100x2 does not hold samples of 3 elements: its shape should be 3, or Nx3"},
		{hundred, 0, 0, "does not hold samples of 0"},
		{hundred, 3, 2, "element 1 of sample 3 is NaN"},
		{hundred, 6, 2, "element 1 of sample 6 is -Inf"},
		{npy.Array{Data: []float64{1}}, 0, 2, "shape scalar"},
		{npy.Array{Shape: []int{0, 5}}, 0, 5, "shape 0x5"},
		{npy.Array{Shape: []int{2, 2}, Data: []float64{1}}, 0, 1, "has 1 elements"},
	} {
		if _, err := npy.Sample(c.a, c.index, c.size); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("sample %d of size %d: error %v, not %q", c.index, c.size, err, c.want)
		}
	}
	for _, a := range []npy.Array{{}, {Data: []float64{1}}, {Shape: []int{0, 3}}, {Shape: []int{1}}} {
		if _, err := a.Row(0); err == nil {
			t.Errorf("row of %v: no error", a)
		}
	}
}
