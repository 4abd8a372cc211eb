package onnx

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"codeberg.org/sbinet/npyio/npy"

	"rsm/network"
)

// twins is the folder of the networks that the benchmarks are made of, and of
// what ONNX Runtime computes with them.
const twins = "../../benchmarks/twins"

// TestTwins reads all networks of the benchmarks, written in as many dialects
// as their exporter knows, and compares their logits with those of ONNX
// Runtime on the published samples, to the rounding of float32.
func TestTwins(t *testing.T) {
	var models []string
	arrays := map[string]string{} // paths of .npy files by name
	err := filepath.WalkDir(twins, func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && strings.HasPrefix(d.Name(), ".") && path != twins:
			return fs.SkipDir
		case filepath.Ext(path) == ".onnx":
			models = append(models, path)
		case filepath.Ext(path) == ".npy":
			arrays[d.Name()] = path
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(models) == 0 {
		t.Fatal("there are no networks")
	}
	inputs := map[int]string{64: "digits-x.npy", 784: "mnist-x.npy"}
	read := map[int][][]float64{} // the samples by size
	compared, worst := 0, 0.0
	for _, path := range models {
		name := strings.TrimSuffix(filepath.Base(path), ".onnx")
		t.Run(name, func(t *testing.T) {
			net, err := Read(path)
			if err != nil {
				t.Fatal(err)
			}
			n := net.InputSize()
			if read[n] == nil {
				read[n] = rows(t, arrays[inputs[n]], n)
			}
			samples := read[n]
			expected, ok := arrays[name+".logits.npy"] // of a network that ends in a Softmax
			if !ok {
				expected = arrays[name+".output.npy"]
			}
			want := rows(t, expected, net.Classes())
			if len(samples) != len(want) {
				t.Fatalf("%d samples and %d outputs", len(samples), len(want))
			}
			e := network.NewEvaluator(net.Graph)
			for i, x := range samples {
				e.Forward(x)
				worst = max(worst, compare(t, e.Value(net.Output()), want[i], false, 1e-5))
				compared++
			}
		})
	}
	t.Logf("%d networks, %d samples, largest relative difference %.2g", len(models), compared, worst)
}

// rows reads an array of float32 or float64 as rows of the given width.
func rows(t *testing.T, path string, width int) [][]float64 {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	r, err := npy.NewReader(f)
	if err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	var flat []float64
	if strings.Contains(r.Header.Descr.Type, "f4") {
		var narrow []float32
		err = r.Read(&narrow)
		for _, v := range narrow {
			flat = append(flat, float64(v))
		}
	} else {
		err = r.Read(&flat)
	}
	if err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	if r.Header.Descr.Fortran || len(flat)%width != 0 {
		t.Fatalf("%s: shape %v is not that of rows of %d", path, r.Header.Descr.Shape, width)
	}
	var out [][]float64
	for ; len(flat) > 0; flat = flat[width:] {
		out = append(out, flat[:width])
	}
	return out
}
