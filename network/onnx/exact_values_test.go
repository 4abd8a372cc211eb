package onnx

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"rsm/network"
)

// TestExactValues compares networks with examples/exact.py, which evaluates the files by itself
// and in rational arithmetic: outputs are equal up to float64 rounding, and all levels are.
func TestExactValues(t *testing.T) {
	python := os.Getenv("RSM_PYTHON")
	if python == "" {
		t.Skip("RSM_PYTHON is not set: set it to a Python with network/onnx/testdata/requirements.txt installed")
	}
	if exec.Command(python, "-c", "import onnx").Run() != nil {
		t.Skip("RSM_PYTHON has no onnx: install testdata/requirements.txt")
	}
	for folder, fewest := range map[string]struct{ files, levels int }{
		"differential": {140, 0}, "piecewise": {40, 0}, "quantized": {50, 10000},
	} {
		t.Run(folder, func(t *testing.T) {
			path := filepath.Join("testdata", folder)
			data, err := os.ReadFile(filepath.Join(path, "cases.json"))
			if err != nil {
				t.Fatal(err)
			}
			var cases map[string]struct{ X [][]float64 }
			if err := json.Unmarshal(data, &cases); err != nil {
				t.Fatal(err)
			}
			var out, stderr bytes.Buffer
			cmd := exec.Command(python, filepath.Join("testdata", "exact_values.py"), path)
			cmd.Stdout, cmd.Stderr = &out, &stderr
			if err := cmd.Run(); err != nil {
				t.Fatalf("%v: %s", err, stderr.String())
			}
			var exact map[string]struct {
				Y      [][]float64
				Levels []map[string][]float64
			}
			if err := json.Unmarshal(out.Bytes(), &exact); err != nil {
				t.Fatal(err)
			}
			levels, worst := 0, 0.0
			for name, want := range exact {
				var tensors []string
				for tensor := range want.Levels[0] {
					tensors = append(tensors, tensor)
				}
				file := filepath.Join(path, name+".onnx")
				net, err := Read(file)
				if err != nil {
					t.Errorf("%s: %v", name, err)
					continue
				}
				for k, x := range cases[name].X {
					worst = max(worst, compare(t, logitsOf(net, x, len(want.Y[k])), want.Y[k], false, 1e-13))
				}
				if len(tensors) == 0 {
					continue
				}
				model, err := ReadModel(file, Wanted{Hidden: tensors})
				if err != nil {
					t.Errorf("%s: %v", name, err)
					continue
				}
				e := network.NewEvaluator(model.Graph)
				for k, x := range cases[name].X {
					e.Forward(x)
					for _, tensor := range tensors {
						for i, got := range e.Value(model.Hidden[tensor].Node) {
							if levels++; got != want.Levels[k][tensor][i] {
								t.Errorf("%s: sample %d: %s[%d] is %v instead of %v", name, k, tensor, i, got, want.Levels[k][tensor][i])
							}
						}
					}
				}
			}
			t.Logf("%d of %d files, %d levels, outputs differ by %.2g", len(exact), len(cases), levels, worst)
			if len(exact) < fewest.files || levels < fewest.levels {
				t.Errorf("too few: %s", stderr.String())
			}
		})
	}
}
