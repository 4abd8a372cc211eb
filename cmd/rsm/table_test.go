package main

import (
	"math"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"rsm"
)

// TestTableRoundsOutward: what the table shows of a bound is never inside it.
func TestTableRoundsOutward(t *testing.T) {
	for _, c := range []struct {
		got, want string
	}{
		{logText(-0.1234561, down), "-0.123457"},
		{logText(0.1234561, up), "0.123457"},
		{logText(0.123456, down), "0.123456"},
		{logText(1234561, up), "1.23457e+06"},
		{logText(1234569, down), "1.23456e+06"},
		{logText(-1234561, down), "-1.23457e+06"},
		{logText(math.Inf(1), up), "+Inf"},
		{logText(math.Inf(-1), down), "-Inf"},
		{ratioText(math.Log(1.00001234), up), "1.0001"},
		{ratioText(math.Log(0.99999), down), "0.99998"}, // for exp is rounded, too
		{logText(0x1p-32, up), "0.000001"},
		{logText(-0x1p-32, down), "-0.000001"},
		{logText(-0x1p-32, up), "0.000000"},
		{ratioText(0x1p-32, up), "1.0001"},
		{ratioText(-0x1p-32, down), "0.99999"},
		{ratioText(math.Log(0.999994), down), "0.99999"},
		{ratioText(math.Log(0.999996), down), "0.99999"},
		{ratioText(math.Log(192.2541), up), "192.26"},
		{ratioText(math.Log(51742.9), down), "51742"},
		{ratioText(0, down), "1"},
		{ratioText(-689, down), "5.9033e-300"},
		{ratioText(900.01, up), "exp(900.1)"},
		{ratioText(-900.01, down), "exp(-900.1)"},
		{ratioText(math.Inf(-1), down), "exp(-Inf)"},
	} {
		if c.got != c.want {
			t.Errorf("got %s, want %s", c.got, c.want)
		}
	}
}

// TestOutward: numbers of the table are on their side of the bound, and less than a unit of
// the last digit away, or read as the bound itself.
func TestOutward(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		v := rapid.Float64Range(-20, 20).Draw(t, "bound")
		if rapid.Bool().Draw(t, "near a decimal") {
			v = math.Round(v*1e6)/1e6 + rapid.SampledFrom([]float64{0, 1e-12, -1e-12, 1e-9, -1e-9, 1e-16}).Draw(t, "away")
		}
		read := func(s string) float64 {
			w, err := strconv.ParseFloat(s, 64)
			if err != nil {
				t.Fatal(err)
			}
			return w
		}
		if lo, hi := read(logText(v, down)), read(logText(v, up)); lo > v || hi < v || hi-lo > 1.1e-6 {
			t.Errorf("%v is written as %v and %v", v, lo, hi)
		}
		e := math.Exp(v)
		if lo, hi := read(ratioText(v, down)), read(ratioText(v, up)); lo > e || hi < e || hi-lo > 2.1e-4*e || lo == hi && v != 0 {
			t.Errorf("exp(%v) is written as %v and %v", v, lo, hi)
		}
	})
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
