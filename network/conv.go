package network

import (
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/blas/blas64"
)

// Conv is a convolution over one, two or three axes (a cross-correlation, as
// every framework calls it). The operand has shape Outer x In x Size..., the
// result Outer x Out x Results()..., and
//
//	y[n,c,o] = B[c] + sum over i, k of W[c,i,k] x[n, g(c) In/Groups + i, o Stride + k Dilation - Begin]
//
// where i runs over the channels of the group g(c) of c, k over the kernel, and
// elements outside of the operand are zero. Begin and End are the padding; a
// negative one crops.
type Conv struct {
	Outer   int // 0 means 1
	In, Out int // channels
	Groups  int // 0 means 1

	// One element for each axis.
	Size, Kernel     []int
	Stride, Dilation []int // nil means ones
	Begin, End       []int // nil means zeros

	W []float64 // Out x In/Groups x Kernel..., row-major
	B []float64 // Out, or nil for zero
}

func (c *Conv) outer() int  { return max(c.Outer, 1) }
func (c *Conv) groups() int { return max(c.Groups, 1) }

// Kind implements Op.
func (c *Conv) Kind() string { return "convolution" }

// Check implements Op.
func (c *Conv) Check(in []int) (int, error) {
	if len(in) != 1 {
		return 0, fmt.Errorf("a convolution has one operand, not %d", len(in))
	}
	if err := c.check(); err != nil {
		return 0, err
	}
	if n := c.outer() * c.In * Shape(c.Size).Size(); in[0] != n {
		return 0, fmt.Errorf("a convolution of %d channels of size %v does not fit an operand of %d elements", c.In, Shape(c.Size), in[0])
	}
	if c.B != nil && len(c.B) != c.Out {
		return 0, fmt.Errorf("the bias has %d elements for %d channels", len(c.B), c.Out)
	}
	return c.outer() * c.Out * c.Results().Size(), nil
}

// check looks at everything but the bias and the operand.
func (c *Conv) check() error {
	d := len(c.Size)
	if d < 1 || d > 3 {
		return fmt.Errorf("a convolution over %d axes; there are 1 to 3", d)
	}
	for _, list := range [][]int{c.Stride, c.Dilation, c.Begin, c.End} {
		if list != nil && len(list) != d {
			return fmt.Errorf("strides, dilations or pads of %d numbers for %d axes", len(list), d)
		}
	}
	switch {
	case len(c.Kernel) != d:
		return fmt.Errorf("a kernel of %d axes for %d axes", len(c.Kernel), d)
	case c.In <= 0 || c.Out <= 0 || c.In%c.groups() != 0 || c.Out%c.groups() != 0:
		return fmt.Errorf("%d groups do not divide %d input and %d output channels", c.groups(), c.In, c.Out)
	}
	for i := range d {
		s := c.along(i)
		switch {
		case s.size <= 0 || s.kernel <= 0 || s.stride <= 0 || s.dilation <= 0:
			return fmt.Errorf("axis %d: size %d, kernel %d, stride %d and dilation %d must be positive", i, s.size, s.kernel, s.stride, s.dilation)
		case s.result() <= 0:
			return fmt.Errorf("axis %d: the kernel, %d wide with its dilation, is larger than the padded operand of %d", i, s.extent(), s.size+s.begin+s.end)
		}
	}
	if n := c.Out * (c.In / c.groups()) * Shape(c.Kernel).Size(); len(c.W) != n {
		return fmt.Errorf("the kernel has %d elements instead of %d", len(c.W), n)
	}
	return nil
}

// Results is the size of the result along each axis.
func (c *Conv) Results() Shape {
	out := make(Shape, len(c.Size))
	for i := range out {
		out[i] = c.along(i).result()
	}
	return out
}

// Eval implements Op.
func (c *Conv) Eval(out []float64, in [][]float64) {
	clear(out)
	c.Apply(0, out, in[0])
	addPerChannel(out, c.B, len(out)/(c.outer()*c.Out))
}

// Terms implements Affine. A row sums over the channels of a group and the
// kernel, and so does a column.
func (c *Conv) Terms() int {
	return max(c.In, c.Out)/c.groups()*Shape(c.Kernel).Size() + 1
}

// Bias implements Affine.
func (c *Conv) Bias() []float64 {
	return perChannel(c.B, c.outer(), c.Results().Size())
}

// Apply implements Affine.
func (c *Conv) Apply(_ int, out, x []float64) { c.plan(c.W).forward(out, x) }

// ApplyAbs implements Affine.
func (c *Conv) ApplyAbs(_ int, out, x []float64) { c.plan(absolute(c.W)).forward(out, x) }

// ApplyTransposed implements Affine.
func (c *Conv) ApplyTransposed(_ int, x, y []float64, rows int) {
	c.plan(c.W).backward(x, y, rows*c.outer())
}

// ApplyAbsTransposed implements Affine.
func (c *Conv) ApplyAbsTransposed(_ int, x, y []float64) {
	c.plan(absolute(c.W)).backward(x, y, c.outer())
}

// Equal implements Op.
func (c *Conv) Equal(other Op) bool {
	e, ok := other.(*Conv)
	return ok && c.sameMap(e) && equalOrZero(c.B, e.B)
}

// sameMap compares all but the bias.
func (c *Conv) sameMap(e *Conv) bool {
	if c.outer() != e.outer() || c.In != e.In || c.Out != e.Out || c.groups() != e.groups() || len(c.Size) != len(e.Size) {
		return false
	}
	for i := range c.Size {
		if c.along(i) != e.along(i) {
			return false
		}
	}
	return slices.Equal(c.W, e.W)
}

// Parameters implements Op.
func (c *Conv) Parameters() int { return len(c.W) + len(c.B) }

// span is a convolution along one axis.
type span struct{ size, kernel, stride, dilation, begin, end int }

func (c *Conv) along(axis int) span {
	at := func(list []int, otherwise int) int {
		if list == nil {
			return otherwise
		}
		return list[axis]
	}
	return span{c.Size[axis], c.Kernel[axis], at(c.Stride, 1), at(c.Dilation, 1), at(c.Begin, 0), at(c.End, 0)}
}

// extent is the width of the kernel with its dilation.
func (s span) extent() int { return (s.kernel-1)*s.dilation + 1 }

func (s span) result() int {
	room := s.size + s.begin + s.end - s.extent()
	if room < 0 {
		return 0
	}
	return room/s.stride + 1
}

// window says which results first <= o < last see the operand through element k
// of the kernel; they see its element o stride + shift.
type window struct{ first, last, shift int }

func (s span) windows() []window {
	w := make([]window, s.kernel)
	for k := range w {
		shift := k*s.dilation - s.begin
		first := 0
		if shift < 0 {
			first = (-shift + s.stride - 1) / s.stride
		}
		last := 0 // least o with o stride + shift >= size
		if shift < s.size {
			last = (s.size - shift + s.stride - 1) / s.stride
		}
		last = min(last, s.result())
		w[k] = window{first, max(last, first), shift}
	}
	return w
}

// plan is a convolution as loops over three axes, the outer of which have size 1
// where there are fewer.
type plan struct {
	outer, groups int
	in, out       int // channels of a group
	axes          [3]span
	windows       [3][]window
	operand       int // elements of a channel
	result        int
	w             []float64
}

func (c *Conv) plan(w []float64) *plan {
	p := &plan{outer: c.outer(), groups: c.groups(), in: c.In / c.groups(), out: c.Out / c.groups(), operand: 1, result: 1, w: w}
	missing := 3 - len(c.Size)
	for i := range p.axes {
		p.axes[i] = span{1, 1, 1, 1, 0, 0}
		if i >= missing {
			p.axes[i] = c.along(i - missing)
		}
		p.windows[i] = p.axes[i].windows()
		p.operand *= p.axes[i].size
		p.result *= p.axes[i].result()
	}
	return p
}

// forward adds the convolution of x to out.
func (p *plan) forward(out, x []float64) {
	channels := p.groups * p.out
	for n := range p.outer {
		for c := range channels {
			y := out[(n*channels+c)*p.result:][:p.result]
			first := (n*p.groups + c/p.out) * p.in
			for i := range p.in {
				p.forwardChannel(y, x[(first+i)*p.operand:][:p.operand], p.kernel(c, i))
			}
		}
	}
}

// kernel holds the weights of input i of the group of output channel c.
func (p *plan) kernel(c, i int) []float64 {
	n := p.axes[0].kernel * p.axes[1].kernel * p.axes[2].kernel
	return p.w[(c*p.in+i)*n:][:n]
}

// forwardChannel adds the convolution of one channel to one channel. For each
// weight it goes over the rows of the result, which are contiguous.
func (p *plan) forwardChannel(y, x, kernel []float64) {
	rows, width := p.axes[1].result(), p.axes[2].result()
	k := -1
	for _, w0 := range p.windows[0] {
		for _, w1 := range p.windows[1] {
			for _, w2 := range p.windows[2] {
				k++
				w, n := kernel[k], w2.last-w2.first
				if w == 0 || n == 0 {
					continue
				}
				for o0 := w0.first; o0 < w0.last; o0++ {
					for o1 := w1.first; o1 < w1.last; o1++ {
						to := (o0*rows+o1)*width + w2.first
						axpy(w, n, x[p.at(o0, o1, w2.first, w0, w1, w2):], p.axes[2].stride, y[to:], 1)
					}
				}
			}
		}
	}
}

// at is the element of a channel that result o0, o1, o2 sees.
func (p *plan) at(o0, o1, o2 int, w0, w1, w2 window) int {
	i0 := o0*p.axes[0].stride + w0.shift
	i1 := o1*p.axes[1].stride + w1.shift
	return (i0*p.axes[1].size+i1)*p.axes[2].size + o2*p.axes[2].stride + w2.shift
}

// backward adds the transposed convolution of each row of y to that row of x.
// Coefficients of bounds are mostly zero or sit in a patch: what is done is
// proportional to the parts of the rows between their nonzero elements.
func (p *plan) backward(x, y []float64, rows int) {
	channels := p.groups * p.out
	width := p.axes[2].result()
	for r := range rows {
		for c := range channels {
			first := (r*p.groups + c/p.out) * p.in
			operand := x[first*p.operand:][:p.in*p.operand]
			line := (r*channels + c) * p.result
			for o0 := range p.axes[0].result() {
				for o1 := range p.axes[1].result() {
					p.backwardLine(operand, y[line:line+width], c, o0, o1)
					line += width
				}
			}
		}
	}
}

// backwardLine does this for one line of results of channel c; x holds the
// channels of the group.
func (p *plan) backwardLine(x, y []float64, c, o0, o1 int) {
	from, to := nonzero(y)
	if from == to {
		return
	}
	for k0, w0 := range p.windows[0] {
		if o0 < w0.first || o0 >= w0.last {
			continue
		}
		for k1, w1 := range p.windows[1] {
			if o1 < w1.first || o1 >= w1.last {
				continue
			}
			k := (k0*p.axes[1].kernel + k1) * p.axes[2].kernel
			for k2, w2 := range p.windows[2] {
				first, last := max(from, w2.first), min(to, w2.last)
				if first >= last {
					continue
				}
				at := p.at(o0, o1, first, w0, w1, w2)
				for i := range p.in {
					if w := p.kernel(c, i)[k+k2]; w != 0 {
						axpy(w, last-first, y[first:], 1, x[i*p.operand+at:], p.axes[2].stride)
					}
				}
			}
		}
	}
}

// nonzero returns the least range that holds the nonzero elements.
func nonzero(y []float64) (from, to int) {
	for from < len(y) && y[from] == 0 {
		from++
	}
	for to = len(y); to > from && y[to-1] == 0; {
		to--
	}
	return from, to
}

// axpy adds w times n elements of x to n elements of y, every so many of them.
func axpy(w float64, n int, x []float64, stepX int, y []float64, stepY int) {
	if n >= 16 {
		blas64.Axpy(w, blas64.Vector{N: n, Inc: stepX, Data: x}, blas64.Vector{N: n, Inc: stepY, Data: y})
		return
	}
	if stepX == 1 && stepY == 1 {
		x, y = x[:n], y[:n]
		for i, v := range x {
			y[i] += w * v
		}
		return
	}
	for i := range n {
		y[i*stepY] += w * x[i*stepX]
	}
}

func absolute(w []float64) []float64 {
	a := make([]float64, len(w))
	for i, v := range w {
		a[i] = math.Abs(v)
	}
	return a
}

// perChannel repeats a bias with an element per channel over outer samples and
// the elements of a channel.
func perChannel(b []float64, outer, inner int) []float64 {
	if b == nil {
		return nil
	}
	all := make([]float64, outer*len(b)*inner)
	addPerChannel(all, b, inner)
	return all
}

// addPerChannel adds the bias of each channel, nil for zero, to its elements.
func addPerChannel(out, b []float64, inner int) {
	if b == nil {
		return
	}
	for k := 0; k < len(out); k += inner {
		v := b[k/inner%len(b)]
		for i := range inner {
			out[k+i] += v
		}
	}
}
