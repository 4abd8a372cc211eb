package rsm

import (
	"context"
	"fmt"
	"math"
	"math/big"
	"slices"
	"strconv"

	"rsm/internal/query"
	"rsm/region"
	"rsm/solve"
)

// DefaultTolerance is the width at which the bracket of a radius is narrow enough.
const DefaultTolerance = 1e-4

// Radius finds the largest ball around a sample in which a property of two networks
// holds.
func Radius(ctx context.Context, q Question) (*Result, error) { return q.askAs(ctx, KindRadius) }

// radiusQuestion asks for a radius.
type radiusQuestion struct {
	*prepared
	solve.RadiusQuestion
	property
}

// property is what is to hold in a ball.
type property struct {
	info  Property
	equiv *equivalence // nil for another property
	// joint is the joint graph over a region, claim the claim about one.
	joint func(*region.Region) (*query.Joint, error)
	claim func(*query.Joint) solve.Claim
}

func newRadius(p *prepared) (*radiusQuestion, error) {
	r := &radiusQuestion{prepared: p}
	q := p.q
	if r.Tolerance, r.Most = q.Tolerance, q.MaxEpsilon; r.Tolerance == 0 {
		r.Tolerance = DefaultTolerance
	}
	if r.Most == 0 {
		if r.Most = 1; q.Region.Clip != nil {
			r.Most = q.Region.Clip[1] - q.Region.Clip[0]
		}
	}
	switch {
	case !(r.Tolerance > 0) || math.IsInf(r.Tolerance, 1):
		return nil, &Invalid{"Tolerance", fmt.Sprintf(" %v: it must be a finite number above zero", r.Tolerance)}
	case !(r.Most > 0) || math.IsInf(r.Most, 1):
		return nil, &Invalid{"MaxEpsilon", fmt.Sprintf(" %v: it must be a finite number above zero", r.Most)}
	}
	r.Around = p.inputs.around
	r.Around.Epsilon = nil
	r.Maps = p.inputs.Maps()
	ball, err := r.Ball(r.Most)
	if err != nil {
		return nil, err
	}
	info := &p.inputs.info
	info.Sample, info.Lower, info.Upper = FloatsOf(p.inputs.Sample()), FloatsOf(ball.Hull().Lo), FloatsOf(ball.Hull().Hi)
	info.Description = q.Region.describeBalls(len(info.Sample), p.inputs.around.Patches) + info.Maps.suffix()
	p.notes = append(p.notes, q.Region.largestRadius(p.inputs.Sample(), r.Most)...)
	if r.property, err = q.property(p); err != nil {
		return nil, err
	}
	r.RadiusQuestion.Claim = r.claim
	if r.equiv != nil {
		p.notes = outputNotes(p.notes)
	}
	return r, nil
}

// checkRadius finds what does not go with a radius, before anything is read.
func (q *Question) checkRadius() error {
	const other = ": the radius is that of L-infinity balls; ask imply, equiv or margin about one such region"
	r := &q.Region
	switch {
	case !r.Sample.given():
		return &Invalid{"Region", ": give a sample"}
	case r.Norm == L1:
		return &Invalid{"Norm", " l1" + other}
	case r.Brightness != 0:
		return &Invalid{"Brightness", fmt.Sprintf(" %v%s", r.Brightness, other)}
	case r.Contrast != 0:
		return &Invalid{"Contrast", fmt.Sprintf(" %v%s", r.Contrast, other)}
	case r.Epsilon != 0 || r.Radius != "" || r.Epsilons.given():
		return &Invalid{"Epsilon", " is what is asked: leave it out"}
	case r.Free:
		return &Invalid{"Free", " is no radius: leave it out"}
	}
	return nil
}

// propertyFields are those that go with one property only.
func (q *Question) propertyFields() map[Kind]map[string]bool {
	return map[Kind]map[string]bool{
		KindImply:  {"Direction": q.Direction != "", "Class": q.Class != "", "GivenCorrect": q.GivenCorrect, "Margin": q.Margin != "", "Top": q.Top != 0},
		KindMargin: {"Pairs": q.Pairs != "", "AtLeast": q.AtLeast != ""},
		KindEquiv:  {"EpsilonOutput": q.EpsilonOutput != "", "Outputs": len(q.Outputs) > 0},
	}
}

// propertyKind is the property, imply where none is given.
func (q *Question) propertyKind() Kind {
	if q.Property == "" {
		return KindImply
	}
	return q.Property
}

// property makes the property that is asked about.
func (q *Question) property(p *prepared) (property, error) {
	kind := q.propertyKind()
	for _, other := range []Kind{KindImply, KindMargin, KindEquiv} {
		for _, field := range []string{"Direction", "Class", "GivenCorrect", "Margin", "Top", "Pairs", "AtLeast", "EpsilonOutput", "Outputs"} {
			if other != kind && q.propertyFields()[other][field] {
				return property{}, &Invalid{field, fmt.Sprintf(" goes with Property %s only", propertyName(other))}
			}
		}
	}
	t := property{info: Property{Name: kind}, joint: func(r *region.Region) (*query.Joint, error) { return query.NewJoint(p.pair, r) }}
	switch kind {
	case KindEquiv:
		if q.Label != nil {
			return t, &Invalid{"Label", " does not go with Property equiv"}
		}
		e, err := q.equivalence(p.pair)
		if err != nil {
			return t, err
		}
		if e.probabilities != nil {
			return t, fmt.Errorf("a radius of equivalence of probabilities is %w; name the logits before them of both networks (--output)", ErrUnsupported)
		}
		t.info.Epsilon, t.info.Outputs = q.EpsilonOutput, e.outputs
		t.equiv, t.joint, t.claim = e, e.joint, e.claim
		return t, nil
	case KindImply:
		_, list, err := q.implications(p.logits())
		if err != nil {
			return t, err
		}
		for k := range list {
			t.info.Claims = append(t.info.Claims, *list[k].part())
		}
		t.claim = func(j *query.Joint) solve.Claim { return all(list, j) }
		return t, nil
	case KindMargin:
		return t, q.leastMargin(p, &t)
	}
	return t, &Invalid{"Property", fmt.Sprintf(" %s: give imply, margin or equiv", kind)}
}

func propertyName(k Kind) string {
	if k == KindMargin {
		return "margin>=C"
	}
	return string(k)
}

// leastMargin makes the property that log RSM is AtLeast or more.
func (q *Question) leastMargin(p *prepared, t *property) error {
	least, err := q.AtLeast.Rat()
	if err != nil || !within(least) {
		return &Invalid{"Property", fmt.Sprintf(" margin>=%s: give a finite number after >=", q.AtLeast)}
	}
	_, pairs, err := q.classPairs(p.logits())
	if err != nil {
		return err
	}
	t.info.AtLeast = q.AtLeast
	for _, k := range pairs {
		t.info.Pairs = append(t.info.Pairs, [2]int{k.I, k.J})
	}
	t.claim = func(j *query.Joint) solve.Claim { return below(j, pairs, least) }
	return nil
}

// below is the claim that no margin of the pairs is below a number.
func below(j *query.Joint, pairs []ClassPair, least *big.Rat) solve.Claim {
	values := j.Evaluator()
	v, _ := least.Float64()
	return solve.Claim{
		Problem: query.Problem{Joint: j, Formula: j.Below(pairs, least)},
		Replay: func(at []float64) bool {
			y1, y2 := values(at)
			return slices.ContainsFunc(pairs, func(k ClassPair) bool { return (y1[k.I]-y1[k.J])-(y2[k.I]-y2[k.J]) < v })
		},
	}
}

func (r *radiusQuestion) fill(out *Result) {
	out.Semantics = claimSemantics
	out.Radius = &RadiusResult{Property: r.info, Tolerance: Float(r.Tolerance), MaxEpsilon: Float(r.Most)}
}

func (r *radiusQuestion) ask(ctx context.Context, out *Result) error {
	joint, err := r.property.joint(r.inputs.Region)
	if err != nil {
		return err
	}
	r.Joint = joint
	opt, now := r.options, ""
	opt.Deciding = r.deciding(&now)
	b, err := solve.Radius(ctx, r.RadiusQuestion, opt, func(b *solve.Bracket, next float64) {
		now = fmt.Sprintf("radius %s, epsilon %.6g", bracketText(b.Safe, b.Unsafe), next)
	})
	if err != nil {
		return err
	}
	res := out.Radius
	res.Reason, res.Boxes, res.Nodes, res.LPIterations = b.Reason, b.Boxes, b.Nodes, b.LPIterations
	if b.Safe >= 0 {
		v := Float(b.Safe)
		res.Safe = &v
	}
	if !math.IsInf(b.Unsafe, 1) {
		v := Float(b.Unsafe)
		res.Unsafe, res.Witness, res.Moved = &v, FloatsOf(b.Witness), FloatsOf(b.Moved)
		if r.equiv != nil {
			res.Values = outputsAt(joint, b.At)
		} else {
			res.Values = decisionsAt(joint, b.At)
		}
	}
	res.Steps = []RadiusStep{}
	for k := range b.Steps {
		f := r.finding(&b.Steps[k].Finding)
		f.Witness, f.Moved, f.Parameters = nil, nil, nil // those that count are in the bracket
		res.Steps = append(res.Steps, RadiusStep{Float(b.Steps[k].Epsilon), f})
	}
	return nil
}

// bracketText is a bracket, rounded outward.
func bracketText(safe, unsafe float64) string {
	from, to := "none", "none"
	if safe >= 0 {
		from = RadiusDown(safe)
	}
	if !math.IsInf(unsafe, 1) {
		to = RadiusUp(unsafe)
	}
	return fmt.Sprintf("[%s, %s]", from, to)
}

// RadiusDown writes a radius with six significant digits, not above it.
func RadiusDown(v float64) string { return outward(v, math.Floor, -1) }

// RadiusUp writes a radius with six significant digits, not below it.
func RadiusUp(v float64) string { return outward(v, math.Ceil, 1) }

func outward(v float64, round func(float64) float64, direction int) string {
	if v == 0 {
		return "0"
	}
	scale := math.Pow(10, 5-math.Floor(math.Log10(v)))
	s := fmt.Sprintf("%.6g", round(v*scale)/scale)
	if w, err := strconv.ParseFloat(s, 64); err != nil || direction < 0 && w > v || direction > 0 && w < v {
		return fmt.Sprint(v)
	}
	return s
}
