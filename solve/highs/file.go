package highs

// #include <stdlib.h>
// #include "capi.h"
import "C"

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"unsafe"
)

// WriteModel writes the model to a file whose name ends in .mps or .lp. HiGHS
// 1.16 writes numbers in full; 1.13 writes 15 significant digits, so that they
// come back with a relative error of up to 1e-15. In .lp files a row with two
// finite bounds becomes two rows. Names that the format does not take, and
// names that were never given, are replaced in the file.
func (s *Solver) WriteModel(path string) error {
	ext := filepath.Ext(path)
	if ext != ".mps" && ext != ".lp" {
		return fmt.Errorf("highs: write model %s: the name must end in .mps or .lp", path)
	}
	// HiGHS does not say why it can not write.
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE, 0o666)
	if err != nil {
		return fmt.Errorf("highs: write model: %w", err)
	}
	f.Close()
	return s.withPath(path, func(c *C.char) C.HInt { return C.Highs_writeModel(s.h, c) }, "write model")
}

// ReadModel replaces the model with that of a file whose name ends in .mps or
// .lp, or in either and .gz.
func (s *Solver) ReadModel(path string) error {
	if ext := filepath.Ext(strings.TrimSuffix(path, ".gz")); ext != ".mps" && ext != ".lp" {
		return fmt.Errorf("highs: read model %s: the name must end in .mps or .lp, or in one of them and .gz", path)
	}
	f, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("highs: read model: %w", err)
	}
	f.Close()
	return s.withPath(path, func(c *C.char) C.HInt {
		status := C.Highs_readModel(s.h, c)
		s.dropped, s.result = Dropped{}, noResult(s.maximizes())
		return status
	}, "read model")
}

func (s *Solver) withPath(path string, call func(*C.char) C.HInt, what string) error {
	c := C.CString(path)
	defer C.free(unsafe.Pointer(c))
	return s.do(func() C.HInt { return call(c) }, "%s %s", what, path)
}
