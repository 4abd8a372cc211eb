package nnet

import (
	"fmt"
	"math"
	"slices"

	"rsm/network"
)

// Header is what a file says besides weights and biases.
type Header struct {
	Sizes    []int     // inputs, neurons of each hidden layer, outputs
	Flag     string    // the line that the format no longer uses
	Min, Max []float64 // domain of the raw inputs; may be infinite
	Mean     []float64 // one for each input, and one for all outputs
	Range    []float64 // as Mean
	Unused   int       // further inputs that the four lines have values for
}

// Inputs is the number of inputs.
func (h *Header) Inputs() int { return h.Sizes[0] }

// Outputs is the number of outputs.
func (h *Header) Outputs() int { return h.Sizes[len(h.Sizes)-1] }

// Domain returns the range of each input in the training data, in the space
// that the options select; in normalised space it is rounded to the nearest
// float64. Bounds may be infinite, or so large that they bound nothing: files
// write the largest float32 for an input without bounds.
func (h *Header) Domain(opt Options) (lo, hi []float64, err error) {
	lo, hi = slices.Clone(h.Min), slices.Clone(h.Max)
	if !opt.Raw {
		if err := h.checkNormalisation(); err != nil {
			return nil, nil, err
		}
	}
	for i := range lo {
		if !opt.Raw {
			lo[i], hi[i] = (lo[i]-h.Mean[i])/h.Range[i], (hi[i]-h.Mean[i])/h.Range[i]
			if h.Range[i] < 0 {
				lo[i], hi[i] = hi[i], lo[i]
			}
		}
		if !(lo[i] <= hi[i]) {
			return nil, nil, fmt.Errorf("input %d has minimum %v and maximum %v: the domain is empty", i, lo[i], hi[i])
		}
	}
	return lo, hi, nil
}

// bounded says whether some input has a minimum or maximum that a raw input
// could be outside of.
func (h *Header) bounded() bool {
	for _, v := range append(slices.Clone(h.Min), h.Max...) {
		if math.Abs(v) <= network.MaxMagnitude {
			return true
		}
	}
	return false
}

// normalised says whether raw and normalised inputs or outputs differ.
func (h *Header) normalised() bool {
	return !all(h.Mean, 0) || !all(h.Range, 1)
}

func (h *Header) checkNormalisation() error {
	if err := network.CheckFinite(h.Mean); err != nil {
		return fmt.Errorf("means: %w", err)
	}
	if err := network.CheckFinite(h.Range); err != nil {
		return fmt.Errorf("ranges: %w", err)
	}
	if i := slices.Index(h.Range, 0); i >= 0 {
		return fmt.Errorf("ranges: element %d is zero: (x - mean) / range has no value there", i)
	}
	return nil
}

func all(values []float64, c float64) bool {
	for _, v := range values {
		if v != c {
			return false
		}
	}
	return true
}
