package onnx

import (
	"encoding/json"
	"io/fs"
	"math"
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

// oddShare is the share of the logits of a quantized network that may differ
// from those of ONNX Runtime by more than the rounding of float32: where a
// value lies within that rounding of the middle between two steps, float32 and
// exact arithmetic may take different ones.
const oddShare = 0.01

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
	inputs := map[int]string{64: "digits-x.npy", 128: "ecg-x.npy", 784: "mnist-x.npy"}
	read := map[int][][]float64{} // the samples by size
	quantized := quantizedTwins(t)
	compared, odd, worst := 0, 0, 0.0
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
			off := 0 // logits of a quantized network that differ
			for i, x := range samples {
				e.Forward(x)
				compared++
				got := e.Value(net.Output())
				if quantized[name] {
					off += differing(got, want[i], 1e-5)
					continue
				}
				worst = max(worst, compare(t, got, want[i], false, 1e-5))
			}
			if logits := len(want) * net.Classes(); off > int(oddShare*float64(logits)) {
				t.Errorf("%d of %d logits are not those of ONNX Runtime", off, logits)
			}
			odd += off
		})
	}
	t.Logf("%d networks, %d samples, largest relative difference %.2g; %d logits of quantized networks differ", len(models), compared, worst, odd)
}

// quantizedTwins are the names of the networks whose activations are
// quantized, as their manifest says.
func quantizedTwins(t *testing.T) map[string]bool {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(twins, "twins.json"))
	if err != nil {
		t.Fatal(err)
	}
	var entries []struct {
		Name      string
		Quantized bool
	}
	if err := json.Unmarshal(data, &entries); err != nil {
		t.Fatal(err)
	}
	names := map[string]bool{}
	for _, e := range entries {
		if e.Quantized {
			names[e.Name] = true
		}
	}
	if len(names) == 0 {
		t.Fatal("no network is quantized")
	}
	return names
}

// differing counts the outputs that differ by more than the tolerance, relative
// to the magnitude of the largest.
func differing(got, want []float64, tolerance float64) int {
	scale, count := 1.0, 0
	for _, v := range want {
		scale = max(scale, math.Abs(v))
	}
	for i, v := range want {
		if !(math.Abs(got[i]-v) <= tolerance*scale) {
			count++
		}
	}
	return count
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
