package npy

import (
	"encoding/binary"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"rsm/network"
)

const (
	// MaxElements is the largest number of elements of an array.
	MaxElements = 1 << 27
	// maxDimensions is NumPy's own limit.
	maxDimensions = 64
	// maxHeader is far above what numbers need; NumPy warns above 10,000.
	maxHeader = 1 << 16
	// longestQuoted is how many bytes of a file a message repeats.
	longestQuoted = 24
)

const magic = "\x93NUMPY"

// header is what a file says before its elements.
type header struct {
	descr   string // element type, such as "<f8"
	fortran bool
	shape   []int
}

// splitHeader decodes the header and returns what follows it.
func splitHeader(data []byte) (header, []byte, error) {
	if !strings.HasPrefix(string(data[:min(len(data), len(magic))]), magic) {
		return header{}, nil, notNumPy(data)
	}
	rest := data[len(magic):]
	if len(rest) < 2 {
		return header{}, nil, errIncomplete
	}
	major, minor := rest[0], rest[1]
	rest = rest[2:]
	var length int
	switch {
	case major == 1 && len(rest) >= 2:
		length, rest = int(binary.LittleEndian.Uint16(rest)), rest[2:]
	case (major == 2 || major == 3) && len(rest) >= 4:
		length, rest = int(binary.LittleEndian.Uint32(rest)), rest[4:]
	case major >= 1 && major <= 3:
		return header{}, nil, errIncomplete
	default:
		return header{}, nil, fmt.Errorf("version %d.%d of the .npy format is %w: versions 1.0 to 3.0 are", major, minor, network.ErrUnsupported)
	}
	if length > maxHeader {
		return header{}, nil, fmt.Errorf("the header claims to have %d bytes: the file is damaged", length)
	}
	if length > len(rest) {
		return header{}, nil, errIncomplete
	}
	p := &dictionary{text: string(rest[:length])}
	h := p.header()
	if p.err != nil {
		return header{}, nil, fmt.Errorf("header: %w", p.err)
	}
	return h, rest[length:], nil
}

var errIncomplete = errors.New("the file ends within its header: it is incomplete")

// notNumPy says what a file is instead.
func notNumPy(data []byte) error {
	for _, f := range []struct{ magic, message string }{
		{"PK\x03\x04", "a zip archive (an .npz file is one), not an .npy file; save one array: numpy.save(\"x.npy\", numpy.load(\"x.npz\")[\"NAME\"])"},
		{"\x80", "a Python pickle, not an .npy file; save the array with numpy.save"},
		{"\x1f\x8b", "compressed by gzip; unpack it with gunzip first"},
		{"\x89PNG", "a picture, not an .npy file; save its pixels: numpy.save(\"x.npy\", numpy.asarray(PIL.Image.open(\"x.png\")) / 255), as the network was trained"},
		{"\xff\xd8\xff", "a picture, not an .npy file; save its pixels: numpy.save(\"x.npy\", numpy.asarray(PIL.Image.open(\"x.jpg\")) / 255), as the network was trained"},
		{"\x89HDF", "an HDF5 file, not an .npy file; save the array: numpy.save(\"x.npy\", h5py.File(\"x.h5\")[\"NAME\"])"},
		{"MATLAB 5.0", "a file of MATLAB, not an .npy file; save the array: numpy.save(\"x.npy\", scipy.io.loadmat(\"x.mat\")[\"NAME\"])"},
		{"version https://git-lfs", "a Git LFS pointer, not the file itself; fetch it with git lfs pull"},
	} {
		if strings.HasPrefix(string(data[:min(len(data), len(f.magic))]), f.magic) {
			return errors.New(f.message)
		}
	}
	if len(data) == 0 {
		return errors.New("the file is empty")
	}
	if text(data[:min(len(data), 512)]) {
		return errors.New("a text file, not an .npy file; save its numbers: numpy.save(\"x.npy\", numpy.loadtxt(\"x.csv\", delimiter=\",\"))")
	}
	return errors.New("not an .npy file; save the array with numpy.save")
}

// text says whether bytes are printable.
func text(data []byte) bool {
	for _, c := range data {
		if c != '\n' && c != '\r' && c != '\t' && (c < ' ' || c > '~') {
			return false
		}
	}
	return true
}

// dictionary parses the header: a Python dictionary of three keys, in any
// order, with a string, a truth value and a tuple of numbers. It keeps the
// first error.
type dictionary struct {
	text string
	err  error
}

func (p *dictionary) fail(format string, args ...any) {
	if p.err == nil {
		p.err = fmt.Errorf(format, args...)
	}
}

func (p *dictionary) header() header {
	var h header
	seen := map[string]bool{}
	p.expect("{")
	for p.err == nil && !p.accept("}") {
		key := p.quoted()
		p.expect(":")
		if seen[key] {
			p.fail("%s is given twice", excerpt(key))
		}
		seen[key] = true
		switch key {
		case "descr":
			h.descr = p.descr()
		case "fortran_order":
			h.fortran = p.truth()
		case "shape":
			h.shape = p.tuple()
		default:
			p.fail("unknown key %s", excerpt(key))
		}
		if !p.accept(",") {
			p.expect("}")
			break
		}
	}
	p.space()
	if p.text != "" {
		p.fail("%s after the dictionary", excerpt(p.text))
	}
	for _, key := range []string{"descr", "fortran_order", "shape"} {
		if !seen[key] {
			p.fail("%q is missing", key)
		}
	}
	return h
}

func (p *dictionary) space() { p.text = strings.TrimLeft(p.text, " \t\r\n") }

func (p *dictionary) accept(token string) bool {
	p.space()
	rest, ok := strings.CutPrefix(p.text, token)
	p.text = rest
	return ok
}

func (p *dictionary) expect(token string) {
	if p.err == nil && !p.accept(token) {
		p.fail("%q expected, not %s", token, excerpt(p.text))
	}
}

// quoted reads a string without escapes, which no numeric type needs.
func (p *dictionary) quoted() string {
	p.space()
	if p.text != "" && (p.text[0] == '\'' || p.text[0] == '"') {
		if end := strings.IndexByte(p.text[1:], p.text[0]); end >= 0 {
			s := p.text[1 : end+1]
			p.text = p.text[end+2:]
			return s
		}
	}
	p.fail("a quoted name expected, not %s", excerpt(p.text))
	return ""
}

func (p *dictionary) descr() string {
	p.space()
	if strings.HasPrefix(p.text, "[") || strings.HasPrefix(p.text, "(") {
		p.fail("records (structured arrays) are %w: save one field with numpy.save", network.ErrUnsupported)
		return ""
	}
	return p.quoted()
}

func (p *dictionary) truth() bool {
	switch {
	case p.accept("True"):
		return true
	case p.accept("False"):
		return false
	}
	p.fail("True or False expected, not %s", excerpt(p.text))
	return false
}

func (p *dictionary) tuple() []int {
	var shape []int
	p.expect("(")
	for p.err == nil && !p.accept(")") {
		shape = append(shape, p.dimension())
		if len(shape) > maxDimensions {
			p.fail("the shape has more than %d dimensions", maxDimensions)
		}
		if !p.accept(",") {
			p.expect(")")
			break
		}
	}
	return shape
}

// dimension reads a whole number, with the L that Python 2 wrote after it.
func (p *dictionary) dimension() int {
	p.space()
	end := 0
	for end < len(p.text) && (p.text[end] >= '0' && p.text[end] <= '9' || end == 0 && p.text[end] == '-') {
		end++
	}
	n, err := strconv.Atoi(p.text[:end])
	switch {
	case end == 0:
		p.fail("a dimension expected in the shape, not %s", excerpt(p.text))
	case err != nil:
		p.fail("dimension %s is too large", excerpt(p.text[:end]))
	case n < 0:
		p.fail("dimension %d is negative", n)
	}
	p.text = strings.TrimPrefix(p.text[end:], "L")
	return n
}

// excerpt writes a part of the file for messages: on one line, and not endless.
func excerpt(s string) string {
	if len(s) > longestQuoted {
		s = s[:longestQuoted] + "..."
	}
	return strconv.Quote(s)
}
