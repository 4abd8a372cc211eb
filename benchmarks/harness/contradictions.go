package harness

import (
	"fmt"
	"math"
	"slices"
)

// Two values of r are different where they are further apart than this,
// absolute, plus this times the larger of them.
const different = 1e-6

// Contradiction is a pair of statements of which one is false.
type Contradiction struct {
	Instance string `json:"instance"`
	I        int    `json:"i"`
	J        int    `json:"j"`
	What     string `json:"what"`
}

func (c Contradiction) String() string {
	return fmt.Sprintf("%s %d:%d: %s", c.Instance, c.I, c.J, c.What)
}

// claim is all that a record says of r for one class pair: lo <= r <= hi over
// the region, and r takes the values of points.
type claim struct {
	who    string
	lo, hi float64
	points []float64
}

func makeClaim(who string, p *PairRange) claim {
	c := claim{who: who, lo: math.Inf(-1), hi: math.Inf(1)}
	// An exact extremum that is given by one value is proved and witnessed.
	end := func(e *Extremum) (proved, witnessed *Number) {
		proved, witnessed = e.Proved, e.Witnessed
		if e.Status == Exact && proved == nil {
			proved = witnessed
		}
		if e.Status == Exact && witnessed == nil {
			witnessed = proved
		}
		return proved, witnessed
	}
	proved, witnessed := end(&p.Min)
	if proved != nil {
		c.lo = float64(*proved)
	}
	if witnessed != nil {
		c.points = append(c.points, float64(*witnessed))
	}
	proved, witnessed = end(&p.Max)
	if proved != nil {
		c.hi = float64(*proved)
	}
	if witnessed != nil {
		c.points = append(c.points, float64(*witnessed))
	}
	return c
}

// above says whether x is above y by more than tolerance, absolute, plus
// relative times the larger of them.
func above(x, y, tolerance, relative float64) bool {
	if math.IsInf(x, 0) || math.IsInf(y, 0) {
		return x > y
	}
	return x-y > tolerance+relative*max(math.Abs(x), math.Abs(y))
}

// against lists how the range of c excludes what d says.
func (c *claim) against(d *claim) []string {
	var found []string
	for _, v := range d.points {
		switch {
		case above(v, c.hi, different, different):
			found = append(found, fmt.Sprintf("%s proves r <= %.9g, and %s reaches %.9g", c.who, c.hi, d.who, v))
		case above(c.lo, v, different, different):
			found = append(found, fmt.Sprintf("%s proves r >= %.9g, and %s reaches %.9g", c.who, c.lo, d.who, v))
		}
	}
	if above(d.lo, c.hi, different, different) {
		found = append(found, fmt.Sprintf("%s proves r <= %.9g, and %s proves r >= %.9g", c.who, c.hi, d.who, d.lo))
	}
	return found
}

// contradictions are those between two records of an instance, and within each
// of them.
func contradictions(a, b *Record) []Contradiction {
	var found []Contradiction
	add := func(p *PairRange, what []string) {
		for _, w := range what {
			found = append(found, Contradiction{a.Instance, p.I, p.J, w})
		}
	}
	for k := range a.Pairs {
		p := &a.Pairs[k]
		ca := makeClaim("A", p)
		add(p, ca.against(&ca))
		if q := b.pair(p.I, p.J); q != nil {
			cb := makeClaim("B", q)
			add(p, slices.Concat(ca.against(&cb), cb.against(&ca)))
		}
	}
	for k := range b.Pairs {
		p := &b.Pairs[k]
		cb := makeClaim("B", p)
		add(p, cb.against(&cb))
	}
	return found
}

func (r *Record) pair(i, j int) *PairRange {
	for k := range r.Pairs {
		if r.Pairs[k].I == i && r.Pairs[k].J == j {
			return &r.Pairs[k]
		}
	}
	return nil
}
