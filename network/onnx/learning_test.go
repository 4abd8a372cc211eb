package onnx

import (
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// oneLogit is a model that starts with the logit l = x1 + 2 x2 - 3 x3 + 3/4.
func oneLogit() *builder {
	return newModel(13, 1, 3).floats("one", nil, 1).floats("w", []int{3, 1}, 1, 2, -3).floats("k", []int{1}, 0.75).
		node("MatMul", "x w", "m").node("Add", "m k", "l")
}

func logitOf(x []float64) float64 { return x[0] + 2*x[1] - 3*x[2] + 0.75 }

// linear are the attributes of a LinearClassifier of three features.
func linear(transform string, weights ...float32) [][]byte {
	n := len(weights) / 4
	labels := []int64{0, 1, 2, 3}[:n]
	return [][]byte{floatsOf("coefficients", weights[:3*n]...), floatsOf("intercepts", weights[3*n:]...),
		intsOf("classlabels_ints", labels...), stringOf("post_transform", transform), intOf("multi_class", 1)}
}

// classifiers are models, and the logarithms of the quotients of probabilities that
// their operators are defined to make, p_i / p_0.
var classifiers = []struct {
	name   string
	model  *builder
	margin func(x []float64) []float64 // of each class against class 0
}{
	{"1 - p and p", oneLogit().node("Sigmoid", "l", "p").node("Sub", "one p", "q").node("Concat", "q p", "y", intOf("axis", 1)),
		func(x []float64) []float64 {
			p := 1 / (1 + math.Exp(-logitOf(x)))
			return []float64{0, math.Log(p / (1 - p))}
		}},
	{"p and 1 - p", oneLogit().node("Sigmoid", "l", "p").node("Sub", "one p", "q").node("Concat", "p q", "y", intOf("axis", -1)),
		func(x []float64) []float64 {
			p := 1 / (1 + math.Exp(-logitOf(x)))
			return []float64{0, math.Log((1 - p) / p)}
		}},
	{"1 - p and p, in another shape, quantized", oneLogit().ints("shape", 2).floats("s", nil, 1./256).levels("o", uint8Type, nil, 0).node("Sigmoid", "l", "p").node("Sub", "one p", "q").
		node("Concat", "q p", "c", intOf("axis", 1)).node("Reshape", "c shape", "r").node("QuantizeLinear", "r s o", "y"),
		func(x []float64) []float64 { return []float64{0, logitOf(x)} }},
	{"Scaler", newModel(13, 1, 3).learning("Scaler", "x", "y", floatsOf("offset", 1, -2, 0.5), floatsOf("scale", 0.5, 3, 0.1)),
		func(x []float64) []float64 {
			a, b, c := (x[0]-1)*0.5, (x[1]+2)*3, (x[2]-0.5)*float64(float32(0.1))
			return []float64{0, b - a, c - a}
		}},
	{"Scaler of one number", newModel(13, 1, 3).learning("Scaler", "x", "s", floatsOf("offset", 1), floatsOf("scale", 2)).node("Softmax", "s", "y"),
		func(x []float64) []float64 { return []float64{0, 2 * (x[1] - x[0]), 2 * (x[2] - x[0])} }},
	{"LinearClassifier, softmax", newModel(13, 1, 3).learning("LinearClassifier", "x", "label y", linear("SOFTMAX", 1, 2, 3, 4, 5, 6, 7, 8, 10, 0.5, 1.5, -2)...),
		func(x []float64) []float64 {
			a := x[0] + 2*x[1] + 3*x[2] + 0.5
			return []float64{0, 4*x[0] + 5*x[1] + 6*x[2] + 1.5 - a, 7*x[0] + 8*x[1] + 10*x[2] - 2 - a}
		}},
	{"LinearClassifier, scores", newModel(13, 1, 3).learning("LinearClassifier", "x", "label y", linear("NONE", 1, 2, 3, 4, 5, 6, 0.5, 1.5)...),
		func(x []float64) []float64 { return []float64{0, 3*x[0] + 3*x[1] + 3*x[2] + 1} }},
	{"LinearClassifier, logistic of two", newModel(13, 1, 3).learning("LinearClassifier", "x", "label y", linear("LOGISTIC", -1, -2, 3, 1, 2, -3, -0.75, 0.75)...),
		func(x []float64) []float64 {
			p0, p1 := 1/(1+math.Exp(logitOf(x))), 1/(1+math.Exp(-logitOf(x)))
			return []float64{0, math.Log(p1 / p0)}
		}},
	{"Normalizer and ZipMap", newModel(13, 1, 3).node("Neg", "x", "z").node("Softmax", "z", "p").learning("Normalizer", "p", "n", stringOf("norm", "L1")).
		learning("ZipMap", "n", "y", intsOf("classlabels_int64s", 0, 1, 2)),
		func(x []float64) []float64 {
			p := softmaxOf([]float64{-x[0], -x[1], -x[2]})
			return []float64{0, math.Log(p[1] / p[0]), math.Log(p[2] / p[0])}
		}},
}

func TestClassifiers(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	for _, c := range classifiers {
		t.Run(c.name, func(t *testing.T) {
			n, err := Decode(c.model.bytes())
			if err != nil {
				t.Fatal(err)
			}
			for range 100 {
				x := []float64{rng.NormFloat64(), rng.NormFloat64(), rng.NormFloat64()}
				want, y := c.margin(x), n.Logits(x)
				if len(want) != len(y) {
					t.Fatalf("%d logits of %d classes", len(y), len(want))
				}
				for i := range want {
					if math.Abs(y[i]-y[0]-want[i]) > 1e-9*(1+math.Abs(want[i])) {
						t.Fatalf("at %v: the margin of %d against 0 is %v instead of %v", x, i, y[i]-y[0], want[i])
					}
				}
			}
		})
	}
}

// labelled is a model of three logits with a softmax and a label.
func labelled() *builder {
	return newModel(13, 1, 3).floats("k", []int{3}, 1, 2, 3).outputOf("label", int64Type).node("Add", "x k", "z").node("Softmax", "z", "y")
}

var labelCases = []struct {
	name   string
	model  *builder
	output string
	names  []string
	note   string
}{
	{"names of a list", labelled().names("classes", "cat", "dog", "eel").node("ArgMax", "y", "a", intOf("axis", 1)).
		learning("ArrayFeatureExtractor", "classes a", "label"), "", []string{"cat", "dog", "eel"}, `output "label", the label, is left out: it is the class of the largest of "y"`},
	{"numbers of a list", labelled().levels("classes", int32Type, []int{3}, 7, 8, 9).node("ArgMax", "z", "a", intOf("axis", -1), intOf("keepdims", 0)).
		node("Gather", "classes a", "l").node("Cast", "l", "label", intOf("to", 7)), "", []string{"7", "8", "9"}, `it is the class of the largest of "z"`},
	{"numbers that classes have anyway", labelled().levels("classes", int32Type, []int{3}, 0, 1, 2).node("ArgMax", "z", "a", intOf("axis", 1)).
		node("Gather", "classes a", "label"), "", nil, `it is the class of the largest of "z"`},
	{"names of a ZipMap", labelled().output("map").node("ArgMax", "y", "label", intOf("axis", 1)).learning("ZipMap", "y", "map", stringsOf("classlabels_strings", "a", "b", "c")),
		"map", []string{"a", "b", "c"}, `the logits are the tensor "map"`},
	{"names that do not fit", labelled().names("classes", "cat", "dog").node("ArgMax", "y", "a", intOf("axis", 1)).
		learning("ArrayFeatureExtractor", "classes a", "label"), "", nil, ""},
	{"a label of other scores", labelled().node("Clip", "z - k0", "c").floats("k0", nil, 0.5).node("ArgMax", "c", "label", intOf("axis", 1)), "",
		nil, `it is the class of the largest of "c", which need not be that of the largest logit`},
	{"a label of the last at a tie", labelled().node("ArgMax", "z", "label", intOf("axis", 1), intOf("select_last_index", 1)), "",
		nil, `output "label" is left out: it does not say the place of a largest element`},
	{"a label along the batch", labelled().node("ArgMax", "z", "label"), "", nil, `it does not say the place of a largest element`},
	{"a cycle", labelled().node("Cast", "b", "label", intOf("to", 7)).node("Cast", "label", "b", intOf("to", 7)), "", nil, `it does not say the place of a largest element`},
	{"the tensor wanted", labelled().node("ArgMax", "y", "label", intOf("axis", 1)), "z", nil, `it is the class of the largest of "y"`},
}

func TestLabels(t *testing.T) {
	for _, c := range labelCases {
		n, err := Source{Output: c.output}.Decode(c.model.bytes())
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if !slices.Equal(n.ClassNames, c.names) {
			t.Errorf("%s: the names are %q instead of %q", c.name, n.ClassNames, c.names)
		}
		if notes := strings.Join(n.Notes, "\n"); !strings.Contains(notes, c.note) {
			t.Errorf("%s: no note says %q: %s", c.name, c.note, notes)
		}
		if y := n.Logits([]float64{5, 0, 0}); y[0] != 6 || y[1] != 2 || y[2] != 3 {
			t.Errorf("%s: the logits are %v", c.name, y)
		}
	}
}

var learningErrors = []errorCase{
	{"one score of two classes", newModel(13, 1, 3).learning("LinearClassifier", "x", "l y", floatsOf("coefficients", 1, 2, 3), intsOf("classlabels_ints", 0, 1)),
		"!op #0 (ai.onnx.ml.LinearClassifier): it has one score for two classes"},
	{"coefficients that do not fit", newModel(13, 1, 3).learning("LinearClassifier", "x", "l y", floatsOf("coefficients", 1, 2, 3, 4), intsOf("classlabels_ints", 0, 1)),
		"it has 4 coefficients for 2 classes and 3 features"},
	{"intercepts that do not fit", newModel(13, 1, 1).learning("LinearClassifier", "x", "l y", floatsOf("coefficients", 1, 2), floatsOf("intercepts", 1), intsOf("classlabels_ints", 0, 1)),
		"it has 1 intercepts for 2 classes"},
	{"logistic of three scores", newModel(13, 1, 1).learning("LinearClassifier", "x", "l y", floatsOf("coefficients", 1, -1, 1), intsOf("classlabels_ints", 0, 1, 2), stringOf("post_transform", "LOGISTIC")),
		"!op #0 (ai.onnx.ml.LinearClassifier): post_transform LOGISTIC of 3 scores changes margins"},
	{"logistic of scores that are not opposite", newModel(13, 1, 1).learning("LinearClassifier", "x", "l y", floatsOf("coefficients", 1, -2), intsOf("classlabels_ints", 0, 1), stringOf("post_transform", "LOGISTIC")),
		"!op #0 (ai.onnx.ml.LinearClassifier): post_transform LOGISTIC of 2 scores changes margins"},
	{"probits", newModel(13, 1, 1).learning("LinearClassifier", "x", "l y", floatsOf("coefficients", 1, -2), intsOf("classlabels_ints", 0, 1), stringOf("post_transform", "PROBIT")),
		`!op #0 (ai.onnx.ml.LinearClassifier): post_transform "PROBIT" is not supported`},
	{"a label as the output", newModel(13, 1, 1).learning("LinearClassifier", "x", "y s", floatsOf("coefficients", 1, -2), intsOf("classlabels_ints", 0, 1)),
		`!op #0 (ai.onnx.ml.LinearClassifier): its output "y" is a label`},
	{"no scores", newModel(13, 1, 1).learning("LinearClassifier", "x", "y", floatsOf("coefficients", 1, -2), intsOf("classlabels_ints", 0, 1)), "it has 1 outputs instead of a label and scores"},
	{"two kinds of labels", newModel(13, 1, 2).node("Relu", "x", "r").learning("ZipMap", "r", "y", intsOf("classlabels_int64s", 0, 1), stringsOf("classlabels_strings", "a", "b")), "are both given"},
	{"no labels", newModel(13, 1, 2).node("Relu", "x", "r").learning("ZipMap", "r", "y"), "the labels of classes are left out"},
	{"labels that do not fit", newModel(13, 1, 2).node("Relu", "x", "r").learning("ZipMap", "r", "y", intsOf("classlabels_int64s", 0, 1, 2)), "it has 3 labels for 2 elements"},
	{"a norm of scores", newModel(13, 1, 2).node("Relu", "x", "r").learning("Normalizer", "r", "y", stringOf("norm", "L1")), "!op #1 (ai.onnx.ml.Normalizer): it divides by a norm of numbers that depend on the input"},
	{"a norm of logarithms", newModel(13, 1, 2).node("LogSoftmax", "x", "r").learning("Normalizer", "r", "y", stringOf("norm", "L1")), "!op #1 (ai.onnx.ml.Normalizer): it divides"},
	{"an unknown norm", newModel(13, 1, 2).node("Softmax", "x", "r").learning("Normalizer", "r", "y", stringOf("norm", "L3")), `attribute norm is "L3"`},
	{"offsets that do not fit", newModel(13, 1, 3).learning("Scaler", "x", "y", floatsOf("offset", 1, 2)), `attribute "offset" has 2 numbers, operand "x" has 3 features`},
	{"an offset that is no number", newModel(13, 1, 1).learning("Scaler", "x", "y", floatsOf("offset", float32(nan))), `attribute "offset": element 0 is NaN`},
	{"trees", newModel(13, 1, 1).learning("TreeEnsembleClassifier", "x", "y"), "!op #0 (ai.onnx.ml.TreeEnsembleClassifier): it is not supported: a tree jumps"},
	{"2 - p and p", oneLogit().floats("two", nil, 2).node("Sigmoid", "l", "p").node("Sub", "two p", "q").node("Concat", "q p", "y", intOf("axis", 1)), `!op #3 (Sub, opset 13): Sigmoid "p" comes before it`},
	{"1 - p of another p", oneLogit().node("Add", "l k", "l2").node("Sigmoid", "l", "p").node("Sigmoid", "l2", "p2").node("Sub", "one p", "q").node("Concat", "q p2", "y", intOf("axis", 1)),
		`!op #6 (Concat, opset 13): Sigmoid "p" comes before it`},
	{"p twice", oneLogit().node("Sigmoid", "l", "p").node("Concat", "p p", "y", intOf("axis", 1)), `!op #3 (Concat, opset 13): Sigmoid "p" comes before it`},
	{"two outputs of scores", newModel(13, 1, 2).output("z").node("Relu", "x", "y").node("Softmax", "y", "z"), `!the model has 2 outputs, "y", "z"; say which tensor holds the logits (--output), or keep it only (onnx.utils.extract_model); candidates are "y", "z"`},
	{"a label only", newModel(13, 1, 2).node("Relu", "x", "r").node("ArgMax", "r", "y", intOf("axis", 1)), "!op #1 (ArgMax, opset 13): it is not supported: its result is the number of a class, not a logit; say which"},
}

func TestLearningErrors(t *testing.T) {
	for _, c := range learningErrors {
		t.Run(c.name, func(t *testing.T) {
			_, err := Decode(c.model.bytes())
			want, isUnsupported := strings.CutPrefix(c.message, "!")
			checkError(t, err, want, isUnsupported)
		})
	}
	if _, err := (Source{Output: "nothing"}).Decode(labelled().node("ArgMax", "y", "label").bytes()); err == nil || !strings.Contains(err.Error(), `no node makes a tensor "nothing"; candidates are "y", "z"`) {
		t.Errorf("a tensor that is not there: %v", err)
	}
}

// A model all of whose operators are of another domain need not import the default one.
func TestNoDefaultDomain(t *testing.T) {
	b := newModel(0, 1, 3).learning("LinearClassifier", "x", "label y", linear("NONE", 1, 2, 3, 4, 5, 6, 0.5, 1.5)...)
	n, err := Decode(b.bytes())
	if err != nil {
		t.Fatal(err)
	}
	if y := n.Logits([]float64{1, 1, 1}); y[0] != 6.5 || y[1] != 16.5 {
		t.Errorf("the logits are %v", y)
	}
	if _, err := Decode(b.node("Relu", "y", "z").bytes()); err == nil {
		t.Error("an operator of the default domain has no version")
	}
}

// Each candidate is read as it is when named, and at least one has the logits.
func TestCandidates(t *testing.T) {
	data := labelled().output("other").node("ArgMax", "y", "label", intOf("axis", 1)).node("Tanh", "z", "other").bytes()
	all, err := Source{}.Candidates(data)
	if err != nil {
		t.Fatal(err)
	}
	var read []string
	for _, c := range all {
		if _, err := (Source{Output: c.Name}).Decode(data); (err == nil) != (c.Err == nil) {
			t.Errorf("%s: the errors are %v and %v", c.Name, c.Err, err)
		}
		if c.Err == nil {
			read = append(read, c.Name)
		}
	}
	if slices.Sort(read); !slices.Equal(read, []string{"y", "z"}) {
		t.Errorf("the candidates are %q", read)
	}
}
