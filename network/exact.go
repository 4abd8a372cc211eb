package network

import "math/big"

// Exact holds values of a graph's nodes at one input, as rational numbers.
//
// The elements of a node are integers over one denominator: weights are float64
// numbers, so that sums of products are sums of products of integers, and nothing is
// brought to lowest terms on the way. A quantization ends the growth of the integers.
type Exact struct {
	g    *Graph
	node []*fractions // nil for a node that was not asked for
	work int64        // what is left of it
	// piece, where not nil, says on which piece the neurons of activations are.
	piece func(node, i int) *big.Rat
}

// Exactly evaluates a graph at x in exact arithmetic: the given nodes, and those that
// they depend on. The second result is false where that is not possible: where a
// constant of the graph is no float64 (see Elementwise), or where it takes more than
// the given number of multiplications of machine words.
func (g *Graph) Exactly(x []*big.Rat, nodes []int, limit int64) (*Exact, bool) {
	return g.ExactlyOn(x, nodes, limit, nil)
}

// ExactlyOn evaluates the affine function that a graph is where each neuron of an
// activation is on the piece that is given: the constant that it returns, or, where that
// is nil, the neuron's operand itself. It extends beyond where the neurons are on these
// pieces. Other than that it is Exactly.
func (g *Graph) ExactlyOn(x []*big.Rat, nodes []int, limit int64, piece func(node, i int) *big.Rat) (*Exact, bool) {
	e := &Exact{g: g, node: make([]*fractions, len(g.Nodes)), work: limit, piece: piece}
	needed := make([]bool, len(g.Nodes))
	for _, v := range nodes {
		needed[v] = true
	}
	for v := len(g.Nodes) - 1; v > 0; v-- {
		if needed[v] {
			for _, in := range g.Nodes[v].Inputs {
				needed[in] = true
			}
		}
	}
	e.node[0] = common(x)
	for v := range g.Nodes {
		if !needed[v] || v == 0 {
			continue
		}
		ok := false
		switch op := g.Nodes[v].Op.(type) {
		case Affine:
			ok = e.affine(v, op)
		case Activation:
			ok = e.activation(v, op)
		}
		if !ok {
			return nil, false
		}
	}
	return e, true
}

// Left is what is left of the limit.
func (e *Exact) Left() int64 { return e.work }

// Value is element i of a node that was asked for.
func (e *Exact) Value(node, i int) *big.Rat { return e.node[node].rat(i) }

// fractions are num[i] / (den 2^shift). Numerators of nil are zero. They are not
// written once they are made.
type fractions struct {
	num   []*big.Int
	den   *big.Int // above zero
	shift int
}

func (f *fractions) rat(i int) *big.Rat {
	if f.num[i] == nil {
		return new(big.Rat)
	}
	return new(big.Rat).SetFrac(f.num[i], new(big.Int).Lsh(f.den, uint(f.shift)))
}

var integerOne = big.NewInt(1)

// common brings numbers to one denominator.
func common(x []*big.Rat) *fractions {
	f := &fractions{num: make([]*big.Int, len(x)), den: big.NewInt(1)}
	for _, v := range x {
		f.den = leastMultiple(f.den, v.Denom())
	}
	for i, v := range x {
		if v.Sign() != 0 {
			k := new(big.Int).Quo(f.den, v.Denom())
			f.num[i] = k.Mul(k, v.Num())
		}
	}
	return f
}

// leastMultiple is the least common multiple of two numbers above zero.
func leastMultiple(a, b *big.Int) *big.Int {
	if a.Cmp(b) == 0 || b.Cmp(integerOne) == 0 {
		return a
	}
	gcd := new(big.Int).GCD(nil, nil, a, b)
	gcd.Quo(b, gcd)
	return gcd.Mul(gcd, a)
}

// activation evaluates an activation, element by element.
func (e *Exact) activation(v int, op Activation) bool {
	in := e.node[e.g.Nodes[v].Inputs[0]]
	if e.piece != nil {
		return e.pieces(v, in)
	}
	if all, ok := op.(interface {
		exactly(in *fractions) *fractions
	}); ok {
		e.node[v] = all.exactly(in)
		return true
	}
	out := make([]*big.Rat, len(in.num))
	for i, n := range in.num {
		if n != nil {
			e.work -= int64(len(n.Bits()))
		}
		if e.work < 0 {
			return false
		}
		out[i] = op.Rational(i, in.rat(i))
	}
	e.node[v] = common(out)
	return true
}

// pieces evaluates an activation of which the piece of each neuron is given.
func (e *Exact) pieces(v int, in *fractions) bool {
	out := make([]*big.Rat, len(in.num))
	for i := range out {
		if out[i] = e.piece(v, i); out[i] == nil {
			out[i] = in.rat(i)
		}
	}
	e.node[v] = common(out)
	return true
}
