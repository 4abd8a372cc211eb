package onnx

import (
	"encoding/json"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestContributedFiles compares networks of operators of ONNX Runtime and of ai.onnx.ml,
// which testdata/contributed.py made, with what ONNX Runtime computes, with its
// optimizations off.
func TestContributedFiles(t *testing.T) {
	compareContributed(t, filepath.Join("testdata", "contributed"))
}

// TestContributedRuntime does so for fresh ones.
func TestContributedRuntime(t *testing.T) {
	python := os.Getenv("RSM_PYTHON")
	if python == "" || exec.Command(python, "-c", "import onnx, onnxruntime").Run() != nil {
		t.Skip("RSM_PYTHON is not set to a Python with testdata/requirements.txt installed")
	}
	folder := t.TempDir()
	if out, err := exec.Command(python, filepath.Join("testdata", "contributed.py"), folder, "2").CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	compareContributed(t, folder)
}

func compareContributed(t *testing.T, folder string) {
	data, err := os.ReadFile(filepath.Join(folder, "cases.json"))
	if err != nil {
		t.Fatal(err)
	}
	var cases map[string]struct {
		Probabilities, Rounded bool
		X, Y                   [][]float64
	}
	if err := json.Unmarshal(data, &cases); err != nil {
		t.Fatal(err)
	}
	if len(cases) < 20 {
		t.Fatalf("%d files only", len(cases))
	}
	for name, f := range cases {
		n, err := Read(filepath.Join(folder, name+".onnx"))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		for k, x := range f.X {
			y, tolerance := n.Logits(x), 2e-5
			if f.Probabilities {
				y = softmaxOf(y)
			}
			if f.Rounded {
				tolerance = 1.001 / 256 // a level: the runtime rounds what it has in float32
			}
			if len(y) != len(f.Y[k]) {
				t.Fatalf("%s: %d outputs instead of %d", name, len(y), len(f.Y[k]))
			}
			for i, want := range f.Y[k] {
				if !(math.Abs(y[i]-want) <= tolerance*(1+math.Abs(want))) {
					t.Errorf("%s, sample %d: output %d is %v, ONNX Runtime has %v", name, k, i, y[i], want)
				}
			}
		}
	}
}

var fusedErrors = []errorCase{
	{"QuickGelu", newModel(13, 1, 2).microsoft("QuickGelu", "x", "y"), "!op #0 (com.microsoft.QuickGelu): it is not supported: it is smooth"},
	{"a smooth activation", newModel(13, 1, 1).floats("w", []int{1, 1}, 1).microsoft("FusedGemm", "x w", "y", stringOf("activation", "Tanh")),
		"!op #0 (com.microsoft.FusedGemm): its activation Tanh is not supported: it is smooth"},
	{"an unknown activation", newModel(13, 1, 1).floats("w", []int{1, 1}, 1).microsoft("FusedGemm", "x w", "y", stringOf("activation", "Snake")),
		`!op #0 (com.microsoft.FusedGemm): its activation "Snake" is not supported; Relu`},
	{"too many parameters", newModel(13, 1, 1).floats("w", []int{1, 1}, 1).microsoft("FusedGemm", "x w", "y", stringOf("activation", "Relu"), floatOf("activation_alpha", 1)),
		"it has 1 parameters for its activation Relu, which has 0"},
	{"a Clip of one bound", newModel(13, 1, 1, 1).floats("w", []int{1, 1, 1}, 1).microsoft("FusedConv", "x w", "y", stringOf("activation", "Clip"), floatsOf("activation_params", 1)),
		"its activation Clip has 1 parameters instead of"},
	{"a sum of another shape", newModel(13, 1, 1, 2).floats("w", []int{1, 1, 1}, 1).floats("z", []int{1, 1, 1}, 1).microsoft("FusedConv", "x w - z", "y"), "operand Z has shape 1x1x1, the convolution 1x1x2"},
	{"an attribute that is none", newModel(13, 1, 1).floats("w", []int{1, 1}, 1).microsoft("FusedGemm", "x w", "y", intOf("epilogue", 1)), `!op #0 (com.microsoft.FusedGemm): attribute "epilogue" is not supported`},
	{"batches transposed", newModel(13, 1, 1).floats("w", []int{1, 1}, 1).microsoft("FusedMatMul", "x w", "y", intOf("transBatchA", 1)), "!op #0 (com.microsoft.FusedMatMul): attribute transBatchA is not supported"},
	{"a layout of one machine", func() *builder {
		b := newModel(13, 1, 1, 2, 2)
		b.domain = microsoft + ".nchwc"
		b.node("ReorderInput", "x", "y")
		return b
	}(), "!op #0 (com.microsoft.nchwc.ReorderInput): it is not supported: its layout of weights and channels is made for one machine; save the model at a lower level"},
}

func TestFusedErrors(t *testing.T) {
	for _, c := range fusedErrors {
		t.Run(c.name, func(t *testing.T) {
			_, err := Decode(c.model.bytes())
			want, isUnsupported := strings.CutPrefix(c.message, "!")
			checkError(t, err, want, isUnsupported)
		})
	}
}
