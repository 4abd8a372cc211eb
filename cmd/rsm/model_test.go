package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"rsm"
)

// The models that --write-model writes have, by another build of HiGHS, the
// extremes that rsm reports. A minimum is written as the maximum of -r.
func TestWrittenModels(t *testing.T) {
	python := os.Getenv("RSM_PYTHON")
	if python == "" {
		t.Skip("RSM_PYTHON is not set: set it to a Python with solve/testdata/requirements.txt installed (python3 -m venv V && V/bin/pip install -r solve/testdata/requirements.txt, then RSM_PYTHON=V/bin/python)")
	}
	for _, encoding := range []string{"auto", "plain"} {
		for _, format := range []string{"mps", "lp"} {
			t.Run(encoding+"/"+format, func(t *testing.T) {
				file := filepath.Join(t.TempDir(), "model."+format)
				r := answer(t, append(digits("original", "int8", ball("0.008")...), "--pairs", "0:1,2:9", "--encoding", encoding, "--write-model", file)...)
				exact(t, r)
				solved := 0
				for _, p := range r.Pairs {
					for _, side := range []struct {
						name string
						sign float64
						e    rsm.Extremum
					}{{"min", -1, p.Min}, {"max", 1, p.Max}} {
						path := filepath.Join(filepath.Dir(file), fmt.Sprintf("model-%d-%d-%s.%s", p.I, p.J, side.name, format))
						if _, err := os.Stat(path); err != nil {
							if side.e.Engine == "bounds" {
								continue // no model was needed
							}
							t.Error(err)
							continue
						}
						solved++
						var stderr bytes.Buffer
						cmd := exec.Command(python, filepath.Join("testdata", "solve_mps.py"), path)
						cmd.Stderr = &stderr
						out, err := cmd.Output()
						if err != nil {
							t.Fatalf("%s: %v: %s", path, err, stderr.String())
						}
						var got struct {
							Status, Sense string
							Optimum       float64
							Integers      int
						}
						lines := bytes.Split(bytes.TrimSpace(out), []byte("\n"))
						if err := json.Unmarshal(lines[len(lines)-1], &got); err != nil {
							t.Fatalf("%v: %s", err, out)
						}
						if got.Status != "Optimal" || got.Integers == 0 {
							t.Errorf("%s: %+v", filepath.Base(path), got)
						}
						if want := side.sign * float64(side.e.Witnessed); !(math.Abs(got.Optimum-want) <= 2e-6) {
							t.Errorf("%s: highspy finds %v (%s), rsm %v", filepath.Base(path), got.Optimum, got.Sense, want)
						}
					}
				}
				if solved == 0 {
					t.Error("no model was written: the test needs a harder region")
				}
			})
		}
	}
}
