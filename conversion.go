package rsm

import (
	"fmt"
	"io/fs"
	"os"
	"path"
	"strings"
)

// Commands and calls that write models of other tools as ONNX.
const (
	fromTorch  = `load it in Python and write it by torch.onnx.export(model, sample, "model.onnx")`
	fromKeras  = `load it in Python and write it by model.export("model.onnx", format="onnx")`
	fromFolder = "write it by python -m tf2onnx.convert --saved-model FOLDER --output model.onnx"
	fromSource = "write the model that it was made from as ONNX"
)

// conversions say, by the ending of a file that is none of ours, what such files are, and
// how to get there.
var conversions = map[string]string{
	".pt":          "a PyTorch model: " + fromTorch,
	".pth":         "a PyTorch model: " + fromTorch,
	".ckpt":        "a checkpoint of a training: " + fromTorch + ", or TensorFlow's by tf2onnx",
	".pt2":         "a program of torch.export: " + `write it by torch.onnx.export(torch.export.load("model.pt2"), dynamo=True).save("model.onnx")`,
	".safetensors": "weights without a network: load them into their model in Python and write that by torch.onnx.export(model, sample, \"model.onnx\")",
	".pkl":         "a Python pickle: load it in Python and write it by skl2onnx.to_onnx(model, samples) (scikit-learn) or torch.onnx.export (PyTorch)",
	".h5":          "a Keras model: " + fromKeras,
	".keras":       "a Keras model: " + fromKeras,
	".tflite":      "a TensorFlow Lite model: write it by python -m tf2onnx.convert --tflite model.tflite --output model.onnx",
	".pb":          "a TensorFlow model: " + fromFolder + " (a frozen graph by --graphdef FILE --inputs NAMES --outputs NAMES)",
	".mlmodel":     "a Core ML model: write it by onnxmltools.convert_coreml, or " + fromSource,
	".mlpackage":   "a Core ML model, which has no way back: " + fromSource,
	".xml":         "an OpenVINO model, which has no way back: " + fromSource,
	".pdmodel":     "a PaddlePaddle model: write it by paddle2onnx --model_dir FOLDER --model_filename FILE --params_filename FILE --save_file model.onnx",
	".ort":         "a model in onnxruntime's own format: give the .onnx file that it was made from",
	".engine":      "a TensorRT engine, which has no way back: " + fromSource,
	".data":        "the weights of a model: give the .onnx file beside it, which names this one",
	".npy":         "an array of numbers, such as samples: give the networks here, and samples as those",
	".vnnlib":      "a query or a region: give the networks here",
	".gz":          "compressed: unpack it with gunzip first",
	".zip":         "an archive: unpack it first",
}

// otherEndings are those of files of the same kinds.
var otherEndings = map[string]string{
	".hdf5": ".h5", ".pickle": ".pkl", ".joblib": ".pkl", ".bin": ".safetensors", ".pdiparams": ".pdmodel", ".trt": ".engine",
	".plan": ".engine", ".npz": ".npy", ".csv": ".npy", ".smt2": ".vnnlib", ".tgz": ".zip", ".tar": ".zip",
}

func ending(name string) string { return strings.ToLower(path.Ext(name)) }

// checkEnding finds files that are no networks by their names, and says what to do.
func (r Reader) checkEnding(name string) error {
	e := ending(name)
	if e == ".onnx" || e == ".nnet" {
		return nil
	}
	if what := r.folderOf(name); what != "" {
		return fmt.Errorf("%s: %s", name, what)
	}
	if same, ok := otherEndings[e]; ok {
		e = same
	}
	what, ok := conversions[e]
	if !ok {
		return fmt.Errorf("%s: the file's ending is %q: give an .onnx or an .nnet file", name, e)
	}
	return fmt.Errorf("%s: neither an .onnx nor an .nnet file, but %s", name, what)
}

// folderOf says what a folder holds that is given in place of a network; "" where the name
// is not that of a folder.
func (r Reader) folderOf(name string) string {
	stat := os.Stat
	join := func(file string) string { return name + "/" + file }
	if r.Files != nil {
		stat = func(name string) (fs.FileInfo, error) { return fs.Stat(r.Files, name) }
	}
	info, err := stat(name)
	switch {
	case err != nil || !info.IsDir():
		return ""
	case ending(name) == ".mlpackage":
		return "is " + conversions[".mlpackage"]
	}
	if _, err := stat(join("saved_model.pb")); err == nil {
		return "is a TensorFlow model: " + fromFolder
	}
	return "is a folder; give an .onnx or an .nnet file"
}
