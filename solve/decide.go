package solve

import (
	"context"

	"rsm/internal/query"
	"rsm/solve/boxes"
)

// Decide looks for an input of the problem's region for which its formula is true, or
// proves that there is none (boxes.Decide). When the context ends, by its deadline or by
// cancellation, it returns what is known by then, without an error. Of the options
// it heeds Engine, Jobs, NodeLimit, Seed, HiGHS and Deciding.
//
// The engine BaB never splits the box, and Split has no branch and bound in parts that
// can be split.
func Decide(ctx context.Context, p query.Problem, options Options) (*Decision, error) {
	opt, err := options.forFormulas(p.Joint)
	if err != nil {
		return nil, err
	}
	return boxes.Decide(ctx, p, opt)
}

// forFormulas are the options of decisions over the region of a joint graph, or what is
// wrong with these or with the graph.
func (o *Options) forFormulas(j *query.Joint) (boxes.Options, error) {
	opt, err := o.withDefaults()
	if err != nil {
		return boxes.Options{}, err
	}
	if err := j.Check(); err != nil {
		return boxes.Options{}, err
	}
	plan, err := opt.Engine.plan(j)
	return boxes.Options{Options: *opt.search(), Plan: plan, Jobs: opt.Jobs, Progress: opt.Deciding}, err
}
