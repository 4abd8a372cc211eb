package rsm

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"rsm/internal/query"
	"rsm/solve"
)

// ExactMethod is the exact range among the methods of bounds.
const ExactMethod = "exact"

// Methods lists the methods of bounds: the relaxations, each after those that it builds
// on, and ExactMethod.
func Methods() []string {
	var names []string
	for _, r := range solve.Relaxations() {
		names = append(names, string(r))
	}
	return append(names, ExactMethod)
}

// MethodsBelow lists the methods that one builds on: its ranges are never wider than
// theirs.
func MethodsBelow(method string) []string {
	var names []string
	for _, r := range solve.Relaxation(method).Below() {
		names = append(names, string(r))
	}
	return names
}

// Bounds finds what relaxations prove of the range of the log relative safety margin.
func Bounds(ctx context.Context, q Question) (*Result, error) { return q.askAs(ctx, KindBounds) }

// boundsQuestion asks for what methods prove of margins.
type boundsQuestion struct {
	*prepared
	label   int
	pairs   []ClassPair
	methods []string
}

func newBounds(p *prepared) (*boundsQuestion, error) {
	b := &boundsQuestion{prepared: p, methods: p.q.Methods}
	known := Methods()
	if len(b.methods) == 0 {
		b.methods = known
	}
	for k, m := range b.methods {
		switch {
		case !slices.Contains(known, m):
			return nil, &Invalid{"Methods", fmt.Sprintf(" %q: the methods are %s", m, strings.Join(known, ", "))}
		case slices.Contains(b.methods[:k], m):
			return nil, &Invalid{"Methods", fmt.Sprintf(": %s is given twice", m)}
		}
	}
	var err error
	b.label, b.pairs, err = p.q.classPairs(p.logits())
	return b, err
}

func (b *boundsQuestion) fill(r *Result) {
	r.Semantics = "real: weights are exact real numbers, arithmetic is exact"
	r.Label, r.LabelGiven = &b.label, b.q.Label != nil
	r.Options.Methods = b.methods
}

// ask runs the methods. Rows are by class pair.
func (b *boundsQuestion) ask(ctx context.Context, r *Result) error {
	joint, err := query.NewJoint(b.pair, b.inputs.Region)
	if err != nil {
		return err
	}
	byPair := make([][]BoundsRow, len(b.pairs))
	exact := make([]float64, len(b.pairs)) // widths, 0 where they are not known
	for _, m := range b.methods {
		rows, err := b.method(ctx, joint, m, exact)
		if err != nil && !errors.Is(err, solve.ErrContradiction) && (m != b.methods[len(b.methods)-1] || len(byPair[0]) > 0) {
			b.failed(r, m, err)
			continue
		}
		if err != nil {
			return err
		}
		for k := range rows {
			rows[k].Pair, rows[k].Method, rows[k].Width = b.pairs[k].String(), m, rows[k].Max-rows[k].Min
			byPair[k] = append(byPair[k], rows[k])
		}
	}
	for k := range byPair {
		for i := range byPair[k] {
			if row := &byPair[k][i]; exact[k] > 0 {
				ratio := row.Width / Float(exact[k])
				row.Ratio = &ratio
			}
		}
		r.Rows = append(r.Rows, byPair[k]...)
	}
	return nil
}

// failed notes that a method has no rows. What others have is of use without it.
func (b *boundsQuestion) failed(r *Result, method string, err error) {
	note := fmt.Sprintf("the method %s failed, and has no rows: %v", method, err)
	if r.Notes = append(r.Notes, note); b.q.Note != nil {
		b.q.Note(note)
	}
}

// method runs one method for all class pairs. The exact one notes the widths.
func (b *boundsQuestion) method(ctx context.Context, joint *query.Joint, m string, exact []float64) ([]BoundsRow, error) {
	rows := make([]BoundsRow, len(b.pairs))
	if m != ExactMethod {
		res, err := solve.Relax(ctx, joint, b.pairs, solve.Relaxation(m))
		if err != nil {
			return nil, err
		}
		for k := range rows {
			rows[k] = BoundsRow{Min: Float(res.Ranges[k].Lo), Max: Float(res.Ranges[k].Hi), Seconds: Float(res.Seconds)}
		}
		return rows, nil
	}
	res, err := solve.Margins(ctx, joint, b.pairs, solve.Options{Jobs: b.options.Jobs})
	if err != nil {
		return nil, err
	}
	for k := range rows {
		lo, hi := &res.Min[k], &res.Max[k]
		known := lo.Status == solve.Exact && hi.Status == solve.Exact
		rows[k] = BoundsRow{Min: Float(lo.Proved), Max: Float(hi.Proved), Exact: known, Seconds: Float(res.Seconds)}
		if known {
			exact[k] = hi.Witnessed - lo.Witnessed
		}
	}
	return rows, nil
}
