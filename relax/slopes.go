package relax

// slopes are the free parameters of the lines and planes of a walk, for each
// row its own, and the record of the last walk that used them.
//
// A ReLU with coefficient c > 0 has the line of slope q*c, q in [0,1]; for c < 0
// the chord is best. A pair of aligned neurons has a form.
type slopes struct {
	b    *Bounds
	rows int
	// q holds all parameters, those of a ReLU node or of a pair from its base.
	q, lo        []float64
	relus, pairs map[int]int // base by ReLU node, and by pair
	sets         map[int][]*corners
	tape         tape
}

// tape is what a walk did.
type tape struct {
	coef   map[int][]float64 // of ReLU nodes, where each neuron was relaxed alone
	planes map[int][]plane   // of pairs, by row and neuron
}

// plane is how a pair was replaced. The zero value stands for none.
type plane struct {
	form   form
	c1, c2 float64
	sign   uint8 // of c1, c2 and c1+c2, for which the form was chosen
	vertex int   // where it touches
	used   bool  // in the last walk
}

func newSlopes(b *Bounds, rows int) *slopes {
	return &slopes{
		b: b, rows: rows,
		relus: make(map[int]int), pairs: make(map[int]int), sets: make(map[int][]*corners),
		tape: tape{make(map[int][]float64), make(map[int][]plane)},
	}
}

// rewind clears the record before a walk.
func (s *slopes) rewind() {
	clear(s.tape.coef)
	for _, planes := range s.tape.planes {
		for k := range planes {
			planes[k].used = false
		}
	}
}

// grow makes room for n parameters above lo and returns their base.
func (s *slopes) grow(n int) int {
	base := len(s.q)
	s.q = append(s.q, make([]float64, n)...)
	s.lo = append(s.lo, make([]float64, n)...)
	return base
}

// relu returns the base of the parameters of ReLU node v, at first those that
// share chooses.
func (s *slopes) relu(v int) int {
	base, ok := s.relus[v]
	if !ok {
		z := s.b.Node[s.b.Joint.Graph.Nodes[v].Inputs[0]]
		n := len(z.Lo)
		base = s.grow(s.rows * n)
		s.relus[v] = base
		for r := range s.rows {
			for i := range n {
				s.q[base+r*n+i] = share(1, z.Lo[i], z.Hi[i])
			}
		}
	}
	return base
}

// pair returns the base of the parameters of pair p, and its planes.
func (s *slopes) pair(p int) (int, []plane) {
	base, ok := s.pairs[p]
	n := len(s.b.Joint.Pairs[p].Partner)
	if !ok {
		base = s.grow(3 * s.rows * n)
		s.pairs[p] = base
		for k := range s.rows * n {
			s.lo[base+3*k+2] = -1
		}
		s.tape.planes[p] = make([]plane, s.rows*n)
		s.sets[p] = make([]*corners, n)
	}
	return base, s.tape.planes[p]
}

// share is what the walk takes as the part of c that is the slope of neuron i
// of ReLU node v in row r.
func (w *walk) share(v, r, i int, c, l, u float64) float64 {
	if w.slopes == nil || !(c > 0) {
		return share(c, l, u)
	}
	return w.slopes.q[w.slopes.relu(v)+r*w.b.Joint.Graph.Nodes[v].Size+i]
}

// corners returns those of neuron i of pair p. They are the same in all walks
// with the same slopes.
func (w *walk) corners(p, i int, x pairBox) *corners {
	if w.slopes == nil {
		c := newCorners(x)
		return &c
	}
	w.slopes.pair(p)
	at := &w.slopes.sets[p][i]
	if *at == nil {
		c := newCorners(x)
		*at = &c
	}
	return *at
}

// plane returns slopes and constant for neuron i of pair p in row r. The form
// is chosen anew where a coefficient has another sign than before.
func (w *walk) plane(p, i, r int, set *corners, x pairBox, c1, c2 float64) (p1, p2, t float64) {
	if w.slopes == nil {
		_, p1, p2, t = set.form(c1, c2, x)
		return p1, p2, t
	}
	base, planes := w.slopes.pair(p)
	k := r*len(w.b.Joint.Pairs[p].Partner) + i
	pl, q := &planes[k], w.slopes.q[base+3*k:base+3*k+3]
	if s := signs(c1, c2); s != pl.sign {
		pl.form, _, _, _ = set.form(c1, c2, x)
		pl.sign = s
		copy(q, pl.form.q[:])
	}
	copy(pl.form.q[:], q)
	pl.c1, pl.c2, pl.used = c1, c2, true
	p1, p2 = pl.form.slopes(c1, c2)
	t, pl.vertex = set.minimum(c1, c2, p1, p2)
	return p1, p2, t
}

func signs(c1, c2 float64) uint8 {
	s := uint8(1)
	for _, c := range [...]float64{c1, c2, c1 + c2} {
		s *= 2
		if c > 0 {
			s++
		}
	}
	return s
}
