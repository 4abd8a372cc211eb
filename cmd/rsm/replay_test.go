package main

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// examples/replay.py finds rsm's values at witnesses in exact arithmetic, and says where float32
// has other levels. It finds out claims that are wrong.
func TestReplay(t *testing.T) {
	python := os.Getenv("RSM_PYTHON")
	if python == "" {
		t.Skip("RSM_PYTHON is not set: set it to a Python with network/onnx/testdata/requirements.txt installed")
	}
	if exec.Command(python, "-c", "import onnx, onnxruntime").Run() != nil {
		t.Skip("RSM_PYTHON has no onnxruntime: install network/onnx/testdata/requirements.txt")
	}
	replay := func(t *testing.T, result []byte) (string, int) {
		file := filepath.Join(t.TempDir(), "result.json")
		if err := os.WriteFile(file, result, 0o644); err != nil {
			t.Fatal(err)
		}
		cmd := exec.Command(python, filepath.Join("..", "..", "examples", "replay.py"), file)
		var stderr bytes.Buffer
		cmd.Stderr = &stderr
		out, err := cmd.Output()
		var exit *exec.ExitError
		if err != nil && !errors.As(err, &exit) || stderr.Len() > 0 {
			t.Fatalf("%v: %s", err, stderr.String())
		}
		return string(out), cmd.ProcessState.ExitCode()
	}
	sample := func(family, index, epsilon string) []string {
		return []string{"--input", filepath.Join(twins, "samples", family+"-x.npy"), "--index", index, "--epsilon", epsilon, "--nodes", "1", "--timeout", "20s"}
	}
	for _, c := range []struct {
		name, n1, n2 string
		region       []string
		levels       bool
	}{
		{"float", "digits-original", "digits-pruned60", sample("digits", "3", "0.01"), false},
		{"softmax", "digits-original", "digits-distilled", sample("digits", "3", "0.01"), false},
		{"preprocessed", "digits-original", "digits-float16", append(sample("digits", "3", "0.01"), "--clip", "0,1", "--apart", "0.002", "--scale1", "1/3", "--mean2", "0.1", "--std2", "1.25"), false},
		{"quantized", "digits-original", "digits-qdq8", sample("digits", "3", "0.01"), true},
		{"integers", "digits-qoperator8", "digits-qdq8-signed", sample("digits", "3", "0.01"), true},
		{"convolutional", "ecg-conv-original", "ecg-conv-qdq8", sample("ecg", "3", "0.01"), true},
		{"residual", "mnist-conv-res-original", "mnist-conv-res-pruned60", sample("mnist", "3", "0.001"), false},
		{"pooling", "mnist-conv-pool-original", "mnist-conv-pool-qdq8", sample("mnist", "3", "0.001"), true},
		{"normalized", "mnist-conv-bn-original", "mnist-conv-bn-structured", sample("mnist", "3", "0.001"), false},
	} {
		t.Run(c.name, func(t *testing.T) {
			for _, n := range []string{c.n1, c.n2} {
				if _, err := os.Stat(twinNetwork(n)); err != nil {
					t.Fatal(err)
				}
			}
			var result, stderr bytes.Buffer
			args := append([]string{"rsm", "margin", twinNetwork(c.n1), twinNetwork(c.n2), "--pairs", "0:1", "--format", "json", "--quiet"}, c.region...)
			if got := run(args, &result, &stderr); got != 0 {
				t.Fatalf("exit status %d: %s", got, stderr.String())
			}
			out, status := replay(t, result.Bytes())
			if status != 0 || strings.Count(out, "exactly") != 2 || strings.Count(out, ": stands") != 2 {
				t.Errorf("exit status %d:\n%s", status, out)
			}
			if strings.Contains(out, "quantized values of N2 have another level") != c.levels {
				t.Errorf("levels are of interest: %v:\n%s", c.levels, out)
			}
			// A value that is off by less than float32 resolves is found out too.
			witnessed := regexp.MustCompile(`"witnessed": ?([^,]*),`)
			wrong := witnessed.ReplaceAllFunc(result.Bytes(), func(field []byte) []byte {
				text := witnessed.FindSubmatch(field)[1]
				v, err := strconv.ParseFloat(string(text), 64)
				if err != nil {
					t.Fatal(err)
				}
				return bytes.Replace(field, text, strconv.AppendFloat(nil, v+1e-7, 'g', -1, 64), 1)
			})
			if out, status := replay(t, wrong); status != 1 || strings.Count(out, "DOES NOT STAND") != 2 {
				t.Errorf("wrong values: exit status %d:\n%s", status, out)
			}
		})
	}
}
