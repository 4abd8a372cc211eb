package onnx

import (
	"encoding/json"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"

	"rsm/network"
)

// TestDifferential compares random models of all operators with ONNX Runtime.
// testdata/differential.py made them.
func TestDifferential(t *testing.T) {
	differential(t, filepath.Join("testdata", "differential"), 100)
}

// TestPiecewiseDifferential compares random models of piecewise-linear functions
// and of moves with ONNX Runtime. testdata/piecewise.py made them.
func TestPiecewiseDifferential(t *testing.T) {
	differential(t, filepath.Join("testdata", "piecewise"), 150)
}

// TestWeights compares models whose weights are quantized in many forms with ONNX Runtime.
// testdata/weights.py made them.
func TestWeights(t *testing.T) {
	differential(t, filepath.Join("testdata", "weights"), 40)
}

// TestComputed compares models of Resize, of computed weights and of linear operators with
// constants with ONNX Runtime. testdata/computed.py made them.
func TestComputed(t *testing.T) {
	differential(t, filepath.Join("testdata", "computed"), 45)
}

// TestWeightsRuntime does so for fresh ones.
func TestWeightsRuntime(t *testing.T) { fresh(t, "weights.py", 300) }

// TestComputedRuntime does so for fresh ones.
func TestComputedRuntime(t *testing.T) { fresh(t, "computed.py", 270) }

// fresh compares so many new models of a script with ONNX Runtime.
func fresh(t *testing.T, script string, count int) {
	t.Helper()
	python := os.Getenv("RSM_PYTHON")
	if python == "" || exec.Command(python, "-c", "import onnx, onnxruntime").Run() != nil {
		t.Skip("RSM_PYTHON is not set to a Python with testdata/requirements.txt installed")
	}
	folder := t.TempDir()
	if out, err := exec.Command(python, filepath.Join("testdata", script), folder, strconv.Itoa(count), "2").CombinedOutput(); err != nil {
		t.Fatalf("%s: %v\n%s", script, err, out)
	}
	differential(t, folder, count)
}

// TestConvolutions compares random convolutional networks with ONNX Runtime.
func TestConvolutions(t *testing.T) {
	python := os.Getenv("RSM_PYTHON")
	if python == "" {
		t.Skip("RSM_PYTHON is not set: set it to a Python with network/onnx/testdata/requirements.txt installed")
	}
	folder := t.TempDir()
	cmd := exec.Command(python, filepath.Join("testdata", "convolutions.py"), folder, "150", "1")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("convolutions.py: %v\n%s", err, out)
	}
	differential(t, folder, 150)
}

// differential compares the models in a folder with the outputs listed there.
func differential(t *testing.T, folder string, fewest int) {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(folder, "cases.json"))
	if err != nil {
		t.Fatal(err)
	}
	var cases map[string]struct {
		X, Y      [][]float64
		Shift     bool
		Tolerance float64
	}
	if err := json.Unmarshal(data, &cases); err != nil {
		t.Fatal(err)
	}
	if len(cases) < fewest {
		t.Fatalf("%d cases only", len(cases))
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			net, err := Read(filepath.Join(folder, name+".onnx"))
			if err != nil {
				t.Fatal(err)
			}
			for i, x := range c.X {
				compare(t, logitsOf(net, x, len(c.Y[i])), c.Y[i], c.Shift, c.Tolerance)
			}
		})
	}
}

// logitsOf evaluates the network; of the two logits of a single output it
// returns the output.
func logitsOf(net *network.Network, x []float64, outputs int) []float64 {
	y := net.Logits(x)
	if outputs == 1 && len(y) == 2 {
		return y[1:]
	}
	return y
}

// compare fails unless two outputs agree, relative to their magnitude, and up
// to a constant if shift is set. It returns the relative error.
func compare(t *testing.T, got, want []float64, shift bool, tolerance float64) float64 {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%d outputs instead of %d", len(got), len(want))
	}
	if shift {
		moved := make([]float64, len(got))
		for i := range got {
			moved[i] = got[i] - (got[0] - want[0])
		}
		got = moved
	}
	worst := 0.0
	for i, d := range distances(got, want) {
		if worst = max(worst, d); !(d <= tolerance) {
			t.Errorf("output %d is %v instead of %v", i, got[i], want[i])
		}
	}
	return worst
}

// distances are the errors of outputs relative to the largest magnitude among
// them.
func distances(got, want []float64) []float64 {
	scale, out := 1.0, make([]float64, len(want))
	for i := range want {
		scale = max(scale, math.Abs(want[i]), math.Abs(got[i]))
	}
	for i := range want {
		out[i] = math.Abs(got[i]-want[i]) / scale
	}
	return out
}
