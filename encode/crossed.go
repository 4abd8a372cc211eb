package encode

// crossedRows is how many rows crossed returns.
const crossedRows = 4

// crossed are rows on a pair of unstable neurons that hold without the phases
// and follow from the rows of the program that have them. Each b1 of the rows in
// difference.go lies between
//
//	a1/u1, (a1-a2)/max(du,0)   and   1 - (a1-z1)/(-l1), 1 - (a1-a2-(z1-z2))/(-min(dl,0)),
//
// and each b2 likewise with the networks exchanged. That the lower ones are
// below the upper ones (Fourier-Motzkin elimination) says, of the two of a kind,
// the chord and the rows of differenceLines; crossed, it says
//
//	A: a1/u1 + (a1-a2-(z1-z2))/(-dl) <= 1             for dl < 0
//	B: (a1-a2)/du + (a1-z1)/(-l1) <= 1                for du > 0
//
// and the same of the other network, and with b1 >= b2, which dl >= 0 gives,
//
//	E: a2/u2 + (a1-z1)/(-l1) <= 1.
//
// Each row is c p + k q <= t, where p is at most pmax and q at most 0 in one
// phase, and the other way round in the other phase; so t = max(c pmax, k qmax)
// holds for any c and k. It is rounded upward, and by what adding coefficients
// rounds. Rows that a case lacks have no terms.
func crossed(n1, n2 *LPNeuron, l1, u1, l2, u2, dl, du float64) (rows [crossedRows]crossedRow) {
	// c, k <= 1, so each coefficient is off by at most 2^-51.
	rounding := 8 * 0x1p-52 * max(-l1, u1, -l2, u2)
	at := 0
	add := func(pmax, qmax float64, p, q terms4) {
		m := max(pmax, qmax)
		c, k := qmax/m, pmax/m
		if !(c > 0 && k > 0) { // underflow
			return
		}
		row := &rows[at]
		at++
		row.t = up(max(up(c*pmax), up(k*qmax)) + rounding)
		// Columns of n1 hold its differences from n2.
		a1, z1 := c*p.a1+k*q.a1, c*p.z1+k*q.z1
		row.terms = []Term{{n1.columns.a, a1}, {n2.columns.a, a1 + (c*p.a2 + k*q.a2)}, {n1.columns.z, z1}, {n2.columns.z, z1 + (c*p.z2 + k*q.z2)}}
	}
	first, second := terms4{a1: 1}, terms4{a2: 1}
	over1, over2 := terms4{a1: 1, z1: -1}, terms4{a2: 1, z2: -1} // a - z
	if dl < 0 {
		add(u1, -dl, first, terms4{1, -1, -1, 1})
		add(-dl, -l2, terms4{a1: -1, a2: 1}, over2)
	}
	if du > 0 {
		add(u2, du, second, terms4{-1, 1, 1, -1})
		add(du, -l1, terms4{a1: 1, a2: -1}, over1)
	}
	if dl >= 0 {
		add(u2, -l1, second, over1)
	}
	if du <= 0 {
		add(u1, -l2, first, over2)
	}
	return rows
}

// terms4 are coefficients of a1, a2, z1, z2.
type terms4 struct{ a1, a2, z1, z2 float64 }

// crossedRow is a sum of terms of at most t.
type crossedRow struct {
	terms []Term
	t     float64
}
