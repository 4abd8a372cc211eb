package rsm

import (
	"context"
	"fmt"
	"math"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"time"

	"rsm/encode"
	"rsm/internal/query"
	"rsm/solve"
)

// prepared is a question without mistakes, ready to be answered.
type prepared struct {
	q       *Question
	options solve.Options
	pair    query.Pair // for all kinds but verify
	inputs  *inputs
	notes   []string
	asker
}

// asker is what the kinds of questions have of their own.
type asker interface {
	// fill writes to a result what was asked.
	fill(*Result)
	// ask finds the answer. Its errors are failures.
	ask(context.Context, *Result) error
}

// prepare checks the question and reads the files that it names.
func (q *Question) prepare() (*prepared, error) {
	if q == nil {
		return nil, &Invalid{"Question", " is nil"}
	}
	if !slices.Contains([]Kind{KindMargin, KindBounds, KindImply, KindEquiv, KindRadius, KindVerify}, q.Kind) {
		return nil, &Invalid{"Kind", fmt.Sprintf(" %q: give margin, bounds, imply, equiv, radius or verify", string(q.Kind))}
	}
	if err := q.checkFields(); err != nil {
		return nil, err
	}
	p := &prepared{q: q}
	var err error
	if p.options, err = q.search(); err != nil {
		return nil, err
	}
	if q.Kind == KindVerify {
		p.asker, err = newVerify(p)
		return p, err
	}
	if p.pair, err = q.networks(); err != nil {
		return nil, err
	}
	where := q.Region
	if q.Kind == KindRadius {
		if err := q.checkRadius(); err != nil {
			return nil, err
		}
		where.radius = true
	}
	if p.inputs, err = where.inputs([2]*Network{q.N1, q.N2}, q.Files); err != nil {
		return nil, err
	}
	p.notes = slices.Concat(q.N1.Notes, q.N2.Notes, p.inputs.notes)
	if a, b := q.N1.ClassNames, q.N2.ClassNames; a != nil && b != nil && !slices.Equal(a, b) {
		p.notes = append(p.notes, "the files name their classes differently: class k of N1 is compared with class k of N2, whatever their names")
	}
	if q.N1.SHA256 != "" && q.N1.SHA256 == q.N2.SHA256 && !where.preprocesses() {
		p.notes = append(p.notes, "N1 and N2 are the same file")
	}
	switch q.Kind {
	case KindMargin:
		p.asker, err = newMargin(p)
	case KindBounds:
		p.asker, err = newBounds(p)
	case KindImply:
		p.asker, err = newImply(p)
	case KindEquiv:
		p.asker, err = newEquiv(p)
	case KindRadius:
		p.asker, err = newRadius(p)
	}
	return p, err
}

// networks is the pair of networks.
func (q *Question) networks() (query.Pair, error) {
	for k, n := range [...]*Network{q.N1, q.N2} {
		if err := checkRead(fmt.Sprintf("N%d", k+1), n); err != nil {
			return query.Pair{}, err
		}
	}
	outputs := q.Kind == KindEquiv || q.Kind == KindRadius && q.Property == KindEquiv
	if outputs && q.N1.InputSize() == q.N2.InputSize() { // whatever the number of classes
		return query.Pair{N1: q.N1, N2: q.N2}, nil
	}
	return query.NewPair(q.N1, q.N2)
}

// checkRead finds a network that was not read from a file.
func checkRead(name string, n *Network) error {
	switch {
	case n == nil:
		return &Invalid{name, ": the network is nil"}
	case n.Graph == nil || len(n.Nodes) < 2 || len(n.Outputs) != 1 || n.Outputs[0] < 1 || n.Outputs[0] >= len(n.Nodes) || n.Classes() < 2:
		return &Invalid{name, ": is no network that was read from a file"}
	}
	return nil
}

// checkFields finds fields that are set and belong to other kinds.
func (q *Question) checkFields() error {
	v := reflect.ValueOf(q).Elem()
	for i := range v.NumField() {
		f := v.Type().Field(i)
		kinds, tagged := f.Tag.Lookup("asks")
		if tagged && !v.Field(i).IsZero() && !slices.Contains(strings.Fields(kinds), string(q.Kind)) {
			return &Invalid{f.Name, fmt.Sprintf(" does not go with the question %s, but with %s", q.Kind, strings.Join(strings.Fields(kinds), ", "))}
		}
	}
	return nil
}

// search is how the solver is asked.
func (q *Question) search() (solve.Options, error) {
	opt := solve.Options{Gap: q.Gap, RelativeGap: q.RelativeGap, Jobs: q.Jobs, NodeLimit: q.Nodes, Seed: q.Seed, HiGHS: q.HiGHS}
	switch {
	case q.Gap != 0 && !(q.Gap > 0) || math.IsInf(q.Gap, 1):
		return opt, &Invalid{"Gap", fmt.Sprintf(" %v: it must be above zero", q.Gap)}
	case !(q.RelativeGap >= 0) || math.IsInf(q.RelativeGap, 1):
		return opt, &Invalid{"RelativeGap", fmt.Sprintf(" %v: it must be zero or more", q.RelativeGap)}
	case q.Jobs < 0:
		return opt, &Invalid{"Jobs", fmt.Sprintf(" %d: it must be 1 or more", q.Jobs)}
	case q.Nodes < 0:
		return opt, &Invalid{"Nodes", fmt.Sprintf(" %d: it must be zero or more", q.Nodes)}
	case q.Timeout < 0:
		return opt, &Invalid{"Timeout", fmt.Sprintf(" %v: it must be above zero", q.Timeout)}
	}
	if opt.Gap == 0 {
		opt.Gap = solve.DefaultGap
	}
	if opt.Jobs == 0 {
		opt.Jobs = runtime.GOMAXPROCS(0)
	}
	return opt, q.engine(&opt)
}

// engine sets the engine and what belongs to it.
func (q *Question) engine(opt *solve.Options) error {
	switch q.Encoding {
	case "", AutoEncoding:
	case PlainEncoding:
		opt.Encoding = encode.Plain
	default:
		return &Invalid{"Encoding", fmt.Sprintf(" %s: give auto or plain", q.Encoding)}
	}
	switch q.Engine {
	case "", AutoEngine:
	case BaB:
		opt.Engine = solve.BaB
	case Split:
		opt.Engine = solve.Split
	case MILP:
		opt.Engine = solve.MILP
	}
	known, list := []Engine{"", AutoEngine, BaB, Split, MILP}, "auto, bab, split or milp"
	if q.Kind != KindMargin {
		known, list = known[:4], "auto, bab or split"
	}
	switch {
	case !slices.Contains(known, q.Engine):
		return &Invalid{"Engine", fmt.Sprintf(" %s: give %s", q.Engine, list)}
	case opt.Encoding == encode.Plain && opt.Engine != solve.AutoEngine && opt.Engine != solve.MILP:
		return &Invalid{"Encoding", fmt.Sprintf(" plain goes with Engine milp, not %v", opt.Engine)}
	case opt.Engine == solve.Split && q.Region.Norm == L1:
		return &Invalid{"Engine", " split splits boxes, and Norm l1 is none: give auto or bab"}
	}
	if _, ok := q.HiGHS["log_to_console"]; ok {
		return &Invalid{"HiGHS", " log_to_console: standard output is for results; set output_flag=true and log_file=FILE"}
	}
	if _, ok := q.HiGHS["output_flag"]; ok {
		opt.HiGHS = map[string]string{}
		for k, v := range q.HiGHS {
			opt.HiGHS[k] = v
		}
		opt.HiGHS["log_to_console"] = "false"
	}
	if len(opt.HiGHS) > 0 {
		if err := solve.CheckHiGHS(opt.HiGHS); err != nil {
			return &Invalid{"HiGHS", fmt.Sprintf(": %v", err)}
		}
	}
	if write := q.WriteModel; write != nil {
		if opt.Engine == solve.BaB || opt.Engine == solve.Split {
			return &Invalid{"WriteModel", fmt.Sprintf(" goes with the milp engine: %v solves many small models", opt.Engine)}
		}
		opt.Engine = solve.MILP
		opt.Model = func(t solve.Task, to func(string) error) error { return write(t.Classes, t.Sense.String(), to) }
	}
	return nil
}

// envelope is the result before there is an answer.
func (p *prepared) envelope(started time.Time) *Result {
	q, opt := p.q, p.options
	r := &Result{
		Schema: Schema, SchemaVersion: SchemaVersion, Kind: q.Kind, Tool: NewTool(), Date: started.UTC().Truncate(time.Second),
		Command: append([]string{}, q.Command...), Networks: []NetworkInfo{}, Notes: append([]string{}, p.notes...),
		Options: Options{Timeout: Float(q.Timeout.Seconds()), Jobs: opt.Jobs, Engine: opt.Engine.String(), NodeLimit: opt.NodeLimit, Seed: opt.Seed},
	}
	if p.inputs != nil {
		r.Networks = []NetworkInfo{Describe("N1", q.N1), Describe("N2", q.N2)}
		r.Region = &p.inputs.info
		if r.ClassNames = q.N1.ClassNames; r.ClassNames == nil {
			r.ClassNames = q.N2.ClassNames
		}
	}
	p.fill(r)
	return r
}
