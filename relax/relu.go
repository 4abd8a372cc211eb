package relax

import "rsm/network"

// relu is the relaxation of ReLUs: lines and splits at 0.
type relu struct{}

var _ = relaxedBy(func(network.ReLU) relu { return relu{} })

func (relu) interval(_ int, l, u float64) (lo, hi float64) { return max(l, 0), max(u, 0) }

func (relu) open(b *Bounds, v, i int) bool {
	return b.Unstable(b.Joint.Graph.Nodes[v].Inputs[0], i)
}

// pull replaces the coefficients of ReLU node v by coefficients of its
// operand: c*max(z,0) >= p*z + t for z in [l,u], with any slope p and the
// constant t that the corners l, 0, u allow.
func (relu) pull(w *walk, v int, _ bool) {
	node := &w.b.Joint.Graph.Nodes[v]
	z := node.Inputs[0]
	x := w.b.Node[z]
	coef := w.rows.Coef[v]
	if w.slopes != nil {
		w.slopes.relu(v)
		w.slopes.tape.coef[v] = coef
	}
	for r := range w.rows.Count {
		for i, c := range coef[r*node.Size : (r+1)*node.Size] {
			l, u := x.Lo[i], x.Hi[i]
			switch {
			case c == 0 || u <= 0:
			case l >= 0:
				w.add(r, z, i, c)
			default:
				p := c * w.share(v, r, i, c, l, u)
				w.add(r, z, i, p)
				w.addConst(r, reluConst(c, p, l, u))
			}
		}
	}
}

// reluConst is the largest t with c*max(z,0) >= p*z + t on [l,u], rounded
// downward. The left side minus p*z is linear on [l,0] and on [0,u].
func reluConst(c, p, l, u float64) float64 {
	if 0 <= p && p <= c {
		return 0 // exact: c*max(z,0) is at least c*z and at least 0
	}
	t := min(0, down(-(p * l)), down(down(c-p)*u))
	return down(t)
}

// pass has the values of the lines of row r, as slopes.gradient explains.
func (relu) pass(s *slopes, v, r int, value [][]float64, gradient []float64) (free bool) {
	z := s.b.Joint.Graph.Nodes[v].Inputs[0]
	x, n := s.b.Node[z], len(value[v])
	coef := s.tape.coef[v]
	for i := range n {
		c := 0.0
		if coef != nil {
			c = coef[r*n+i]
		}
		switch l, u := x.Lo[i], x.Hi[i]; {
		case u <= 0:
			value[v][i] = 0
		case l >= 0:
			value[v][i] = value[z][i]
		case c < 0:
			value[v][i] = u / (u - l) * (value[z][i] - l)
		case c > 0:
			k := s.relus[v] + r*n + i
			value[v][i] = s.q[k] * value[z][i]
			gradient[k] = c * value[z][i]
			free = true
		default:
			value[v][i] = max(value[z][i], 0)
		}
	}
	return free
}

// derivatives are 0 or 1, and for an unstable neuron all between.
func (relu) derivatives(b *Bounds, v int, below, above spans) {
	z := b.Joint.Graph.Nodes[v].Inputs[0]
	for i, x := range above.mid {
		switch r := above.radius[i]; {
		case b.Node[z].Lo[i] >= 0:
			below.mid[i] += x
			below.radius[i] += r
		case b.Node[z].Hi[i] > 0:
			lo, hi := min(x-r, 0), max(x+r, 0)
			below.mid[i] += lo/2 + hi/2
			below.radius[i] += hi/2 - lo/2
		}
	}
}

// decided is the phase.
func (relu) decided(int, float64, bool) (at, lo, hi float64) { return 0, -inf, inf }

// before: max(z, 0) and z are on the same side of numbers above 0.
func (relu) before(_ int, at float64) (float64, bool) { return at, at > 0 }
