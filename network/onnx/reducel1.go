package onnx

import "rsm/network"

// buildReduceL1 reads ReduceL1: the sum of the magnitudes of elements.
func buildReduceL1(c *call) (value, error) {
	over, keep, err := c.over(17)
	if err != nil {
		return value{}, err
	}
	y, err := buildAbs(c)
	if err != nil {
		return value{}, err
	}
	return c.sumOver(c.title()+" (sum)", y, over, keep)
}

// sumOver is the sum over the marked axes.
func (c *call) sumOver(name string, x value, over []bool, keep bool) (value, error) {
	shape := reduced(x.shape, over, keep)
	groups, err := c.grouped(x.shape, over)
	if err != nil {
		return value{}, err
	}
	if longest(groups) == 1 {
		return c.view(x, shape)
	}
	a := network.Rowwise{Columns: x.shape.Size()}
	for _, g := range groups {
		for _, j := range g {
			a.Append(j, 1)
		}
		a.EndRow()
	}
	return c.add(name, &network.Sparse{A: []network.Rowwise{a}}, shape, x)
}
