package onnx

import (
	"bytes"
	"encoding/json"
	"maps"
	"math"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"rsm/network"
)

// TestExactValues compares networks with examples/exact.py, which evaluates the files by itself
// and in rational arithmetic: outputs are equal up to float64 rounding, and all levels are.
func TestExactValues(t *testing.T) {
	python := exactPython(t)
	for folder, fewest := range map[string]struct{ files, levels int }{
		"differential": {140, 0}, "piecewise": {40, 0}, "quantized": {50, 10000}, "ties": {14, 10000}, "weights": {40, 100}, "qonnx": {54, 0},
	} {
		t.Run(folder, func(t *testing.T) {
			path := filepath.Join("testdata", folder)
			data, err := os.ReadFile(filepath.Join(path, "cases.json"))
			if err != nil {
				t.Fatal(err)
			}
			var cases map[string]exactCase
			if err := json.Unmarshal(data, &cases); err != nil {
				t.Fatal(err)
			}
			if files, levels := compareExact(t, python, path, cases); files < fewest.files || levels < fewest.levels {
				t.Errorf("too few")
			}
		})
	}
}

// TestExactTwins does so for the networks of the benchmarks, at random inputs and at such that
// are half-way between two levels, or a float64 number beside that.
func TestExactTwins(t *testing.T) {
	python := exactPython(t)
	folder := filepath.Join(twins, "models")
	files, err := filepath.Glob(filepath.Join(folder, "*.onnx"))
	if err != nil {
		t.Fatal(err)
	}
	rng, cases := rand.New(rand.NewPCG(1, 2)), map[string]exactCase{}
	for _, file := range files {
		net, err := Read(file)
		if err != nil {
			t.Fatal(err)
		}
		step := 1.0 / 255
		for _, v := range net.Nodes {
			if q, ok := v.Op.(*network.Quantize); ok && v.Size == net.InputSize() && len(q.Step) == 1 {
				step = q.Step[0]
				break
			}
		}
		random, half := make([]float64, net.InputSize()), make([]float64, net.InputSize())
		for i := range random {
			random[i] = rng.Float64()
			half[i] = step * (math.Floor(rng.Float64()/step) + 0.5)
			if side := rng.IntN(3) - 1; side != 0 {
				half[i] = math.Nextafter(half[i], math.Inf(side))
			}
		}
		cases[strings.TrimSuffix(filepath.Base(file), ".onnx")] = exactCase{[][]float64{random, half}}
	}
	if n, _ := compareExact(t, python, folder, cases); n != len(files) || n == 0 {
		t.Errorf("examples/exact.py does not know all operators of the %d networks", len(files))
	}
}

type exactCase struct{ X [][]float64 }

func exactPython(t *testing.T) string {
	python := os.Getenv("RSM_PYTHON")
	if python == "" {
		t.Skip("RSM_PYTHON is not set: set it to a Python with network/onnx/testdata/requirements.txt installed")
	}
	if exec.Command(python, "-c", "import onnx").Run() != nil {
		t.Skip("RSM_PYTHON has no onnx: install testdata/requirements.txt")
	}
	return python
}

// compareExact compares the networks of a folder that exact.py knows the operators of, by name,
// and returns how many networks and levels.
func compareExact(t *testing.T, python, folder string, cases map[string]exactCase) (files, levels int) {
	list := filepath.Join(t.TempDir(), "cases.json")
	data, err := json.Marshal(cases)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(list, data, 0o644); err != nil {
		t.Fatal(err)
	}
	var out, stderr bytes.Buffer
	cmd := exec.Command(python, filepath.Join("testdata", "exact_values.py"), folder, list)
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
	worst := 0.0
	for name, want := range exact {
		file := filepath.Join(folder, name+".onnx")
		net, err := Read(file)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		for k, x := range cases[name].X {
			worst = max(worst, compare(t, logitsOf(net, x, len(want.Y[k])), want.Y[k], false, 1e-13))
		}
		tensors := slices.Collect(maps.Keys(want.Levels[0]))
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
	return len(exact), levels
}
