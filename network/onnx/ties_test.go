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

// A QLinearAdd and the same sum quantized by QuantizeLinear are one function where the zero
// point is even, and two where it is odd, which differ half-way between levels.
func TestSumsHalfway(t *testing.T) {
	for zero := range 4 {
		start := func() *builder {
			return newModel(17, 1, 2).floats("one", nil, 1).floats("two", nil, 2).levels("z", uint8Type, nil, float64(zero)).
				levels("o", uint8Type, nil, 100).node("QuantizeLinear", "x one o", "q")
		}
		sum, err := Decode(start().microsoft("QLinearAdd", "q one o q one o two z", "y").bytes())
		if err != nil {
			t.Fatal(err)
		}
		apart, err := Decode(start().node("DequantizeLinear", "q one o", "d").node("Add", "d d", "s").node("QuantizeLinear", "s two z", "y").bytes())
		if err != nil {
			t.Fatal(err)
		}
		one, other := sum.Nodes[sum.Output()].Op, apart.Nodes[apart.Output()].Op
		if same := zero%2 == 0; one.Equal(other) != same {
			t.Errorf("zero point %d: the quantizations are equal: %v", zero, !same)
		}
	}
	for x, want := range map[float64]float64{0.5: 4, 1.5: 4, 2.5: 6} { // 3.5, 4.5 and 5.5 with the zero point, halves to even
		half := newModel(17, 1, 2).floats("s", nil, 0.5).floats("one", nil, 1).levels("o", uint8Type, nil, 0).levels("z", uint8Type, nil, 3).
			node("QuantizeLinear", "x s o", "q").microsoft("QLinearAdd", "q s o o s o one z", "y")
		net, err := Decode(half.bytes())
		if err != nil {
			t.Fatal(err)
		}
		if got := net.Logits([]float64{x, 0})[0]; got != want {
			t.Errorf("%v becomes level %v instead of %v", x, got, want)
		}
	}
}
