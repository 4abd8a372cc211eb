package network

import (
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/blas"
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

// reach says which elements of the kernel, first <= k < last, see the operand at
// one result along an axis: its elements k dilation + shift.
type reach struct{ first, last, shift int }

// reaches lists the reach of each result.
func (s span) reaches() []reach {
	all := make([]reach, s.result())
	for o := range all {
		r := reach{shift: o*s.stride - s.begin}
		if r.shift < 0 {
			r.first = (-r.shift + s.dilation - 1) / s.dilation
		}
		if r.shift < s.size {
			r.last = min(s.kernel, (s.size-r.shift+s.dilation-1)/s.dilation)
		}
		r.first = min(r.first, r.last)
		all[o] = r
	}
	return all
}

// plan is a convolution as a product with a matrix at each position of the
// kernel: for the elements p of the operand that it sees there, in the channels of
// a group, the results of the group are W p. There are three axes, the outer of
// which have size 1 where the convolution has fewer.
type plan struct {
	outer, groups   int
	in, out         int // channels of a group
	axes            [3]span
	reaches         [3][]reach
	operand, result int // elements of a channel
	kernel          int // elements
	w               []float64
	offset          []int     // of each element of a patch, if all are in the operand
	patch           []float64 // in x kernel
}

func (c *Conv) plan(w []float64) *plan {
	p := &plan{outer: c.outer(), groups: c.groups(), in: c.In / c.groups(), out: c.Out / c.groups(), operand: 1, result: 1, kernel: 1, w: w}
	missing := 3 - len(c.Size)
	for i := range p.axes {
		p.axes[i] = span{1, 1, 1, 1, 0, 0}
		if i >= missing {
			p.axes[i] = c.along(i - missing)
		}
		p.reaches[i] = p.axes[i].reaches()
		p.operand *= p.axes[i].size
		p.result *= p.axes[i].result()
		p.kernel *= p.axes[i].kernel
	}
	p.patch = make([]float64, p.in*p.kernel)
	p.offset = make([]int, 0, len(p.patch))
	for i := range p.in {
		for k0 := range p.axes[0].kernel {
			for k1 := range p.axes[1].kernel {
				for k2 := range p.axes[2].kernel {
					p.offset = append(p.offset, i*p.operand+p.at(k0*p.axes[0].dilation, k1*p.axes[1].dilation, k2*p.axes[2].dilation))
				}
			}
		}
	}
	return p
}

// at is the index of an element within a channel of the operand.
func (p *plan) at(i0, i1, i2 int) int { return (i0*p.axes[1].size+i1)*p.axes[2].size + i2 }

// weights is the matrix of a group.
func (p *plan) weights(group int) blas64.General {
	rows, width := p.out, len(p.patch)
	return blas64.General{Rows: rows, Cols: width, Stride: width, Data: p.w[group*rows*width:][:rows*width]}
}

// forward adds the convolution of x to out.
func (p *plan) forward(out, x []float64) {
	y := make([]float64, p.out)
	for n := range p.outer * p.groups {
		w := p.weights(n % p.groups)
		from, to := x[n*p.in*p.operand:][:p.in*p.operand], out[n*p.out*p.result:][:p.out*p.result]
		p.each(func(result int, r *[3]reach) {
			if !p.gather(from, r) {
				return
			}
			product(y, w, p.patch)
			for c, v := range y {
				to[c*p.result+result] += v
			}
		})
	}
}

// backward adds the transposed convolution of each row of y to that row of x.
// Coefficients of bounds are mostly zero: what is done is proportional to the
// number of those that are not.
func (p *plan) backward(x, y []float64, rows int) {
	touched := make([]bool, p.result)
	for n := range rows * p.groups {
		from, to := y[n*p.out*p.result:][:p.out*p.result], x[n*p.in*p.operand:][:p.in*p.operand]
		if !touch(touched, from) {
			continue
		}
		w := p.weights(n % p.groups)
		p.each(func(result int, r *[3]reach) {
			if !touched[result] {
				return
			}
			clear(p.patch)
			for c := range p.out {
				if v := from[c*p.result+result]; v != 0 {
					axpy(v, w.Data[c*w.Stride:][:w.Cols], p.patch)
				}
			}
			p.scatter(to, r)
		})
	}
}

// touch marks the results that are not zero in some channel of y, and says
// whether there are any.
func touch(touched []bool, y []float64) bool {
	clear(touched)
	found := false
	for c := 0; c < len(y); c += len(touched) {
		for i, v := range y[c:][:len(touched)] {
			if v != 0 {
				touched[i], found = true, true
			}
		}
	}
	return found
}

// each visits all positions of the kernel, in the order of the results.
func (p *plan) each(do func(result int, r *[3]reach)) {
	result := 0
	for _, r0 := range p.reaches[0] {
		for _, r1 := range p.reaches[1] {
			for _, r2 := range p.reaches[2] {
				do(result, &[3]reach{r0, r1, r2})
				result++
			}
		}
	}
}

// whole says whether all elements of the kernel see the operand, and where the
// first of them is.
func (p *plan) whole(r *[3]reach) (int, bool) {
	for i := range r {
		if r[i].first > 0 || r[i].last < p.axes[i].kernel {
			return 0, false
		}
	}
	return p.at(r[0].shift, r[1].shift, r[2].shift), true
}

// gather fills the patch with what the kernel sees of the channels x of a group,
// and says whether any of it is not zero.
func (p *plan) gather(x []float64, r *[3]reach) bool {
	found := false
	if base, ok := p.whole(r); ok {
		for k, o := range p.offset {
			v := x[base+o]
			p.patch[k] = v
			found = found || v != 0
		}
		return found
	}
	clear(p.patch)
	p.part(r, func(k, at int) {
		for i := range p.in {
			v := x[i*p.operand+at]
			p.patch[i*p.kernel+k] = v
			found = found || v != 0
		}
	})
	return found
}

// scatter adds the patch to what the kernel sees of the channels x of a group.
func (p *plan) scatter(x []float64, r *[3]reach) {
	if base, ok := p.whole(r); ok {
		for k, o := range p.offset {
			x[base+o] += p.patch[k]
		}
		return
	}
	p.part(r, func(k, at int) {
		for i := range p.in {
			x[i*p.operand+at] += p.patch[i*p.kernel+k]
		}
	})
}

// part visits the elements k of the kernel that see the operand, at the element
// at of a channel.
func (p *plan) part(r *[3]reach, do func(k, at int)) {
	for k0 := r[0].first; k0 < r[0].last; k0++ {
		for k1 := r[1].first; k1 < r[1].last; k1++ {
			for k2 := r[2].first; k2 < r[2].last; k2++ {
				at := p.at(r[0].shift+k0*p.axes[0].dilation, r[1].shift+k1*p.axes[1].dilation, r[2].shift+k2*p.axes[2].dilation)
				do((k0*p.axes[1].kernel+k1)*p.axes[2].kernel+k2, at)
			}
		}
	}
}

// short is the length up to which plain loops beat the calls of gonum.
const short = 16

// axpy adds v times x to y.
func axpy(v float64, x, y []float64) {
	if len(x) > short {
		blas64.Axpy(v, vector(x), vector(y))
		return
	}
	for i, u := range x {
		y[i] += v * u
	}
}

// product computes y = W x.
func product(y []float64, w blas64.General, x []float64) {
	if w.Cols > short {
		blas64.Gemv(blas.NoTrans, 1, w, vector(x), 0, vector(y))
		return
	}
	for c := range y {
		s := 0.0
		for k, v := range w.Data[c*w.Stride:][:w.Cols] {
			s += v * x[k]
		}
		y[c] = s
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
