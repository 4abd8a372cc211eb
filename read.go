package rsm

import (
	"fmt"
	"io"
	"io/fs"
	"path"
	"path/filepath"

	"rsm/internal/npy"
	"rsm/internal/specification"
	"rsm/internal/vnnlib"
	"rsm/network"
	"rsm/network/nnet"
	"rsm/network/onnx"
)

// Network is a network read from a file: a graph of piecewise-linear operators over
// the real numbers, whose output is the logits of its classes.
type Network = network.Network

// Reader says how files are read. The zero Reader reads those of the operating system.
type Reader struct {
	// Files, where not nil, holds the files.
	Files fs.FS
	// Raw puts the normalisation of inputs and outputs that .nnet files describe into
	// the network.
	Raw bool
	// Output is the tensor of an .onnx file that holds the logits. Where it is empty,
	// that is the file's only output, or the one beside a classifier's labels.
	Output string
}

// Read reads a network from an .onnx or an .nnet file.
func Read(path string) (*Network, error) { return Reader{}.Read(path) }

// ReadBytes reads a network from the content of a file of the given name, whose
// ending says what it is. The content holds all weights: a model with further files
// is read by Reader.Read.
func ReadBytes(name string, content []byte) (*Network, error) {
	return Reader{}.decode(name, content, network.Digest(content), nil)
}

// ReadSamples reads an .npy file of samples.
func ReadSamples(path string) (*Samples, error) { return Reader{}.ReadSamples(path) }

// Read reads a network from an .onnx or an .nnet file.
func (r Reader) Read(name string) (*Network, error) {
	if err := r.checkEnding(name); err != nil {
		return nil, err
	}
	data, sum, err := r.content(name)
	if err != nil {
		return nil, err
	}
	return r.decode(name, data, sum, r.folder(name))
}

// ReadSamples reads an .npy file of samples.
func (r Reader) ReadSamples(name string) (*Samples, error) {
	data, sum, err := r.content(name)
	if err != nil {
		return nil, err
	}
	return decodeSamples(name, data, sum)
}

func decodeSamples(name string, data []byte, sum string) (*Samples, error) {
	a, err := npy.Decode(data)
	if e := ending(name); err != nil && (e == ".onnx" || e == ".nnet") {
		return nil, fmt.Errorf("%s: a network, where an .npy file of numbers is due: give the networks as such", name)
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return &Samples{File: name, SHA256: sum, array: a}, nil
}

func (r Reader) decode(name string, data []byte, sum string, folder fs.FS) (n *Network, err error) {
	if err := r.checkEnding(name); err != nil {
		return nil, err
	}
	if ending(name) == ".onnx" {
		n, err = onnx.Source{Folder: folder, Output: r.Output}.Decode(data)
	} else if r.Output != "" {
		err = fmt.Errorf("an .nnet file has no tensors with names, such as %q", r.Output)
	} else {
		var f *nnet.File
		if f, err = nnet.Decode(data); err == nil {
			n, err = f.Network(nnet.Options{Raw: r.Raw})
		}
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	n.Identify(name, sum)
	return n, nil
}

// Candidate is a tensor that may hold the logits of a model.
type Candidate = onnx.Candidate

// Candidates are the tensors of an .onnx file that may hold its logits, each with what is
// read where Output names it.
func (r Reader) Candidates(name string) ([]Candidate, error) {
	if ending(name) != ".onnx" {
		return nil, fmt.Errorf("%s: the file's ending is %q: give an .onnx file", name, ending(name))
	}
	data, _, err := r.content(name)
	if err != nil {
		return nil, err
	}
	all, err := onnx.Source{Folder: r.folder(name)}.Candidates(data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return all, nil
}

// model reads a network for questions about its values as they are.
func (r Reader) model(name string, want onnx.Wanted) (*network.Model, error) {
	if err := r.checkEnding(name); err != nil {
		return nil, err
	}
	if ending(name) == ".nnet" {
		n, err := r.Read(name)
		if err != nil {
			return nil, err
		}
		if len(want.Hidden) > 0 {
			return nil, fmt.Errorf("%s: hidden tensors of .nnet files are %w: give an .onnx file", name, ErrUnsupported)
		}
		return n.Model(), nil
	}
	data, sum, err := r.content(name)
	if err != nil {
		return nil, err
	}
	want.Folder = r.folder(name)
	m, err := onnx.DecodeModel(data, want)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	m.Identify(name, sum)
	return m, nil
}

// specification reads a VNN-LIB file.
func (r Reader) specification(name string) (*specification.Specification, error) {
	if r.Files == nil {
		return vnnlib.ReadSpecification(name)
	}
	data, sum, err := r.content(name)
	if err != nil {
		return nil, err
	}
	s, err := vnnlib.DecodeSpecification(data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	s.File, s.SHA256 = name, sum
	return s, nil
}

// content reads a whole file, and returns its SHA-256 in hexadecimal.
func (r Reader) content(name string) (data []byte, sum string, err error) {
	if r.Files == nil {
		return network.ReadFile(name, network.MaxFileSize)
	}
	f, err := r.Files.Open(name)
	if err != nil {
		return nil, "", err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, "", err
	}
	if info.IsDir() {
		return nil, "", fmt.Errorf("%s: is a folder; give a file", name)
	}
	if data, err = io.ReadAll(io.LimitReader(f, network.MaxFileSize+1)); err != nil {
		return nil, "", fmt.Errorf("%s: %w", name, err)
	}
	if len(data) > network.MaxFileSize {
		return nil, "", fmt.Errorf("%s: is larger than %d bytes", name, network.MaxFileSize)
	}
	return data, network.Digest(data), nil
}

// folder holds the files beside one, nil for none.
func (r Reader) folder(name string) fs.FS {
	if r.Files == nil {
		return network.Folder(filepath.Dir(name))
	}
	folder, err := fs.Sub(r.Files, path.Dir(name))
	if err != nil {
		return nil
	}
	return folder
}
