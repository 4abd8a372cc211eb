package rsm

import (
	"context"
	"errors"
	"math"
	"strings"
	"testing"
	"time"

	"rsm/formula"
)

// sound is a question that every test of mistakes starts from.
func sound(t *testing.T) Question {
	t.Helper()
	n1, n2, samples := Demo()
	return Question{N1: n1, N2: n2, Region: Ball(samples.Sample(0), 0.01).Clipped(0, 1), Pairs: RunnerUp}
}

// Mistakes of callers are errors before any work, and name the field.
func TestMistakes(t *testing.T) {
	nan := math.NaN()
	class := func(c int) *int { return &c }
	patch := func(row, column, height, width int) []Patch {
		return []Patch{{Row: row, Column: column, Height: height, Width: width}}
	}
	for name, c := range map[string]struct {
		spoil func(*Question)
		want  string
	}{
		"no N1":            {func(q *Question) { q.N1 = nil }, "N1: the network is nil"},
		"no N2":            {func(q *Question) { q.N2 = nil }, "N2: the network is nil"},
		"an empty network": {func(q *Question) { q.N2 = &Network{} }, "N2: is no network"},
		"no region":        {func(q *Question) { q.Region = Region{} }, "give exactly one of a sample, a box"},
		"no radius":        {func(q *Question) { q.Region = Region{Sample: q.Region.Sample} }, "nothing moves the sample"},
		"patches, no radius": {func(q *Question) {
			q.Region = Region{Sample: q.Region.Sample, Patches: patch(0, 0, 1, 1), ImageShape: []int{8, 8}}
		}, "Patches needs Epsilon, or Free and Clip"},
		"two radii":             {func(q *Question) { q.Region.Epsilons = Point(make([]float64, 64)) }, "Epsilons takes the place of Epsilon"},
		"two regions":           {func(q *Question) { q.Region.VNNLIB = "x" }, "give exactly one of"},
		"short sample":          {func(q *Question) { q.Region.Sample = Point(make([]float64, 63)) }, "63"},
		"empty sample":          {func(q *Question) { q.Region.Sample = Point([]float64{}) }, "0"},
		"NaN in the sample":     {func(q *Question) { x := make([]float64, 64); x[5] = nan; q.Region.Sample = Point(x) }, "element 5 of sample 0 is NaN"},
		"no such sample":        {func(q *Question) { q.Region.Sample.index = 100 }, "index 100 is out of range"},
		"negative sample":       {func(q *Question) { q.Region.Sample.index = -1 }, "index -1 is out of range"},
		"negative radius":       {func(q *Question) { q.Region.Epsilon = -0.1 }, "epsilon is -0.1"},
		"NaN radius":            {func(q *Question) { q.Region.Epsilon = nan }, "epsilon is NaN"},
		"infinite radius":       {func(q *Question) { q.Region.Epsilon = math.Inf(1) }, "epsilon is +Inf"},
		"too few radii":         {func(q *Question) { q.Region.Epsilon, q.Region.Epsilons = 0, Point([]float64{1, 2}) }, "2"},
		"inverted clip":         {func(q *Question) { q.Region.Clip = &[2]float64{1, 0} }, "clip range 1,0 is inverted"},
		"NaN clip":              {func(q *Question) { q.Region.Clip = &[2]float64{nan, 1} }, "clip"},
		"radius and epsilon":    {func(q *Question) { q.Region.Radius = "8/255" }, "Radius takes the place of Epsilon"},
		"radius of l1":          {func(q *Question) { q.Region = Region{Sample: q.Region.Sample, Radius: "8/256", Norm: L1} }, "Radius 8/256: a radius as a fraction goes with no other change and no other norm; give the number 0.03125"},
		"radius below zero":     {func(q *Question) { q.Region = Region{Sample: q.Region.Sample, Radius: "-8/255"} }, "Radius -8/255: is below zero"},
		"radius of nothing":     {func(q *Question) { q.Region = Region{Sample: q.Region.Sample, Radius: "8/0"} }, "Radius 8/0: is not a fraction"},
		"radius without sample": {func(q *Question) { q.Region = Region{VNNLIB: "x", Radius: "8/255"} }, "Radius goes with a sample only"},
		"clip off the sample":   {func(q *Question) { q.Region.Clip = &[2]float64{2, 3} }, "outside the input domain"},
		"unknown norm":          {func(q *Question) { q.Region.Norm = "l2" }, "Norm l2: give linf or l1"},
		"L1 ball of zero":       {func(q *Question) { q.Region = Ball(q.Region.Sample, 0); q.Region.Norm = L1 }, "nothing is free"},
		"L1 ball, split":        {func(q *Question) { q.Region.Norm, q.Engine = L1, Split }, "Engine split splits boxes"},
		"NaN brightness":        {func(q *Question) { q.Region.Brightness = nan }, "brightness is NaN"},
		"negative contrast":     {func(q *Question) { q.Region.Contrast = -1 }, "contrast is -1"},
		"patch off":             {func(q *Question) { q.Region.Patches, q.Region.ImageShape = patch(7, 0, 2, 1), []int{8, 8} }, "Patches 7,0,2,1 is not inside"},
		"patch of nothing":      {func(q *Question) { q.Region.Patches, q.Region.ImageShape = []Patch{{}}, []int{8, 8} }, "is not inside"},
		"huge patch": {func(q *Question) {
			q.Region.Patches, q.Region.ImageShape = patch(1, 1, math.MaxInt, 1), []int{8, 8}
		}, "is not inside"},
		"no image":      {func(q *Question) { q.Region.Patches = patch(0, 0, 1, 1) }, "not as an image"},
		"another image": {func(q *Question) { q.Region.Patches, q.Region.ImageShape = patch(0, 0, 1, 1), []int{8, 9} }, "an image of 72 values"},
		"overflowing image": {func(q *Question) {
			q.Region.Patches, q.Region.ImageShape = patch(0, 0, 1, 1), []int{math.MaxInt, math.MaxInt}
		}, "ImageShape"},
		"negative image":      {func(q *Question) { q.Region.Patches, q.Region.ImageShape = patch(0, 0, 1, 1), []int{-8, -8} }, "ImageShape"},
		"image, no patch":     {func(q *Question) { q.Region.ImageShape = []int{8, 8} }, "ImageShape goes with Patches"},
		"free, no patch":      {func(q *Question) { q.Region.Free = true }, "Free goes with Patches only"},
		"inverted box":        {func(q *Question) { q.Region = Box([]float64{1, 0}, []float64{0, 1}) }, "feature 0 has lower bound 1 above upper bound 0"},
		"box of NaN":          {func(q *Question) { q.Region = Box([]float64{nan}, []float64{0}) }, "feature 0 has bound NaN"},
		"half a box":          {func(q *Question) { q.Region = Box([]float64{1}, nil) }, "1 elements, the upper bounds 0"},
		"box of other size":   {func(q *Question) { q.Region = Box([]float64{0, 0}, []float64{1, 1}) }, "the region has 2 features, the networks take 64"},
		"box with a radius":   {func(q *Question) { q.Region = Box([]float64{0}, []float64{1}); q.Region.Epsilon = 1 }, "Epsilon goes with a sample only"},
		"no such file":        {func(q *Question) { q.Region = Region{VNNLIB: "none.vnnlib"} }, "none.vnnlib"},
		"label too large":     {func(q *Question) { q.Label = class(10) }, "Label 10 is out of range: the networks have classes 0 to 9"},
		"negative label":      {func(q *Question) { q.Label = class(-1) }, "Label -1 is out of range"},
		"pair of one":         {func(q *Question) { q.Pairs = "1:1" }, "Pairs 1:1: pair 1:1 has one class only"},
		"pair out of range":   {func(q *Question) { q.Pairs = "1:10" }, "out of range"},
		"no pair":             {func(q *Question) { q.Pairs = "best" }, "is not a class pair"},
		"same pair":           {func(q *Question) { q.Pairs = "1:2,1:2" }, "given twice"},
		"no threshold":        {func(q *Question) { q.AtLeast = "none" }, "AtLeast none: give a finite number"},
		"huge threshold":      {func(q *Question) { q.AtMost = "1e999" }, "AtMost 1e999: give a number of at most"},
		"endless threshold":   {func(q *Question) { q.AtMost = "1e999999999" }, "AtMost 1e999999999"},
		"divided by zero":     {func(q *Question) { q.AtMost = "1/0" }, "AtMost 1/0"},
		"NaN gap":             {func(q *Question) { q.Gap = nan }, "Gap NaN: it must be above zero"},
		"negative gap":        {func(q *Question) { q.RelativeGap = -1 }, "RelativeGap -1"},
		"jobs":                {func(q *Question) { q.Jobs = -1 }, "Jobs -1"},
		"nodes":               {func(q *Question) { q.Nodes = -1 }, "Nodes -1"},
		"time":                {func(q *Question) { q.Timeout = -time.Second }, "Timeout -1s"},
		"engine":              {func(q *Question) { q.Engine = "best" }, "Engine best: give auto, bab, split or milp"},
		"encoding":            {func(q *Question) { q.Encoding = "best" }, "Encoding best"},
		"engine and encoding": {func(q *Question) { q.Encoding, q.Engine = PlainEncoding, BaB }, "Encoding plain goes with"},
		"option of HiGHS":     {func(q *Question) { q.HiGHS = map[string]string{"mip_max_nodes": "5"} }, "mip_max_nodes is not for users"},
		"another kind":        {func(q *Question) { q.Kind = KindImply }, "Kind imply does not go with the function that asks for margin"},
		"another's field":     {func(q *Question) { q.Top = 2 }, "Top does not go with the question margin, but with imply, radius"},
		"a query":             {func(q *Question) { q.Query = &Query{} }, "Query does not go with the question margin"},
	} {
		t.Run(name, func(t *testing.T) {
			q := sound(t)
			q.Progress = func(Progress) { t.Error("the search began") }
			c.spoil(&q)
			r, err := Margin(context.Background(), q)
			if err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "\n") {
				t.Errorf("error %v, want one with %q", err, c.want)
			}
			var f *Failure
			if r != nil || errors.As(err, &f) {
				t.Errorf("result %v, error %#v", r, err)
			}
		})
	}
	q := sound(t)
	var none context.Context
	if _, err := Margin(none, q); err == nil {
		t.Error("a nil context is no error")
	}
	if q.Kind != "" {
		t.Error("the question was changed")
	}
	if err := q.Validate(); err == nil {
		t.Error("a question without a kind is no error")
	}
	if q.Kind = KindMargin; q.Validate() != nil {
		t.Error(q.Validate())
	}
}

// A region is that of its own question only, whatever was asked before with its parts.
func TestRegionsAreNotShared(t *testing.T) {
	q := sound(t)
	ask := func(q Question) PairRange {
		t.Helper()
		r, err := Margin(context.Background(), q)
		if err != nil {
			t.Fatal(err)
		}
		return r.Pairs[0]
	}
	before := ask(q)
	wider := q
	wider.Region.Epsilon = 0.02
	wide := ask(wider)
	if !(wide.Min.Proved <= before.Min.Witnessed && wide.Max.Proved >= before.Max.Witnessed) || wide.Max.Gap+before.Max.Gap > 3e-6 {
		t.Errorf("%+v in the wider ball, %+v in the narrower", wide, before)
	}
	l1 := q
	l1.Region.Norm = L1
	if r := ask(l1); !(r.Min.Proved >= before.Min.Proved-1e-6 && r.Max.Proved <= before.Max.Proved+1e-6) {
		t.Errorf("%+v in the L1 ball, %+v in that of the same radius around it", r, before)
	}
	again := ask(q)
	if again.Min.Proved != before.Min.Proved || again.Max.Witnessed != before.Max.Witnessed || again.Max.Nodes != before.Max.Nodes {
		t.Errorf("%+v, and asked again %+v", before, again)
	}
}

// The float64 that stands for a threshold is on the side where keeping to the one and
// to the other is the same, and no other float64 is between them.
func TestThresholdsAreDecimals(t *testing.T) {
	for _, text := range []Decimal{"0.1", "0.25", "-1/3", "1e-30", "1e-400", "-0.3", "0"} {
		exact, err := text.Rat()
		if err != nil {
			t.Fatal(err)
		}
		up, err1 := threshold("AtLeast", text, 1)
		down, err2 := threshold("AtMost", text, -1)
		if err1 != nil || err2 != nil {
			t.Fatal(err1, err2)
		}
		if *up != math.Nextafter(*down, math.Inf(1)) && *up != *down || formula.Float(*up).Cmp(exact) < 0 || formula.Float(*down).Cmp(exact) > 0 {
			t.Errorf("%s: at least %v, at most %v", text, *up, *down)
		}
	}
}
