package region

import (
	"cmp"
	"fmt"
	"math"
	"math/big"
	"slices"

	"rsm/network"
)

// Perturbation describes inputs x around a sample s,
//
//	x_i = min(max(s_i + b + c (s_i - m) + e_i, lo), hi),
//
// with |b| <= Brightness, |c| <= Contrast, |e_i| <= Epsilon_i and, where L1 is not
// nil, sum |e_i| <= *L1. Clip is lo and hi; where it is nil nothing is clipped. m is
// the mean of the sample, so that contrast is as in ImageNet-C (Hendrycks and
// Dietterich, arXiv 1903.12261), over all features together.
//
// s_i - m is the float64 that comes out of it: the set is the one with these
// directions.
type Perturbation struct {
	Sample               []float64
	Brightness, Contrast float64
	Epsilon              []float64 // of each feature, or nil for zero
	L1                   *float64
	Clip                 *[2]float64
}

// InputSet is a set of inputs that is the image of a region of parameters under a
// function of affine operators and ReLUs.
type InputSet struct {
	// Box and Budget are the region of the parameters.
	Box    Box
	Budget *Budget
	// Names are the names of the parameters.
	Names []string
	// Mean is the sample's, as it was computed.
	Mean float64
	// Hull is a box around the inputs.
	Hull Box
	// Clamped is the number of features whose values are clipped, by ReLUs.
	Clamped int

	// Graph is the function from the parameters to the inputs, its last node.
	Graph *network.Graph
	// Clip is the domain of the inputs, or nil.
	Clip *[2]float64
}

// parameter is one of a perturbation: what it adds to the inputs.
type parameter struct {
	name     string
	lo, hi   float64
	elements []element
	budgeted bool
}

// element is one of a matrix.
type element struct {
	row, col int
	value    float64
}

// sparse is the operator of matrices whose elements come row by row, each with as
// many columns as its operand has elements.
func sparse(columns []int, matrices [][]element, b []float64) *network.Sparse {
	op := &network.Sparse{B: b}
	for k, elements := range matrices {
		a := network.Rowwise{Columns: columns[k]}
		for i := range b {
			for ; len(elements) > 0 && elements[0].row == i; elements = elements[1:] {
				a.Append(elements[0].col, elements[0].value)
			}
			a.EndRow()
		}
		op.A = append(op.A, a)
	}
	return op
}

// Set makes the set of inputs of the given shape.
func (p *Perturbation) Set(shape network.Shape) (*InputSet, error) {
	if err := p.check(shape); err != nil {
		return nil, err
	}
	s := &InputSet{Mean: mean(p.Sample)}
	params := p.parameters(s.Mean)
	if len(params) == 0 {
		return nil, fmt.Errorf("the region is the sample alone: nothing is free")
	}
	matrix := []element{}
	budget := &Budget{In: make([]bool, len(params))}
	for k, q := range params {
		s.Names = append(s.Names, q.name)
		s.Box.Lo, s.Box.Hi = append(s.Box.Lo, q.lo), append(s.Box.Hi, q.hi)
		for _, e := range q.elements {
			matrix = append(matrix, element{row: e.row, col: k, value: e.value})
		}
		budget.In[k] = q.budgeted
	}
	slices.SortFunc(matrix, func(a, b element) int { return cmp.Or(cmp.Compare(a.row, b.row), cmp.Compare(a.col, b.col)) })
	if p.L1 != nil {
		budget.Most = *p.L1
		for i, v := range p.Sample {
			budget.Reserve += 0x1p-51 * (math.Abs(v) + p.epsilon(i))
		}
		s.Budget = budget
	}
	s.Graph = network.NewGraph(network.Shape{len(params)})
	at, err := s.Graph.Add("perturbed", sparse([]int{len(params)}, [][]element{matrix}, p.Sample), shape, 0)
	if err != nil {
		return nil, err
	}
	return s, p.clamp(s, at, matrix)
}

func (p *Perturbation) check(shape network.Shape) error {
	if len(p.Sample) != shape.Size() {
		return fmt.Errorf("the sample has %d features, the networks take %d", len(p.Sample), shape.Size())
	}
	for name, v := range map[string]float64{"brightness": p.Brightness, "contrast": p.Contrast} {
		if !(v >= 0 && v <= network.MaxMagnitude) {
			return fmt.Errorf("the %s is %v: it must be a number from 0 to %.0e", name, v, network.MaxMagnitude)
		}
	}
	if p.L1 != nil && !(*p.L1 >= 0 && *p.L1 <= network.MaxMagnitude) {
		return fmt.Errorf("epsilon is %v: it must be a number from 0 to %.0e", *p.L1, network.MaxMagnitude)
	}
	if _, err := Ball(p.Sample, []float64{0}, p.Clip); err != nil {
		return err
	}
	for i := range p.Epsilon {
		if v := p.Epsilon[i]; !(v >= 0 && v <= network.MaxMagnitude) {
			return fmt.Errorf("epsilon of feature %d is %v: it must be a number from 0 to %.0e", i, v, network.MaxMagnitude)
		}
	}
	return nil
}

func (p *Perturbation) epsilon(i int) float64 {
	e := 0.0
	if p.Epsilon != nil {
		e = p.Epsilon[i]
	}
	if p.L1 != nil {
		e = min(e, *p.L1)
	}
	return e
}

// global says whether a parameter moves all features.
func (p *Perturbation) global() bool { return p.Brightness > 0 || p.Contrast > 0 }

// parameters lists the parameters that are not fixed.
func (p *Perturbation) parameters(m float64) []parameter {
	var all []parameter
	add := func(q parameter) {
		if q.lo < q.hi && len(q.elements) > 0 {
			all = append(all, q)
		}
	}
	bright, contrast := make([]element, len(p.Sample)), []element(nil)
	for i, v := range p.Sample {
		bright[i] = element{row: i, value: 1}
		if d := v - m; math.Abs(d) >= network.MinMagnitude {
			contrast = append(contrast, element{row: i, value: d})
		}
	}
	add(parameter{name: "brightness", lo: -p.Brightness, hi: p.Brightness, elements: bright})
	add(parameter{name: "contrast", lo: -p.Contrast, hi: p.Contrast, elements: contrast})
	for i, v := range p.Sample {
		e := p.epsilon(i)
		below, above := e, e
		if p.Clip != nil && !p.global() { // what is clipped is of no use, and need not be clamped
			below, above = min(e, room(-v, -p.Clip[0])), min(e, room(v, p.Clip[1]))
		}
		if p.L1 == nil {
			add(parameter{name: fmt.Sprintf("e%d", i), lo: -below, hi: above, elements: []element{{row: i, value: 1}}})
			continue
		}
		add(parameter{name: fmt.Sprintf("e%d+", i), hi: above, elements: []element{{row: i, value: 1}}, budgeted: true})
		add(parameter{name: fmt.Sprintf("e%d-", i), hi: below, elements: []element{{row: i, value: -1}}, budgeted: true})
	}
	return all
}

// room is the largest float64 r with v + r <= top, for v <= top.
func room(v, top float64) float64 {
	r := top - v
	for r > 0 && exact(v, r).Cmp(exact(top)) > 0 {
		r = math.Nextafter(r, 0)
	}
	return r
}

// exact is a sum of finite float64s.
func exact(v ...float64) *big.Rat {
	s := new(big.Rat)
	for _, x := range v {
		s.Add(s, new(big.Rat).SetFloat64(x))
	}
	return s
}

// clamp adds the nodes that clip features to the domain where parameters may move
// them out of it, and sets the hull. Features of the same value that parameters move
// in the same way share a ReLU.
func (p *Perturbation) clamp(s *InputSet, at int, matrix []element) error {
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
		x, y := new(big.Rat).Mul(c, exact(s.Box.Lo[e.col])), new(big.Rat).Mul(c, exact(s.Box.Hi[e.col]))
		if e.value < 0 {
			x, y = y, x
		}
		low[e.row].Add(low[e.row], x)
		high[e.row].Add(high[e.row], y)
		terms[e.row]++
		size[e.row] += math.Abs(e.value) * max(math.Abs(s.Box.Lo[e.col]), math.Abs(s.Box.Hi[e.col]))
	}
	s.Hull = Box{make([]float64, n), make([]float64, n)}
	for i := range n {
		// By the rounding of the inputs that float64 makes of parameters, too.
		slack := float64(terms[i]+8) * 0x1p-52 * size[i]
		s.Hull.Lo[i], s.Hull.Hi[i] = nearest(low[i])-slack, nearest(high[i])+slack
	}
	s.Clip = p.Clip
	if p.Clip == nil {
		return nil
	}
	lo, hi := exact(p.Clip[0]), exact(p.Clip[1])
	var under, over []int
	for i := range n {
		if low[i].Cmp(lo) < 0 {
			under = append(under, i)
		}
		if high[i].Cmp(hi) > 0 {
			over = append(over, i)
		}
		s.Hull.Lo[i], s.Hull.Hi[i] = max(s.Hull.Lo[i], p.Clip[0]), min(s.Hull.Hi[i], p.Clip[1])
		if low[i].Cmp(lo) < 0 || high[i].Cmp(hi) > 0 {
			s.Clamped++
		}
	}
	at, err := p.cut(s.Graph, at, under, p.Clip[0], 1)
	if err == nil {
		_, err = p.cut(s.Graph, at, over, p.Clip[1], -1)
	}
	return err
}

// cut adds nodes for max(x, bound) at the given features of a node, where sign is 1,
// and min(x, bound) where it is -1: bound + sign relu(sign (x - bound)). It returns
// the node of the result.
func (p *Perturbation) cut(g *network.Graph, at int, features []int, bound, sign float64) (int, error) {
	if len(features) == 0 {
		return at, nil
	}
	n, shape := g.Nodes[at].Size, g.Nodes[at].Shape
	// A feature's neuron: the same for equal ones that nothing moves apart.
	neuron := make(map[int]int)
	byValue := make(map[float64]int)
	var pick []element
	for _, i := range features {
		k, ok := byValue[p.Sample[i]]
		if !ok || p.epsilon(i) > 0 {
			k = len(pick)
			pick = append(pick, element{row: k, col: i, value: sign})
			if p.epsilon(i) == 0 {
				byValue[p.Sample[i]] = k
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

// nearest is the float64 next to x.
func nearest(x *big.Rat) float64 {
	v, _ := x.Float64()
	return v
}

func mean(x []float64) float64 {
	s := 0.0
	for _, v := range x {
		s += v
	}
	return s / float64(len(x))
}

// largest sorts indices by the values there, the largest first.
func largest(at []int, value []float64) {
	slices.SortStableFunc(at, func(i, j int) int { return cmp.Compare(value[j], value[i]) })
}
