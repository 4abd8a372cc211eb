package onnx

import (
	"errors"
	"fmt"

	"rsm/network"
)

// buildMaxPool reads MaxPool, along one axis after the other: the maximum over a
// window is that over its rows of the maxima along them, and rows are shared by
// windows.
func buildMaxPool(c *call) (value, error) {
	x, err := c.operand()
	if err != nil {
		return value{}, err
	}
	w, err := c.window(x, nil)
	if err != nil {
		return value{}, err
	}
	if order := c.integer("storage_order", 0); order != 0 && order != 1 {
		return value{}, fmt.Errorf(`attribute "storage_order" is %d instead of 0 or 1`, order) // of the indices, which are not used
	}
	ceil, err := c.flag("ceil_mode")
	if err != nil {
		return value{}, err
	}
	if err := w.padPooling(x.shape[2:]); err != nil {
		return value{}, err
	}
	results, err := w.results(x.shape[2:], ceil)
	if err != nil {
		return value{}, err
	}
	return c.beforeActivation(x, func(y value) (value, error) {
		for i := len(results) - 1; i >= 0; i-- {
			runs, err := c.runs(w, i, results[i], y.shape[2+i])
			if err != nil {
				return value{}, err
			}
			if y, err = c.poolsAlong(y, 2+i, runs); err != nil {
				return value{}, err
			}
		}
		return y, nil
	})
}

// run is n elements along an axis, from first on in steps.
type run struct{ first, n, step int }

// runs lists the elements of an axis of the given size that count windows cover;
// padding is no element.
func (c *call) runs(w *window, axis, count, size int) ([]run, error) {
	if err := c.spend(count); err != nil {
		return nil, err
	}
	step := w.dilation[axis]
	runs := make([]run, count)
	for k := range runs {
		first, n := k*w.stride[axis]-w.begin[axis], w.kernel[axis]
		if first < 0 {
			outside := (-first + step - 1) / step
			first, n = first+outside*step, n-outside
		}
		n = min(n, (size-first+step-1)/step)
		if n <= 0 {
			return nil, unsupportedf("a window lies in the padding as a whole")
		}
		runs[k] = run{first, n, step}
	}
	return runs, nil
}

// poolsAlong takes the maximum over runs along an axis.
func (c *call) poolsAlong(x value, axis int, runs []run) (value, error) {
	elements := 0
	for _, r := range runs {
		elements = min(elements+r.n, maxElements)
	}
	if err := c.spend(elements); err != nil {
		return value{}, err
	}
	groups := make([][]int, len(runs))
	for k, r := range runs {
		groups[k] = counted(r.first, r.step, r.n)
	}
	shape := append(network.Shape{}, x.shape...)
	shape[axis] = len(runs)
	return c.pools(maximum, fmt.Sprintf("%s, axis %d", c.title(), axis), x, groups, x.shape[:axis].Size(), x.shape[axis+1:].Size(), shape)
}

// buildGlobalMaxPool reads GlobalMaxPool: the maximum over all axes after batch
// and channels.
func buildGlobalMaxPool(c *call) (value, error) {
	x, err := c.operand()
	if err != nil {
		return value{}, err
	}
	if len(x.shape) < 2 {
		return value{}, errors.New("its operand has no channels")
	}
	over := make([]bool, len(x.shape))
	for i := range over {
		over[i] = i >= 2
	}
	return c.extremumOver(maximum, x, over, true)
}
