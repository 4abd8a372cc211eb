package relax

import "rsm/network"

// gradient returns, for the slopes of the last walk, the derivative of the
// lower bound of every row by every parameter of that row, and false where no
// parameter has any influence.
//
// The bound is the minimum over the box of a linear function of the input, and
// its derivative is that of the function at the input x where the minimum is
// (Danskin). There, replacing c*a by p*z + t changes it by the derivative of
// p*z + t, with z the value that the replacements below give to z at x. These
// values come from one pass forward per row, in which a ReLU's output has the
// derivative of p*z + t by c as its value:
//
//	alone, c > 0: p = q*c, t = 0            a = q*z          d/dq = c*z
//	alone, c < 0: the chord                 a = u*(z-l)/(u-l)
//	a pair: p = M(q)c, t = min over the     a = v+ + M^T (z-v)
//	vertices v of c.v+ - p.v                d/dq = d/dq p.(z-v), at the least v
//
// Only the choice of slopes depends on this pass: it rounds as it likes.
func (s *slopes) gradient(rows *network.Rows) (gradient []float64, free bool) {
	gradient = make([]float64, len(s.q))
	g := s.b.Joint.Graph
	value := make([][]float64, len(g.Nodes))
	value[0] = make([]float64, g.InputSize())
	if rows.Coef[0] == nil {
		return gradient, false
	}
	for v := len(g.Nodes) - 1; v > 0; v-- { // what the activations of the walk depend on
		if s.tape.coef[v] != nil || value[v] != nil {
			value[v] = make([]float64, g.Nodes[v].Size)
			for _, in := range g.Nodes[v].Inputs {
				if value[in] == nil {
					value[in] = []float64{}
				}
			}
		}
	}
	for r := range rows.Count {
		for i, c := range rows.Coef[0][r*g.InputSize() : (r+1)*g.InputSize()] {
			if value[0][i] = s.b.Box.Lo[i]; c < 0 {
				value[0][i] = s.b.Box.Hi[i]
			}
		}
		for v := 1; v < len(g.Nodes); v++ {
			node := &g.Nodes[v]
			if value[v] == nil {
				continue
			}
			if op, ok := node.Op.(network.Affine); ok {
				clear(value[v])
				copy(value[v], op.Bias())
				for k, in := range node.Inputs {
					op.Apply(k, value[v], value[in])
				}
				continue
			}
			free = s.b.relaxations[v].pass(s, v, r, value, gradient) || free
			if p, ok := s.b.pairOf[v]; ok && s.tape.planes[p] != nil {
				free = s.together(p, r, value, gradient) || free
			}
		}
	}
	return gradient, free
}

// together goes through pair p in row r, after both of its nodes.
func (s *slopes) together(p, r int, value [][]float64, gradient []float64) (free bool) {
	pair := s.b.Joint.Pairs[p]
	z1, z2 := s.b.preactivations(p)
	base, n := s.pairs[p], len(pair.Partner)
	for i, pl := range s.tape.planes[p][r*n : (r+1)*n] {
		if !pl.used {
			continue
		}
		j, set := pair.Partner[i], s.sets[p][i]
		v1, v2 := set.z1[pl.vertex], set.z2[pl.vertex]
		d1, d2 := value[z1][i]-v1, value[z2][j]-v2
		e1, e2 := pl.form.transposed(d1, d2)
		value[pair.First][i] = max(v1, 0) + e1
		value[pair.Second][j] = max(v2, 0) + e2
		dq := pl.form.gradient(pl.c1, pl.c2, d1, d2)
		copy(gradient[base+3*(r*n+i):], dq[:])
		free = true
	}
	return free
}
