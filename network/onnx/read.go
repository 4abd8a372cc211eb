package onnx

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"

	"rsm/network"
)

// Read reads the network of an ONNX file, and of the files beside it that hold its
// weights. Errors are one line that names the file; those about something well formed
// that this package cannot treat wrap network.ErrUnsupported.
func Read(path string) (*network.Network, error) {
	data, sum, err := network.ReadFile(path, network.MaxFileSize)
	if err != nil {
		return nil, err
	}
	net, err := DecodeIn(network.Folder(filepath.Dir(path)), data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	net.Identify(path, sum)
	return net, nil
}

// Decode reads the network of an ONNX file's content, which holds all weights. File and
// SHA256 of the result are empty.
func Decode(data []byte) (*network.Network, error) { return DecodeIn(nil, data) }

// DecodeIn is Decode for a model in a folder, nil for none, where the files are that hold
// further weights.
func DecodeIn(folder fs.FS, data []byte) (*network.Network, error) {
	return Source{Folder: folder}.Decode(data)
}

// decoded decodes a file's content, or says what it is instead of a model. It returns
// the files in the folder that hold weights, and how many bytes there are in all.
func decoded(folder fs.FS, data []byte) (m *model, files []network.DataFile, size int, err error) {
	m, err = decodeModel(data)
	if err == nil && m.graph == nil {
		err = errors.New("there is no graph")
	}
	if err != nil {
		if other := otherFormat(data); other != "" {
			return nil, nil, 0, errors.New(other)
		}
		return nil, nil, 0, fmt.Errorf("not an ONNX model, or damaged or incomplete: %w", err)
	}
	if err := m.inline(); err != nil {
		return nil, nil, 0, err
	}
	files, size, err = m.loadExternal(folder, len(data))
	return m, files, size + len(data), err
}

// otherFormat says what a file is that is not a model but starts like another
// common kind of file, or returns "".
func otherFormat(data []byte) string {
	if len(data) == 0 {
		return "the file is empty"
	}
	for _, f := range []struct{ magic, message string }{
		{"PK\x03\x04", "a zip archive (a PyTorch checkpoint is one), not an ONNX model; export it with torch.onnx.export"},
		{"\x80\x02", "a Python pickle, not an ONNX model; export it with torch.onnx.export"},
		{"\x80\x03", "a Python pickle, not an ONNX model; export it with torch.onnx.export"},
		{"\x80\x05", "a Python pickle, not an ONNX model; export it with torch.onnx.export"},
		{"\x80\x04", "a Python pickle, not an ONNX model; export it with torch.onnx.export"},
		{"\x89HDF", "an HDF5 file (a Keras model is one), not an ONNX model; convert it with tf2onnx"},
		{"\x1f\x8b", "compressed by gzip; unpack it with gunzip first"},
		{"version https://git-lfs", "a Git LFS pointer, not the model itself; fetch it with git lfs pull"},
	} {
		if bytes.HasPrefix(data, []byte(f.magic)) {
			return f.message
		}
	}
	if len(data) >= 8 {
		switch string(data[4:8]) {
		case "TFL3":
			return "a TensorFlow Lite model, not an ONNX model; convert it with python -m tf2onnx.convert --tflite"
		case "ORTM":
			return "a model in onnxruntime's own format; give the ONNX model that it was made from"
		}
	}
	start := bytes.ToLower(bytes.TrimSpace(data[:min(len(data), 512)]))
	if bytes.HasPrefix(start, []byte("<!doctype html")) || bytes.HasPrefix(start, []byte("<html")) {
		return "a web page, not an ONNX model; download the file itself, not the page about it"
	}
	for _, c := range data[:min(len(data), 512)] {
		if c != '\n' && c != '\r' && c != '\t' && (c < ' ' || c > '~') {
			return ""
		}
	}
	return "a text file, not an ONNX model"
}
