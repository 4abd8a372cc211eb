package rsm

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"rsm/network"
)

// logits are those of N2 at the sample, or at the centre of a region without one. The label
// and the runner-up are taken from them where they are not given; a note says where the
// centre of a region that the domain cuts off would have another label.
func (p *prepared) logits() []float64 {
	n2, in := p.q.N2, p.inputs
	centre := n2.Logits(in.Input(1, in.Center()))
	s := in.Sample()
	if s == nil {
		return centre
	}
	y := n2.Logits(in.Input(1, s))
	if a, b := network.Decision(y), network.Decision(centre); a != b && p.q.Label == nil {
		p.notes = append(p.notes, fmt.Sprintf("N2 decides class %d at the sample and class %d at the centre of the region, which is cut off by the domain: the label is that of the sample", a, b))
	}
	return y
}

// label is the class of the sample, given or by the logits of N2.
func (q *Question) label(logits []float64) (int, error) {
	if q.Label == nil {
		return network.Decision(logits), nil
	}
	if c := *q.Label; c < 0 || c >= len(logits) {
		return 0, &Invalid{"Label", fmt.Sprintf(" %d is out of range: the networks have classes 0 to %d", c, len(logits)-1)}
	}
	return *q.Label, nil
}

// classPairs are the pairs asked about. The logits of N2 decide what is left open.
func (q *Question) classPairs(logits []float64) (label int, pairs []ClassPair, err error) {
	if label, err = q.label(logits); err != nil {
		return 0, nil, err
	}
	classes := len(logits)
	switch q.Pairs {
	case "", LabelPairs:
		for j := range classes {
			if j != label {
				pairs = append(pairs, ClassPair{I: label, J: j})
			}
		}
	case RunnerUp:
		pairs = append(pairs, ClassPair{I: label, J: network.RunnerUp(logits, label)})
	case AllPairs:
		for i := range classes {
			for j := i + 1; j < classes; j++ {
				pairs = append(pairs, ClassPair{I: i, J: j})
			}
		}
	default:
		for _, s := range strings.Split(string(q.Pairs), ",") {
			pair, err := parseClassPair(s, classes)
			if err == nil && slices.Contains(pairs, pair) {
				err = fmt.Errorf("pair %v is given twice", pair)
			}
			if err != nil {
				return 0, nil, &Invalid{"Pairs", fmt.Sprintf(" %s: %v", q.Pairs, err)}
			}
			pairs = append(pairs, pair)
		}
	}
	return label, pairs, nil
}

func parseClassPair(s string, classes int) (ClassPair, error) {
	a, b, ok := strings.Cut(s, ":")
	i, err1 := strconv.Atoi(a)
	j, err2 := strconv.Atoi(b)
	switch {
	case !ok || err1 != nil || err2 != nil:
		return ClassPair{}, fmt.Errorf("%q is not a class pair: give label, runner-up, all, or pairs I:J", s)
	case i < 0 || j < 0 || i >= classes || j >= classes:
		return ClassPair{}, fmt.Errorf("pair %s is out of range: the networks have classes 0 to %d", s, classes-1)
	case i == j:
		return ClassPair{}, fmt.Errorf("pair %s has one class only: its margin is always 0", s)
	}
	return ClassPair{I: i, J: j}, nil
}
