package network

import (
	"math"
	"math/big"
	"math/bits"
)

// affine evaluates an affine node. All products are integers over one denominator: the
// least common multiple of those of the operands, times that of the divisors, times
// two to a power.
func (e *Exact) affine(v int, op Affine) bool {
	node := &e.g.Nodes[v]
	if IsRounded(op) {
		return false
	}
	out := &fractions{num: make([]*big.Int, node.Size), den: big.NewInt(1)}
	divisor := big.NewInt(1)
	bias := op.Bias()
	for _, b := range bias {
		if b != 0 {
			_, exponent := binary(b)
			out.shift = max(out.shift, -exponent)
		}
	}
	for k, in := range node.Inputs {
		x := e.node[in]
		out.den = leastMultiple(out.den, x.den)
		last := 1.0
		op.Entries(k, len(x.num), func(_, column int, w, d float64) bool {
			if x.num[column] == nil {
				return true
			}
			_, exponent := binary(w)
			if d != 1 {
				m, down := binary(d)
				exponent -= down
				if d != last {
					divisor, last = leastMultiple(divisor, big.NewInt(max(m, -m))), d
				}
			}
			out.shift = max(out.shift, x.shift-exponent)
			e.work--
			return e.work > 0
		})
	}
	scale := map[float64]*big.Int{} // the common divisor by each
	product := new(big.Int)
	for k, in := range node.Inputs {
		x := e.node[in]
		times := new(big.Int).Quo(out.den, x.den)
		op.Entries(k, len(x.num), func(row, column int, w, d float64) bool {
			n := x.num[column]
			if n == nil {
				return true
			}
			m, exponent := binary(w)
			var by *big.Int
			if d != 1 || divisor.Cmp(integerOne) != 0 {
				md, down := binary(d)
				exponent -= down
				if by = scale[d]; by == nil {
					by = new(big.Int).Quo(divisor, big.NewInt(md))
					scale[d] = by
				}
			}
			add := uint(out.shift - x.shift + exponent)
			if room := uint(bits.LeadingZeros64(uint64(max(m, -m)))); add < room {
				m, add = m<<add, 0 // one multiplication does both
			}
			product.SetInt64(m)
			product.Mul(product, n)
			if by != nil {
				product.Mul(product, by)
			}
			if times.Cmp(integerOne) != 0 {
				product.Mul(product, times)
			}
			if add > 0 {
				product.Lsh(product, add)
			}
			e.work -= int64(len(product.Bits())) + 1
			if out.num[row] == nil {
				out.num[row] = new(big.Int)
			}
			out.num[row].Add(out.num[row], product)
			return e.work > 0
		})
	}
	if e.work <= 0 {
		return false
	}
	if divisor.Cmp(integerOne) != 0 {
		out.den = new(big.Int).Mul(out.den, divisor)
	}
	for i, b := range bias {
		if b == 0 {
			continue
		}
		m, exponent := binary(b)
		product.SetInt64(m)
		product.Mul(product, out.den)
		product.Lsh(product, uint(out.shift+exponent))
		if out.num[i] == nil {
			out.num[i] = new(big.Int)
		}
		out.num[i].Add(out.num[i], product)
	}
	out.reduce()
	e.node[v] = out
	return true
}

// binary writes a float64 other than zero as m 2^exponent with an odd m.
func binary(v float64) (m int64, exponent int) {
	fraction, exponent := math.Frexp(v)
	m = int64(fraction * (1 << 53))
	zeros := bits.TrailingZeros64(uint64(m))
	return m >> zeros, exponent - 53 + zeros
}

// reduce divides by the powers of two that all numerators have in common, and forgets
// those that are zero.
func (f *fractions) reduce() {
	common := uint(f.shift)
	for i, n := range f.num {
		if n == nil {
			continue
		}
		if n.Sign() == 0 {
			f.num[i] = nil
			continue
		}
		common = min(common, n.TrailingZeroBits())
	}
	if common == 0 {
		return
	}
	f.shift -= int(common)
	for _, n := range f.num {
		if n != nil {
			n.Rsh(n, common)
		}
	}
}
