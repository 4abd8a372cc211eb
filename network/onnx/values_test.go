package onnx

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"rsm/network"
)

// TestHidden reads values that Read would fuse, skip or add to.
func TestHidden(t *testing.T) {
	b := newModel(13, 1, 2).floats("w", []int{2, 1}, 1, 2).floats("b", []int{1}, 10).floats("v", []int{2}, 3, -5).
		node("MatMul", "x w", "m").node("Add", "m b", "s").node("Mul", "x v", "aside").node("Relu", "s", "y")
	m, err := DecodeModel(b.bytes(), Wanted{Hidden: []string{"m", "s", "aside"}})
	if err != nil {
		t.Fatal(err)
	}
	e := network.NewEvaluator(m.Graph)
	e.Forward([]float64{1, 2})
	for _, c := range []struct {
		at   network.Tensor
		want []float64
	}{
		{m.Input, []float64{1, 2}}, {m.Hidden["m"], []float64{5}}, {m.Hidden["s"], []float64{15}},
		{m.Hidden["aside"], []float64{3, -10}}, {m.Output, []float64{15}},
	} {
		if got := e.Value(c.at.Node); !slices.Equal(got, c.want) || c.at.Shape.Size() != len(c.want) {
			t.Errorf("%s: %v of shape %v, want %v", c.at.Name, got, c.at.Shape, c.want)
		}
	}
	if got := strings.Join(m.Operators, ", "); got != "MatMul 1x1, Add 1x1, Mul 1x2, Relu 1x1" {
		t.Errorf("operators %s", got)
	}
}

// TestOpenDimensions: the shape of the query fills in what the file leaves open.
func TestOpenDimensions(t *testing.T) {
	b := newModel(13, "n", nil).node("Relu", "x", "y")
	m, err := DecodeModel(b.bytes(), Wanted{Input: network.Shape{2, 3}})
	if err != nil || !m.Output.Shape.Equal(network.Shape{2, 3}) {
		t.Errorf("%v, %v", m, err)
	}
}

func TestModelErrors(t *testing.T) {
	soft := newModel(13, 1, 2).node("Softmax", "x", "y")
	relu := newModel(13, 1, 2).floats("w", []int{2}, 1, 2).node("Identity", "w", "k").node("Relu", "x", "y")
	for _, c := range []struct {
		model       *builder
		hidden      string
		want        string
		unsupported bool
	}{
		{soft, "", "is not piecewise linear: ask about the logits before it", true},
		{relu, "nothing", `no node of the model has an output "nothing"`, false},
		{relu, "x", `no node of the model has an output "x"`, false},
		{relu, "k", "does not depend on the input", true},
	} {
		var want Wanted
		if c.hidden != "" {
			want.Hidden = []string{c.hidden}
		}
		_, err := DecodeModel(c.model.bytes(), want)
		if err == nil || !strings.Contains(err.Error(), c.want) || errors.Is(err, network.ErrUnsupported) != c.unsupported {
			t.Errorf("%q: error %v, want %q", c.hidden, err, c.want)
		}
	}
}
