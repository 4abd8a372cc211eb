package rsm

import (
	"fmt"
	"path/filepath"
	"slices"

	"rsm/internal/npy"
)

// Samples is an array of samples.
type Samples struct {
	File   string // path as given
	SHA256 string // of the file's bytes, lower-case hexadecimal
	array  npy.Array
}

// Sample is sample k of the array, from 0. Whether there is one shows when networks
// say how many features a sample has.
func (s *Samples) Sample(k int) Sample { return Sample{from: s, index: k} }

// Size is the number of all values.
func (s *Samples) Size() int {
	if s == nil {
		return 0
	}
	return len(s.array.Data)
}

// Sample is an input that regions are made around.
type Sample struct {
	from   *Samples
	index  int
	values []float64
}

// Point is a sample with the given values.
func Point(values []float64) Sample { return Sample{values: values} }

// given says whether there is a sample at all.
func (s Sample) given() bool { return s.from != nil || s.values != nil }

// Features are the values of the sample for networks of so many inputs. The slice is
// the caller's own.
func (s Sample) Features(inputs int) ([]float64, error) {
	if s.from == nil {
		return npy.Sample(npy.Array{Shape: []int{len(s.values)}, Data: s.values}, 0, inputs)
	}
	x, err := npy.Sample(s.from.array, s.index, inputs)
	if err != nil && s.from.File != "" {
		err = fmt.Errorf("%s: %w", s.from.File, err)
	}
	return x, err
}

// all are all numbers of the sample's array, whatever the index.
func (s Sample) all() []float64 {
	if s.from == nil {
		return slices.Clone(s.values)
	}
	return slices.Clone(s.from.array.Data)
}

// file is the path of the samples, "" where there is none.
func (s Sample) file() string {
	if s.from == nil {
		return ""
	}
	return s.from.File
}

// sum is the SHA-256 of the samples' file, "" where there is none.
func (s Sample) sum() string {
	if s.from == nil {
		return ""
	}
	return s.from.SHA256
}

// name says which sample it is.
func (s Sample) name() string {
	if s.from == nil {
		return "a sample"
	}
	return fmt.Sprintf("sample %d of %s", s.index, filepath.Base(s.from.File))
}
