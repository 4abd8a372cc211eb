package rsm

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"rsm/internal/query"
	"rsm/internal/specification"
	"rsm/network"
	"rsm/network/onnx"
	"rsm/solve"
)

// Answer is the answer to a query, in the words of VNN-LIB.
type Answer string

// The answers.
const (
	Sat      Answer = "sat" // there is an assignment for which all assertions hold
	Unsat    Answer = "unsat"
	NoAnswer Answer = "unknown"
	TimedOut Answer = "timed-out"
)

// Query is a query in VNN-LIB 1.0 or 2.0 about one network or several.
type Query struct{ spec *specification.Specification }

// QueryNetwork is a network of a query. One that is EqualTo another has the same file.
type QueryNetwork struct{ Name, EqualTo string }

// check finds a query that was not read from a file.
func (q *Query) check() error {
	if q == nil || q.spec == nil {
		return &Invalid{"Query", ": give one that was read from a file"}
	}
	return nil
}

// ReadQuery reads a VNN-LIB file.
func ReadQuery(path string) (*Query, error) { return Reader{}.ReadQuery(path) }

// ReadQuery reads a VNN-LIB file.
func (r Reader) ReadQuery(path string) (*Query, error) {
	spec, err := r.specification(path)
	if err != nil {
		return nil, err
	}
	return &Query{spec}, nil
}

// Networks are the networks of the query, in its order. In a query of VNN-LIB 1.0 there
// is one, without a name.
func (q *Query) Networks() []QueryNetwork {
	var all []QueryNetwork
	if q.check() != nil {
		return nil
	}
	for _, n := range q.spec.Networks {
		m := QueryNetwork{Name: n.Name}
		if n.Relation == specification.EqualTo {
			m.EqualTo = q.spec.Networks[n.To].Name
		}
		all = append(all, m)
	}
	return all
}

// CheckTypes says whether the declared types can be treated; asReal reads the type
// float32 and the like as real. It needs no networks.
func (q *Query) CheckTypes(asReal bool) error {
	if err := q.check(); err != nil {
		return err
	}
	return q.spec.CheckTypes(specification.Options{AsReal: asReal})
}

// Verify decides the query in the VNN-LIB file of the given path. Models are the files
// of its networks by name, but of those that are equal to another.
func Verify(ctx context.Context, path string, models map[string]string) (*Result, error) {
	return Reader{}.Verify(ctx, path, models)
}

// Verify is Verify with the files that the Reader reads.
func (r Reader) Verify(ctx context.Context, path string, models map[string]string) (*Result, error) {
	query, err := r.ReadQuery(path)
	if err != nil {
		return nil, err
	}
	return Question{Query: query, Models: models, Files: r}.askAs(ctx, KindVerify)
}

// verifyQuestion asks for an answer to a query.
type verifyQuestion struct {
	*prepared
	spec   *specification.Specification
	models []*network.Model // by network
	plan   *specification.Plan
}

func newVerify(p *prepared) (*verifyQuestion, error) {
	q := p.q
	if err := q.Query.check(); err != nil {
		return nil, err
	}
	v := &verifyQuestion{prepared: p, spec: q.Query.spec}
	options := specification.Options{AsReal: q.AsReal}
	if err := v.spec.CheckTypes(options); err != nil {
		return nil, err
	}
	if err := v.readModels(); err != nil {
		return nil, err
	}
	var err error
	if v.plan, err = specification.Build(v.spec, v.models, options); err != nil {
		return nil, err
	}
	p.notes = slices.Clone(v.plan.Notes)
	for i, m := range v.models {
		if i == 0 || m != v.models[i-1] {
			p.notes = append(p.notes, m.Notes...)
		}
	}
	return v, nil
}

// readModels reads the files of all networks.
func (v *verifyQuestion) readModels() error {
	files := v.q.Models
	var names []string
	for _, n := range v.spec.Networks {
		names = append(names, n.Name)
	}
	for _, name := range slices.Sorted(maps.Keys(files)) {
		k := slices.Index(names, name)
		switch {
		case k < 0:
			return &Invalid{"Models", fmt.Sprintf(" %s=%s: the query has no network %s, but %s", name, files[name], name, strings.Join(names, ", "))}
		case v.spec.Networks[k].Relation == specification.EqualTo:
			return &Invalid{"Models", fmt.Sprintf(" %s=%s: %s is equal-to %s, and has no file of its own", name, files[name], name, names[v.spec.Networks[k].To])}
		}
	}
	for i, n := range v.spec.Networks {
		if n.Relation == specification.EqualTo {
			v.models = append(v.models, v.models[n.To])
			continue
		}
		file := files[n.Name]
		switch {
		case file == "" && n.Name == "":
			return &Invalid{"Models", ": give the file of the network"}
		case file == "":
			return &Invalid{"Models", fmt.Sprintf(": give the file of network %s", n.Name)}
		}
		m, err := v.q.Files.model(file, onnx.Wanted{Input: v.spec.Tensors[v.spec.OfKind(i, specification.Input)[0]].Shape, Hidden: v.spec.HiddenNames(i)})
		if err != nil {
			return err
		}
		v.models = append(v.models, m)
	}
	return nil
}

func (v *verifyQuestion) fill(r *Result) {
	r.Semantics = "real: weights are exact real numbers, arithmetic is exact; the query is true of an assignment as it is printed, and of the networks at its inputs"
	r.Options.AsReal = v.q.AsReal
	r.Query = &QueryInfo{File: v.spec.File, SHA256: v.spec.SHA256, Version: v.spec.Version}
	for i, n := range v.spec.Networks {
		r.Networks = append(r.Networks, Describe(n.Name, v.models[i].Network))
	}
	r.Cases, r.Parts = []CaseResult{}, v.plan.Count
}

// mostCases is how many parts of a query have a record of their own in the result.
const mostCases = 1 << 12

// ask asks the parts of the query in turn until one has a solution. The time is shared
// evenly among those that are open; what one does not use goes to the others. A further
// round asks those again that had too little, as long as each gets more than before.
func (v *verifyQuestion) ask(ctx context.Context, r *Result) error {
	opt, now := v.options, "verify"
	opt.Deciding = v.deciding(&now)
	open, had := v.plan.Count, time.Duration(0)
	stopped := map[int]bool{} // those that had too little time
	r.Answer = Unsat
	for round := 0; open > 0 && (round == 0 || ctx.Err() == nil); round++ {
		if end, ok := ctx.Deadline(); ok {
			each := time.Until(end) / time.Duration(open)
			if round > 0 && each < had*3/2 {
				break
			}
			had = each
		} else if round > 0 {
			break
		}
		left := open
		for c, err := range v.plan.Cases(func(k int) bool { return round > 0 && !stopped[k] }) {
			if err != nil {
				return err
			}
			now = fmt.Sprintf("verify, part %d of %d", c.Number+1, v.plan.Count)
			d, err := decideWithin(ctx, c.Problem, opt, left)
			if err != nil {
				return err
			}
			left--
			r.recordCase(c.Number, d)
			delete(stopped, c.Number)
			switch {
			case d.Answer == solve.Sat:
				a, ok := c.Assignment(d.Point)
				if !ok {
					return fmt.Errorf("%w: a solution is none when the query is evaluated again", solve.ErrContradiction)
				}
				r.Answer, r.Assignment = Sat, v.tensors(a)
				return nil
			case d.Answer == solve.Undecided && d.Stop == solve.TimeLimit:
				stopped[c.Number] = true
			case d.Answer == solve.Undecided:
				r.Answer = NoAnswer
			}
			if !stopped[c.Number] {
				open--
			}
			if ctx.Err() != nil {
				break
			}
		}
	}
	switch {
	case open > 0 && errors.Is(ctx.Err(), context.Canceled):
		r.Answer = NoAnswer
	case open > 0:
		r.Answer = TimedOut
	}
	return nil
}

// decideWithin decides a problem in its share of the time that is left.
func decideWithin(ctx context.Context, p query.Problem, opt solve.Options, sharers int) (*solve.Decision, error) {
	if end, ok := ctx.Deadline(); ok {
		var cancel context.CancelFunc
		ctx, cancel = context.WithDeadline(ctx, time.Now().Add(time.Until(end)/time.Duration(max(sharers, 1))))
		defer cancel()
	}
	return solve.Decide(ctx, p, opt)
}

// recordCase notes what became of part k.
func (r *Result) recordCase(k int, d *solve.Decision) {
	part := CaseResult{Answer: d.Answer.String(), Open: Float(d.Open), Boxes: d.Boxes, Nodes: d.Nodes, LPIterations: d.LPIterations, Seconds: Float(d.Seconds)}
	if d.Answer == solve.Undecided {
		part.Stop = d.Stop.String()
	}
	switch {
	case k < len(r.Cases):
		earlier := &r.Cases[k]
		part.Boxes, part.Nodes, part.LPIterations, part.Seconds = part.Boxes+earlier.Boxes, part.Nodes+earlier.Nodes, part.LPIterations+earlier.LPIterations, part.Seconds+earlier.Seconds
		*earlier = part
	case k < mostCases:
		r.Cases = append(r.Cases, part)
	}
}

// tensors are the values of all tensors in an assignment.
func (v *verifyQuestion) tensors(a *specification.Assignment) []TensorValues {
	var all []TensorValues
	for k := range v.spec.Tensors {
		t := &v.spec.Tensors[k]
		p := TensorValues{Name: t.Name, Network: v.spec.Networks[t.Network].Name, Kind: t.Kind.String(), Type: t.Type, Shape: append([]int{}, t.Shape...), Values: []Decimal{}}
		for i := range t.Shape.Size() {
			p.Values = append(p.Values, Decimal(a.Text(k, i)))
		}
		all = append(all, p)
	}
	return all
}
