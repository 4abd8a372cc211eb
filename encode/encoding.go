package encode

import (
	"context"
	"errors"
	"fmt"
	"math"

	"rsm/network"
	"rsm/relax"
)

// Kind names an encoding.
type Kind int

// The encodings.
const (
	// Auto substitutes stable neurons and couples aligned neurons by difference
	// rows.
	Auto Kind = iota
	// Plain is the baseline: a column for every neuron, no substitution, no
	// difference rows.
	Plain
	// relaxed has columns z and a as Auto has, and no rows but the definitions
	// of z: the frame of LP.
	relaxed
)

// String returns the name on the command line.
func (k Kind) String() string { return [...]string{"auto", "plain", "relaxed"}[k] }

// Encoding is the program of a pair over a box and the meaning of its columns.
type Encoding struct {
	Program Program
	Bounds  *relax.Bounds
	Kind    Kind

	input   []int      // column of each input, -1 where it is fixed
	neurons [][]neuron // by activation node
	logits  [][]int    // columns of an output node, in the plain encoding
	rows    []rows     // of activations, by node
	graph   *network.Graph
	// relative gives an unstable neuron of N1 with an unstable partner columns
	// for what it differs by from that partner.
	relative bool
}

// neuron holds the columns of an element of an activation, -1 for those it has not. Where
// baseZ and baseA are there, columns z and a hold its differences from them.
// def is the row that defines z. For a quantized value z is the operand, a the level,
// and low and b are the binaries of its being clamped at the least and the greatest one.
type neuron struct{ z, a, b, low, baseZ, baseA, def int }

var noColumns = neuron{-1, -1, -1, -1, -1, -1, -1}

// ErrRange marks problems whose coefficients float64, or the solver, cannot be
// trusted with.
var ErrRange = errors.New("the coefficients of the program are out of the range of the solver")

// Coefficients other than zero have a magnitude between these two.
const (
	smallestCoefficient = 0x1p-300
	largestCoefficient  = 0x1p+300
)

// New builds the program. It returns the context's error when that ends first,
// and ErrRange where coefficients are too large or too small.
func New(ctx context.Context, b *relax.Bounds, kind Kind) (*Encoding, error) {
	return build(ctx, b, kind, false)
}

func build(ctx context.Context, b *relax.Bounds, kind Kind, relative bool) (*Encoding, error) {
	g := b.Joint.Graph
	of, err := rowsOf(g)
	if err != nil {
		return nil, err
	}
	e := &Encoding{Bounds: b, Kind: kind, graph: g, rows: of, neurons: make([][]neuron, len(g.Nodes)), logits: make([][]int, len(g.Nodes)), relative: relative}
	for i, lo := range b.Box.Lo {
		col := -1
		if hi := b.Box.Hi[i]; lo < hi {
			col = e.Program.column(fmt.Sprintf("x%d", i), lo, hi, false)
		}
		e.input = append(e.input, col)
	}
	e.addBudget()
	pairOf := make(map[int]network.Pairing) // by the second node
	diff := make(map[int]relax.Range)
	paired := make(map[int]bool) // first nodes
	for p, pair := range b.Joint.Pairs {
		pairOf[pair.Second], diff[pair.Second] = pair, b.Diff[p]
		paired[pair.First] = true
	}
	for v, of := range e.rows {
		if of == nil {
			continue
		}
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if relative && paired[v] {
			continue // with its partner, next: nothing between depends on either
		}
		of.add(e, v)
		if pair, ok := pairOf[v]; ok && relative {
			e.addRelative(pair, diff[v])
		} else if ok && kind == Auto {
			e.addDifferences(pair, diff[v])
		}
	}
	if kind == Plain {
		for _, out := range g.Outputs {
			e.addLogits(out)
		}
	}
	return e, e.Program.check()
}

// name is that of a column or a row of element i of node v.
func name(kind string, v, i int) string { return fmt.Sprintf("%s%d_%d", kind, v, i) }

// hasColumns says whether a neuron gets columns: every one in the plain encoding,
// elsewhere only unstable ones.
func (e *Encoding) hasColumns(z, i int) bool { return e.Kind == Plain || e.Bounds.Unstable(z, i) }

// addLogits gives an output node columns, in the plain encoding.
func (e *Encoding) addLogits(out int) {
	if e.logits[out] != nil || e.graph.Nodes[out].Op == nil {
		return
	}
	n := e.graph.Nodes[out].Size
	at := make([]int, n)
	for i := range at {
		at[i] = i
	}
	cols := make([]int, n)
	for i, x := range e.expressions(out, at) {
		cols[i] = e.defined(fmt.Sprintf("y%d_%d", out, i), e.Bounds.Node[out], i, x)
	}
	e.logits[out] = cols
}

// defined adds a column that equals an expression, and returns it.
func (e *Encoding) defined(name string, r relax.Range, i int, x Expression) int {
	col := e.Program.column(name, r.Lo[i], r.Hi[i], false)
	terms := append([]Term{{col, 1}}, x.Terms...)
	for k := range x.Terms {
		terms[k+1].Value = -x.Terms[k].Value
	}
	e.Program.row("def_"+name, down(x.Const-x.Err), up(x.Const+x.Err), terms...)
	return col
}

// expressions returns the elements of a node, given by at, as expressions of
// columns.
func (e *Encoding) expressions(node int, at []int) []Expression {
	rows := network.NewRows(e.graph, len(at))
	n := e.graph.Nodes[node].Size
	coef := rows.At(e.graph, node)
	for r, i := range at {
		coef[r*n+i] = 1
	}
	return e.pull(rows)
}

// Functional returns a linear function of the nodes' values as an expression
// of columns, or ErrRange.
func (e *Encoding) Functional(f network.Functional) (Expression, error) {
	if f.Zero() {
		return Expression{Const: f.Const}, nil
	}
	rows := network.NewRows(e.graph, 1)
	rows.AddFunctional(e.graph, 0, f, 1)
	x := e.pull(rows)[0]
	for _, t := range x.Terms {
		if !inRange(t.Value) {
			return x, ErrRange
		}
	}
	if !(math.Abs(x.Const)+x.Err <= largestCoefficient) {
		return x, ErrRange
	}
	return x, nil
}

// pull substitutes definitions until only columns are left.
func (e *Encoding) pull(rows *network.Rows) []Expression {
	columns := make([]float64, rows.Count*len(e.Program.Lo))
	width := len(e.Program.Lo)
	lost := make([]float64, rows.Count)
	steps := network.Steps{
		Affine:     func(v int, rows *network.Rows) { e.Bounds.AddRounding(v, rows, lost) },
		Activation: func(v int, rows *network.Rows) { e.rows[v].pull(e, v, rows, columns, width, lost) },
	}
	for _, out := range e.graph.Outputs {
		e.pullLogits(out, rows, columns, width)
	}
	e.graph.Pullback(rows, steps)
	if coef := rows.Coef[0]; coef != nil {
		n := e.graph.InputSize()
		for r := range rows.Count {
			lost[r] += float64(n+4) * 0x1p-52 * (math.Abs(rows.Const[r]) + e.Bounds.Spread(rows, r, 0))
			for i, c := range coef[r*n : (r+1)*n] {
				if col := e.input[i]; col >= 0 {
					columns[r*width+col] += c
				} else {
					rows.Const[r] += c * e.Bounds.Box.Lo[i]
				}
			}
		}
	}
	out := make([]Expression, rows.Count)
	for r := range out {
		out[r].Const, out[r].Err = rows.Const[r], 1.0001*lost[r]
		for col, c := range columns[r*width : (r+1)*width] {
			if c != 0 {
				out[r].Terms = append(out[r].Terms, Term{col, c})
			}
		}
	}
	return out
}

// pullLogits takes the coefficients of an output node with columns.
func (e *Encoding) pullLogits(out int, rows *network.Rows, columns []float64, width int) {
	coef := rows.Coef[out]
	if coef == nil || e.logits[out] == nil {
		return
	}
	n := e.graph.Nodes[out].Size
	for r := range rows.Count {
		for i, c := range coef[r*n : (r+1)*n] {
			columns[r*width+e.logits[out][i]] += c
		}
	}
	rows.Coef[out] = nil
}

// Size is the number of columns and rows.
func (e *Encoding) Size() (columns, rows int) { return len(e.Program.Lo), len(e.Program.RowLo) }

// Point returns the values of all columns at an input of the box.
func (e *Encoding) Point(ev *network.Evaluator, x []float64) []float64 {
	ev.Forward(x)
	p := make([]float64, len(e.Program.Lo))
	for i, col := range e.input {
		if col >= 0 {
			p[col] = x[i]
		}
	}
	for v, layer := range e.neurons {
		for i, n := range layer {
			z := ev.Value(e.graph.Nodes[v].Inputs[0])[i]
			if n.z >= 0 {
				p[n.z] = z
			}
			if n.a >= 0 {
				p[n.a] = ev.Value(v)[i]
			}
			e.rows[v].point(e, p, n, i, z)
		}
	}
	for _, layer := range e.neurons {
		for _, n := range layer {
			if n.baseZ >= 0 {
				p[n.z] -= p[n.baseZ]
				p[n.a] -= p[n.baseA]
			}
		}
	}
	for out, cols := range e.logits {
		for i, col := range cols {
			p[col] = ev.Value(out)[i]
		}
	}
	return p
}

// Input returns the network input of a point of the program, inside the box. Where the
// point has a quantized input on a threshold, the input is moved to where the level is
// that of the point however halves are rounded.
func (e *Encoding) Input(point []float64) []float64 { return e.inputAt(point, near) }

func (e *Encoding) inputAt(point []float64, reach float64) []float64 {
	x := make([]float64, len(e.input))
	for i, col := range e.input {
		if col >= 0 {
			x[i] = point[col]
		} else {
			x[i] = e.Bounds.Box.Lo[i]
		}
	}
	for v, of := range e.rows {
		if of != nil {
			of.settle(e, v, point, x, reach)
		}
	}
	e.Bounds.Box.Project(x)
	return x
}

// Binaries lists the columns of phases.
func (e *Encoding) Binaries() []int {
	var cols []int
	for j, integer := range e.Program.Integer {
		if integer {
			cols = append(cols, j)
		}
	}
	return cols
}

var inf = math.Inf(1)

func down(x float64) float64 { return math.Nextafter(x, -inf) }
func up(x float64) float64   { return math.Nextafter(x, inf) }
