package network

import (
	"fmt"
	"math"
	"slices"
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

// Entries implements Affine.
func (c *Conv) Entries(_, _ int, do func(row, column int, weight, divisor float64) bool) {
	p := c.plan(c.W)
	more := true
	for n := range p.outer * p.groups {
		w := p.weights(n % p.groups)
		p.each(func(result int, r *[3]reach) {
			if !more {
				return
			}
			p.part(r, func(k, at int) {
				for i := range p.in {
					for o := 0; o < p.out && more; o++ {
						if v := w.Data[o*w.Stride+i*p.kernel+k]; v != 0 {
							more = do((n*p.out+o)*p.result+result, (n*p.in+i)*p.operand+at, v, 1)
						}
					}
				}
			})
		})
	}
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
