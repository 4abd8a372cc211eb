package rsm

import (
	"context"
	"fmt"
	"math"
	"math/big"
	"slices"
	"strings"

	"rsm/internal/query"
	"rsm/region"
	"rsm/solve"
)

// Equiv decides whether outputs of the two networks differ by at most a given number.
// Networks may have any number of outputs.
func Equiv(ctx context.Context, q Question) (*Result, error) { return q.askAs(ctx, KindEquiv) }

// equivalence is that outputs differ by at most epsilon.
type equivalence struct {
	pair    query.Pair
	nodes   [2]int // of the outputs of each network
	epsilon *big.Rat
	outputs []int
	// probabilities is how outputs are compared of which files make these, nil for none.
	probabilities *probabilities
}

// equivalence reads what is asked about outputs.
func (q *Question) equivalence(p query.Pair) (*equivalence, error) {
	e := &equivalence{pair: p, nodes: [2]int{p.N1.Model().Output.Node, p.N2.Model().Output.Node}, outputs: slices.Clone(q.Outputs)}
	if q.EpsilonOutput == "" {
		return nil, &Invalid{"EpsilonOutput", ": give the largest difference of an output"}
	}
	var err error
	if e.epsilon, err = nonNegative("EpsilonOutput", q.EpsilonOutput); err != nil {
		return nil, err
	}
	size := p.N1.Nodes[e.nodes[0]].Size
	if other := p.N2.Nodes[e.nodes[1]].Size; other != size {
		return nil, fmt.Errorf("the networks have different outputs: %s has %d, %s has %d", p.N1.File, size, p.N2.File, other)
	}
	if len(e.outputs) == 0 {
		for k := range size {
			e.outputs = append(e.outputs, k)
		}
	}
	for i, k := range e.outputs {
		switch {
		case k < 0 || k >= size:
			return nil, &Invalid{"Outputs", fmt.Sprintf(": output %d is out of range: the networks have outputs 0 to %d", k, size-1)}
		case slices.Contains(e.outputs[:i], k):
			return nil, &Invalid{"Outputs", fmt.Sprintf(": output %d is given twice", k)}
		}
	}
	e.probabilities, err = e.ofProbabilities()
	return e, err
}

// joint is the joint graph of the outputs over a region.
func (e *equivalence) joint(r *region.Region) (*query.Joint, error) {
	return query.NewJointAt(e.pair, e.nodes, r)
}

// claim makes the claim over the region of a joint graph.
func (e *equivalence) claim(j *query.Joint) solve.Claim {
	values := j.Evaluator()
	epsilon, _ := e.epsilon.Float64()
	if p := e.probabilities; p != nil {
		return solve.Claim{Problem: query.Problem{Joint: j, Formula: p.formula(j, e.outputs)}}
	}
	return solve.Claim{
		Problem: query.Problem{Joint: j, Formula: j.Differ(e.outputs, e.epsilon)},
		Replay: func(at []float64) bool {
			y1, y2 := values(at)
			return slices.ContainsFunc(e.outputs, func(k int) bool { return math.Abs(y1[k]-y2[k]) > epsilon })
		},
	}
}

// outputNotes are notes but that a single output is read as two logits, and that
// probabilities are stripped, which is not done where outputs are compared.
func outputNotes(notes []string) []string {
	return slices.DeleteFunc(notes, func(s string) bool {
		return strings.HasPrefix(s, "the single output y ") || strings.Contains(s, " is stripped: ")
	})
}

// equivQuestion asks for the verdict on an equivalence.
type equivQuestion struct {
	*prepared
	*equivalence
}

func newEquiv(p *prepared) (*equivQuestion, error) {
	e, err := p.q.equivalence(p.pair)
	if err != nil {
		return nil, err
	}
	if p.notes = outputNotes(p.notes); e.probabilities != nil {
		p.notes = append(p.notes, e.probabilities.note())
	}
	return &equivQuestion{p, e}, nil
}

func (e *equivQuestion) fill(r *Result) {
	r.Semantics = claimSemantics
	r.Equiv = &EquivResult{EpsilonOutput: e.q.EpsilonOutput, Outputs: e.outputs}
}

func (e *equivQuestion) ask(ctx context.Context, r *Result) error {
	joint, err := e.joint(e.inputs.Region)
	if err != nil {
		return err
	}
	findings, err := e.refute(ctx, []solve.Claim{e.claim(joint)}, []string{"equiv"})
	if err != nil {
		return err
	}
	if e.probabilities != nil {
		e.probabilities.conclude(&findings[0], joint, e.equivalence)
	}
	r.Equiv.Finding = e.finding(&findings[0])
	if at := findings[0].At; at != nil && findings[0].Verdict == solve.Violated {
		r.Equiv.Values = outputsAt(joint, at)
		if e.probabilities != nil {
			r.Equiv.Values = e.probabilities.values(r.Equiv.Values)
		}
	}
	r.Verdict = r.Equiv.Verdict
	return nil
}
