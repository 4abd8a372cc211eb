package relax

// relu replaces the coefficients of ReLU node v by coefficients of its
// operand: c*max(z,0) >= p*z + t for z in [l,u], with any slope p and the
// constant t that the corners l, 0, u allow.
func (w *walk) relu(v int) {
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
