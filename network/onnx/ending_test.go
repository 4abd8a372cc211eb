package onnx

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"rsm/network"
)

// endings are models of three elements x whose first node adds a constant, with what
// their outputs are in float64: of probabilities before they are rounded, quotients
// are exp of differences of logits.
var endings = []struct {
	name  string
	model *builder
	// probabilities are those of classes, of which the network's logits are logarithms
	// up to a constant.
	probabilities func(y []float64) []float64
	step          float64 // of levels, 0 where probabilities are not rounded
	note          string
}{
	{"softmax", endingModel().node("Softmax", "z", "y"), softmaxOf, 0, `Softmax "y" is stripped: it does not change margins`},
	{"softmax, quantized", endingModel().node("Softmax", "z", "p").node("QuantizeLinear", "p s o", "q").node("DequantizeLinear", "q s o", "y"),
		softmaxOf, 1.0 / 256, `Softmax "p" and the rounding of its probabilities, DequantizeLinear "y", are stripped`},
	{"softmax, quantized, levels", endingModel().node("Softmax", "z", "p").node("QuantizeLinear", "p s o", "y"),
		softmaxOf, 1.0 / 256, `Softmax "p" and the rounding of its probabilities, QuantizeLinear "y", are stripped`},
	{"softmax, quantized, of another shape", endingModel().node("Softmax", "z", "p").node("QuantizeLinear", "p s o", "q").ints("shape", 3).
		node("Reshape", "q shape", "r").node("DequantizeLinear", "r s o", "y"), softmaxOf, 1.0 / 256, "other classes may have the same"},
	{"QLinearSoftmax", endingModel().node("QuantizeLinear", "z t m", "zq").
		microsoft("QLinearSoftmax", "zq t m s o", "q", intOf("axis", 1), intOf("opset", 13)).node("DequantizeLinear", "q s o", "y"),
		func(y []float64) []float64 { return softmaxOf(roundedTo(0.125, y)) }, 1.0 / 256, `QLinearSoftmax "q" and the rounding`},
	{"QLinearSoftmax of opset 11", endingModel().node("QuantizeLinear", "z t m", "zq").
		microsoft("QLinearSoftmax", "zq t m s o", "y", intOf("axis", 0), intOf("opset", 11)),
		func(y []float64) []float64 { return softmaxOf(roundedTo(0.125, y)) }, 1.0 / 256, `QLinearSoftmax "y" and the rounding`},
	{"sigmoid, quantized", endingModel().floats("w", []int{3, 1}, 1, 2, -3).node("MatMul", "z w", "l").node("Sigmoid", "l", "p").
		node("QuantizeLinear", "p s o", "q").node("DequantizeLinear", "q s o", "y"),
		sigmoidOf, 1.0 / 256, `Sigmoid "p" and the rounding`},
	{"QLinearSigmoid", endingModel().floats("w", []int{3, 1}, 1, 2, -3).node("MatMul", "z w", "l").node("QuantizeLinear", "l t m", "lq").
		microsoft("QLinearSigmoid", "lq t m s o", "y"),
		func(y []float64) []float64 { return logistic(roundedTo(0.125, []float64{y[0] + 2*y[1] - 3*y[2]})[0]) }, 1.0 / 256, `QLinearSigmoid "y" and the rounding`},
}

func endingModel() *builder {
	return newModel(13, 1, 3).floats("k", []int{3}, 0.5, -0.25, 0).floats("s", nil, 1.0/256).levels("o", uint8Type, nil, 0).
		floats("t", nil, 0.125).levels("m", uint8Type, nil, 128).node("Add", "x k", "z")
}

func softmaxOf(y []float64) []float64 {
	p, sum := make([]float64, len(y)), 0.0
	for i := range y {
		p[i] = math.Exp(y[i])
		sum += p[i]
	}
	for i := range p {
		p[i] /= sum
	}
	return p
}

func logistic(y float64) []float64 { return []float64{1 / (1 + math.Exp(y)), 1 / (1 + math.Exp(-y))} }

func sigmoidOf(y []float64) []float64 { return logistic(y[0] + 2*y[1] - 3*y[2]) }

func roundedTo(step float64, y []float64) []float64 {
	out := make([]float64, len(y))
	for i, v := range y {
		out[i] = step * min(max(math.RoundToEven(v/step), -128), 127)
	}
	return out
}

// TestEndings compares logits with logarithms of probabilities that are computed by
// themselves, and where probabilities are rounded, wants the class of the largest logit
// among those of the largest level.
func TestEndings(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for _, c := range endings {
		t.Run(c.name, func(t *testing.T) {
			n, err := Decode(c.model.bytes())
			if err != nil {
				t.Fatal(err)
			}
			if !strings.Contains(strings.Join(n.Notes, "\n"), c.note) {
				t.Errorf("no note says %q: %q", c.note, n.Notes)
			}
			for range 100 {
				x := []float64{4 * rng.NormFloat64(), 4 * rng.NormFloat64(), 4 * rng.NormFloat64()}
				p, y := c.probabilities([]float64{x[0] + 0.5, x[1] - 0.25, x[2]}), n.Logits(x)
				if len(p) != len(y) {
					t.Fatalf("%d logits of %d classes", len(y), len(p))
				}
				for i := range p {
					if d := math.Log(p[i]/p[0]) - (y[i] - y[0]); math.Abs(d) > 1e-9 {
						t.Fatalf("at %v: the margin of %d against 0 is %v, of the probabilities %v", x, i, y[i]-y[0], math.Log(p[i]/p[0]))
					}
				}
				if c.step == 0 {
					continue
				}
				best := network.Decision(y)
				for i := range p {
					if math.RoundToEven(p[i]/c.step) > math.RoundToEven(p[best]/c.step) {
						t.Fatalf("at %v: class %d has a larger level than %d, whose logit is larger", x, i, best)
					}
				}
			}
		})
	}
}

var endingErrors = []struct {
	name    string
	model   *builder
	message string
}{
	{"several scales", endingModel().floats("ss", []int{3}, 1, 1, 1).node("Softmax", "z", "p").node("QuantizeLinear", "p ss", "y"),
		`it rounds the probabilities of Softmax "p" by several scales`},
	{"arithmetic after it", endingModel().node("Softmax", "z", "p").node("QuantizeLinear", "p s o", "q").node("DequantizeLinear", "q s o", "d").node("Add", "d k", "y"),
		`op #4 (Add, opset 13): Softmax "p" comes before it`},
	{"a Clip of its levels", endingModel().levels("most", uint8Type, nil, 9).node("QuantizeLinear", "z t m", "zq").node("DequantizeLinear", "zq t m", "d").
		node("Softmax", "d", "p").node("QuantizeLinear", "p s o", "q").node("Clip", "q - most", "y"), `op #5 (Clip, opset 13): Softmax "p" comes before it`},
	{"a matrix times its levels", endingModel().levels("w", uint8Type, []int{3, 2}, 1, 2, 3, 4, 5, 6).node("Softmax", "z", "p").node("QuantizeLinear", "p s o", "q").
		node("MatMulInteger", "q w", "y"), `op #3 (MatMulInteger, opset 13): Softmax "p" comes before it`},
	{"a part of its levels", endingModel().ints("one", 1).ints("two", 2).node("Softmax", "z", "p").node("QuantizeLinear", "p s o", "q").
		node("Slice", "q one two one", "y"), `op #3 (Slice, opset 13): Softmax "p" comes before it`},
	{"QLinearSoftmax of no version", endingModel().node("QuantizeLinear", "z t m", "zq").microsoft("QLinearSoftmax", "zq t m s o", "y"), `attribute "opset" is 0`},
	{"QLinearSigmoid of several outputs", endingModel().node("QuantizeLinear", "z t m", "zq").microsoft("QLinearSigmoid", "zq t m s o", "y"), "of 3 outputs, it changes margins"},
}

func TestEndingErrors(t *testing.T) {
	for _, c := range endingErrors {
		_, err := Decode(c.model.bytes())
		if err == nil || !strings.Contains(err.Error(), c.message) {
			t.Errorf("%s: the error is %v instead of %s", c.name, err, c.message)
		}
	}
}

// TestNormedEndings: probabilities that are divided by their largest, or by their Euclidean
// norm, have the margins of the logits, and are no longer those of a softmax.
func TestNormedEndings(t *testing.T) {
	for norm, normed := range map[string]bool{"L1": false, "L2": true, "MAX": true} {
		n, err := Decode(newModel(13, 1, 3).node("Neg", "x", "z").node("Softmax", "z", "p").learning("Normalizer", "p", "y", stringOf("norm", norm)).bytes())
		if err != nil {
			t.Fatal(err)
		}
		if n.Ending.Kind != network.Softmax || n.Ending.Normed != normed {
			t.Errorf("norm %s: the ending is %+v", norm, n.Ending)
		}
	}
}
