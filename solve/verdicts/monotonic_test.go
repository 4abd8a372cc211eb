package verdicts_test

import (
	"fmt"
	"math/big"
	"math/rand/v2"
	"testing"

	"rsm/internal/vnnlib"
	"rsm/network"
)

// TestMonotonic: the same network twice, at inputs U <= X of which only X has bounds of
// its own, is V > Y + c possible? Answers are those of the enumeration, for constants at
// which it just is, or just is not.
func TestMonotonic(t *testing.T) {
	seen := map[string]int{}
	for seed := range uint64(60) {
		rng := rand.New(rand.NewPCG(seed, 72))
		q := &stated{f: drawTiny(rng)}
		q.g = q.f
		lo := parsed(digits(rng))
		hi := new(big.Rat).Add(lo, new(big.Rat).Abs(parsed(digits(rng))))
		apart := new(big.Rat).Abs(parsed(digits(rng)))
		q.bounds = [2][2]string{{lo.FloatString(25), hi.FloatString(25)}, {new(big.Rat).Sub(lo, apart).FloatString(25), hi.FloatString(25)}}
		one, minus := big.NewRat(1, 1), big.NewRat(-1, 1)
		k := rng.IntN(2)
		// V_k - Y_k - c > 0, with c what it is somewhere.
		x := hi
		if rng.IntN(2) == 0 {
			x = lo
		}
		u := new(big.Rat).Sub(x, apart)
		if rng.IntN(3) == 0 {
			u = x
		}
		c := new(big.Rat).Sub(q.g.value(u)[k], q.f.value(x)[k])
		text := c.FloatString([]int{25, 25, 6}[rng.IntN(3)])
		more := &compared{op: []string{">", ">="}[rng.IntN(2)], c: new(big.Rat).Neg(parsed(text))}
		more.coef[2+k], more.coef[4+k] = minus, one
		q.parts = [][]*compared{{more},
			{{coef: [6]*big.Rat{one, minus}, c: new(big.Rat), op: ">="}},
			{{coef: [6]*big.Rat{minus, one}, c: apart, op: ">="}}}
		query := fmt.Sprintf(`(vnnlib-version <2.0>)
(declare-network f (declare-input X real [1]) (declare-output Y real [2]))
(declare-network g (equal-to f) (declare-input U real [1]) (declare-output V real [2]))
(assert (and (<= X[0] %s) (>= X[0] %s)))
(assert (and (<= U[0] X[0]) (>= U[0] (- X[0] %s))))
(assert (%s V[%d] (+ Y[%d] %s)))`, q.bounds[0][1], q.bounds[0][0], apart.FloatString(25), more.op, k, k, text)
		spec, err := vnnlib.DecodeSpecification([]byte(query))
		if err != nil {
			t.Fatalf("%v\n%s", err, query)
		}
		m := q.f.model(t)
		answer, a := verified(t, spec, []*network.Model{m, m})
		truth := "unsat"
		if q.satisfiable() {
			truth = "sat"
		}
		if seen[truth+" "+answer]++; answer != truth {
			t.Errorf("seed %d: %s, and the enumeration says %s\n%+v\n%s", seed, answer, truth, *q.f, query)
		}
		if a == nil {
			continue
		}
		printed := func(tensor, k int) *big.Rat { return parsed(a.Text(tensor, k)) }
		p := []*big.Rat{printed(0, 0), printed(2, 0), printed(1, 0), printed(1, 1), printed(3, 0), printed(3, 1)}
		if !q.holds(p) || !q.holds(q.at(p[0], p[1])) {
			t.Errorf("seed %d: false at what is printed: %v\n%s", seed, p, query)
		}
	}
	t.Log(seen)
	if seen["sat sat"] < 10 || seen["unsat unsat"] < 10 {
		t.Error("too few of a kind")
	}
}
