package npy

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// headerAlignment is what the length of everything before the elements is a
// multiple of, so that they can be mapped into memory.
const headerAlignment = 64

// Write writes an array as float64 in C order, as numpy.save does. The file
// appears complete or not at all: it is written under another name in the same
// folder, and then renamed. Errors name the file.
func Write(path string, a Array) error {
	if err := a.check(); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	if len(a.Shape) > maxDimensions {
		return fmt.Errorf("%s: the shape has more than %d dimensions", path, maxDimensions)
	}
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+"-*")
	if err != nil {
		return err // names the path already
	}
	err = encode(f, a)
	if err == nil {
		err = f.Chmod(0o644)
	}
	if err == nil {
		err = f.Sync()
	}
	if closing := f.Close(); err == nil {
		err = closing
	}
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		os.Remove(f.Name())
		return fmt.Errorf("%s: %w", path, err)
	}
	return nil
}

func encode(f *os.File, a Array) error {
	w := bufio.NewWriter(f)
	w.WriteString(preamble(a.Shape)) // a bufio.Writer keeps its error for Flush
	var b [8]byte
	for _, v := range a.Data {
		binary.LittleEndian.PutUint64(b[:], math.Float64bits(v))
		w.Write(b[:])
	}
	return w.Flush()
}

// preamble is everything before the elements, in version 1.0.
func preamble(shape []int) string {
	var tuple strings.Builder
	for _, d := range shape {
		tuple.WriteString(strconv.Itoa(d) + ", ")
	}
	text := strings.TrimSuffix(tuple.String(), " ")
	if len(shape) > 1 {
		text = strings.TrimSuffix(text, ",")
	}
	text = "{'descr': '<f8', 'fortran_order': False, 'shape': (" + text + "), }"
	before := len(magic) + 4
	length := (before+len(text)+1+headerAlignment-1)/headerAlignment*headerAlignment - before
	text += strings.Repeat(" ", length-len(text)-1) + "\n"
	return magic + "\x01\x00" + string(binary.LittleEndian.AppendUint16(nil, uint16(length))) + text
}
