package onnx

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"rsm/network"
)

// TestTies: which level each quantized operator of ONNX Runtime takes half-way between two, with
// scales that are powers of two, by the files that testdata/ties.py made.
func TestTies(t *testing.T) {
	compareTies(t, filepath.Join("testdata", "ties"))
}

// TestTiesRuntime does so for fresh ones.
func TestTiesRuntime(t *testing.T) {
	python := os.Getenv("RSM_PYTHON")
	if python == "" || exec.Command(python, "-c", "import onnx, onnxruntime").Run() != nil {
		t.Skip("RSM_PYTHON is not set to a Python with testdata/requirements.txt installed")
	}
	folder := t.TempDir()
	if out, err := exec.Command(python, filepath.Join("testdata", "ties.py"), folder, "300", "2").CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	compareTies(t, folder)
}

func compareTies(t *testing.T, folder string) {
	data, err := os.ReadFile(filepath.Join(folder, "cases.json"))
	if err != nil {
		t.Fatal(err)
	}
	var files map[string]*quantizedFile
	if err := json.Unmarshal(data, &files); err != nil {
		t.Fatal(err)
	}
	ties, levels := 0, 0
	for name, f := range files {
		model, err := ReadModel(filepath.Join(folder, name+".onnx"), Wanted{Hidden: f.Tensors})
		if err != nil {
			t.Errorf("%s (%s): %v", name, f.Options, err)
			continue
		}
		e := network.NewEvaluator(model.Graph)
		wrong, tied := 0, 0
		for k, x := range f.X {
			e.Forward(x)
			for i, tensor := range f.Tensors {
				node := model.Hidden[tensor].Node
				op, quantize := model.Nodes[node].Op.(*network.Quantize)
				for j, got := range e.Value(node) {
					levels++
					if quantize {
						z := e.Value(model.Nodes[node].Inputs[0])[j]
						if got < op.Hi && z == op.Threshold(j, got) || got > op.Lo && z == op.Threshold(j, got-1) {
							tied++
						}
					}
					if got != f.Levels[k][i][j] {
						wrong++
					}
				}
			}
		}
		if ties += tied; wrong > 0 {
			t.Errorf("%s (%s): %d levels are others than ONNX Runtime's; %d are half-way", name, f.Options, wrong, tied)
		}
	}
	t.Logf("%d levels, %d of them half-way", levels, ties)
	if 100*ties < levels {
		t.Errorf("only %d half-way points", ties)
	}
}
