package onnx

import (
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"rsm/network"
)

// seeds are valid models, and models with one fault each.
func seeds(tb testing.TB) (valid, faulty [][]byte) {
	for _, cases := range [][]operatorCase{operatorCases, piecewiseCases, movingCases, foldingCases, realCases, linearCases, resizeCases} {
		for _, c := range cases {
			valid = append(valid, c.model.bytes())
		}
	}
	for _, cases := range [][]errorCase{errorCases, moreErrorCases, realErrors, linearErrors, resizeErrors} {
		for _, c := range cases {
			faulty = append(faulty, c.model.bytes())
		}
	}
	for _, c := range quantizedCases {
		valid = append(valid, c.model.bytes())
	}
	valid = append(append(append(valid, quantSeeds()...), integerSeeds()...), roundSeeds()...)
	for _, c := range quantErrors {
		faulty = append(faulty, c.model.bytes())
	}
	valid = append(valid,
		with(newModel(17, 1, 2).my("Leak", "x", "y", floatOf("slope", 0.25)).bytes(),
			functionOf("Leak", "a", "r", "", 17, new(builder).node("LeakyRelu", "a", "r", referring("alpha", floatAttribute, "slope")), floatOf("slope", 0.5))),
		newModel(13, 1, 2).sparse(sparseOf("w", []int64{2, 3}, tensorOf("i", int64Type, []int{1, 2}, 0, 1), 4)).node("MatMul", "x w", "y").bytes(),
		newModel(13, 1, 2).node("Neg", "h", "y").node("Relu", "x", "h").bytes())
	for _, c := range quantizedErrors {
		faulty = append(faulty, c.model.bytes())
	}
	for _, c := range endings {
		valid = append(valid, c.model.bytes())
	}
	for _, c := range classifiers {
		valid = append(valid, c.model.bytes())
	}
	for _, c := range labelCases {
		if c.output == "" {
			valid = append(valid, c.model.bytes())
		}
	}
	for _, c := range slices.Concat(learningErrors, fusedErrors) {
		faulty = append(faulty, c.model.bytes())
	}
	files, err := filepath.Glob(filepath.Join("testdata", "*", "*0.onnx"))
	if err != nil {
		tb.Fatal(err)
	}
	contributed, err := filepath.Glob(filepath.Join("testdata", "contributed", "*.onnx"))
	if err != nil {
		tb.Fatal(err)
	}
	for _, path := range append(files, contributed...) {
		data, err := os.ReadFile(path)
		if err != nil {
			tb.Fatal(err)
		}
		valid = append(valid, data)
	}
	return valid, faulty
}

// FuzzDecode: any content gives a network that evaluates, or an error of one
// line.
func FuzzDecode(f *testing.F) {
	valid, faulty := seeds(f)
	for _, data := range append(valid, faulty...) {
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		net, err := Decode(data)
		if err != nil {
			if strings.ContainsAny(err.Error(), "\n\r") || len(err.Error()) > 2000 {
				t.Fatalf("the error is not one short line: %q", err)
			}
			return
		}
		work := 0
		for _, v := range net.Nodes {
			if v.Shape.Size() != v.Size || v.Size <= 0 {
				t.Fatalf("node %q has %d values and shape %v", v.Name, v.Size, v.Shape)
			}
			work += v.Size
		}
		if work < 1<<16 && net.Parameters() < 1<<16 {
			if y := net.Logits(make([]float64, net.InputSize())); len(y) != net.Classes() || len(y) < 2 {
				t.Fatalf("%d logits of %d classes", len(y), net.Classes())
			}
		}
	})
}

// A truncated file gives an error or the same network.
func TestTruncation(t *testing.T) {
	valid, _ := seeds(t)
	for k, data := range valid {
		whole, err := Decode(data)
		if err != nil {
			t.Fatalf("seed %d: %v", k, err)
		}
		for n := range data {
			if part, err := Decode(data[:n]); err == nil && !sameFunction(whole.Graph, part.Graph) {
				t.Errorf("seed %d: the first %d of %d bytes are another network", k, n, len(data))
			}
		}
	}
}

// sameFunction says whether two graphs are equal node by node.
func sameFunction(a, b *network.Graph) bool {
	if len(a.Nodes) != len(b.Nodes) || a.Outputs[0] != b.Outputs[0] || !a.Nodes[0].Shape.Equal(b.Nodes[0].Shape) {
		return false
	}
	for i, v := range a.Nodes[1:] {
		w := b.Nodes[i+1]
		if !slices.Equal(v.Inputs, w.Inputs) || !v.Shape.Equal(w.Shape) || !v.Op.Equal(w.Op) {
			return false
		}
	}
	return true
}

// A small file cannot ask for much memory: neither by its dimensions, nor by
// broadcasting, nor by using a tensor many times.
func TestMemory(t *testing.T) {
	wide := newModel(13, 1, 1<<21).floats("w", nil, 2)
	name := "x"
	for i := range 40 {
		next := string(rune('a'+i%26)) + strings.Repeat("'", i/26)
		wide.node("Mul", name+" w", next+"_")
		name = next + "_"
	}
	wide.node("Relu", name, "y")
	models := [][]byte{wide.bytes()}
	_, faulty := seeds(t)
	for _, data := range append(models, faulty...) {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		_, err := Decode(data)
		runtime.ReadMemStats(&after)
		if used := after.TotalAlloc - before.TotalAlloc; used > 100<<20 {
			t.Errorf("%d bytes made Decode allocate %d bytes (%v)", len(data), used, err)
		}
	}
}
