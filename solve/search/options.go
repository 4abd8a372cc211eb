package search

import "math"

// DefaultGap is the absolute gap of an exact log relative margin.
const DefaultGap = 1e-6

// Options are those of a search.
type Options struct {
	// Gap is the absolute gap at which an extremum counts as exact. RelativeGap, where
	// above zero, also accepts a gap of this share of the witnessed value's magnitude.
	Gap, RelativeGap float64
	// NodeLimit ends a search after so many nodes of a branch and bound. 0 means no
	// limit.
	NodeLimit int
	// Seed of random points.
	Seed uint64
	// HiGHS holds options of the solver by name, set after rsm's own.
	HiGHS map[string]string
}

// Closed says whether the gap between a witness and a bound is small enough.
func (o *Options) Closed(witnessed, proved float64) bool {
	return math.Abs(proved-witnessed) <= o.Allowed(witnessed) || proved == witnessed
}

// Allowed is the gap allowed at a witnessed value.
func (o *Options) Allowed(witnessed float64) float64 {
	return max(o.Gap, o.RelativeGap*math.Abs(witnessed))
}

// Slack is half the gap allowed at a witnessed value, or less: with it, the value
// that no better one is worth looking for never falls when a better witness is
// found, as with a relative gap above 2 it could.
func (o *Options) Slack(witnessed float64) float64 {
	if o.RelativeGap == 0 { // there may be no witness yet
		return o.Gap / 2
	}
	return max(o.Gap, min(o.RelativeGap, 2)*math.Abs(witnessed)) / 2
}
