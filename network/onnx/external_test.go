package onnx

import (
	"bytes"
	"crypto/sha1"
	"encoding/hex"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"testing/fstest"

	"rsm/network"
)

// elsewhere encodes a FLOAT tensor whose elements are in another file: keys and values in turn.
func elsewhere(name string, dims []int, entries ...string) []byte {
	t := appendInt(tensorHead(name, float32Type, dims), 14, externalData)
	for k := 0; k+1 < len(entries); k += 2 {
		t = appendBytes(t, 13, appendString(appendString(nil, 1, entries[k]), 2, entries[k+1]))
	}
	return t
}

// tensorHead encodes a TensorProto without elements.
func tensorHead(name string, typ dataType, dims []int) (t []byte) {
	for _, d := range dims {
		t = appendInt(t, 1, int64(d))
	}
	return appendString(appendInt(t, 2, int64(typ)), 8, name)
}

// external is the model y = x w of two features with w in another file.
func externalModel(entries ...string) *builder {
	return newModel(13, 1, 2).initializer(elsewhere("w", []int{2, 2}, entries...)).node("MatMul", "x w", "y")
}

// fourFloats are 1, 2, 3, 4 after four bytes.
var fourFloats = []byte("....\x00\x00\x80\x3f\x00\x00\x00\x40\x00\x00\x40\x40\x00\x00\x80\x40")

func TestExternal(t *testing.T) {
	sum := sha1.Sum(fourFloats)
	folder := fstest.MapFS{
		"w.data": {Data: fourFloats}, "deep/w.data": {Data: fourFloats}, "short": {Data: fourFloats[:19]}, "bare": {Data: fourFloats[4:]},
		"folder/x": {},
	}
	for name, entries := range map[string][]string{
		"all":            {"location", "w.data", "offset", "4", "length", "16"},
		"no length":      {"location", "w.data", "offset", "4"},
		"location only":  {"location", "bare"},
		"dots":           {"location", "./w.data", "offset", "4"},
		"a deeper one":   {"location", "deep/w.data", "offset", "4"},
		"checksum":       {"location", "w.data", "offset", "4", "checksum", strings.ToUpper(hex.EncodeToString(sum[:]))},
		"base path":      {"location", "w.data", "offset", "4", "basepath", "/home/someone"},
		"packed already": {"location", "w.data", "offset", "4", "prepacked_0", "w|8;4;0"},
	} {
		net, err := DecodeIn(folder, externalModel(entries...).bytes())
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if y := net.Logits([]float64{1, 10}); !slices.Equal(y, []float64{31, 42}) {
			t.Errorf("%s: %v", name, y)
		}
		if len(net.Data) != 1 || net.Data[0].File != filepath.Clean(entries[1]) || len(net.Data[0].SHA256) != 64 {
			t.Errorf("%s: files %v", name, net.Data)
		}
	}
	for _, c := range []struct {
		message string
		entries []string
	}{
		{"have no location", nil},
		{"inside the folder", []string{"location", "../w.data"}},
		{"inside the folder", []string{"location", "deep/../w.data"}},
		{"inside the folder", []string{"location", "/etc/passwd"}},
		{"inside the folder", []string{"location", `..\w.data`}},
		{"inside the folder", []string{"location", "C:w.data"}},
		{"inside the folder", []string{"location", "w\x00.data"}},
		{"no regular file", []string{"location", "folder"}},
		{"no regular file", []string{"location", "."}},
		{"not beside the model", []string{"location", "v.data"}},
		{"of the file \"short\", which has 19", []string{"location", "short", "offset", "4"}},
		{"the file is damaged", []string{"location", "w.data", "offset", "4", "length", "17"}},
		{"the file is damaged", []string{"location", "w.data", "offset", "9223372036854775807"}},
		{"the file is damaged", []string{"location", "w.data", "length", "9223372036854775807", "offset", "9223372036854775807"}},
		{"raw_data have 12 bytes", []string{"location", "w.data", "length", "12"}},
		{"no number of bytes", []string{"location", "w.data", "offset", "-4"}},
		{"no number of bytes", []string{"location", "w.data", "length", "1e2"}},
		{"two entries", []string{"location", "w.data", "location", "bare"}},
		{`an entry "key", which is not known`, []string{"location", "w.data", "key", "1"}},
		{"SHA-1 differs", []string{"location", "w.data", "checksum", "00"}},
	} {
		_, err := DecodeIn(folder, externalModel(c.entries...).bytes())
		if err == nil || !strings.Contains(err.Error(), c.message) || !strings.Contains(err.Error(), `tensor "w"`) {
			t.Errorf("%q: %v", c.entries, err)
		}
	}
	if _, err := Decode(externalModel("location", "w.data").bytes()); err == nil || !strings.Contains(err.Error(), `another file, "w.data", which is not given`) {
		t.Errorf("without files: %v", err)
	}
}

// Elements in the model and in another file contradict each other; entries that are left over
// from another file do not count.
func TestExternalAndRaw(t *testing.T) {
	entry := appendBytes(nil, 13, appendString(appendString(nil, 1, "location"), 2, "w.data"))
	w := append(tensorOf("w", float32Type, []int{2, 2}, 1, 2, 3, 4), entry...)
	left := newModel(13, 1, 2).initializer(w).node("MatMul", "x w", "y").bytes()
	if _, err := Decode(left); err != nil {
		t.Error(err)
	}
	both := newModel(13, 1, 2).initializer(appendInt(w, 14, externalData)).node("MatMul", "x w", "y").bytes()
	if _, err := DecodeIn(fstest.MapFS{"w.data": {Data: fourFloats}}, both); err == nil || !strings.Contains(err.Error(), "data of its own") {
		t.Error(err)
	}
}

// Links out of the folder, pipes, and files that are too large are not opened.
func TestExternalFolder(t *testing.T) {
	outside, inside := t.TempDir(), t.TempDir()
	write := func(path string, data []byte) {
		if err := os.WriteFile(path, data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	link := func(to, name string) {
		if err := os.Symlink(to, filepath.Join(inside, name)); err != nil {
			t.Skip(err)
		}
	}
	write(filepath.Join(outside, "w.data"), fourFloats)
	write(filepath.Join(inside, "w.data"), fourFloats)
	link(filepath.Join(outside, "w.data"), "absolute")
	link(filepath.Join("..", filepath.Base(outside), "w.data"), "relative")
	link(outside, "folder")
	link("w.data", "within")
	link("loop", "loop")
	if err := syscall.Mkfifo(filepath.Join(inside, "pipe"), 0o644); err != nil {
		t.Skip(err)
	}
	large, err := os.Create(filepath.Join(inside, "large"))
	if err != nil {
		t.Fatal(err)
	}
	defer large.Close()
	if err := large.Truncate(network.MaxFileSize); err != nil { // a hole
		t.Skip(err)
	}
	for location, message := range map[string]string{
		"w.data": "", "within": "", "absolute": "cannot be read inside", "relative": "cannot be read inside", "folder/w.data": "cannot be read inside",
		"loop": "cannot be read inside", "pipe": "no regular file", "large": "more than 1073741824 bytes", "missing": "not beside the model",
	} {
		path := filepath.Join(inside, "net.onnx")
		write(path, externalModel("location", location, "offset", "4").bytes())
		net, err := Read(path)
		if message == "" {
			if err != nil {
				t.Errorf("%s: %v", location, err)
			} else if net.Logits([]float64{1, 10})[0] != 31 {
				t.Errorf("%s: another function", location)
			}
		} else if err == nil || !strings.Contains(err.Error(), message) || !strings.HasPrefix(err.Error(), path) {
			t.Errorf("%s: %v", location, err)
		}
	}
}

// Many tensors may use one file, but not take more room than fits the size of the files.
func TestExternalSharing(t *testing.T) {
	b, sum := newModel(13, 1, 1<<10), "x"
	for k := range 40 {
		name := strings.Repeat("w", k+1)
		b.initializer(elsewhere(name, []int{1 << 10, 1 << 10}, "location", "w.data"))
		b.node("MatMul", sum+" "+name, name+"y")
		sum = name + "y"
	}
	b.node("Relu", sum, "y")
	folder := fstest.MapFS{"w.data": {Data: bytes.Repeat([]byte{0, 0, 0x80, 0x3f}, 1<<20)}}
	if _, err := DecodeIn(folder, b.bytes()); err == nil || !strings.Contains(err.Error(), "more room than fits") {
		t.Error(err)
	}
}

// The SHA-256 of a network covers the further files, as the text of sha256sum does.
func TestExternalSHA256(t *testing.T) {
	folder := t.TempDir()
	path := filepath.Join(folder, "net.onnx")
	write := func(weight byte) string {
		data := bytes.Clone(fourFloats)
		data[4] = weight
		for name, content := range map[string][]byte{"net.onnx": externalModel("location", "net.onnx.data", "offset", "4").bytes(), "net.onnx.data": data} {
			if err := os.WriteFile(filepath.Join(folder, name), content, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		net, err := Read(path)
		if err != nil {
			t.Fatal(err)
		}
		return net.SHA256
	}
	a, b, again := write(0), write(1), write(0)
	if a == b || a != again {
		t.Errorf("%s, %s, %s", a, b, again)
	}
	cmd := exec.Command("sh", "-c", "(sha256sum <net.onnx && sha256sum net.onnx.data) | sha256sum")
	cmd.Dir = folder
	if out, err := cmd.Output(); err == nil && !strings.HasPrefix(string(out), a) {
		t.Errorf("sha256sum says %s, not %s", out, a)
	}
}

// FuzzExternal: any entries and any file give a network or an error of one line.
func FuzzExternal(f *testing.F) {
	f.Add("w.data", "4", "16", "", fourFloats)
	f.Add("./deep/w.data", "", "16", "00", fourFloats)
	f.Add("../w.data", "9223372036854775807", "9223372036854775807", "", fourFloats)
	f.Add("", "-1", "", "", []byte{})
	f.Fuzz(func(t *testing.T, location, offset, length, checksum string, data []byte) {
		entries := []string{"location", location}
		for key, v := range map[string]string{"offset": offset, "length": length, "checksum": checksum} {
			if v != "" {
				entries = append(entries, key, v)
			}
		}
		folder := fstest.MapFS{"w.data": {Data: data}, "deep/w.data": {Data: data}}
		net, err := DecodeIn(folder, externalModel(entries...).bytes())
		if err != nil {
			if strings.ContainsAny(err.Error(), "\n\r") || len(err.Error()) > 2000 {
				t.Fatalf("the error is not one short line: %q", err)
			}
			return
		}
		if len(data) < 16 || len(net.Data) != 1 || !strings.HasSuffix(net.Data[0].File, "w.data") {
			t.Fatalf("a network of %d bytes in %v", len(data), net.Data)
		}
	})
}
