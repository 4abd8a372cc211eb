package main

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
)

// The demo's files are copies: go:embed cannot reach out of the folder.
func TestDemoFilesAreTheTwins(t *testing.T) {
	for name, folder := range map[string]string{demoN1: "models", demoN2: "models", demoSamples: "samples"} {
		embedded, err := demoFiles.ReadFile("demo/" + name)
		if err != nil {
			t.Fatal(err)
		}
		original := filepath.Join(twins, folder, name)
		data, err := os.ReadFile(original)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(embedded, data) {
			t.Errorf("demo/%s differs from %s: copy that over", name, original)
		}
	}
}
