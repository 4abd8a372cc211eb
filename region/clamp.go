package region

import (
	"math"
	"math/big"

	"rsm/network"
)

// clamp adds the nodes that clip features to the domain where parameters may move
// them out of it, and sets the hull. Features of the same value that parameters move
// in the same way share a ReLU. Parameters are divided by the divisors, and then moved by
// the matrix. It returns the node of the points.
func (p *Perturbation) clamp(s *Region, at int, matrix []element, divisors []float64) (int, error) {
	n := len(p.Sample)
	low, high := make([]*big.Rat, n), make([]*big.Rat, n)
	terms, size := make([]int, n), make([]float64, n) // of the sums
	for i, v := range p.Sample {
		low[i], high[i], size[i] = exact(v), exact(v), math.Abs(v)
		if p.Clip != nil {
			size[i] += math.Abs(p.Clip[0]) + math.Abs(p.Clip[1])
		}
	}
	for _, e := range matrix {
		c := exact(e.value)
		c.Quo(c, exact(divisors[e.col]))
		x, y := new(big.Rat).Mul(c, exact(s.box.Lo[e.col])), new(big.Rat).Mul(c, exact(s.box.Hi[e.col]))
		if e.value < 0 {
			x, y = y, x
		}
		low[e.row].Add(low[e.row], x)
		high[e.row].Add(high[e.row], y)
		terms[e.row]++
		size[e.row] += math.Abs(e.value) / divisors[e.col] * max(math.Abs(s.box.Lo[e.col]), math.Abs(s.box.Hi[e.col]))
	}
	s.hull = Box{make([]float64, n), make([]float64, n)}
	for i := range n {
		// By the rounding of the inputs that float64 makes of parameters, too.
		slack := float64(terms[i]+8) * 0x1p-52 * size[i]
		s.hull.Lo[i], s.hull.Hi[i] = nearest(low[i])-slack, nearest(high[i])+slack
	}
	if p.Clip == nil {
		return at, nil
	}
	lo, hi := exact(p.Clip[0]), exact(p.Clip[1])
	var under, over []int
	for i := range n {
		s.hull.Lo[i], s.hull.Hi[i] = max(s.hull.Lo[i], p.Clip[0]), min(s.hull.Hi[i], p.Clip[1])
		if !p.global() { // parameters end where the domain does, up to rounding
			continue
		}
		if low[i].Cmp(lo) < 0 {
			under = append(under, i)
		}
		if high[i].Cmp(hi) > 0 {
			over = append(over, i)
		}
		if low[i].Cmp(lo) < 0 || high[i].Cmp(hi) > 0 {
			s.clipped++
		}
	}
	// Equal features that nothing moves apart.
	alike := func(i int) (float64, bool) { return p.Sample[i], p.epsilon(i) == 0 }
	at, err := cut(s.graph, at, under, p.Clip[0], 1, alike)
	if err == nil {
		at, err = cut(s.graph, at, over, p.Clip[1], -1, alike)
	}
	return at, err
}

// cut adds nodes for max(x, bound) at the given features of a node, where sign is 1,
// and min(x, bound) where it is -1: bound + sign relu(sign (x - bound)). Features that
// are alike by the same value share a neuron. It returns the node of the result.
func cut(g *network.Graph, at int, features []int, bound, sign float64, alike func(i int) (float64, bool)) (int, error) {
	if len(features) == 0 {
		return at, nil
	}
	n, shape := g.Nodes[at].Size, g.Nodes[at].Shape
	neuron := make(map[int]int)
	byValue := make(map[float64]int)
	var pick []element
	for _, i := range features {
		v, shares := alike(i)
		k, ok := byValue[v]
		if !ok || !shares {
			k = len(pick)
			pick = append(pick, element{row: k, col: i, value: sign})
			if shares {
				byValue[v] = k
			}
		}
		neuron[i] = k
	}
	offset := make([]float64, len(pick))
	for k := range offset {
		offset[k] = 0 - sign*bound
	}
	z, err := g.Add("beyond", sparse([]int{n}, [][]element{pick}, offset), nil, at)
	if err != nil {
		return 0, err
	}
	a, err := g.Add("beyond", network.ReLU{}, nil, z)
	if err != nil {
		return 0, err
	}
	var keep, put []element
	base := make([]float64, n)
	for i := range n {
		if k, ok := neuron[i]; ok {
			put = append(put, element{row: i, col: k, value: sign})
			base[i] = bound
		} else {
			keep = append(keep, element{row: i, col: i, value: 1})
		}
	}
	return g.Add("clipped", sparse([]int{n, len(pick)}, [][]element{keep, put}, base), shape, at, a)
}
