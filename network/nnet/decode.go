package nnet

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"

	"rsm/network"
)

// maxFileSize bounds the memory that a file can ask for, which is at most four
// times its size.
const maxFileSize = 256 << 20

// longestQuoted is how many bytes of a file a message repeats.
const longestQuoted = 24

// Decode reads the content of an .nnet file. Path and SHA256 of the result are
// empty.
func Decode(data []byte) (*File, error) {
	if bytes.HasPrefix(data, []byte("version https://git-lfs")) {
		return nil, errors.New("a Git LFS pointer, not the network itself; fetch it with git lfs pull")
	}
	data = bytes.TrimPrefix(data, []byte("\xef\xbb\xbf")) // a byte order mark, as some editors write it
	d := &decoder{rest: data, size: len(data)}
	f := d.file()
	if d.err != nil {
		return nil, d.err
	}
	return f, nil
}

// decoder reads line by line and keeps the first error. Its methods return
// zero values after an error.
type decoder struct {
	rest []byte
	size int // of the file
	line int // number of the last line read, from 1
	err  error
}

func (d *decoder) fail(format string, args ...any) {
	if d.err == nil {
		d.err = fmt.Errorf("line %d: "+format, append([]any{d.line}, args...)...)
	}
}

func (d *decoder) file() *File {
	f := &File{}
	counts := d.integers("layer count, input size, output size, largest layer size", 4)
	if d.err != nil {
		return nil
	}
	if counts[0] < 1 || counts[0] >= d.size {
		d.fail("%d layers: an .nnet file has at least one, and a line for each neuron", counts[0])
		return nil
	}
	f.Sizes = d.integers("layer sizes, the inputs first", counts[0]+1)
	if d.err != nil {
		return nil
	}
	d.checkSizes(f, counts)
	f.Flag = d.flag()
	if d.err != nil {
		return nil
	}
	d.normalisation(f)
	for k := 1; k < len(f.Sizes) && d.err == nil; k++ {
		f.Layers = append(f.Layers, d.layer(k, f.Sizes[k], f.Sizes[k-1]))
	}
	if d.err == nil && d.next() != nil {
		d.fail("more lines than the layer sizes say: the file is damaged, or they are wrong")
	}
	return f
}

// checkSizes compares the two lines of sizes, and the number of values that
// they announce with the size of the file: so nothing much larger than the
// file is ever allocated. The largest layer size is a hint for buffers, and is
// not checked.
func (d *decoder) checkSizes(f *File, counts []int) {
	if f.Inputs() != counts[1] || f.Outputs() != counts[2] {
		d.fail("the layer sizes begin with %d and end with %d, but the line before says %d inputs and %d outputs",
			f.Inputs(), f.Outputs(), counts[1], counts[2])
		return
	}
	values := 0
	for k, n := range f.Sizes {
		if n < 1 || n > d.size {
			d.fail("layer %d has %d neurons: it needs one at least, and a line of the file for each", k, n)
			return
		}
		if k > 0 {
			// No overflow: both factors are at most the largest file size.
			values += n * (f.Sizes[k-1] + 1)
		}
		// A value takes two bytes: a digit and what separates it from the next.
		if values > (d.size+1)/2 {
			d.fail("the layer sizes need more weights than a file of %d bytes can hold: it is incomplete, or they are wrong", d.size)
			return
		}
	}
}

// flag reads the line that is no longer used. It must be there.
func (d *decoder) flag() string {
	flag := ""
	d.fields("a flag (the line before the minima of the inputs)", 1, func(_ int, s string) { flag = s })
	return flag
}

// normalisation reads minima, maxima, means and ranges. The lines of the first
// published networks, those of ACAS Xu, also have values for inputs that a
// network no longer takes, between those of its inputs and that of the outputs.
func (d *decoder) normalisation(f *File) {
	n, extra := f.Inputs(), 0
	ahead := *d
	if line := ahead.next(); line != nil {
		extra = max(0, bytes.Count(bytes.TrimSuffix(line, []byte(",")), []byte(","))+1-n)
	}
	minima := d.numbers("minima of the inputs", n+extra, nil)
	maxima := d.numbers("maxima of the inputs", n+extra, nil)
	means := d.numbers("means of the inputs and the outputs", n+extra+1, nil)
	ranges := d.numbers("ranges of the inputs and the outputs", n+extra+1, nil)
	if d.err != nil {
		return
	}
	f.Unused = extra
	f.Min, f.Max = minima[:n:n], maxima[:n:n]
	f.Mean = append(means[:n:n], means[n+extra])
	f.Range = append(ranges[:n:n], ranges[n+extra])
}

// layer reads weights and biases of layer k.
func (d *decoder) layer(k, rows, cols int) network.Dense {
	// Grown line by line, so that a file that ends early costs no more.
	var w, b []float64
	for i := 0; i < rows && d.err == nil; i++ {
		w = d.constants(fmt.Sprintf("weights of layer %d, neuron %d of %d", k, i+1, rows), cols, w)
	}
	for i := 0; i < rows && d.err == nil; i++ {
		b = d.constants(fmt.Sprintf("bias of layer %d, neuron %d of %d", k, i+1, rows), 1, b)
	}
	return network.Dense{Rows: rows, Cols: cols, W: w, B: b}
}

// constants appends a line of numbers that a network can have as constants.
func (d *decoder) constants(what string, count int, to []float64) []float64 {
	from := len(to)
	to = d.numbers(what, count, to)
	if d.err == nil {
		if err := network.CheckFinite(to[from:]); err != nil {
			d.fail("%s: %w", what, err)
		}
	}
	return to
}

// numbers appends a line of numbers, which may be infinite.
func (d *decoder) numbers(what string, count int, to []float64) []float64 {
	d.fields(what, count, func(i int, s string) {
		v, err := number(s)
		if err != nil {
			d.fail("%s: value %d, %s, %w", what, i+1, quoted(s), err)
		}
		to = append(to, v)
	})
	return to
}

func (d *decoder) integers(what string, count int) []int {
	var values []int
	d.fields(what, count, func(i int, s string) {
		v, err := strconv.Atoi(s)
		if err != nil {
			d.fail("%s: value %d, %s, is not a whole number: the file is damaged, or not an .nnet file", what, i+1, quoted(s))
		}
		values = append(values, v)
	})
	return values
}

// fields splits the next line at its commas, and calls do for each value until
// there is an error. A comma at the end is usual and says nothing.
func (d *decoder) fields(what string, count int, do func(i int, s string)) {
	if d.err != nil {
		return
	}
	line := d.next()
	if line == nil {
		d.line++
		d.fail("the file ends where this should follow: %s", what)
		return
	}
	line = bytes.TrimSuffix(line, []byte(","))
	if n := bytes.Count(line, []byte(",")) + 1; n != count {
		d.fail("%s: the line has %d values, not %d: the file is damaged, or not an .nnet file", what, n, count)
		return
	}
	for i := 0; i < count && d.err == nil; i++ {
		var field []byte
		field, line, _ = bytes.Cut(line, []byte(","))
		do(i, string(bytes.TrimSpace(field)))
	}
}

// next returns the next line that is neither empty nor a comment, without
// space around it, or nil at the end of the file.
func (d *decoder) next() []byte {
	for len(d.rest) > 0 {
		line, rest, _ := bytes.Cut(d.rest, []byte("\n"))
		d.rest = rest
		d.line++
		line = bytes.TrimSpace(line)
		if len(line) > 0 && !bytes.HasPrefix(line, []byte("//")) {
			return line
		}
	}
	return nil
}

// number reads a decimal number or an infinity. A number too small for a
// float64 is an error, for it would silently become zero.
func number(s string) (float64, error) {
	unsigned := strings.ToLower(strings.TrimLeft(s, "+-"))
	if infinite := unsigned == "inf" || unsigned == "infinity"; !infinite && strings.Trim(unsigned, "0123456789.e+-") != "" {
		return 0, errors.New("is not a number")
	}
	v, err := strconv.ParseFloat(s, 64)
	switch {
	case errors.Is(err, strconv.ErrRange):
		return 0, fmt.Errorf("is larger than any float64 (%.3g)", math.MaxFloat64)
	case err != nil:
		return 0, errors.New("is not a number")
	case v == 0 && strings.ContainsAny(strings.SplitN(unsigned, "e", 2)[0], "123456789"):
		return 0, errors.New("is too small for a float64: write 0")
	}
	return v, nil
}

// quoted writes a part of the file for messages: on one line, and not endless.
func quoted(s string) string {
	if len(s) > longestQuoted {
		s = s[:longestQuoted] + "..."
	}
	return strconv.Quote(s)
}
