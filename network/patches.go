package network

import (
	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas64"
)

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
