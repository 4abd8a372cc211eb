package npy

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
)

// Array is an array of numbers in C order: the last index runs fastest. A
// scalar has an empty shape.
type Array struct {
	Shape []int
	Data  []float64
	Type  string // of the file's elements without the order of bytes, such as "i1", "" where there is none
}

// Row returns element k along the first axis: for an array of samples, sample
// k. The slice is a part of Data.
func (a Array) Row(k int) ([]float64, error) {
	if err := a.check(); err != nil {
		return nil, err
	}
	if len(a.Shape) == 0 {
		return nil, fmt.Errorf("the file holds a single number: it has no samples to count")
	}
	n := a.Shape[0]
	if k < 0 || k >= n {
		return nil, outOfRange(k, n)
	}
	size := len(a.Data) / n
	return a.Data[k*size : (k+1)*size : (k+1)*size], nil
}

// Sample returns a copy of the sample for a network of size inputs: the whole
// array if it has that many elements (the index is then 0), or the element
// with the given index along the first axis if each has that many. Elements
// must be finite.
func Sample(a Array, index, size int) ([]float64, error) {
	if err := a.check(); err != nil {
		return nil, err
	}
	var row []float64
	switch {
	case size > 0 && len(a.Data) == size:
		if index != 0 {
			return nil, outOfRange(index, 1)
		}
		row = a.Data
	case size > 0 && len(a.Shape) > 0 && a.Shape[0] > 0 && len(a.Data)%a.Shape[0] == 0 && len(a.Data)/a.Shape[0] == size:
		var err error
		if row, err = a.Row(index); err != nil {
			return nil, err
		}
	default:
		return nil, fmt.Errorf("an array of shape %s does not hold samples of %d elements: its shape should be %d, or Nx%d for N samples%s", a.shape(), size, size, size, a.remedy(size))
	}
	for i, v := range row {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return nil, fmt.Errorf("element %d of sample %d is %v: samples must be finite", i, index, v)
		}
	}
	return slices.Clone(row), nil
}

// remedy says what may make samples of so many elements of the array, or "".
func (a Array) remedy(size int) string {
	n, axes := len(a.Data), len(a.Shape)
	switch {
	case n == 0:
		return "; it holds nothing"
	case size < 1 || axes == 0:
		return ""
	case axes > 1 && n/a.Shape[axes-1] == size:
		return "; transpose it, if its samples are along the last axis"
	case axes == 1 && n%size == 0:
		return fmt.Sprintf("; reshape it by a.reshape(-1, %d)", size)
	case axes > 1 && (n/a.Shape[0] == 3*size || 3*n == size || 3*(n/a.Shape[0]) == size):
		return "; one is of images in grey and the other in colour"
	}
	return ""
}

func outOfRange(index, n int) error {
	if n == 1 {
		return fmt.Errorf("index %d is out of range: the file holds 1 sample, with index 0", index)
	}
	return fmt.Errorf("index %d is out of range: the file holds %d samples, 0 to %d", index, n, n-1)
}

// check says whether shape and data fit.
func (a Array) check() error {
	n, ok := elements(a.Shape)
	if !ok || n != len(a.Data) {
		return fmt.Errorf("an array of shape %s has %d elements", a.shape(), len(a.Data))
	}
	return nil
}

// shape writes the shape as 10x28x28, and not endlessly.
func (a Array) shape() string {
	if len(a.Shape) == 0 {
		return "scalar"
	}
	const longest = 8
	var parts []string
	for _, d := range a.Shape[:min(len(a.Shape), longest)] {
		parts = append(parts, strconv.Itoa(d))
	}
	if len(a.Shape) > longest {
		parts = append(parts, "...")
	}
	return strings.Join(parts, "x")
}

// elements is the number of elements of a shape, and false if a dimension is
// negative or there are more than MaxElements; dimensions of zero are left out
// for the second, so that no partial product overflows either.
func elements(shape []int) (int, bool) {
	n, zero := 1, false
	for _, d := range shape {
		switch {
		case d < 0:
			return 0, false
		case d == 0:
			zero = true
		case d > MaxElements/n:
			return 0, false
		default:
			n *= d
		}
	}
	if zero {
		return 0, true
	}
	return n, true
}
