package onnx

import (
	"encoding/json"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"rsm/network"
)

// quantizedFile is what testdata/quantized.py writes about a file.
type quantizedFile struct {
	Options string
	X, Y    [][]float64
	ReLUs   []int // nil where they are not counted
	Tensors []string
	Levels  [][][]float64 // by sample and tensor
}

// rounding counts where ONNX Runtime's levels differ from those of real arithmetic.
type rounding struct {
	samples, differing int
	levels, first      int     // compared, and different though all levels before are equal
	ties, tied         int     // operands that are half-way exactly, and of those that differ first
	farthest           float64 // of those that differ first, from the half-way point, in steps
	output             float64 // largest relative difference of outputs where all levels agree
}

// TestQuantizedFiles compares the networks that testdata/quantized.py made with what ONNX
// Runtime computes, with its optimizations off: all levels are equal but next to half-way points.
func TestQuantizedFiles(t *testing.T) {
	compareQuantized(t, filepath.Join("testdata", "quantized"))
}

// TestQuantizedRuntime does so for fresh ones.
func TestQuantizedRuntime(t *testing.T) {
	python := os.Getenv("RSM_PYTHON")
	if python == "" {
		t.Skip("RSM_PYTHON is not set: set it to a Python with testdata/requirements.txt installed")
	}
	if exec.Command(python, "-c", "import onnx, onnxruntime").Run() != nil {
		t.Skip("RSM_PYTHON has no onnxruntime: install testdata/requirements.txt")
	}
	folder := t.TempDir()
	if out, err := exec.Command(python, filepath.Join("testdata", "quantized.py"), folder, "100", "100", "2").CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	compareQuantized(t, folder)
}

func compareQuantized(t *testing.T, folder string) {
	data, err := os.ReadFile(filepath.Join(folder, "cases.json"))
	if err != nil {
		t.Fatal(err)
	}
	var files map[string]*quantizedFile
	if err := json.Unmarshal(data, &files); err != nil {
		t.Fatal(err)
	}
	if len(files) < 30 {
		t.Fatalf("%d files only", len(files))
	}
	total := map[string]*rounding{} // by type of the activations
	for name, f := range files {
		model, err := ReadModel(filepath.Join(folder, name+".onnx"), Wanted{Hidden: f.Tensors})
		if err != nil {
			t.Errorf("%s (%s): %v", name, f.Options, err)
			continue
		}
		typ := strings.Fields(f.Options)[1]
		if total[typ] == nil {
			total[typ] = &rounding{}
		}
		f.compare(t, name, model, total[typ])
		f.layers(t, name, model)
	}
	for typ, r := range total {
		t.Logf("%s: %d of %d samples, %d of %d levels differ first, at most %.2g steps from half-way, %d of them of %d that are half-way; else outputs differ by %.2g",
			typ, r.differing, r.samples, r.first, r.levels, r.farthest, r.tied, r.ties, r.output)
	}
}

// layers checks that the ReLU layers are those of the network that was quantized, and perhaps
// one of logits that no sample of the calibration had below zero.
func (f *quantizedFile) layers(t *testing.T, name string, model *network.Model) {
	var sizes []int
	for _, v := range model.Nodes {
		if _, ok := v.Op.(network.ReLU); ok {
			sizes = append(sizes, v.Size)
		}
	}
	if n := len(f.ReLUs); f.ReLUs != nil && (len(sizes) < n || len(sizes) > n+1 || !slices.Equal(sizes[:n], f.ReLUs)) {
		t.Errorf("%s (%s): ReLU layers of %v instead of %v", name, f.Options, sizes, f.ReLUs)
	}
}

func (f *quantizedFile) compare(t *testing.T, name string, model *network.Model, r *rounding) {
	e := network.NewEvaluator(model.Graph)
	for k, x := range f.X {
		e.Forward(x)
		r.samples++
		equal := true
		for i, tensor := range f.Tensors {
			node := model.Hidden[tensor].Node
			got, want := e.Value(node), f.Levels[k][i]
			if len(got) != len(want) {
				t.Fatalf("%s (%s): tensor %s has %d elements instead of %d", name, f.Options, tensor, len(got), len(want))
			}
			op, quantize := model.Nodes[node].Op.(*network.Quantize)
			for j := range got {
				r.levels++
				tie := false
				if quantize {
					z := e.Value(model.Nodes[node].Inputs[0])[j]
					tie = got[j] < op.Hi && z == op.Threshold(j, got[j]) || got[j] > op.Lo && z == op.Threshold(j, got[j]-1)
				}
				if tie {
					r.ties++
				}
				if got[j] == want[j] {
					continue
				}
				equal = false
				r.first++
				if tie {
					r.tied++
				}
				if !quantize {
					t.Fatalf("%s (%s): tensor %s: %v instead of %v", name, f.Options, tensor, got[j], want[j])
				}
				step := op.Step[j%len(op.Step)]
				z := e.Value(model.Nodes[node].Inputs[0])[j]
				away := math.Abs(z-op.Threshold(j, min(got[j], want[j]))) / step
				if math.Abs(got[j]-want[j]) > 1 || away > 1e-6*(op.Hi-op.Lo) {
					t.Errorf("%s (%s): tensor %s: level %v instead of %v, %.2g steps from half-way", name, f.Options, tensor, got[j], want[j], away)
				}
				r.farthest = max(r.farthest, away)
			}
			if !equal {
				break // levels after these are of other numbers
			}
		}
		if !equal {
			r.differing++
			continue
		}
		r.output = max(r.output, compare(t, e.Value(model.Output.Node), f.Y[k], false, 1e-5))
	}
}
