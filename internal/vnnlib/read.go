package vnnlib

import (
	"errors"
	"fmt"
	"strings"

	"rsm/internal/specification"
	"rsm/network"
)

// maxFileSize is above the largest files of the competitions.
const maxFileSize = 128 << 20

// ReadSpecification reads a VNN-LIB file of version 1.0 or 2. Errors are one
// line that names the file, line and column; those about parts of the language
// that are well formed but cannot be treated wrap network.ErrUnsupported.
func ReadSpecification(path string) (*specification.Specification, error) {
	data, sum, err := network.ReadFile(path, maxFileSize)
	if err != nil {
		return nil, err
	}
	s, err := DecodeSpecification(data)
	if err != nil {
		var at *syntaxError
		if errors.As(err, &at) {
			return nil, fmt.Errorf("%s:%w", path, err)
		}
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	s.File, s.SHA256 = path, sum
	return s, nil
}

// DecodeSpecification reads the content of a VNN-LIB file of version 1.0 or 2.
func DecodeSpecification(data []byte) (*specification.Specification, error) {
	text := strings.TrimPrefix(string(data), "\ufeff") // a byte order mark, as some editors write it
	switch {
	case strings.HasPrefix(text, "\x1f\x8b"):
		return nil, errors.New("compressed by gzip; unpack it with gunzip first")
	case strings.HasPrefix(text, "version https://git-lfs"):
		return nil, errors.New("a Git LFS pointer, not the file itself; fetch it with git lfs pull")
	case version2(text):
		return decode2(text)
	}
	return decode1(text)
}

// version2 says whether a text is meant as VNN-LIB 2: its first command gives a
// version other than 1, or declares a network.
func version2(text string) bool {
	p := newParser(text)
	p.space()
	if p.at == len(p.text) || p.text[p.at] != '(' {
		return false
	}
	p.at++
	p.space()
	if p.at == len(p.text) || delimiter(p.text[p.at]) {
		return false
	}
	keyword, err := p.symbol()
	if err != nil || keyword.atom != "vnnlib-version" {
		return err == nil && keyword.atom == "declare-network"
	}
	p.space()
	return !strings.HasPrefix(p.text[p.at:], "<1.")
}
