package verdicts_test

import (
	"context"
	"math"
	"math/big"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"rsm/formula"
	"rsm/internal/query"
	"rsm/network"
	"rsm/network/networktest"
	"rsm/solve"
	"rsm/solve/oracle"
)

// plainCondition is a linear function of x, y1 and y2 as lists of numbers.
type plainCondition struct {
	x, y1, y2 []float64
	c         float64
	strict    bool
}

func (p *plainCondition) at(x, y1, y2 []float64) float64 {
	s := p.c
	for k, v := range [][]float64{x, y1, y2} {
		for i, w := range [][]float64{p.x, p.y1, p.y2}[k] {
			s += w * v[i]
		}
	}
	return s
}

func (p *plainCondition) condition(j *query.Joint) *formula.Comparison {
	f := network.Functional{Const: p.c}
	for k, node := range []int{0, j.Out1, j.Out2} {
		for i, w := range [][]float64{p.x, p.y1, p.y2}[k] {
			f.Add(node, j.Graph.Nodes[node].Size, i, w)
		}
	}
	op := formula.AtLeast
	if p.strict {
		op = formula.Above
	}
	return query.Compared(f, op)
}

// plainFormula is a disjunction of conjunctions of disjunctions of conditions, by
// number.
type plainFormula [][][]int

// robust is above zero where the formula is true for certain.
func (f plainFormula) robust(value []float64) float64 {
	or := math.Inf(-1)
	for _, conjunction := range f {
		and := math.Inf(1)
		for _, disjunction := range conjunction {
			inner := math.Inf(-1)
			for _, k := range disjunction {
				inner = max(inner, value[k])
			}
			and = min(and, inner)
		}
		or = max(or, and)
	}
	return or
}

func (f plainFormula) formula(conditions []*formula.Comparison) formula.Formula {
	var or formula.Or
	for _, conjunction := range f {
		var and formula.And
		for _, disjunction := range conjunction {
			var inner formula.Or
			for _, k := range disjunction {
				inner = append(inner, conditions[k])
			}
			and = append(and, inner)
		}
		or = append(or, and)
	}
	return or
}

// drawFormula draws conditions that are about as often true as false on the box,
// shifted by up to a tenth of their range, and a formula of them.
func drawFormula(rng *rand.Rand, p oracle.Problem) ([]*plainCondition, plainFormula) {
	n1, n2 := oracle.PlainOf(p.Pair.N1), oracle.PlainOf(p.Pair.N2)
	normal := func(n int) []float64 {
		v := make([]float64, n)
		for i := range v {
			v[i] = rng.NormFloat64()
		}
		return v
	}
	var conditions []*plainCondition
	for range 2 + rng.IntN(3) {
		c := &plainCondition{strict: rng.IntN(2) == 0}
		if rng.IntN(4) == 0 {
			c.x = normal(len(p.Box.Lo))
		}
		if rng.IntN(4) > 0 {
			c.y1 = normal(p.Pair.N1.Classes())
			if c.y2 = normal(p.Pair.N2.Classes()); rng.IntN(2) == 0 {
				for i := range c.y2 { // a relative margin
					c.y2[i] = -c.y1[i]
				}
			}
		} else {
			c.y2 = normal(p.Pair.N2.Classes())
		}
		lo, hi := math.Inf(1), math.Inf(-1)
		for range 60 {
			x := make([]float64, len(p.Box.Lo))
			for i := range x {
				x[i] = p.Box.Lo[i] + rng.Float64()*(p.Box.Hi[i]-p.Box.Lo[i])
			}
			_, y1 := n1.Eval(x)
			_, y2 := n2.Eval(x)
			v := c.at(x, y1, y2)
			lo, hi = min(lo, v), max(hi, v)
		}
		c.c = -lo - (hi-lo)*(0.5+0.6*(rng.Float64()*2-0.4))
		conditions = append(conditions, c)
	}
	var f plainFormula
	for range 1 + rng.IntN(2) {
		var conjunction [][]int
		for range 1 + rng.IntN(3) {
			var disjunction []int
			for range 1 + rng.IntN(2) {
				disjunction = append(disjunction, rng.IntN(len(conditions)))
			}
			conjunction = append(conjunction, disjunction)
		}
		f = append(f, conjunction)
	}
	return conditions, f
}

// robustest is the largest value of robust over the box, between bounds: at the
// centre of each cell on which no condition and no neuron changes its sign it is
// reached, and no more than at the best vertex anywhere.
func robustest(p oracle.Problem, conditions []*plainCondition, f plainFormula) (reached, most float64) {
	n1, n2 := oracle.PlainOf(p.Pair.N1), oracle.PlainOf(p.Pair.N2)
	values := func(x, y1, y2 []float64) []float64 {
		var all []float64
		for _, c := range conditions {
			all = append(all, c.at(x, y1, y2))
		}
		return all
	}
	at := func(x []float64) float64 {
		_, y1 := n1.Eval(x)
		_, y2 := n2.Eval(x)
		return f.robust(values(x, y1, y2))
	}
	reached, most = math.Inf(-1), math.Inf(-1)
	o := &oracle.Enumeration{N1: n1, N2: n2, More: values, Visit: func(cell []oracle.Vertex) {
		mean := make([]float64, len(cell[0].X))
		for _, v := range cell {
			for i, x := range v.X {
				mean[i] += x / float64(len(cell))
			}
			most = max(most, at(v.X))
		}
		reached = max(reached, at(mean))
	}}
	o.Run(p.Box)
	return reached, most
}

// TestDecideEnumeration: answers for random formulas are those of the enumeration,
// and witnesses satisfy the formula, by every engine.
func TestDecideEnumeration(t *testing.T) {
	counts := map[solve.Answer]int{}
	for seed := range uint64(60) {
		rng := rand.New(rand.NewPCG(seed, 31))
		p := drawn(t, rng)
		conditions, f := drawFormula(rng, p)
		reached, most := robustest(p, conditions, f)
		var list []*formula.Comparison
		for _, c := range conditions {
			list = append(list, c.condition(p.Joint))
		}
		asked := f.formula(list)
		for _, engine := range []solve.Engine{solve.AutoEngine, solve.BaB, solve.Split} {
			margin := 1e-9
			if engine == solve.Split {
				margin = 1e-2
				if reached <= margin && most >= -margin {
					continue // boxes near a zero are many
				}
			}
			ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
			res, err := solve.Decide(ctx, query.Problem{Joint: p.Joint, Formula: asked}, solve.Options{Engine: engine, Jobs: 2})
			cancel()
			if err != nil {
				t.Fatalf("seed %d: %v", seed, err)
			}
			counts[res.Answer]++
			if reached > margin && res.Answer != solve.Sat || most < -margin && res.Answer != solve.Unsat {
				t.Errorf("seed %d, %v: %v, and the enumeration finds values from %v to %v", seed, engine, res.Answer, reached, most)
			}
			if res.Answer == solve.Sat {
				_, y1 := oracle.PlainOf(p.Pair.N1).Eval(res.Witness)
				_, y2 := oracle.PlainOf(p.Pair.N2).Eval(res.Witness)
				var value []float64
				for _, c := range conditions {
					value = append(value, c.at(res.Witness, y1, y2))
				}
				if v := f.robust(value); v < -1e-12 || !p.Box.Contains(res.Witness) {
					t.Errorf("seed %d, %v: the formula is false by %v at the witness", seed, engine, v)
				}
			}
		}
	}
	if counts[solve.Sat] < 30 || counts[solve.Unsat] < 30 {
		t.Errorf("the test is about too little: %v", counts)
	}
}

// drawn is a small random pair over a small box.
func drawn(t *testing.T, rng *rand.Rand) oracle.Problem {
	sizes := slices.Concat([]int{1 + rng.IntN(3)}, oracle.Hidden(rng, 8), []int{2 + rng.IntN(2)})
	n1 := networktest.Random(rng, sizes...)
	n2 := networktest.Random(rng, sizes...)
	if rng.IntN(2) == 0 {
		n2 = networktest.Twin(rng, n1, 0.1, 0.1)
	}
	center := make([]float64, sizes[0])
	for i := range center {
		center[i] = rng.NormFloat64()
	}
	return oracle.New(t, "drawn", n1, n2, oracle.Ball(t, center, 0.3+rng.Float64()))
}

// TestDecideTies: a zero that can only be reached, not crossed, is sat where it is
// asked closed, and not where it is asked strictly.
func TestDecideTies(t *testing.T) {
	// y1 = (relu(x), 0), y2 = (-relu(-x), 0): y1_0 >= 0 >= y2_0, equal at some x.
	hinge := func(sign float64) *network.Network {
		n := networktest.Random(rand.New(rand.NewPCG(1, 1)), 1, 1, 2)
		d := oracle.Dense(n)
		copy(d[0].W, []float64{sign})
		copy(d[0].B, []float64{0})
		copy(d[1].W, []float64{sign, 0})
		copy(d[1].B, []float64{0, 0})
		return n
	}
	p := oracle.New(t, "ties", hinge(1), hinge(-1), oracle.Ball(t, []float64{0.25}, 1))
	for _, strict := range []bool{false, true} {
		below := plainCondition{y1: []float64{-1, 0}, strict: strict}
		res, err := solve.Decide(context.Background(), query.Problem{Joint: p.Joint, Formula: below.condition(p.Joint)}, solve.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if (res.Answer == solve.Sat) == strict || res.Answer == solve.Unsat && !strict {
			t.Errorf("-relu(x) against zero, strict %v: %v", strict, res.Answer)
		}
	}
}

// TestDecideLimits: an ended context and contradictory formulas are no errors.
func TestDecideLimits(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 33))
	p := drawn(t, rng)
	number := func(c int64, op formula.Operator) formula.Formula {
		return formula.New(nil, big.NewRat(c, 1), op, formula.Position{})
	}
	one := number(1, formula.AtLeast)
	for _, c := range []struct {
		formula formula.Formula
		want    solve.Answer
	}{
		{formula.And{}, solve.Sat}, {formula.Or{}, solve.Unsat}, {one, solve.Sat},
		{formula.And{one, number(-1, formula.AtLeast)}, solve.Unsat},
		{number(0, formula.AtLeast), solve.Sat},
		{number(0, formula.Above), solve.Unsat},
	} {
		res, err := solve.Decide(context.Background(), query.Problem{Joint: p.Joint, Formula: c.formula}, solve.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if res.Answer != c.want {
			t.Errorf("%#v: %v, want %v", c.formula, res.Answer, c.want)
		}
	}
	ended, cancel := context.WithCancel(context.Background())
	cancel()
	far := plainCondition{y1: []float64{1, 0}, c: -1e-3}
	res, err := solve.Decide(ended, query.Problem{Joint: p.Joint, Formula: far.condition(p.Joint)}, solve.Options{})
	if err != nil || res.Answer == solve.Undecided && res.Stop != solve.Interrupted {
		t.Errorf("ended: %+v, %v", res, err)
	}
}

// countdown is a context that ends when it has been asked a number of times.
type countdown struct {
	context.Context
	left int
}

func (c *countdown) Err() error {
	if c.left--; c.left < 0 {
		return context.Canceled
	}
	return nil
}

// TestDecideEnds: wherever the context ends, parts that were not looked at stay open.
func TestDecideEnds(t *testing.T) {
	early := 0
	for seed := range uint64(40) {
		rng := rand.New(rand.NewPCG(seed, 34))
		p := drawn(t, rng)
		conditions, f := drawFormula(rng, p)
		var list []*formula.Comparison
		for _, c := range conditions {
			list = append(list, c.condition(p.Joint))
		}
		problem := query.Problem{Joint: p.Joint, Formula: f.formula(list)}
		if _, most := robustest(p, conditions, f); most > -1e-2 {
			continue
		}
		options := solve.Options{Engine: solve.Split, Jobs: 1}
		whole, err := solve.Decide(context.Background(), problem, options)
		if err != nil {
			t.Fatal(err)
		}
		for left := range 400 {
			res, err := solve.Decide(&countdown{context.Background(), left}, problem, options)
			if err != nil {
				t.Fatal(err)
			}
			if res.Boxes < whole.Boxes {
				early++
				if res.Answer == solve.Unsat {
					t.Errorf("seed %d: unsat after %d of %d boxes", seed, res.Boxes, whole.Boxes)
				}
			}
		}
	}
	if early < 300 {
		t.Errorf("the context ended early %d times only", early)
	}
}
