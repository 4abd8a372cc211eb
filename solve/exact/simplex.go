package exact

import "math/big"

// dictionary is a linear program in the form of V. Chvatal, Linear Programming, 1983,
// chapters 2 and 3: the basic variables and the objective as functions of the others,
//
//	x_basic[i] = b[i] - sum_j a[i][j] x_other[j],   z = v + sum_j c[j] x_other[j],
//
// all variables zero or more.
type dictionary struct {
	basic, other []int
	a            [][]*big.Rat
	b, c         []*big.Rat
	v            *big.Rat
	pivots       int // that are left
}

// maximize returns the maximum of c y with A y <= b, y >= 0, and where it is. The program
// must be bounded. The second result is false where there is no such y, the third where
// it took too many pivots.
func maximize(c []*big.Rat, a [][]*big.Rat, b []*big.Rat, pivots int) (y []*big.Rat, feasible, ended bool) {
	m, n := len(a), len(c)
	d := &dictionary{v: new(big.Rat), pivots: pivots}
	least := -1
	for i := range m {
		d.basic = append(d.basic, n+i)
		row := make([]*big.Rat, n, n+1)
		for j := range n {
			row[j] = new(big.Rat).Set(a[i][j])
		}
		d.a, d.b = append(d.a, row), append(d.b, new(big.Rat).Set(b[i]))
		if b[i].Sign() < 0 && (least < 0 || b[i].Cmp(b[least]) < 0) {
			least = i
		}
	}
	for j := range n {
		d.other, d.c = append(d.other, j), append(d.c, new(big.Rat).Set(c[j]))
	}
	if least >= 0 {
		if feasible, ended = d.first(least, n+m); !feasible || !ended {
			return nil, feasible, ended
		}
		d.objective(c)
	}
	if !d.solve() {
		return nil, true, false
	}
	y = make([]*big.Rat, n)
	for j := range y {
		y[j] = new(big.Rat)
	}
	for i, k := range d.basic {
		if k < n {
			y[k].Set(d.b[i])
		}
	}
	return y, true, true
}

// first makes the dictionary feasible, by the program that minimizes what all
// inequalities are relaxed by: the variable extra.
func (d *dictionary) first(least, extra int) (feasible, ended bool) {
	zero, minus := new(big.Rat), big.NewRat(-1, 1)
	d.other = append(d.other, extra)
	d.c = make([]*big.Rat, len(d.other))
	for j := range d.c {
		d.c[j] = zero
	}
	d.c[len(d.c)-1] = minus
	for i := range d.a {
		d.a[i] = append(d.a[i], minus)
	}
	d.pivot(least, len(d.other)-1)
	if !d.solve() {
		return false, false
	}
	if d.v.Sign() < 0 {
		return false, true
	}
	for i, k := range d.basic {
		if k == extra { // at zero: any pivot takes it out
			for j := range d.other {
				if d.a[i][j].Sign() != 0 {
					d.pivot(i, j)
					break
				}
			}
			break
		}
	}
	for j, k := range d.other {
		if k == extra {
			d.drop(j)
			return true, true
		}
	}
	// Its row is zero throughout: it is the variable alone.
	for i, k := range d.basic {
		if k == extra {
			d.basic, d.a, d.b = append(d.basic[:i:i], d.basic[i+1:]...), append(d.a[:i:i], d.a[i+1:]...), append(d.b[:i:i], d.b[i+1:]...)
			break
		}
	}
	return true, true
}

// drop leaves out a variable that is not basic.
func (d *dictionary) drop(j int) {
	d.other = append(d.other[:j:j], d.other[j+1:]...)
	d.c = append(d.c[:j:j], d.c[j+1:]...)
	for i := range d.a {
		d.a[i] = append(d.a[i][:j:j], d.a[i][j+1:]...)
	}
}

// objective writes the objective c y in terms of the variables that are not basic.
func (d *dictionary) objective(c []*big.Rat) {
	d.v = new(big.Rat)
	d.c = make([]*big.Rat, len(d.other))
	for j, k := range d.other {
		d.c[j] = new(big.Rat)
		if k < len(c) {
			d.c[j].Set(c[k])
		}
	}
	product := new(big.Rat)
	for i, k := range d.basic {
		if k >= len(c) || c[k].Sign() == 0 {
			continue
		}
		d.v.Add(d.v, product.Mul(c[k], d.b[i]))
		for j := range d.other {
			d.c[j].Sub(d.c[j], product.Mul(c[k], d.a[i][j]))
		}
	}
}

// solve pivots by Bland's rule until the objective cannot grow. It says whether it came
// to that.
func (d *dictionary) solve() bool {
	ratio := new(big.Rat)
	for {
		enter := -1
		for j, k := range d.other {
			if d.c[j].Sign() > 0 && (enter < 0 || k < d.other[enter]) {
				enter = j
			}
		}
		if enter < 0 {
			return true
		}
		leave := -1
		var best *big.Rat
		for i, k := range d.basic {
			if d.a[i][enter].Sign() <= 0 {
				continue
			}
			ratio.Quo(d.b[i], d.a[i][enter])
			c := -1
			if leave >= 0 {
				c = ratio.Cmp(best)
			}
			if c < 0 || c == 0 && k < d.basic[leave] {
				leave, best = i, new(big.Rat).Set(ratio)
			}
		}
		if d.pivots--; leave < 0 || d.pivots < 0 {
			return false
		}
		d.pivot(leave, enter)
	}
}

// pivot exchanges the basic variable of row r with the other variable of column s.
func (d *dictionary) pivot(r, s int) {
	row := d.a[r]
	inverse := new(big.Rat).Inv(row[s])
	for j := range row {
		if j == s {
			row[j] = inverse
		} else {
			row[j] = new(big.Rat).Mul(row[j], inverse)
		}
	}
	d.b[r] = new(big.Rat).Mul(d.b[r], inverse)
	product := new(big.Rat)
	for i := range d.a {
		if i == r {
			continue
		}
		f := d.a[i][s]
		if f.Sign() == 0 {
			d.a[i][s] = new(big.Rat)
			continue
		}
		for j := range row {
			if j == s {
				d.a[i][j] = new(big.Rat).Neg(product.Mul(f, inverse))
			} else {
				d.a[i][j] = new(big.Rat).Sub(d.a[i][j], product.Mul(f, row[j]))
			}
		}
		d.b[i] = new(big.Rat).Sub(d.b[i], product.Mul(f, d.b[r]))
	}
	f := d.c[s]
	if f.Sign() != 0 {
		for j := range row {
			if j == s {
				d.c[j] = new(big.Rat).Neg(product.Mul(f, inverse))
			} else {
				d.c[j] = new(big.Rat).Sub(d.c[j], product.Mul(f, row[j]))
			}
		}
		d.v = new(big.Rat).Add(d.v, product.Mul(f, d.b[r]))
	}
	d.basic[r], d.other[s] = d.other[s], d.basic[r]
}
