package network_test

import (
	"math"
	"testing"

	"pgregory.net/rapid"

	"rsm/network"
)

// drawConv draws a convolution with integer weights, a third of them zero, so
// that all sums are exact.
func drawConv(t *rapid.T) *network.Conv {
	d := rapid.IntRange(1, 3).Draw(t, "axes")
	list := func(what string, low, high int) []int {
		if low <= high-1 && rapid.IntRange(0, 4).Draw(t, what+" left out") == 0 && what != "size" && what != "kernel" {
			return nil
		}
		return rapid.SliceOfN(rapid.IntRange(low, high), d, d).Draw(t, what)
	}
	groups := rapid.IntRange(1, 3).Draw(t, "groups")
	c := &network.Conv{
		Outer: rapid.IntRange(0, 2).Draw(t, "outer"), Groups: groups,
		In: groups * rapid.IntRange(1, 2).Draw(t, "in"), Out: groups * rapid.IntRange(1, 2).Draw(t, "out"),
		Size: list("size", 1, 6), Kernel: list("kernel", 1, 3),
		Stride: list("stride", 1, 3), Dilation: list("dilation", 1, 3),
		Begin: list("begin", -1, 3), End: list("end", -1, 3),
	}
	n := c.Out * c.In / groups * network.Shape(c.Kernel).Size()
	c.W = drawVector(t, "weights", n)
	if rapid.Bool().Draw(t, "bias") {
		c.B = drawVector(t, "biases", c.Out)
	}
	return c
}

func drawVector(t *rapid.T, what string, n int) []float64 {
	out := make([]float64, n)
	for i, v := range rapid.SliceOfN(rapid.IntRange(-4, 8), n, n).Draw(t, what) {
		if v <= 4 {
			out[i] = float64(v)
		}
	}
	return out
}

// denseConv is the matrix of a convolution without its bias, results x operand,
// from its definition: the test of every index for itself.
func denseConv(c *network.Conv) [][]float64 {
	at := func(list []int, i, otherwise int) int {
		if list == nil {
			return otherwise
		}
		return list[i]
	}
	outer, groups := max(c.Outer, 1), max(c.Groups, 1)
	operand, result, kernel := network.Shape(c.Size).Size(), 1, network.Shape(c.Kernel).Size()
	results := make([]int, len(c.Size))
	for i := range results {
		room := c.Size[i] + at(c.Begin, i, 0) + at(c.End, i, 0) - (c.Kernel[i]-1)*at(c.Dilation, i, 1) - 1
		results[i] = room/at(c.Stride, i, 1) + 1
		result *= results[i]
	}
	var rows [][]float64
	for n := range outer {
		for ch := range c.Out {
			for o := range result {
				row := make([]float64, outer*c.In*operand)
				for i := range c.In / groups {
					for k := range kernel {
						inside, index := true, 0
						restO, restK := o, k
						position := make([]int, len(results))
						for a := len(results) - 1; a >= 0; a-- {
							position[a] = restO%results[a]*at(c.Stride, a, 1) + restK%c.Kernel[a]*at(c.Dilation, a, 1) - at(c.Begin, a, 0)
							restO, restK = restO/results[a], restK/c.Kernel[a]
						}
						for a, p := range position {
							inside = inside && p >= 0 && p < c.Size[a]
							index = index*c.Size[a] + p
						}
						if inside {
							from := ch/(c.Out/groups)*(c.In/groups) + i
							row[(n*c.In+from)*operand+index] += c.W[(ch*(c.In/groups)+i)*kernel+k]
						}
					}
				}
				rows = append(rows, row)
			}
		}
	}
	return rows
}

// checkViews compares every view of an operator with its matrices, one for each
// operand, and its bias.
func checkViews(t *rapid.T, op network.Affine, matrices [][][]float64, bias []float64) {
	size := len(matrices[0])
	var in []int
	for _, a := range matrices {
		in = append(in, len(a[0]))
	}
	if got, err := op.Check(in); err != nil || got != size {
		t.Fatalf("the result has %d elements, %v; want %d", got, err, size)
	}
	got := op.Bias()
	if got == nil {
		got = make([]float64, size)
	}
	same(t, "bias", got, bias)
	whole := append([]float64(nil), bias...)
	var operands [][]float64
	rows := rapid.IntRange(1, 3).Draw(t, "rows")
	y := drawVector(t, "y", rows*size)
	for k, a := range matrices {
		x := drawVector(t, "x", in[k])
		operands = append(operands, x)
		product, absolute := drawVector(t, "initial", size), make([]float64, size)
		initial := append([]float64(nil), product...)
		op.Apply(k, product, x)
		op.ApplyAbs(k, absolute, magnitudes(x))
		back, backAbs := make([]float64, rows*in[k]), make([]float64, in[k])
		op.ApplyTransposed(k, back, y, rows)
		op.ApplyAbsTransposed(k, backAbs, magnitudes(y[:size]))
		wantProduct, wantAbs := initial, make([]float64, size)
		wantBack, wantBackAbs := make([]float64, rows*in[k]), make([]float64, in[k])
		columns := make([]int, in[k])
		for i, row := range a {
			terms := 0
			for j, w := range row {
				wantProduct[i] += w * x[j]
				whole[i] += w * x[j]
				wantAbs[i] += math.Abs(w) * math.Abs(x[j])
				wantBackAbs[j] += math.Abs(w) * math.Abs(y[i])
				for r := range rows {
					wantBack[r*in[k]+j] += w * y[r*size+i]
				}
				if w != 0 {
					terms++
					columns[j]++
				}
			}
			if bias[i] != 0 {
				terms++
			}
			if terms > op.Terms() {
				t.Fatalf("row %d has %d terms, more than %d", i, terms, op.Terms())
			}
		}
		for j, n := range columns {
			if n > op.Terms() {
				t.Fatalf("column %d has %d terms, more than %d", j, n, op.Terms())
			}
		}
		entries := make([][]float64, size)
		for i := range entries {
			entries[i] = make([]float64, in[k])
		}
		op.Entries(k, in[k], func(row, column int, weight, divisor float64) bool {
			entries[row][column] += weight / divisor
			return true
		})
		for i, row := range a {
			same(t, "entries", entries[i], row)
		}
		same(t, "apply", product, wantProduct)
		same(t, "apply abs", absolute, wantAbs)
		same(t, "transposed", back, wantBack)
		same(t, "abs transposed", backAbs, wantBackAbs)
	}
	value := drawVector(t, "old value", size)
	op.Eval(value, operands)
	same(t, "value", value, whole)
}

func magnitudes(x []float64) []float64 {
	out := make([]float64, len(x))
	for i, v := range x {
		out[i] = math.Abs(v)
	}
	return out
}

func same(t *rapid.T, what string, got, want []float64) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%s has %d elements instead of %d", what, len(got), len(want))
	}
	for i := range got {
		if got[i] != want[i] {
			t.Fatalf("%s: element %d is %v instead of %v", what, i, got[i], want[i])
		}
	}
}

// TestConvViews: the views of a convolution are those of the matrix that its
// definition gives.
func TestConvViews(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := drawConv(t)
		for _, n := range c.Results() {
			if n == 0 {
				if _, err := c.Check([]int{max(c.Outer, 1) * c.In * network.Shape(c.Size).Size()}); err == nil {
					t.Fatal("a kernel larger than the operand is accepted")
				}
				return
			}
		}
		a := denseConv(c)
		bias := make([]float64, len(a))
		for i := range bias {
			if c.B != nil {
				bias[i] = c.B[i/c.Results().Size()%c.Out]
			}
		}
		checkViews(t, c, [][][]float64{a}, bias)
	})
}

// TestSumViews: sums have signed unit matrices.
func TestSumViews(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 4).Draw(t, "size")
		op := &network.Sum{Signs: rapid.SliceOfN(rapid.SampledFrom([]int{1, -1}), 1, 4).Draw(t, "signs")}
		var matrices [][][]float64
		for _, sign := range op.Signs {
			a := make([][]float64, n)
			for i := range a {
				a[i] = make([]float64, n)
				a[i][i] = float64(sign)
			}
			matrices = append(matrices, a)
		}
		checkViews(t, op, matrices, make([]float64, n))
	})
}

// TestConcatViews: the result of a concatenation has its operands one after the
// other along the middle axis.
func TestConcatViews(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		op := &network.Concat{
			Outer: rapid.IntRange(1, 3).Draw(t, "outer"), Inner: rapid.IntRange(1, 3).Draw(t, "inner"),
			Sizes: rapid.SliceOfN(rapid.IntRange(1, 3), 1, 3).Draw(t, "sizes"),
		}
		all := 0
		for _, n := range op.Sizes {
			all += n
		}
		var matrices [][][]float64
		before := 0
		for _, n := range op.Sizes {
			a := make([][]float64, op.Outer*all*op.Inner)
			for i := range a {
				a[i] = make([]float64, op.Outer*n*op.Inner)
				at := i/op.Inner%all - before
				if at >= 0 && at < n {
					a[i][(i/op.Inner/all*n+at)*op.Inner+i%op.Inner] = 1
				}
			}
			before += n
			matrices = append(matrices, a)
		}
		checkViews(t, op, matrices, make([]float64, before*op.Outer*op.Inner))
	})
}

// TestConvTransposeViews: the matrix is the transpose of the convolution's.
func TestConvTransposeViews(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		op := &network.ConvTranspose{Conv: *drawConv(t)}
		if c := &op.Conv; c.Results().Size() == 0 {
			t.Skip("the kernel is larger than the operand")
		}
		op.B, op.Conv.B = op.Conv.B, nil
		rows := denseConv(&op.Conv)
		a := make([][]float64, len(rows[0]))
		for j := range a {
			a[j] = make([]float64, len(rows))
			for i := range rows {
				a[j][i] = rows[i][j]
			}
		}
		if op.B != nil {
			op.B = drawVector(t, "bias", op.Conv.In)
		}
		bias := make([]float64, len(a))
		for j := range bias {
			if op.B != nil {
				bias[j] = op.B[j/network.Shape(op.Conv.Size).Size()%op.Conv.In]
			}
		}
		checkViews(t, op, [][][]float64{a}, bias)
	})
}
