package verdicts_test

import (
	"fmt"
	"math/big"
	"math/rand/v2"
	"slices"
	"strings"
)

// compared is a comparison of a linear function of x, u, y0, y1, v0, v1 with zero.
type compared struct {
	coef  [6]*big.Rat
	c     *big.Rat
	op    string
	texts [7]string // of the coefficients and of the constant
}

func (c *compared) value(p []*big.Rat) *big.Rat {
	s := new(big.Rat).Set(c.c)
	for k, a := range c.coef {
		if a != nil {
			s.Add(s, new(big.Rat).Mul(a, p[k]))
		}
	}
	return s
}

func (c *compared) holds(p []*big.Rat) bool {
	s := c.value(p).Sign()
	switch c.op {
	case "<=":
		return s <= 0
	case "<":
		return s < 0
	case ">=":
		return s >= 0
	}
	return s > 0
}

// text writes the comparison with the names of the six values.
func (c *compared) text(names [6]string) string {
	var terms []string
	for k, a := range c.coef {
		switch {
		case a == nil:
		case c.texts[k] == "1":
			terms = append(terms, names[k])
		default:
			terms = append(terms, fmt.Sprintf("(* %s %s)", c.texts[k], names[k]))
		}
	}
	left := terms[0]
	if len(terms) > 1 {
		left = "(+ " + strings.Join(terms, " ") + ")"
	}
	return fmt.Sprintf("(%s %s %s)", c.op, left, c.texts[6])
}

// stated is a query: a conjunction of disjunctions of comparisons over bounds.
type stated struct {
	f, g   *tiny // the second may be nil
	tied   bool  // u = x
	bounds [2][2]string
	parts  [][]*compared
}

func parsed(s string) *big.Rat {
	v, ok := new(big.Rat).SetString(s)
	if !ok {
		panic(s)
	}
	return v
}

// holds says whether the query is true of the six values.
func (q *stated) holds(p []*big.Rat) bool {
	for k := range 2 {
		if (k == 0 || q.g != nil) && (p[k].Cmp(parsed(q.bounds[k][0])) < 0 || p[k].Cmp(parsed(q.bounds[k][1])) > 0) {
			return false
		}
	}
	return (!q.tied || p[0].Cmp(p[1]) == 0) &&
		!slices.ContainsFunc(q.parts, func(or []*compared) bool {
			return !slices.ContainsFunc(or, func(c *compared) bool { return c.holds(p) })
		})
}

// at are the six values at inputs.
func (q *stated) at(x, u *big.Rat) []*big.Rat {
	zero := new(big.Rat)
	p := append([]*big.Rat{x, u}, q.f.value(x)...)
	if q.g == nil {
		return append(p, zero, zero)
	}
	return append(p, q.g.value(u)...)
}

// digits draws a number of up to 25 digits.
func digits(rng *rand.Rand) string {
	s := fmt.Sprint(rng.IntN(3))
	if n := rng.IntN(25); n > 0 {
		s += "."
		for range n {
			s += fmt.Sprint(rng.IntN(10))
		}
	}
	if rng.IntN(2) == 0 {
		return "-" + s
	}
	return s
}

// drawStated draws a query. Many constants are those at which a comparison just holds
// somewhere, or just does not.
func drawStated(rng *rand.Rand, old bool) *stated {
	q := &stated{f: drawTiny(rng)}
	if !old {
		q.tied = rng.IntN(3) > 0
		if q.g = q.f; rng.IntN(2) == 0 {
			q.g = drawTiny(rng)
		}
	}
	for k := range q.bounds {
		lo := parsed(digits(rng))
		hi := new(big.Rat).Add(lo, new(big.Rat).Abs(parsed(digits(rng))))
		q.bounds[k] = [2]string{lo.FloatString(25), hi.FloatString(25)}
	}
	if q.tied {
		q.bounds[1] = q.bounds[0]
	}
	for range 1 + rng.IntN(2) {
		var or []*compared
		for range 1 + rng.IntN(2) {
			c := &compared{op: []string{"<=", "<", ">=", ">"}[rng.IntN(4)], c: new(big.Rat)}
			for k := range c.coef {
				inputs, own := k < 2, k == 0 || k == 2 || k == 3
				if !own && q.g == nil || rng.IntN(3) == 0 && !(k == 2 && len(or) == 0) || inputs && rng.IntN(2) == 0 {
					continue
				}
				c.texts[k] = digits(rng)
				switch rng.IntN(4) {
				case 0:
					c.texts[k] = "1"
				case 1:
					c.texts[k] = []string{"1.00000000000000000001", "0.1", "-1.0", "9007199254740993"}[rng.IntN(4)]
				}
				c.coef[k] = parsed(c.texts[k])
			}
			if c.coef == [6]*big.Rat{} {
				c.coef[2], c.texts[2] = big.NewRat(1, 1), "1"
			}
			// The function is below its value somewhere, or a little beside that.
			x, u := parsed(q.bounds[0][rng.IntN(2)]), parsed(q.bounds[1][rng.IntN(2)])
			if kinks := q.f.kinks(); len(kinks) > 0 && rng.IntN(2) == 0 {
				x = kinks[rng.IntN(len(kinks))]
			}
			if q.tied {
				u = x
			}
			v := c.value(q.at(x, u))
			c.texts[6] = v.FloatString([]int{25, 25, 17, 3}[rng.IntN(4)])
			c.c.Neg(parsed(c.texts[6]))
			or = append(or, c)
		}
		q.parts = append(q.parts, or)
	}
	return q
}

// text is the query in VNN-LIB.
func (q *stated) text(old bool) string {
	var b strings.Builder
	names := [6]string{"X[0]", "U[0]", "Y[0]", "Y[1]", "V[0]", "V[1]"}
	if old {
		names = [6]string{"X_0", "", "Y_0", "Y_1", "", ""}
		b.WriteString("(declare-const X_0 Real)(declare-const Y_0 Real)(declare-const Y_1 Real)\n")
	} else {
		b.WriteString("(vnnlib-version <2.0>)\n(declare-network f (declare-input X real [1]) (declare-output Y real [2]))\n(declare-network g (declare-input U real [1]) (declare-output V real [2]))\n")
	}
	for k := range q.bounds {
		if k == 0 || !old && !q.tied {
			fmt.Fprintf(&b, "(assert (and (>= %s %s) (<= %s %s)))\n", names[k], q.bounds[k][0], names[k], q.bounds[k][1])
		}
	}
	if q.tied {
		b.WriteString("(assert (== X[0] U[0]))\n")
	}
	for _, or := range q.parts {
		var parts []string
		for _, c := range or {
			parts = append(parts, c.text(names))
		}
		fmt.Fprintf(&b, "(assert (or %s))\n", strings.Join(parts, " "))
	}
	return b.String()
}

// along says whether the query is true anywhere on a line of inputs, by the cells into
// which its kinks and the zeros of all comparisons divide it: it is true in all of a cell
// or nowhere in it.
func (q *stated) along(at func(s *big.Rat) []*big.Rat, lo, hi *big.Rat, kinks []*big.Rat) bool {
	points := append([]*big.Rat{lo, hi}, kinks...)
	points = slices.DeleteFunc(points, func(s *big.Rat) bool { return s.Cmp(lo) < 0 || s.Cmp(hi) > 0 })
	slices.SortFunc(points, (*big.Rat).Cmp)
	middle := func(a, b *big.Rat, part int64) *big.Rat {
		d := new(big.Rat).Sub(b, a)
		return d.Add(a, d.Mul(d, big.NewRat(part, 3)))
	}
	zeros := slices.Clone(points)
	for i := range len(points) - 1 {
		a, b := points[i], points[i+1]
		if a.Cmp(b) == 0 {
			continue
		}
		s, t := middle(a, b, 1), middle(a, b, 2)
		p, r := at(s), at(t)
		for _, or := range q.parts {
			for _, c := range or {
				v, w := c.value(p), c.value(r)
				if slope := new(big.Rat).Sub(w, v); slope.Sign() != 0 {
					z := new(big.Rat).Sub(t, s)
					z.Mul(z, v).Quo(z, slope)
					if z.Sub(s, z); z.Cmp(a) > 0 && z.Cmp(b) < 0 {
						zeros = append(zeros, z)
					}
				}
			}
		}
	}
	slices.SortFunc(zeros, (*big.Rat).Cmp)
	for i, z := range zeros {
		if q.holds(at(z)) || i > 0 && q.holds(at(middle(zeros[i-1], z, 1))) {
			return true
		}
	}
	return false
}

// satisfiable says whether there are inputs for which the query is true.
func (q *stated) satisfiable() bool {
	lo, hi := parsed(q.bounds[0][0]), parsed(q.bounds[0][1])
	if q.g == nil || q.tied {
		kinks := q.f.kinks()
		if q.g != nil {
			kinks = append(kinks, q.g.kinks()...)
		}
		return q.along(func(s *big.Rat) []*big.Rat { return q.at(s, s) }, lo, hi, kinks)
	}
	// Lines u = constant through all corners of cells, and between them. Corners are where
	// u is at a kink or an end, or two zeros meet, or one meets a kink or an end in x.
	ulo, uhi := parsed(q.bounds[1][0]), parsed(q.bounds[1][1])
	xs, us := append(q.f.kinks(), lo, hi), append(q.g.kinks(), ulo, uhi)
	in := func(v, lo, hi *big.Rat) bool { return v.Cmp(lo) >= 0 && v.Cmp(hi) <= 0 }
	xs = slices.DeleteFunc(xs, func(v *big.Rat) bool { return !in(v, lo, hi) })
	us = slices.DeleteFunc(us, func(v *big.Rat) bool { return !in(v, ulo, uhi) })
	slices.SortFunc(xs, (*big.Rat).Cmp)
	slices.SortFunc(us, (*big.Rat).Cmp)
	corners := slices.Clone(us)
	third := func(a, b *big.Rat, k int64) *big.Rat {
		d := new(big.Rat).Sub(b, a)
		return d.Add(a, d.Mul(d, big.NewRat(k, 3)))
	}
	for i := range len(xs) - 1 {
		for j := range len(us) - 1 {
			// The functions are a + b x + c u here.
			var lines [][3]*big.Rat
			x1, x2, u1, u2 := third(xs[i], xs[i+1], 1), third(xs[i], xs[i+1], 2), third(us[j], us[j+1], 1), third(us[j], us[j+1], 2)
			if x1.Cmp(x2) == 0 || u1.Cmp(u2) == 0 {
				continue
			}
			for _, or := range q.parts {
				for _, c := range or {
					v := c.value(q.at(x1, u1))
					b := new(big.Rat).Sub(c.value(q.at(x2, u1)), v)
					b.Quo(b, new(big.Rat).Sub(x2, x1))
					d := new(big.Rat).Sub(c.value(q.at(x1, u2)), v)
					d.Quo(d, new(big.Rat).Sub(u2, u1))
					a := new(big.Rat).Sub(v, new(big.Rat).Mul(b, x1))
					lines = append(lines, [3]*big.Rat{a.Sub(a, new(big.Rat).Mul(d, u1)), b, d})
				}
			}
			zero, one := new(big.Rat), big.NewRat(1, 1)
			for _, x := range []*big.Rat{xs[i], xs[i+1]} {
				lines = append(lines, [3]*big.Rat{new(big.Rat).Neg(x), one, zero})
			}
			for k, l := range lines {
				for _, m := range lines[:k] {
					// Eliminate x: (l1 m0 - m1 l0) + (l1 m2 - m1 l2) u = 0.
					det := new(big.Rat).Sub(new(big.Rat).Mul(l[1], m[2]), new(big.Rat).Mul(m[1], l[2]))
					if det.Sign() == 0 {
						continue
					}
					n := new(big.Rat).Sub(new(big.Rat).Mul(m[1], l[0]), new(big.Rat).Mul(l[1], m[0]))
					if n.Quo(n, det); in(n, us[j], us[j+1]) {
						corners = append(corners, n)
					}
				}
			}
		}
	}
	slices.SortFunc(corners, (*big.Rat).Cmp)
	for i, u := range corners {
		lines := []*big.Rat{u}
		if i > 0 && u.Cmp(corners[i-1]) > 0 {
			lines = append(lines, third(corners[i-1], u, 1))
		}
		for _, u := range lines {
			if q.along(func(s *big.Rat) []*big.Rat { return q.at(s, u) }, lo, hi, q.f.kinks()) {
				return true
			}
		}
	}
	return false
}
