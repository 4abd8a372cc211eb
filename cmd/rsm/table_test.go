package main

import (
	"math"
	"strings"
	"testing"

	"rsm"
)

// TestTableRoundsOutward: what the table shows of a bound is never inside it.
func TestTableRoundsOutward(t *testing.T) {
	for _, c := range []struct {
		got, want string
	}{
		{logText(-0.1234561, math.Floor), "-0.123457"},
		{logText(0.1234561, math.Ceil), "0.123457"},
		{logText(0.123456, math.Floor), "0.123456"},
		{logText(1234561, math.Ceil), "1.23457e+06"},
		{logText(1234569, math.Floor), "1.23456e+06"},
		{logText(-1234561, math.Floor), "-1.23457e+06"},
		{logText(math.Inf(1), math.Ceil), "+Inf"},
		{logText(math.Inf(-1), math.Floor), "-Inf"},
		{ratioText(math.Log(1.00001234), math.Ceil), "1.0001"},
		{ratioText(math.Log(0.99999), math.Floor), "0.99999"},
		{ratioText(math.Log(0.999994), math.Floor), "0.99999"},
		{ratioText(math.Log(0.999996), math.Floor), "0.99999"},
		{ratioText(math.Log(192.2541), math.Ceil), "192.26"},
		{ratioText(math.Log(51742.9), math.Floor), "51742"},
		{ratioText(0, math.Floor), "1"},
		{ratioText(-689, math.Floor), "5.9033e-300"},
		{ratioText(900.01, math.Ceil), "exp(900.1)"},
		{ratioText(-900.01, math.Floor), "exp(-900.1)"},
		{ratioText(math.Inf(-1), math.Floor), "exp(-Inf)"},
	} {
		if c.got != c.want {
			t.Errorf("got %s, want %s", c.got, c.want)
		}
	}
}

// TestSummaryWithinDigits: networks that differ by less than the table shows are not
// said to be the same, nor one to be as safe as the other.
func TestSummaryWithinDigits(t *testing.T) {
	for _, c := range []struct {
		lo, hi float64
		want   string
	}{
		{0, 0, "Both networks have the same margins everywhere in the region."},
		{-4e-7, 4e-7, "Both networks have the same margins everywhere in the region to within 5e-07 of log RSM."},
		{0, 1, "N1 is at least as safe as N2 everywhere in the region, for every pair shown"},
		{-4e-7, 1, "N1 is at least as safe as N2 everywhere in the region to within 5e-07 of log RSM, for"},
		{-1, 0, "N1 is nowhere in the region safer than N2, for any pair shown"},
		{-1, 4e-7, "N1 is nowhere in the region safer than N2 to within 5e-07 of log RSM, for any"},
	} {
		extremum := func(v float64) rsm.Extremum { return rsm.Extremum{Proved: rsm.Float(v), Status: rsm.Exact} }
		r := marginTable{&rsm.Result{Pairs: []rsm.PairRange{{I: 0, J: 1, Min: extremum(c.lo), Max: extremum(c.hi)}}}}
		if got := r.summary(0); !strings.HasPrefix(got, c.want) {
			t.Errorf("%v to %v: %q, want %q", c.lo, c.hi, got, c.want)
		}
	}
}
