package onnx

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"rsm/network"
)

type errorCase struct {
	name    string
	model   *builder
	message string
}

// errorCases are models and what is said about them; a message that starts
// with ! is about something unsupported, any other about bad input.
var errorCases = append([]errorCase{
	{"unknown operator", newModel(13, 1, 2).named("lstm1", "LSTM", "x w", "y"), `!node "lstm1" (LSTM, opset 13): operator not supported; rsm supports --onnx-operators lists`},
	{"unknown domain", (&builder{ir: 8, opset: 13, domain: "com.x"}).input("x", float32Type, 1, 2).output("y").node("Relu", "x", "y"), "!op #0 (com.x.Relu): operator not supported"},
	{"newer opset", newModel(99, 1, 2).node("Relu", "x", "y"), "!op #0 (Relu, opset 99): opsets 1 to 28 are supported; export"},
	{"newer IR", &builder{ir: 99, opset: 13, graph: newModel(13, 1, 2).node("Relu", "x", "y").graph}, "!ir_version 99 is newer than 14"},
	{"no opset", newModel(0, 1, 2).node("Relu", "x", "y"), "the model imports no opset"},
	{"unknown attribute", newModel(13, 1, 2).named("r", "Relu", "x", "y", intOf("alpha", 1)), `!node "r" (Relu, opset 13): attribute "alpha" is not supported`},
	{"attribute of another opset", newModel(13, 1, 2).node("Squeeze", "x", "y", intsOf("axes", 0)), `attribute "axes" does not exist in opset 13`},
	{"attribute of another type", newModel(13, 1, 2).node("Flatten", "x", "y", floatOf("axis", 0)), `attribute "axis" is a float instead of an integer`},
	{"attribute twice", newModel(13, 1, 2).node("Flatten", "x", "y", intOf("axis", 0), intOf("axis", 0)), `attribute "axis" is given twice`},
	{"too many operands", newModel(13, 1, 2).node("Relu", "x x", "y"), "it has 2 operands instead of 1"},
	{"missing operand", newModel(13, 1, 2).floats("w", []int{1}, 1).node("Add", "- w", "y"), "operand 0 is left out"},
	{"too many outputs", newModel(13, 1, 2).node("Relu", "x", "y z"), "it has 2 outputs instead of 1"},
	{"mask", newModel(13, 1, 2).node("Dropout", "x", "d y"), `!its output "y" is used`},
	{"two inputs", newModel(13, 1, 2).input("z", float32Type, 1).node("Relu", "x", "y"), `!the model has 2 inputs, "x", "z"; a network has one`},
	{"two outputs", newModel(13, 1, 2).output("z").node("Relu", "x", "y"), `!the model has 2 outputs, "y", "z"; say which`},
	{"no input", (&builder{ir: 8, opset: 13}).output("y").node("Relu", "x", "y"), "the model has no input"},
	{"no output", (&builder{ir: 8, opset: 13}).input("x", float32Type, 1).node("Relu", "x", "y"), "the model has no output"},
	{"output is not made", newModel(13, 1, 2).node("Relu", "x", "z"), `output "y": there is no tensor "y"`},
	{"output is a constant", newModel(13, 1, 2).floats("y", []int{1}, 1), `output "y" does not depend on the input`},
	{"output is the input", newModel(13, 1, 2).node("Identity", "x", "y"), `output "y": the output is the input itself`},
	{"cycle", newModel(13, 1, 2).floats("w", []int{1}, 1).node("Add", "z w", "y").node("Relu", "y", "z"), `op #0 (Add, opset 13): operand "z" is made by op #1, which cannot come earlier: nodes form a cycle`},
	{"missing tensor", newModel(13, 1, 2).node("Add", "x w", "y"), `op #0 (Add, opset 13): there is no tensor "w"`},
	{"value twice", newModel(13, 1, 2).node("Relu", "x", "y").node("Relu", "x", "y"), `op #1 (Relu, opset 13): its output "y" exists already`},
	{"initializer twice", newModel(13, 1, 2).floats("w", nil, 1).floats("w", nil, 1), `two initializers have the name "w"`},
	{"input twice", newModel(13, 1, 2).input("x", float32Type, 1), `two inputs have the name "x"`},
	{"integer input", (&builder{ir: 8, opset: 13}).input("x", int64Type, 1, 2).output("y").node("Relu", "x", "y"), `!input "x": its elements are INT64`},
	{"symbolic dimension", newModel(13, "n", "features").node("Relu", "x", "y"), `input "x": dimension 1 of 2 is symbolic ("features"); export the model with a fixed size`},
	{"open dimension", newModel(13, nil, nil).node("Relu", "x", "y"), `input "x": dimension 1 of 2 has no size`},
	{"symbolic only dimension", newModel(13, "n").node("Relu", "x", "y"), `input "x": dimension 0 of 1 is symbolic`},
	{"empty input", newModel(13, 1, 0).node("Relu", "x", "y"), `input "x": dimension 1 of 2 is 0`},
	{"huge input", newModel(13, 1, 1<<40).node("Relu", "x", "y"), `input "x": the shape [1 1099511627776] has more than`},
	{"batch", newModel(13, 8, 2).floats("w", []int{2, 3}, 1, 2, 3, 4, 5, 6).node("MatMul", "x w", "y"), "!input 8x2 and output 8x3 have the first dimension 8, which looks like a batch; export"},

	{"two activations", newModel(13, 1, 2).named("res", "Mul", "x x", "y"), `!node "res" (Mul, opset 13): both operands, "x" and "x", depend on the input`},
	{"shapes of Add", newModel(13, 1, 2).floats("w", []int{3}, 1, 2, 3).node("Add", "x w", "y"), "operands of shapes 1x2 and 3 do not fit: dimensions 2 and 3"},
	{"Add of opset 6 without broadcast", newModel(6, 1, 2).floats("w", []int{2}, 1, 2).node("Add", "x w", "y"), "broadcasts only with broadcast=1"},
	{"Add of opset 6 broadcasts one way", newModel(6, 1, 2).floats("w", []int{3, 2}, 1, 2, 3, 4, 5, 6).node("Add", "x w", "y", intOf("broadcast", 1)), "shape 3x2 is not found in shape 1x2 from dimension 0 on"},
	{"types of Add", newModel(13, 1, 2).doubles("w", nil, 1).node("Add", "x w", "y"), `operands "x" and "w" have the types FLOAT and DOUBLE`},
	{"division by the input", newModel(13, 1, 2).floats("w", nil, 1).node("Div", "w x", "y"), `!op #0 (Div, opset 13): division by operand "x"`},
	{"a scale found at run time", newModel(13, 1, 2).floats("w", nil, 127).node("Abs", "x", "a").node("ReduceMax", "a", "m").node("Div", "w m", "y"), `!op #2 (Div, opset 13): division by operand "m", which depends on the input, is not piecewise linear; if it finds a scale, activations are rounded at run time`},
	{"division by zero", newModel(13, 1, 2).floats("w", []int{2}, 1, 0).node("Div", "x w", "y"), `division by zero in operand "w"`},
	{"NaN", newModel(13, 1, 1).initializer(appendBytes(appendInt(appendInt(appendString(nil, 8, "w"), 2, 1), 1, 1), 9, []byte{0, 0, 0xc0, 0x7f})).node("Add", "x w", "y"), `op #0 (Add, opset 13): tensor "w": element 0 is NaN`},
	{"empty constant", newModel(13, 1, 1).floats("w", []int{0}).node("Add", "x w", "y"), `operand "w" is empty`},
	{"shapes of MatMul", newModel(13, 1, 2).floats("w", []int{3, 2}, 1, 2, 3, 4, 5, 6).node("MatMul", "x w", "y"), "operands of shapes 1x2 and 3x2 do not fit"},
	{"scalar of MatMul", newModel(13, 1, 2).floats("w", nil, 1).node("MatMul", "x w", "y"), "a scalar cannot be multiplied as a matrix"},
	{"shapes of Gemm", newModel(13, 1, 2).floats("w", []int{3, 2}, 1, 2, 3, 4, 5, 6).node("Gemm", "x w", "y"), "(transA false, transB false) do not fit: the inner dimensions 2 and 3 differ"},
	{"rank of Gemm", newModel(13, 1, 2, 2).floats("w", []int{3, 2}, 1, 2, 3, 4, 5, 6).node("Gemm", "x w", "y"), "both must be matrices"},
	{"C of Gemm", newModel(13, 1, 1).floats("w", []int{1, 1}, 1).floats("c", []int{2}, 1, 2).node("Gemm", "x w c", "y"), "operand C of shape 2 does not broadcast to 1x1"},
	{"C of Gemm left out", newModel(9, 1, 1).floats("w", []int{1, 1}, 1).node("Gemm", "x w", "y"), "operand C is left out, which opsets before 11"},
	{"C of Gemm depends on the input", newModel(13, 1, 1).floats("w", []int{1, 1}, 1).node("Gemm", "x w x", "y"), "!op #0 (Gemm, opset 13): operand C, \"x\", depends"},
	{"transB of Gemm", newModel(13, 1, 1).floats("w", []int{1, 1}, 1).node("Gemm", "x w", "y", intOf("transB", 7)), `attribute "transB" is 7 instead of 0 or 1`},
	{"axis of Flatten", newModel(13, 1, 2).node("Flatten", "x", "y", intOf("axis", 3)), "axis 3 is not in the range of 3 dimensions"},
	{"negative axis of Flatten", newModel(9, 1, 2).node("Flatten", "x", "y", intOf("axis", -1)), "axis -1 is negative, which opsets before 11 do not allow"},
	{"Reshape", newModel(13, 1, 5).ints("s", 2, -1).node("Reshape", "x s", "y"), "an operand of shape 1x5 does not fit the shape [2 -1]"},
	{"Reshape to another size", newModel(13, 1, 5).ints("s", 2, 2).node("Reshape", "x s", "y"), "shape 2x2 has 4 elements, the operand of shape 1x5 has 5"},
	{"Reshape with two -1", newModel(13, 1, 5).ints("s", -1, -1).node("Reshape", "x s", "y"), "the shape [-1 -1] has -1 twice"},
	{"Reshape with allowzero", newModel(14, 1, 5).ints("s", 0, -1).node("Reshape", "x s", "y", intOf("allowzero", 1)), "does not fit the shape [0 -1]"},
	{"Reshape without a shape", newModel(13, 1, 5).node("Reshape", "x", "y"), "the shape is left out"},
	{"Reshape by the input", newModel(13, 1, 5).node("Reshape", "x x", "y"), `!op #0 (Reshape, opset 13): shape "x" is computed from the input`},
	{"Reshape by floats", newModel(13, 1, 5).floats("s", []int{1}, 5).node("Reshape", "x s", "y"), `shape "s" is FLOAT of shape 1 instead of a list of INT64`},
	{"Squeeze", newModel(13, 1, 5).ints("a", 1).node("Squeeze", "x a", "y"), "axis 1 of an operand of shape 1x5 is not of size 1"},
	{"Squeeze of no axes", newModel(13, 1, 5).ints("a").node("Squeeze", "x a", "y"), "!op #0 (Squeeze, opset 13): its list of axes is empty"},
	{"Unsqueeze", newModel(13, 1, 5).ints("a", 0, 0).node("Unsqueeze", "x a", "y"), "axis 0 is given twice"},
	{"Unsqueeze without axes", newModel(13, 1, 5).node("Unsqueeze", "x", "y"), "the axes are left out"},
	{"Transpose", newModel(13, 1, 5).node("Transpose", "x", "y", intsOf("perm", 0, 0)), `attribute "perm" is no permutation of 2 dimensions: [0 0]`},
	{"Dropout that trains", newModel(13, 1, 5).initializer(tensorOf("t", boolType, nil, 1)).node("Dropout", "x - t", "y"), "!op #0 (Dropout, opset 13): it is in training mode"},
	{"old Dropout trains by default", newModel(6, 1, 5).node("Dropout", "x", "y"), "!op #0 (Dropout, opset 6): it is in training mode"},
	{"Cast to integers", newModel(13, 1, 5).node("Cast", "x", "y", intOf("to", 7)), `!op #0 (Cast, opset 13): a cast of "x", which depends on the input, to INT64`},
	{"Cast to nothing", newModel(13, 1, 5).node("Cast", "x", "y"), `attribute "to" is left out`},
	{"Cast to strings", newModel(13, 1, 5).node("Cast", "x", "y", intOf("to", 8)), "!op #0 (Cast, opset 13): a cast to STRING is not supported"},
	{"Cast overflows", newModel(13, 1, 1).floats("w", []int{1}, 1e30).node("Cast", "w", "h", intOf("to", 10)).node("Cast", "h", "v", intOf("to", 1)).node("Add", "x v", "y"), `tensor "v": element 0 is +Inf`},
	{"Constant of strings", newModel(13, 1, 1).node("Constant", "", "c", stringOf("value_string", "a")).node("Add", "x c", "y"), `!op #0 (Constant, opset 13): attribute "value_string" is not supported`},
	{"Constant without value", newModel(13, 1, 1).node("Constant", "", "c").node("Add", "x c", "y"), "it has 0 attributes instead of one value"},
	{"Softmax in the middle", newModel(13, 1, 2).named("p", "Softmax", "x", "s").node("Relu", "s", "y"), `!op #1 (Relu, opset 13): Softmax "p" comes before it`},
	{"Softmax over one axis of two", newModel(13, 1, 2, 2).node("Relu", "x", "r").node("Softmax", "r", "y"), "!op #1 (Softmax, opset 13): it runs over 2 of 4 outputs (shape 1x2x2, axis 2)"},
	{"Softmax over one output", newModel(13, 1, 2, 1).node("Relu", "x", "r").node("Softmax", "r", "y"), "!op #1 (Softmax, opset 13): it runs over 1 of 2 outputs"},
	{"external data", newModel(13, 1, 1).initializer(elsewhere("w", []int{1}, "location", "w.data")).node("Add", "x w", "y"), `tensor "w": its data are in another file, "w.data", which is not given`},
	{"data elsewhere", newModel(13, 1, 1).initializer(appendInt(tensorOf("w", float32Type, []int{1}), 14, 2)).node("Add", "x w", "y"), `!op #0 (Add, opset 13): tensor "w": its data_location is 2, which is not known`},
	{"complex tensor", newModel(13, 1, 1).initializer(tensorOf("w", 14, []int{1}, 1)).node("Add", "x w", "y"), `!op #0 (Add, opset 13): tensor "w": elements of COMPLEX64 are not read`},
	{"short data", newModel(13, 1, 1).floats("w", []int{3}, 1, 2).node("Add", "x w", "y"), `tensor "w": its raw_data have 8 bytes, its shape 3 and type FLOAT want 12`},
	{"hostile dims", newModel(13, 1, 1).floats("w", []int{1 << 20, 1 << 20, 1 << 20}, 1).node("Add", "x w", "y"), `tensor "w": the shape [1048576 1048576 1048576] has more than`},
	{"hostile broadcast", newModel(13, 1, 1<<23).floats("w", nil, 1).node("Add", "x w", "y"), "!op #0 (Add, opset 13): constants take more room than fits the size of the file"},
	{"hostile network", newModel(13, 1, 1<<23).node("Relu", "x", "z").node("Relu", "z", "y"), "!op #1 (Relu, opset 13): the network has more than 16777216 values"},
}, convolutionErrors...)

func TestErrors(t *testing.T) { testErrors(t, errorCases) }

func testErrors(t *testing.T, cases []errorCase) {
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			_, err := Decode(c.model.bytes())
			want, isUnsupported := strings.CutPrefix(c.message, "!")
			checkError(t, err, want, isUnsupported)
		})
	}
}

func checkError(t *testing.T, err error, want string, isUnsupported bool) {
	t.Helper()
	switch {
	case err == nil:
		t.Fatal("there is no error")
	case !strings.Contains(err.Error(), want):
		t.Errorf("the error is\n%v\ninstead of\n%s", err, want)
	case strings.ContainsAny(err.Error(), "\n\r"):
		t.Errorf("the error has several lines: %q", err)
	case errors.Is(err, network.ErrUnsupported) != isUnsupported:
		t.Errorf("the error is of the wrong kind: %v", err)
	}
}

func TestOtherFiles(t *testing.T) {
	valid := newModel(13, 1, 2).node("Relu", "x", "y").bytes()
	for _, c := range []struct{ name, content, want string }{
		{"empty", "", "the file is empty"},
		{"text", "int x = 3;\n", "a text file, not an ONNX model"},
		{"pickle", "\x80\x02}q\x00.", "a Python pickle"},
		{"zip", "PK\x03\x04\x00\x00\x08\x08", "a zip archive"},
		{"gzip", "\x1f\x8b\x08\x00", "unpack it with gunzip"},
		{"lfs", "version https://git-lfs.github.com/spec/v1\n", "fetch it with git lfs pull"},
		{"random", "\xff\xfe\xfd\x01\x02\x03", "not an ONNX model, or damaged or incomplete: ModelProto: "},
		{"truncated", string(valid[:len(valid)/2]), "ModelProto: the data end too early"},
		{"no graph", string(appendInt(nil, 1, 8)), "there is no graph"},
		{"a wrong wire type", string(appendInt(nil, 7, 8)), "field 7 has wire type 0 instead of 2"},
	} {
		path := filepath.Join(t.TempDir(), "net.onnx")
		if err := os.WriteFile(path, []byte(c.content), 0o600); err != nil {
			t.Fatal(err)
		}
		_, err := Read(path)
		checkError(t, err, path+": ", false)
		checkError(t, err, c.want, false)
	}
	_, err := Read(filepath.Join(t.TempDir(), "absent.onnx"))
	checkError(t, err, "absent.onnx", false)
}

func TestOpsets(t *testing.T) {
	relu := newModel(0, 1, 2).node("Relu", "x", "y")
	opset := func(domain string, version int64) []byte {
		return appendBytes(nil, 8, appendInt(appendString(nil, 1, domain), 2, version))
	}
	function := func(domain string) []byte { return appendBytes(nil, 25, appendString(nil, 10, domain)) }
	for _, c := range []struct {
		name   string
		ir     uint64
		fields [][]byte
		want   string // as in errorCases; "" for none
	}{
		{"the default domain has two names", 8, [][]byte{opset("ai.onnx", 13), opset("", 13)}, ""},
		{"another domain does not matter", 8, [][]byte{opset("ai.onnx.ml", 99), opset("", 13), function("pkg")}, ""},
		{"before IR version 3, opset 1", 2, nil, ""},
		{"no IR version", 0, [][]byte{opset("", 13)}, "not an ONNX model: there is no ir_version"},
		{"two versions: the last", 8, [][]byte{opset("", 99), opset("ai.onnx", 13)}, ""},
		{"two versions: the last, which is too new", 8, [][]byte{opset("", 13), opset("", 99)}, "!op #0 (Relu, opset 99): opsets 1 to 28"},
		{"negative version", 8, [][]byte{opset("", -1)}, "opset -1 does not exist"},
		{"only another domain", 8, [][]byte{opset("ai.onnx.ml", 1)}, "the model imports no opset"},
		{"function in the default domain", 8, [][]byte{opset("", 13), function("")}, "!a function of the model is in the default"},
		{"two graphs", 8, [][]byte{opset("", 13), appendBytes(nil, 7, nil)}, "there are two graphs"},
	} {
		relu.ir = c.ir
		data := relu.bytes()
		for _, f := range c.fields {
			data = append(data, f...)
		}
		_, err := Decode(data)
		if c.want != "" {
			want, isUnsupported := strings.CutPrefix(c.want, "!")
			checkError(t, err, want, isUnsupported)
		} else if err != nil {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}

// Names of a file are quoted and cut short.
func TestHostileNames(t *testing.T) {
	name := "a\nb" + strings.Repeat("c", 1<<16)
	_, err := Decode(newModel(13, 1, 2).named(name, "Re\nlu", "x", "y").bytes())
	checkError(t, err, `node "a\nbccc`, true)
	if len(err.Error()) > 1500 {
		t.Errorf("the error has %d bytes", len(err.Error()))
	}
}
