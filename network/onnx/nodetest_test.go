package onnx

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"rsm/network"
)

var updateNodeTests = flag.Bool("update-node-tests", false, "write testdata/node-tests.txt")

// TestNodeTests runs the conformance tests of the onnx package whose operators
// are all supported and compares the outputs. A test gives every operand as an
// input of the model: one input of floating-point numbers stays the network's,
// each in turn, and the others become constants; all do where there is none. An
// input of levels of a quantization is one of floating-point numbers, quantized by
// a scale of 1.
//
// testdata/node-tests.txt lists what came of it, so that a test which ceases to
// run, and one which begins to, is noticed. After a change of the operators:
//
//	RSM_PYTHON=V/bin/python go test ./network/onnx -run TestNodeTests -update-node-tests
//
// and read the difference. RSM_PYTHON has testdata/requirements.txt installed.
// RSM_ONNX_NODE_TESTS may name the folder that node_tests.py made, which takes
// half a minute.
func TestNodeTests(t *testing.T) {
	folder := os.Getenv("RSM_ONNX_NODE_TESTS")
	if folder == "" {
		python := os.Getenv("RSM_PYTHON")
		if python == "" {
			t.Skip("RSM_PYTHON is not set: set it to a Python with network/onnx/testdata/requirements.txt installed")
		}
		folder = t.TempDir()
		cmd := exec.Command(python, filepath.Join("testdata", "node_tests.py"), folder)
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("node_tests.py: %v\n%s", err, out)
		}
	}
	var lines []string
	for _, name := range conformanceTests(t, folder) {
		lines = append(lines, conformance(t, filepath.Join(folder, name))...)
	}
	if len(lines) < 100 {
		t.Fatalf("only %d tests have supported operators", len(lines))
	}
	list := filepath.Join("testdata", "node-tests.txt")
	content := strings.Join(lines, "\n") + "\n"
	if *updateNodeTests {
		if err := os.WriteFile(list, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(list)
	if err != nil {
		t.Fatal(err)
	}
	listed := map[string]bool{}
	for line := range strings.Lines(string(want)) {
		listed[strings.TrimSuffix(line, "\n")] = true
	}
	for _, line := range lines {
		if !listed[line] {
			t.Errorf("not in node-tests.txt: %s", line)
		}
		delete(listed, line)
	}
	for line := range listed {
		t.Errorf("only in node-tests.txt: %s", line)
	}
}

// TestNodeVectors runs the few of these tests that are in testdata.
func TestNodeVectors(t *testing.T) {
	folder := filepath.Join("testdata", "node")
	names := conformanceTests(t, folder)
	if len(names) < 8 {
		t.Fatalf("there are only %d tests", len(names))
	}
	for _, name := range names {
		ran := false
		for _, line := range conformance(t, filepath.Join(folder, name)) {
			ran = ran || strings.HasSuffix(line, ": run")
		}
		if !ran {
			t.Errorf("%s does not run", name)
		}
	}
}

// conformanceTests lists the tests in a folder.
func conformanceTests(t *testing.T, folder string) []string {
	t.Helper()
	models, err := filepath.Glob(filepath.Join(folder, "*", "model.onnx"))
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, path := range models {
		names = append(names, filepath.Base(filepath.Dir(path)))
	}
	return names
}

// conformance runs the test in a folder for each input and output, and says for
// each in one line that it was run, or why not. It says nothing if an operator is
// not supported.
func conformance(t *testing.T, folder string) (lines []string) {
	data, err := os.ReadFile(filepath.Join(folder, "model.onnx"))
	if err != nil {
		t.Fatal(err)
	}
	m, err := decodeModel(data)
	if err != nil {
		t.Fatalf("%s: %v", folder, err)
	}
	if err := m.inline(); err != nil {
		return nil
	}
	known := operators()
	for _, n := range m.graph.nodes {
		if _, ok := known[n.op]; !ok || !defaultDomain(n.domain) {
			return nil
		}
	}
	name := filepath.Base(folder)
	inputs := freeInputs(m.graph)
	active := []int{}
	for i, in := range inputs {
		if in.tensor && (in.typ.float() || in.typ.level() && quantizes(m.graph)) {
			active = append(active, i)
		}
	}
	if len(active) == 0 {
		active = []int{-1}
	}
	for _, i := range active {
		for o, out := range m.graph.outputs {
			what := name + " of constants"
			if i >= 0 {
				what = fmt.Sprintf("%s %s", name, inputs[i].name)
			}
			if len(m.graph.outputs) > 1 {
				what += " to " + out.name
			}
			verdict, err := conforms(folder, data, i, o)
			if err != nil {
				t.Errorf("%s: %v", what, err)
				continue
			}
			lines = append(lines, what+": "+verdict)
		}
	}
	return lines
}

// quantizes says whether a graph has an operator of quantization.
func quantizes(g *graph) bool {
	return slices.ContainsFunc(g.nodes, func(n *node) bool {
		_, ok := quantizationOperators()[key(n.domain, n.op)]
		return ok
	})
}

// freeInputs are the inputs of a graph that are not initializers.
func freeInputs(g *graph) (free []*valueInfo) {
	constants := map[string]bool{}
	for _, c := range g.initializers {
		constants[c.name] = true
	}
	for _, v := range g.inputs {
		if !constants[v.name] {
			free = append(free, v)
		}
	}
	return free
}

// conforms evaluates output o of a model as a function of free input i, or of
// constants only where i is negative, and compares it with what the test expects.
// It returns "run", or why the model cannot be read that way.
func conforms(folder string, data []byte, i, o int) (verdict string, err error) {
	m, err := decodeModel(bytes.Clone(data))
	if err != nil {
		return "", err
	}
	if err := m.inline(); err != nil {
		return "", err
	}
	g, size := m.graph, len(data)
	inputs := freeInputs(g)
	x := &constant{}
	for k, in := range inputs {
		tensor, err := readTensor(folder, "input", k)
		if err != nil {
			return fmt.Sprintf("input %s: %v", in.name, err), nil
		}
		if k == i {
			if x, err = tensor.constant(); err != nil {
				return err.Error(), nil
			}
			continue
		}
		tensor.name = in.name
		size += len(tensor.raw)
		g.initializers = append(g.initializers, tensor)
	}
	g.outputs = g.outputs[o : o+1]
	if i >= 0 {
		g.inputs = inputs[i : i+1]
		if x.typ.level() {
			x = quantizedInput(g, x)
		}
	} else {
		g.inputs = []*valueInfo{{name: "no operand", tensor: true, typ: float32Type, ranked: true, dims: []dimension{{size: 1, fixed: true}}}}
	}
	expected, err := readTensor(folder, "output", o)
	if err != nil {
		return fmt.Sprintf("output %s: %v", g.outputs[0].name, err), nil
	}
	want, err := expected.constant()
	if err != nil {
		return err.Error(), nil
	}
	r, err := newReader(m, size)
	if err == nil {
		_, err = r.read(g, func() (string, error) { return oneOutput(g) }, nil)
	}
	var v value
	if err == nil {
		v, err = r.lookup(g.outputs[0].name, len(g.nodes))
	}
	switch {
	case errors.Is(err, network.ErrUnsupported):
		return "unsupported: " + err.Error(), nil
	case err != nil:
		return "error: " + err.Error(), nil
	case v.end != nil:
		return "the softmax at its end is stripped", nil
	case network.CheckFinite(x.floats) != nil || network.CheckFinite(want.floats) != nil:
		return "it has values that are not finite or too small", nil
	case !v.shape.Equal(want.shape):
		return "", fmt.Errorf("the result has shape %v instead of %v", v.shape, want.shape)
	}
	got := v.constant
	if got == nil {
		e := network.NewEvaluator(r.net.Graph)
		e.Forward(x.floats)
		got = &constant{floats: e.Value(v.node)}
	}
	tolerance := map[dataType]float64{float16Type: 2e-3, bfloat16Type: 2e-2, float32Type: 1e-5, float64Type: 1e-9}[want.typ]
	if filepath.Base(folder) == "test_averagepool_2d_ceil_last_window_starts_on_pad" {
		tolerance = 1e-4 // the test has four digits
	}
	if got.ints == nil && want.typ.integer() {
		for _, f := range got.floats {
			got.ints = append(got.ints, int64(f))
		}
		got.floats = nil
	}
	if len(got.floats) != len(want.floats) || len(got.ints) != len(want.ints) {
		return "", fmt.Errorf("the result has %d and %d elements instead of %d and %d", len(got.floats), len(got.ints), len(want.floats), len(want.ints))
	}
	for k, w := range want.ints {
		if got.ints[k] != w {
			return "", fmt.Errorf("element %d is %d instead of %d", k, got.ints[k], w)
		}
	}
	for k, d := range distances(got.floats, want.floats) {
		if !(d <= tolerance) {
			return "", fmt.Errorf("element %d is %v instead of %v", k, got.floats[k], want.floats[k])
		}
	}
	return "run", nil
}

// quantizedInput makes the input of a graph, whose value is x, one of floating-point numbers,
// and returns these.
func quantizedInput(g *graph, x *constant) *constant {
	in := *g.inputs[0]
	one := &tensor{name: in.name + " (scale)", typ: float32Type, hasRaw: true, raw: []byte{0, 0, 128, 63}}
	zero := &tensor{name: in.name + " (zero point)", typ: x.typ, hasRaw: true, raw: make([]byte, x.typ.bytes())}
	quantize := &node{op: "QuantizeLinear", inputs: []string{in.name + " (real)", one.name, zero.name}, outputs: []string{in.name}}
	in.name, in.typ = in.name+" (real)", float32Type
	g.inputs = []*valueInfo{&in}
	g.initializers = append(g.initializers, one, zero)
	g.nodes = append([]*node{quantize}, g.nodes...)
	real := &constant{typ: float32Type, shape: x.shape}
	for _, v := range x.ints {
		real.floats = append(real.floats, float64(v))
	}
	return real
}

// readTensor reads an input or output of a test.
func readTensor(folder, kind string, k int) (*tensor, error) {
	data, err := os.ReadFile(filepath.Join(folder, fmt.Sprintf("%s_%d.pb", kind, k)))
	if err != nil {
		return nil, errors.New("it is no tensor")
	}
	return decodeTensor(data)
}
