package rsm

import (
	"context"
	"fmt"
	"math"

	"rsm/formula"
	"rsm/internal/query"
	"rsm/network"
	"rsm/solve"
)

// Margin finds the least and the greatest log relative safety margin.
func Margin(ctx context.Context, q Question) (*Result, error) { return q.askAs(ctx, KindMargin) }

// marginQuestion asks for the range of margins.
type marginQuestion struct {
	*prepared
	label           int
	pairs           []ClassPair
	atLeast, atMost Decimal
}

func newMargin(p *prepared) (*marginQuestion, error) {
	m := &marginQuestion{prepared: p, atLeast: p.q.AtLeast, atMost: p.q.AtMost}
	var err error
	if p.options.AtLeast, err = threshold("AtLeast", m.atLeast, 1); err != nil {
		return nil, err
	}
	if p.options.AtMost, err = threshold("AtMost", m.atMost, -1); err != nil {
		return nil, err
	}
	m.label, m.pairs, err = p.q.classPairs(p.logits())
	return m, err
}

// threshold is the least float64 of d or more where sign is 1, and the greatest of d
// or less where it is -1: a float64 keeps to the one exactly where it keeps to d.
func threshold(field string, d Decimal, sign int) (*float64, error) {
	if d == "" {
		return nil, nil
	}
	exact, err := d.Rat()
	if err != nil {
		return nil, &Invalid{field, fmt.Sprintf(" %s: give a finite number", d)}
	}
	v := formula.Up(exact)
	if sign < 0 {
		v = formula.Down(exact)
	}
	if math.Abs(v) > network.MaxMagnitude {
		return nil, &Invalid{field, fmt.Sprintf(" %s: give a number of at most %.0e", d, network.MaxMagnitude)}
	}
	return &v, nil
}

func (m *marginQuestion) fill(r *Result) {
	q := m.q
	r.Semantics = "real: weights are exact real numbers, arithmetic is exact; witnesses are evaluated in float64"
	r.Label, r.LabelGiven = &m.label, q.Label != nil
	o := &r.Options
	gap, relative := Float(m.options.Gap), Float(m.options.RelativeGap)
	o.Encoding, o.Gap, o.RelativeGap, o.HiGHS = m.options.Encoding.String(), &gap, &relative, m.options.HiGHS
	o.AtLeast, o.AtMost = m.atLeast, m.atMost
}

func (m *marginQuestion) ask(ctx context.Context, r *Result) error {
	joint, err := query.NewJoint(m.pair, m.inputs.Region)
	if err != nil {
		return err
	}
	opt := m.options
	if m.q.Progress != nil {
		opt.Progress = func(p solve.Progress) {
			m.q.Progress(Progress{Task: fmt.Sprintf("%v %v", p.Classes, p.Sense), Elapsed: p.Elapsed, Done: p.Done,
				Extremum: true, Witnessed: p.Witnessed, Proved: p.Proved, Nodes: p.Nodes})
		}
	}
	res, err := solve.Margins(ctx, joint, m.pairs, opt)
	if err != nil {
		return err
	}
	r.Bounds = &BoundsInfo{Method: res.Method.String(), Neurons: res.Neurons, Unstable: res.Unstable, Quantized: res.Quantized, OpenLevels: res.OpenLevels,
		Seconds: Float(res.BoundsSeconds)}
	for k := range res.Min {
		lo, hi := &res.Min[k], &res.Max[k]
		r.Pairs = append(r.Pairs, PairRange{I: lo.Classes.I, J: lo.Classes.J, Min: m.extremum(lo, m.atLeast), Max: m.extremum(hi, m.atMost)})
	}
	return nil
}

func (m *marginQuestion) extremum(e *solve.Extremum, threshold Decimal) Extremum {
	x := Extremum{
		Witnessed: Float(e.Witnessed), Proved: Float(e.Proved), Gap: Float(e.Gap()), Rigor: e.Rigor.String(),
		Status: Status(e.Status.String()), Stop: e.Stop.String(), Relaxed: Float(e.Relaxed), Engine: e.Engine,
		Witness: append([]Float{}, FloatsOf(e.Witness)...), Moved: FloatsOf(e.Moved), Parameters: m.inputs.named(e.Parameters), NearThresholds: e.NearThresholds, Nodes: e.Nodes, LPIterations: e.LPIterations,
		Seconds: PhaseSeconds{Attack: Float(e.Seconds.Attack), Encode: Float(e.Seconds.Encode), Solve: Float(e.Seconds.Solve)},
	}
	if e.Threshold != nil {
		x.Threshold, x.Verdict = threshold, Verdict(e.Verdict.String())
	}
	return x
}
