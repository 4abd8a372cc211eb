package onnx

import (
	"crypto/sha1"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strconv"
	"strings"

	"google.golang.org/protobuf/encoding/protowire"

	"rsm/network"
)

// Tensors of large models keep their elements in further files, as the entries
// external_data of TensorProto say: location is a path beside the model's file, offset and
// length are bytes in it. A model comes from anywhere, and must not read what its folder
// does not hold: see dataFile.

// externalDefault and externalData are the values of TensorProto.data_location.
const (
	externalDefault = 0
	externalData    = 1
)

// external says where the elements of a tensor are.
type external struct {
	location       string
	offset, length int64 // length is -1 where it is left out
	checksum       string
}

// parseExternal reads the entries of a tensor.
func parseExternal(entries []metadata) (*external, error) {
	e, seen := &external{length: -1}, map[string]bool{}
	for _, m := range entries {
		if seen[m.key] {
			return nil, fmt.Errorf("its external_data have two entries %s", quoted(m.key))
		}
		seen[m.key] = true
		switch m.key {
		case "location":
			e.location = m.value
		case "offset", "length":
			n, err := strconv.ParseInt(m.value, 10, 64)
			if err != nil || n < 0 {
				return nil, fmt.Errorf("its external_data have the %s %s, no number of bytes", m.key, quoted(m.value))
			}
			if m.key == "offset" {
				e.offset = n
			} else {
				e.length = n
			}
		case "checksum":
			e.checksum = strings.ToLower(m.value)
		case "basepath": // of the tool that wrote the file
		default:
			if !strings.HasPrefix(m.key, "prepacked") { // copies that ONNX Runtime keeps for itself
				return nil, unsupportedf("its external_data have an entry %s, which is not known", quoted(m.key))
			}
		}
	}
	return e, checkLocation(e.location)
}

// checkLocation accepts paths that go down from the model's folder only.
func checkLocation(location string) error {
	switch {
	case location == "":
		return errors.New("its data are in another file, and external_data have no location that names it")
	case path.IsAbs(location) || strings.ContainsAny(location, "\\:\x00") || slices.Contains(strings.Split(location, "/"), "..") || !fs.ValidPath(path.Clean(location)):
		return fmt.Errorf("its data are in %s: the location must be a path inside the folder of the model", quoted(location))
	}
	return nil
}

// tensors calls do for the tensors of initializers and of attributes, until there is an error.
func (m *model) tensors(do func(t *tensor) error) error {
	for _, t := range m.graph.initializers {
		all := []*tensor{t}
		if t.sparse != nil {
			all = append(all, t.sparse.values, t.sparse.indices)
		}
		for _, t := range all {
			if err := do(t); err != nil {
				return err
			}
		}
	}
	for _, n := range m.graph.nodes {
		for _, a := range n.attributes {
			if a.tensor == nil {
				continue
			}
			if err := do(a.tensor); err != nil {
				return err
			}
		}
	}
	return nil
}

// loadExternal gives the tensors of a model the elements that are in other files of its
// folder, nil for none, and returns these files in the order of their names, and how many bytes
// they have. size is that of the model's own file: all files together have at most
// network.MaxFileSize bytes.
func (m *model) loadExternal(folder fs.FS, size int) (files []network.DataFile, added int, err error) {
	contents := map[string][]byte{}
	err = m.tensors(func(t *tensor) error {
		if t.place != externalData {
			return nil
		}
		if err := t.fetch(folder, contents, network.MaxFileSize-int64(size)); err != nil {
			return fmt.Errorf("tensor %s: %w", quoted(t.name), err)
		}
		return nil
	})
	for _, name := range slices.Sorted(maps.Keys(contents)) {
		files = append(files, network.DataFile{File: name, SHA256: network.Digest(contents[name])})
		added += len(contents[name])
	}
	return files, added, err
}

// fetch takes the elements of a tensor from its file. contents holds the files that were
// read, which have at most limit bytes.
func (t *tensor) fetch(folder fs.FS, contents map[string][]byte, limit int64) error {
	e, err := parseExternal(t.entries)
	if err != nil {
		return err
	}
	if t.hasRaw || t.typed() {
		return errors.New("it has data of its own beside those in another file")
	}
	name := path.Clean(e.location)
	data, read := contents[name]
	if !read {
		for _, c := range contents {
			limit -= int64(len(c))
		}
		if data, err = dataFile(folder, name, limit); err != nil {
			return err
		}
		contents[name] = data
	}
	if sum := sha1.Sum(data); e.checksum != "" && e.checksum != hex.EncodeToString(sum[:]) {
		return fmt.Errorf("the file %s is not the one meant: its SHA-1 differs from the checksum of external_data", quoted(name))
	}
	if e.length < 0 {
		if e.length, err = t.rawSize(); err != nil {
			return err
		}
	}
	if n := int64(len(data)); e.offset > n || e.length > n-e.offset {
		return fmt.Errorf("its data are %d bytes from %d on of the file %s, which has %d: the file is damaged, incomplete or another one", e.length, e.offset, quoted(name), n)
	}
	t.raw, t.hasRaw, t.place = data[e.offset:e.offset+e.length], true, externalDefault
	return nil
}

// rawSize is the number of bytes of all elements.
func (t *tensor) rawSize() (int64, error) {
	if !t.typ.float() && !t.typ.integer() {
		return 0, unsupportedf("elements of %v are not read", t.typ)
	}
	shape, err := t.shape()
	return (int64(shape.Size())*int64(t.typ.bits()) + 7) / 8, err
}

// dataFile reads a regular file of at most limit bytes in the folder of a model. The folder
// sees to it that no link leads out of it: see network.Folder.
func dataFile(folder fs.FS, name string, limit int64) ([]byte, error) {
	if folder == nil {
		return nil, fmt.Errorf("its data are in another file, %s, which is not given: read the model by its path, or save it as one file (onnx.save with save_as_external_data=False)", quoted(name))
	}
	info, err := fs.Stat(folder, name) // before it is opened: to open a pipe waits
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, fmt.Errorf("its data are in the file %s, which is not beside the model: put it there, under this name", quoted(name))
	case err != nil:
		return nil, fmt.Errorf("its data are in the file %s, which cannot be read inside the folder of the model: %w", quoted(name), err)
	case !info.Mode().IsRegular():
		return nil, fmt.Errorf("its data are in %s, which is no regular file", quoted(name))
	case info.Size() > limit:
		return nil, fmt.Errorf("its data are in the file %s: with it, the files of the model have more than %d bytes", quoted(name), network.MaxFileSize)
	}
	f, err := folder.Open(name)
	if err != nil {
		return nil, fmt.Errorf("its data are in the file %s: %w", quoted(name), err)
	}
	defer f.Close()
	data := make([]byte, info.Size())
	if _, err := io.ReadFull(f, data); err != nil {
		return nil, fmt.Errorf("its data are in the file %s: %w", quoted(name), err)
	}
	return data, nil
}

// decodeEntry reads an entry of external_data.
func decodeEntry(f field) (m metadata, err error) {
	if err := f.expect(protowire.BytesType); err != nil {
		return m, err
	}
	m, ok := decodeMetadata(f.bytes)
	if !ok {
		return m, errors.New("an entry of external_data is damaged")
	}
	return m, nil
}
