package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"rsm"
	"rsm/internal/npy"
	"rsm/network/onnx"
)

// answer runs a command that must answer, and decodes its JSON.
func answer(t *testing.T, args ...string) *rsm.Result {
	t.Helper()
	var out, stderr bytes.Buffer
	args = append([]string{"rsm"}, append(args, "--format", "json", "--quiet")...)
	if got := run(args, &out, &stderr); got != 0 {
		t.Fatalf("%q: exit status %d: %s", args, got, stderr.String())
	}
	if stderr.Len() > 0 {
		t.Errorf("%q: --quiet, and standard error has %q", args, stderr.String())
	}
	r, err := rsm.Decode(out.Bytes())
	if err != nil {
		t.Fatalf("%q: %v", args, err)
	}
	if !slices.Equal(r.Command, args) {
		t.Errorf("the result is of the command %q, it was %q", r.Command, args)
	}
	return r
}

func twinNetwork(name string) string { return filepath.Join(twins, "models", name+".onnx") }

func digits(n1, n2 string, more ...string) []string {
	return append([]string{"margin", twinNetwork("digits-" + n1), twinNetwork("digits-" + n2)}, more...)
}

// ball is the region of most tests here.
func ball(epsilon string) []string {
	return []string{"--input", filepath.Join(twins, "samples", "digits-x.npy"), "--index", "2", "--epsilon", epsilon, "--clip", "0,1"}
}

// check says what must be true of every result: order, honesty, and witnesses
// that are inputs of the region at which the networks have that margin.
func check(t *testing.T, r *rsm.Result, n1, n2 string) {
	t.Helper()
	if r.Kind != rsm.KindMargin {
		t.Errorf("the result is of kind %s", r.Kind)
	}
	if len(r.Networks) != 2 || r.Networks[0].Name != "N1" || r.Networks[1].Name != "N2" {
		t.Fatalf("networks %v", r.Networks)
	}
	for k, path := range []string{n1, n2} {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if want := fmt.Sprintf("%x", sha256.Sum256(data)); r.Networks[k].SHA256 != want {
			t.Errorf("SHA-256 of N%d is %s, want %s", k+1, r.Networks[k].SHA256, want)
		}
	}
	a, err := onnx.Read(n1)
	if err != nil {
		t.Fatal(err)
	}
	b, err := onnx.Read(n2)
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Region.Lower) != a.InputSize() || len(r.Region.Upper) != a.InputSize() {
		t.Fatalf("the region has %d and %d bounds", len(r.Region.Lower), len(r.Region.Upper))
	}
	if r.Notes == nil {
		t.Error("no list of notes")
	}
	if len(r.Pairs) == 0 {
		t.Error("no class pairs")
	}
	for _, p := range r.Pairs {
		if p.Min.Proved > p.Min.Witnessed || p.Min.Witnessed > p.Max.Witnessed || p.Max.Witnessed > p.Max.Proved {
			t.Errorf("%d:%d: not in order: %v %v %v %v", p.I, p.J, p.Min.Proved, p.Min.Witnessed, p.Max.Witnessed, p.Max.Proved)
		}
		for _, e := range []rsm.Extremum{p.Min, p.Max} {
			if len(e.Witness) != len(r.Region.Lower) {
				t.Fatalf("%d:%d: the witness has %d features", p.I, p.J, len(e.Witness))
			}
			for i, x := range e.Witness {
				if x < r.Region.Lower[i] || x > r.Region.Upper[i] {
					t.Errorf("%d:%d: feature %d of the witness is %v, outside of %v, %v", p.I, p.J, i, x, r.Region.Lower[i], r.Region.Upper[i])
				}
			}
			y1, y2 := a.Logits(rsm.Floats(e.Witness)), b.Logits(rsm.Floats(e.Witness))
			if got := (y1[p.I] - y1[p.J]) - (y2[p.I] - y2[p.J]); math.Abs(got-float64(e.Witnessed)) > 1e-9 {
				t.Errorf("%d:%d: the networks have r = %v at the witness of %v", p.I, p.J, got, e.Witnessed)
			}
			gap := math.Abs(float64(e.Proved - e.Witnessed))
			if math.Abs(gap-float64(e.Gap)) > 1e-12 {
				t.Errorf("%d:%d: gap %v, want %v", p.I, p.J, e.Gap, gap)
			}
			if e.Status == "exact" && gap > float64(*r.Options.Gap) {
				t.Errorf("%d:%d: exact with gap %v", p.I, p.J, gap)
			}
			if e.Status != "exact" && e.Status != "bounded" {
				t.Errorf("%d:%d: status %q", p.I, p.J, e.Status)
			}
			if e.Rigor != "certified" && e.Rigor != "solver" {
				t.Errorf("%d:%d: rigor %q", p.I, p.J, e.Rigor)
			}
		}
	}
}

func exact(t *testing.T, r *rsm.Result) {
	t.Helper()
	for _, p := range r.Pairs {
		if p.Min.Status != "exact" || p.Max.Status != "exact" {
			t.Errorf("%d:%d: %s, %s", p.I, p.J, p.Min.Status, p.Max.Status)
		}
	}
}

// agree compares the extremes of two exact results.
func agree(t *testing.T, a, b *rsm.Result, tolerance float64) {
	t.Helper()
	if len(a.Pairs) != len(b.Pairs) {
		t.Fatalf("%d pairs and %d pairs", len(a.Pairs), len(b.Pairs))
	}
	for k, p := range a.Pairs {
		q := b.Pairs[k]
		if p.I != q.I || p.J != q.J {
			t.Fatalf("pair %d:%d and pair %d:%d", p.I, p.J, q.I, q.J)
		}
		for _, v := range [][2]rsm.Float{
			{p.Min.Witnessed, q.Min.Witnessed}, {p.Min.Proved, q.Min.Proved},
			{p.Max.Witnessed, q.Max.Witnessed}, {p.Max.Proved, q.Max.Proved},
		} {
			if !(math.Abs(float64(v[0]-v[1])) <= tolerance) {
				t.Errorf("%d:%d: %v and %v", p.I, p.J, v[0], v[1])
			}
		}
	}
}

func TestDemoResult(t *testing.T) {
	r := answer(t, "demo", "--epsilon", "0.02")
	check(t, r, twinNetwork("digits-int8"), twinNetwork("digits-original"))
	exact(t, r)
	if len(r.Pairs) != 9 {
		t.Errorf("%d class pairs", len(r.Pairs))
	}
	for k, name := range []string{rsm.DemoN1, rsm.DemoN2} {
		if r.Networks[k].File != "embedded "+name {
			t.Errorf("the file of N%d is %q", k+1, r.Networks[k].File)
		}
	}
	if r.Region.Source.Input != "embedded "+rsm.DemoSamples {
		t.Errorf("the region comes from %v", r.Region.Source)
	}
}

// The same box in four forms gives the same bounds, to the last bit.
func TestRegionForms(t *testing.T) {
	const epsilon = 0.015625
	dir := t.TempDir()
	box := filepath.Join(dir, "box.vnnlib")
	if err := writeBox(box, 0, 1, filepath.Join(twins, "samples", "digits-x.npy"), 2, epsilon, 10); err != nil {
		t.Fatal(err)
	}
	radii := npy.Array{Shape: []int{64}}
	for range 64 {
		radii.Data = append(radii.Data, epsilon)
	}
	file := filepath.Join(dir, "epsilon.npy")
	if err := npy.Write(file, radii); err != nil {
		t.Fatal(err)
	}
	var first *rsm.Result
	for _, region := range [][]string{
		ball(fmt.Sprint(epsilon)),
		ball(file),
		{"--box", box + ".lo.npy," + box + ".hi.npy"},
		{"--vnnlib", box},
	} {
		r := answer(t, append(digits("original", "int8", region...), "--pairs", "0:1,4:2")...)
		check(t, r, twinNetwork("digits-original"), twinNetwork("digits-int8"))
		exact(t, r)
		if first == nil {
			first = r
		}
		agree(t, first, r, 0)
		for i := range r.Region.Lower {
			if r.Region.Lower[i] != first.Region.Lower[i] || r.Region.Upper[i] != first.Region.Upper[i] {
				t.Fatalf("%q: feature %d has another range", region, i)
			}
		}
	}
}

// A radius of zero fixes a feature.
func TestFixedFeatures(t *testing.T) {
	radii := npy.Array{Shape: []int{64}, Data: make([]float64, 64)}
	for i := 20; i < 40; i++ {
		radii.Data[i] = 0.1
	}
	file := filepath.Join(t.TempDir(), "epsilon.npy")
	if err := npy.Write(file, radii); err != nil {
		t.Fatal(err)
	}
	r := answer(t, append(digits("original", "int8", ball(file)...), "--pairs", "0:1")...)
	check(t, r, twinNetwork("digits-original"), twinNetwork("digits-int8"))
	exact(t, r)
	for i := range radii.Data {
		if fixed := r.Region.Lower[i] == r.Region.Upper[i]; fixed && i >= 20 && i < 40 || !fixed && radii.Data[i] == 0 {
			t.Errorf("feature %d has the range %v, %v", i, r.Region.Lower[i], r.Region.Upper[i])
		}
	}
	// All fixed: r at the sample.
	r = answer(t, append(digits("original", "int8", ball("0")...), "--pairs", "all")...)
	check(t, r, twinNetwork("digits-original"), twinNetwork("digits-int8"))
	exact(t, r)
	if len(r.Pairs) != 45 {
		t.Errorf("%d pairs", len(r.Pairs))
	}
}

func TestEncodingsEnginesAndJobsAgree(t *testing.T) {
	args := append(digits("original", "int8", ball("0.008")...), "--pairs", "0:1,2:9")
	auto := answer(t, append(args, "--jobs", "1")...)
	exact(t, auto)
	two := answer(t, append(args, "--jobs", "2")...)
	agree(t, auto, two, 0)
	plain := answer(t, append(args, "--encoding", "plain")...)
	check(t, plain, twinNetwork("digits-original"), twinNetwork("digits-int8"))
	exact(t, plain)
	agree(t, auto, plain, 2e-6)
	bab := answer(t, append(args, "--engine", "bab")...)
	check(t, bab, twinNetwork("digits-original"), twinNetwork("digits-int8"))
	exact(t, bab)
	agree(t, auto, bab, 2e-6)
	// Exchanging the networks turns minimum and maximum about.
	back := answer(t, append(digits("int8", "original", ball("0.008")...), "--pairs", "0:1,2:9")...)
	for k, p := range auto.Pairs {
		q := back.Pairs[k]
		if math.Abs(float64(p.Min.Witnessed+q.Max.Witnessed)) > 2e-6 || math.Abs(float64(p.Max.Witnessed+q.Min.Witnessed)) > 2e-6 {
			t.Errorf("%d:%d: %v, %v and exchanged %v, %v", p.I, p.J, p.Min.Witnessed, p.Max.Witnessed, q.Min.Witnessed, q.Max.Witnessed)
		}
	}
}

// Bounds at a limit hold what the exact run found.
func TestLimitsAreHonest(t *testing.T) {
	args := append(digits("original", "pruned30", ball("0.02")...), "--pairs", "0:1")
	whole := answer(t, args...)
	check(t, whole, twinNetwork("digits-original"), twinNetwork("digits-pruned30"))
	exact(t, whole)
	for _, limit := range [][]string{{"--timeout", "1ms"}, {"--timeout", "50ms"}, {"--nodes", "1"}, {"--gap", "0.1"}, {"--relative-gap", "0.5"}} {
		r := answer(t, append(args, limit...)...)
		if limit[0] != "--relative-gap" {
			check(t, r, twinNetwork("digits-original"), twinNetwork("digits-pruned30"))
		}
		p, q := r.Pairs[0], whole.Pairs[0]
		const slack = 1e-9
		if p.Min.Proved > q.Min.Witnessed+slack || p.Max.Proved < q.Max.Witnessed-slack ||
			p.Min.Witnessed < q.Min.Proved-slack || p.Max.Witnessed > q.Max.Proved+slack {
			t.Errorf("%q: %v to %v with witnesses %v, %v; exact %v to %v", limit, p.Min.Proved, p.Max.Proved, p.Min.Witnessed, p.Max.Witnessed, q.Min.Witnessed, q.Max.Witnessed)
		}
		if limit[0] == "--gap" {
			exact(t, r)
		}
	}
}

// eval gives the logits that onnxruntime computed in float32.
func TestEvalAgreesWithOnnxruntime(t *testing.T) {
	for _, name := range []string{"digits-original", "digits-float16", "mnist-2x20-int8"} {
		want, err := npy.Read(filepath.Join(twins, "expected", name+".output.npy"))
		if err != nil {
			t.Fatal(err)
		}
		samples := "digits-x.npy"
		if name[0] == 'm' {
			samples = "mnist-x.npy"
		}
		for _, k := range []int{0, 57, 99} {
			var out, stderr bytes.Buffer
			args := []string{"rsm", "eval", twinNetwork(name), "--input", filepath.Join(twins, "samples", samples), "--index", fmt.Sprint(k), "--format", "json"}
			if run(args, &out, &stderr) != 0 {
				t.Fatalf("%q: %s", args, stderr.String())
			}
			var got struct {
				Logits   []float64
				Decision int
				Network  struct{ SHA256 string }
			}
			if err := json.Unmarshal(out.Bytes(), &got); err != nil {
				t.Fatal(err)
			}
			row, err := want.Row(k)
			if err != nil {
				t.Fatal(err)
			}
			best := 0
			for j, v := range row {
				if math.Abs(v-got.Logits[j]) > 1e-4 {
					t.Errorf("%s, sample %d, class %d: %v, onnxruntime has %v", name, k, j, got.Logits[j], v)
				}
				if v > row[best] {
					best = j
				}
			}
			if got.Decision != best || len(got.Network.SHA256) != 64 {
				t.Errorf("%s, sample %d: decision %d, SHA-256 %q", name, k, got.Decision, got.Network.SHA256)
			}
		}
	}
}

// The names of classes that a file has are shown, on one line.
func TestClassNames(t *testing.T) {
	data, err := os.ReadFile(twinNetwork("digits-int8"))
	if err != nil {
		t.Fatal(err)
	}
	named := filepath.Join(t.TempDir(), "named.onnx")
	entry := field(field(nil, 1, []byte("class_names")), 2, []byte(`["0", "1", "two\nlines", "3", "4", "5", "6", "7", "8", "9"]`))
	if err := os.WriteFile(named, field(data, 14, entry), 0o644); err != nil {
		t.Fatal(err)
	}
	args := append([]string{"margin", twinNetwork("digits-original"), named}, ball("0.001")...)
	args = append(args, "--label", "2", "--pairs", "2:3")
	if r := answer(t, args...); len(r.ClassNames) != 10 || r.ClassNames[2] != "two\nlines" || r.Networks[0].ClassNames != nil {
		t.Errorf("names %q, of N1 %q", r.ClassNames, r.Networks[0].ClassNames)
	}
	var out, stderr bytes.Buffer
	if got := run(append([]string{"rsm"}, args...), &out, &stderr); got != 0 || !strings.Contains(out.String(), "\nlabel   2, two lines (given)\n") {
		t.Errorf("exit status %d, %s%s", got, out.String(), stderr.String())
	}
}

// brokenWriter fails as a full disk does.
type brokenWriter struct{}

func (brokenWriter) Write([]byte) (int, error) { return 0, fmt.Errorf("no space left on device") }

// A result that could not be written is no success.
func TestStandardOutputFails(t *testing.T) {
	for _, args := range [][]string{
		{"version"},
		{"inspect", twinNetwork("digits-int8")},
		{"eval", twinNetwork("digits-int8"), "--input", filepath.Join(twins, "samples", "digits-x.npy")},
		{"demo", "--epsilon", "0", "--pairs", "0:1"},
		{"demo", "--epsilon", "0", "--pairs", "0:1", "--format", "json"},
	} {
		var stderr bytes.Buffer
		if got := run(append([]string{"rsm"}, args...), brokenWriter{}, &stderr); got != exitFailure {
			t.Errorf("%q: exit status %d, %s", args, got, stderr.String())
		}
	}
}
