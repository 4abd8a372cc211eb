package relax

import "rsm/network"

// Line is a linear function of the inputs, Coef . x + Const.
type Line struct {
	Coef  []float64
	Const float64
}

// Lines bounds linear functions of the nodes' values as Functionals does, by one
// walk each, and returns for each function f a line with f <= line for all inputs
// of the region, in exact arithmetic. Where there is none that float64 holds, Coef
// is nil.
func (b *Bounds) Lines(fs []network.Functional) (lo, hi []float64, above []Line) {
	g := b.Joint.Graph
	n, inputs := len(fs), g.InputSize()
	rows := network.NewRows(g, 2*n)
	for k, f := range fs {
		rows.AddFunctional(g, k, f, 1)
		rows.AddFunctional(g, n+k, f, -1)
	}
	rows.At(g, 0)
	w := newWalk(b, rows)
	w.run(b.Method.pairs() && len(b.Joint.Pairs) > 0)
	lo, hi, above = w.best[:n:n], make([]float64, n), make([]Line, n)
	for k, f := range fs {
		hi[k] = 0 - w.best[n+k]
		if f.Zero() {
			lo[k], hi[k] = f.Const, f.Const
		}
		if w.dead[n+k] {
			continue
		}
		above[k] = Line{make([]float64, inputs), up(up(0-rows.Const[n+k]) + 1.0001*w.err[n+k] + tiny)}
		for i, c := range rows.Coef[0][(n+k)*inputs : (n+k+1)*inputs] {
			above[k].Coef[i] = 0 - c
		}
		if !isFinite(above[k].Const) {
			above[k].Coef = nil
		}
	}
	return lo, hi, above
}
