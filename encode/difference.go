package encode

import (
	"fmt"

	"rsm/network"
	"rsm/relax"
)

// addDifferences couples the columns of aligned neurons that are both unstable.
// With pre-activations z1, z2, post-activations a1, a2, phases b1, b2 and
// dl <= z1 - z2 <= du, the difference a1 - a2 lies between 0 and z1 - z2, so
//
//	a1 - a2 <= du/(du-dl) (z1 - z2 - dl)      for dl < 0 < du
//	a1 - a2 >= -dl/(du-dl) (z1 - z2 - du)
//
// or 0 <= a1 - a2 <= z1 - z2 and b1 >= b2 for dl >= 0, and mirrored for
// du <= 0. The phases give
//
//	a1 - a2 <= max(du,0) b1             a1 - a2 >= min(dl,0) b2
//	a1 - a2 - (z1 - z2) <= -min(dl,0) (1 - b1)
//	a1 - a2 - (z1 - z2) >= -max(du,0) (1 - b2):
//
// big-M rows whose constants are the bounds of the difference, which for
// twins are far smaller than those of either network.
func (e *Encoding) addDifferences(pair network.Pairing, diff relax.Range) {
	for i, j := range pair.Partner {
		if j < 0 {
			continue
		}
		n1, n2 := e.neurons[pair.First][i], e.neurons[pair.Second][j]
		if n1.b < 0 || n2.b < 0 {
			continue
		}
		dl, du := diff.Lo[i], diff.Hi[i]
		name := func(kind string) string { return fmt.Sprintf("d%s%d_%d", kind, pair.First, i) }
		row := func(kind string, lo, hi, a, z float64, more ...Term) {
			e.Program.row(name(kind), lo, hi, append([]Term{{n1.a, a}, {n2.a, -a}, {n1.z, z}, {n2.z, -z}}, more...)...)
		}
		row("z", dl, du, 0, 1)
		upper, lower := differenceLines(dl, du)
		row("hi", -inf, upper.t, 1, -upper.k)
		row("lo", lower.t, inf, 1, -lower.k)
		if dl >= 0 {
			e.Program.row(name("b"), 0, inf, Term{n1.b, 1}, Term{n2.b, -1})
		} else if du <= 0 {
			e.Program.row(name("b"), -inf, 0, Term{n1.b, 1}, Term{n2.b, -1})
		}
		up, low := max(du, 0), min(dl, 0)
		row("1", -inf, 0, 1, 0, Term{n1.b, -up})
		row("2", 0, inf, 1, 0, Term{n2.b, -low})
		row("3", -inf, -low, 1, -1, Term{n1.b, -low})
		row("4", -up, inf, 1, -1, Term{n2.b, -up})
	}
}
