package rsm

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"rsm/network/onnx"
)

// Weights in a file beside the model are found there, in folders of the operating system
// and in others, and belong to what the network's SHA-256 covers.
func TestReadExternalData(t *testing.T) {
	const folder, name = "benchmarks/tools/files/pytorch", "mlp.onnx"
	a, err := Read(filepath.Join(folder, name))
	if err != nil {
		t.Fatal(err)
	}
	r := Reader{Files: os.DirFS(folder)}
	b, err := r.Read(name)
	if err != nil {
		t.Fatal(err)
	}
	m, err := r.model(name, onnx.Wanted{})
	if err != nil {
		t.Fatal(err)
	}
	if len(a.Data) != 1 || a.SHA256 != b.SHA256 || a.SHA256 != m.SHA256 {
		t.Errorf("%v, %s, %s, %s", a.Data, a.SHA256, b.SHA256, m.SHA256)
	}
	if info := Describe("N1", a); len(info.DataFiles) != 1 || info.DataFiles[0] != a.Data[0] {
		t.Errorf("%+v", info)
	}
	content, err := os.ReadFile(filepath.Join(folder, name))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := ReadBytes(name, content); err == nil || !strings.Contains(err.Error(), `"mlp.onnx.data", which is not given`) {
		t.Error(err)
	}
}
