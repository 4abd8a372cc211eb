package rsm

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"
)

// Mistakes in questions of the other kinds, as TestMistakes.
func TestMistakesByKind(t *testing.T) {
	query, err := Reader{Files: DemoFiles()}.ReadQuery("queries/digits.vnnlib")
	if err != nil {
		t.Fatal(err)
	}
	models := func(m map[string]string) func(*Question) {
		return func(q *Question) { q.Models = m }
	}
	for _, c := range []struct {
		kind  Kind
		spoil func(*Question)
		want  string
	}{
		{KindBounds, func(q *Question) { q.Methods = []string{"guess"} }, `Methods "guess": the methods are interval, `},
		{KindBounds, func(q *Question) { q.Methods = []string{"lp", "lp"} }, "Methods: lp is given twice"},
		{KindBounds, func(q *Question) { q.Engine = BaB }, "Engine does not go with the question bounds"},
		{KindImply, func(q *Question) { q.Class = "10" }, "Class 10 is out of range"},
		{KindImply, func(q *Question) { q.Class = "two" }, "Class two: give label, all, or a class"},
		{KindImply, func(q *Question) { q.Direction = "3=>1" }, "Direction 3=>1"},
		{KindImply, func(q *Question) { q.Margin = "-0.1" }, "Margin -0.1: it must be a finite number, zero or more"},
		{KindImply, func(q *Question) { q.Margin = "NaN" }, "Margin NaN"},
		{KindImply, func(q *Question) { q.Margin = "1e200" }, "Margin 1e200"},
		{KindImply, func(q *Question) { q.Top = -1 }, "Top -1: it must be 1 or more"},
		{KindImply, func(q *Question) { q.Top = 10 }, "every class is among the best 10"},
		{KindImply, func(q *Question) { q.GivenCorrect = true }, "GivenCorrect needs the true class"},
		{KindImply, func(q *Question) { q.Engine = MILP }, "Engine milp: give auto, bab or split"},
		{KindImply, func(q *Question) { q.Pairs = RunnerUp }, "Pairs does not go with the question imply"},
		{KindEquiv, func(q *Question) {}, "EpsilonOutput: give the largest difference"},
		{KindEquiv, func(q *Question) { q.EpsilonOutput = "-1" }, "EpsilonOutput -1"},
		{KindEquiv, func(q *Question) { q.EpsilonOutput, q.Outputs = "1", []int{10} }, "Outputs: output 10 is out of range"},
		{KindEquiv, func(q *Question) { q.EpsilonOutput, q.Outputs = "1", []int{-1} }, "Outputs: output -1 is out of range"},
		{KindEquiv, func(q *Question) { q.EpsilonOutput, q.Outputs = "1", []int{1, 1} }, "Outputs: output 1 is given twice"},
		{KindRadius, func(q *Question) { q.Region.Epsilon = 0.1 }, "Epsilon is what is asked"},
		{KindRadius, func(q *Question) { q.Region.Norm = L1 }, "Norm l1: the radius is that of L-infinity balls"},
		{KindRadius, func(q *Question) { q.Region.Contrast = 1 }, "Contrast 1: the radius"},
		{KindRadius, func(q *Question) { q.Region = Box(make([]float64, 64), make([]float64, 64)) }, "Region: give a sample"},
		{KindRadius, func(q *Question) { q.Property = "speed" }, "Property speed: give imply, margin or equiv"},
		{KindRadius, func(q *Question) { q.Property = KindMargin }, "Property margin>=: give a finite number"},
		{KindRadius, func(q *Question) { q.AtLeast = "1" }, "AtLeast goes with Property margin>=C only"},
		{KindRadius, func(q *Question) { q.Property, q.Top = KindEquiv, 2 }, "Top goes with Property imply only"},
		{KindRadius, func(q *Question) { q.Tolerance = math.NaN() }, "Tolerance NaN"},
		{KindRadius, func(q *Question) { q.MaxEpsilon = -1 }, "MaxEpsilon -1"},
		{KindRadius, func(q *Question) { q.Region.Clip = &[2]float64{0.5, 0.5} }, ""},
		{KindVerify, func(q *Question) { q.Query = nil }, "Query: give one that was read from a file"},
		{KindVerify, func(q *Question) { q.Query = &Query{} }, "Query: give one that was read from a file"},
		{KindVerify, models(nil), "Models: give the file of network f"},
		{KindVerify, models(map[string]string{"f": "models/digits-int8.onnx"}), "Models: give the file of network g"},
		{KindVerify, models(map[string]string{"h": "models/digits-int8.onnx"}), "the query has no network h, but f, g"},
		{KindVerify, models(map[string]string{"f": "models/none.onnx", "g": "models/digits-original.onnx"}), "none.onnx"},
		{KindVerify, models(map[string]string{"f": "../x.onnx", "g": "models/digits-original.onnx"}), "x.onnx"},
		{KindVerify, models(map[string]string{"f": "models", "g": "models/digits-original.onnx"}), "models: is a folder; give an .onnx or an .nnet file"},
		{KindVerify, func(q *Question) { q.N1, _, _ = Demo() }, "N1 does not go with the question verify"},
	} {
		t.Run(string(c.kind)+" "+c.want, func(t *testing.T) {
			q := sound(t)
			q.Kind, q.Pairs = c.kind, ""
			switch c.kind {
			case KindRadius:
				q.Region.Epsilon = 0
			case KindVerify:
				q = Question{Kind: KindVerify, Query: query, Files: Reader{Files: DemoFiles()},
					Models: map[string]string{"f": "models/digits-int8.onnx", "g": "models/digits-original.onnx"}}
			}
			c.spoil(&q)
			err := q.Validate()
			var f *Failure
			if err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "\n") || errors.As(err, &f) {
				t.Errorf("error %v, want one with %q", err, c.want)
			}
		})
	}
}

// Networks that no file holds are errors for every kind.
func TestNetworksThatAreNone(t *testing.T) {
	for _, kind := range []Kind{KindMargin, KindBounds, KindImply, KindEquiv, KindRadius} {
		q := sound(t)
		q.Kind, q.Pairs = kind, ""
		cut := *q.N2
		graph := *cut.Graph
		graph.Outputs = []int{len(graph.Nodes)}
		cut.Graph = &graph
		q.N2 = &cut
		if err := q.Validate(); err == nil || !strings.Contains(err.Error(), "N2: is no network") {
			t.Errorf("%s: %v", kind, err)
		}
	}
}

// What was never made or read is an error, or nothing, and no panic.
func TestNothing(t *testing.T) {
	var question *Question
	var query *Query
	var samples *Samples
	_, asked := question.Ask(context.Background())
	_, input := Input(nil, Point([]float64{0}), Preprocessing{}, "", nil)
	_, around := Input(&Network{}, samples.Sample(0), Preprocessing{}, "", nil)
	for _, err := range []error{asked, question.Validate(), input, around, query.CheckTypes(false), (&Query{}).CheckTypes(true)} {
		var invalid *Invalid
		if !errors.As(err, &invalid) {
			t.Errorf("error %v, want an Invalid", err)
		}
	}
	for _, info := range []NetworkInfo{Describe("N1", nil), Describe("N1", &Network{})} {
		if info.Name != "N1" || info.Inputs != 0 {
			t.Errorf("a network that is none is described as %+v", info)
		}
	}
	if n := samples.Size() + len(query.Networks()) + len((&Query{}).Networks()); n != 0 {
		t.Errorf("nothing has %d parts", n)
	}
}

// A context that has ended, or ends at once, gives what is known, honestly, and no
// error.
func TestEndedContexts(t *testing.T) {
	whole, err := Margin(context.Background(), sound(t))
	if err != nil {
		t.Fatal(err)
	}
	exact := whole.Pairs[0]
	cancelled, cancel := context.WithCancel(context.Background())
	cancel()
	late, cancel := context.WithDeadline(context.Background(), time.Now().Add(-time.Second))
	defer cancel()
	for name, ctx := range map[string]context.Context{"cancelled": cancelled, "late": late} {
		q := sound(t)
		q.Region.Epsilon = 0.05 // so that something is open
		r, err := Margin(ctx, q)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		p := r.Pairs[0]
		if p.Min.Proved > exact.Min.Witnessed || p.Max.Proved < exact.Max.Witnessed || p.Min.Proved > p.Min.Witnessed || p.Max.Witnessed > p.Max.Proved {
			t.Errorf("%s: %+v is not about a region that holds that of %+v", name, p, exact)
		}
		if want := map[string]string{"cancelled": "interrupted", "late": "time limit"}[name]; p.Max.Status != Exact && p.Max.Stop != want {
			t.Errorf("%s: status %s, %s", name, p.Max.Status, p.Max.Stop)
		}
	}
	q := sound(t)
	q.Timeout = time.Nanosecond
	if r, err := Margin(context.Background(), q); err != nil || r.Options.Timeout != 1e-9 {
		t.Errorf("%+v, %v", r, err)
	}
}

// Progress is told of the tasks in question, and ends when the answer is there.
func TestProgress(t *testing.T) {
	q := sound(t)
	var mu sync.Mutex
	ended, done := false, map[string]int{}
	q.Progress = func(p Progress) {
		mu.Lock()
		defer mu.Unlock()
		if ended {
			t.Error("progress after the answer")
		}
		if p.Extremum && p.Done {
			done[p.Task]++
		}
	}
	r, err := Margin(context.Background(), q)
	mu.Lock()
	ended = true
	mu.Unlock()
	if err != nil {
		t.Fatal(err)
	}
	for task, n := range done {
		if p := r.Pairs[0]; n != 1 || task != fmt.Sprintf("%v min", p.Classes()) && task != fmt.Sprintf("%v max", p.Classes()) {
			t.Errorf("the task %q ended %d times", task, n)
		}
	}
}

// One pair of networks may be asked about by several goroutines.
func TestAskedAtTheSameTime(t *testing.T) {
	q := sound(t)
	want, err := Margin(context.Background(), q)
	if err != nil {
		t.Fatal(err)
	}
	var group sync.WaitGroup
	for range 3 {
		group.Go(func() {
			r, err := Margin(context.Background(), q)
			if err != nil || r.Pairs[0].Max.Proved != want.Pairs[0].Max.Proved || r.Pairs[0].Min.Witnessed != want.Pairs[0].Min.Witnessed {
				t.Errorf("%+v, %v; alone %+v", r, err, want)
			}
		})
	}
	group.Wait()
}

// Files come from where the Reader says, whole or not at all.
func TestReaderFiles(t *testing.T) {
	n1, _, samples := Demo()
	r := Reader{Files: fstest.MapFS{"short.onnx": {Data: []byte("\x08\x08")}, "letter.npy": {Data: []byte("a letter")}, "box.vnnlib": {Data: []byte("(assert")}}}
	for _, name := range []string{"short.onnx", "none.onnx", "letter.npy", "/etc/passwd.onnx"} {
		if n, err := r.Read(name); err == nil {
			t.Errorf("%s: %v", name, n)
		}
	}
	if s, err := r.ReadSamples("letter.npy"); err == nil || !strings.HasPrefix(err.Error(), "letter.npy: ") {
		t.Errorf("%v, %v", s, err)
	}
	q := sound(t)
	q.Kind, q.Region, q.Files = KindMargin, Region{VNNLIB: "box.vnnlib"}, r
	if err := q.Validate(); err == nil || !strings.Contains(err.Error(), "box.vnnlib") {
		t.Error(err)
	}
	again, err := Reader{Files: DemoFiles()}.Read("models/digits-int8.onnx")
	if err != nil || again.SHA256 != n1.SHA256 || len(n1.SHA256) != 64 || len(samples.SHA256) != 64 {
		t.Errorf("%v, %v", again, err)
	}
	const twins = "benchmarks/twins/"
	if again, err = Read(twins + "models/digits-int8.onnx"); err != nil || again.SHA256 != n1.SHA256 {
		t.Errorf("%v, %v", again, err)
	}
	a, err := Verify(context.Background(), twins+"queries/digits.vnnlib", map[string]string{"f": twins + "models/digits-int8.onnx", "g": twins + "models/digits-original.onnx"})
	if err != nil || a.Answer != Unsat || a.Networks[0].SHA256 != n1.SHA256 || len(a.Query.SHA256) != 64 {
		t.Errorf("%+v, %v", a, err)
	}
}
