package rsm

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
)

// Files of other tools are refused in a line that says how to get an ONNX file of them,
// whatever they hold and wherever they lie.
func TestOtherFilesThanNetworks(t *testing.T) {
	for name, want := range map[string]string{
		"m.h5": "model.export(", "m.HDF5": "model.export(", "m.keras": "model.export(", "m.pt": "torch.onnx.export(", "best.v2.pth": "torch.onnx.export(",
		"m.pt2": "torch.export.load(", "m.tflite": "tf2onnx.convert --tflite", "m.pb": "tf2onnx.convert --saved-model", "m.pkl": "skl2onnx.to_onnx(",
		"m.joblib": "skl2onnx.to_onnx(", "m.safetensors": "load them into their model", "m.mlmodel": "onnxmltools.convert_coreml", "m.xml": "an OpenVINO model",
		"m.pdmodel": "paddle2onnx", "m.ort": "the .onnx file that it was made from", "m.onnx.data": "give the .onnx file beside it", "m.onnx.gz": "gunzip",
		"x.npy": "an array of numbers", "x.npz": "an array of numbers", "p.vnnlib": "a query or a region",
		"m.txt": `ending is ".txt": give an .onnx or an .nnet file`, "m": `ending is ""`,
	} {
		_, err := ReadBytes(name, nil)
		if err == nil || !strings.HasPrefix(err.Error(), name+": ") || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: %v, want %s", name, err, want)
		}
	}
	for e, same := range otherEndings {
		if conversions[same] == "" || conversions[e] != "" {
			t.Errorf("%s is like %s", e, same)
		}
	}
	// Folders, of the operating system and of other file systems.
	files := fstest.MapFS{"tf/saved_model.pb": {}, "net.mlpackage/Manifest.json": {}, "plain/a.onnx": {}}
	folder := t.TempDir()
	if err := os.CopyFS(folder, files); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{
		"tf": "is a TensorFlow model: write it by python -m tf2onnx", "net.mlpackage": "is a Core ML model", "plain": "is a folder; give an .onnx",
	} {
		_, err1 := Reader{Files: files}.Read(name)
		_, err2 := Read(filepath.Join(folder, name))
		for _, err := range []error{err1, err2} {
			if err == nil || !strings.Contains(err.Error(), name+": "+want) {
				t.Errorf("%s: %v, want %s", name, err, want)
			}
		}
	}
}
