package contract_test

import (
	"testing"

	"pgregory.net/rapid"

	"rsm/solve/highs"
)

// program is a model with its matrix as rows of numbers, easy to change.
type program struct {
	highs.Model
	a [][]float64
}

func drawDense(t *rapid.T) *program {
	m := drawProgram(t, true)
	p := &program{Model: *m}
	for i := range m.RowLo {
		end := len(m.Index)
		if i+1 < len(m.Start) {
			end = int(m.Start[i+1])
		}
		row := make([]float64, len(m.Cost))
		for k := int(m.Start[i]); k < end; k++ {
			row[m.Index[k]] = m.Value[k]
		}
		p.a = append(p.a, row)
	}
	return p
}

func (p *program) model() *highs.Model {
	m := dense(p.Cost, p.Lo, p.Up, p.a, p.RowLo, p.RowUp)
	m.Maximize, m.Offset, m.Integer = p.Maximize, p.Offset, p.Integer
	return m
}

// Changing a model piece by piece, with runs between, gives the answers of the
// changed model passed whole.
func TestModify(t *testing.T) {
	s, fresh := newSolver(t), newSolver(t)
	for _, s := range []*highs.Solver{s, fresh} {
		must(t, s.SetFloat("mip_rel_gap", 0))
	}
	number := rapid.IntRange(-9, 9)
	rapid.Check(t, func(t *rapid.T) {
		p := drawDense(t)
		n := len(p.Cost)
		must(t, s.Pass(p.model()))
		column := func() int { return rapid.IntRange(0, n-1).Draw(t, "column") }
		value := func() float64 { return float64(number.Draw(t, "value")) }
		t.Repeat(map[string]func(*rapid.T){
			"cost": func(*rapid.T) {
				j := column()
				p.Cost[j] = value()
				must(t, s.SetCost(j, p.Cost[j]))
			},
			"costs": func(*rapid.T) {
				for j := range p.Cost {
					p.Cost[j] = value()
				}
				must(t, s.SetCosts(p.Cost))
			},
			"bounds of a column": func(*rapid.T) {
				j := column()
				p.Lo[j] = value()
				p.Up[j] = p.Lo[j] + 2
				must(t, s.SetColBounds(j, p.Lo[j], p.Up[j]))
			},
			"bounds of all columns": func(*rapid.T) {
				for j := range p.Lo {
					p.Lo[j] = value()
					p.Up[j] = p.Lo[j] + 3
				}
				must(t, s.SetColsBounds(p.Lo, p.Up))
			},
			"bounds of a row": func(t *rapid.T) {
				if len(p.a) == 0 {
					t.Skip()
				}
				i := rapid.IntRange(0, len(p.a)-1).Draw(t, "row")
				p.RowLo[i], p.RowUp[i] = -inf, value()
				must(t, s.SetRowBounds(i, p.RowLo[i], p.RowUp[i]))
			},
			"bounds of all rows": func(*rapid.T) {
				for i := range p.RowLo {
					p.RowLo[i], p.RowUp[i] = value(), inf
				}
				must(t, s.SetRowsBounds(p.RowLo, p.RowUp))
			},
			"sense": func(*rapid.T) {
				p.Maximize = !p.Maximize
				must(t, s.SetMaximize(p.Maximize))
			},
			"offset": func(*rapid.T) {
				p.Offset = value()
				must(t, s.SetOffset(p.Offset))
			},
			"integer": func(*rapid.T) {
				j := column()
				p.Integer[j] = !p.Integer[j]
				must(t, s.SetInteger(j, p.Integer[j]))
			},
			"integers": func(*rapid.T) {
				for j := range p.Integer {
					p.Integer[j] = rapid.Bool().Draw(t, "integer")
				}
				must(t, s.SetIntegers(p.Integer))
			},
			"coefficient": func(t *rapid.T) {
				if len(p.a) == 0 {
					t.Skip()
				}
				i, j := rapid.IntRange(0, len(p.a)-1).Draw(t, "row"), column()
				p.a[i][j] = value()
				must(t, s.SetCoefficient(i, j, p.a[i][j]))
			},
			"add rows": func(*rapid.T) {
				var r highs.Rows
				for range rapid.IntRange(0, 2).Draw(t, "rows") {
					row := make([]float64, n)
					r.Start = append(r.Start, int32(len(r.Index)))
					for j := range row {
						if row[j] = value(); row[j] != 0 {
							r.Index, r.Value = append(r.Index, int32(j)), append(r.Value, row[j])
						}
					}
					b := 3 * value()
					r.Lo, r.Up = append(r.Lo, b), append(r.Up, b+20)
					p.a = append(p.a, row)
				}
				must(t, s.AddRows(r))
				p.RowLo, p.RowUp = append(p.RowLo, r.Lo...), append(p.RowUp, r.Up...)
			},
			"delete rows": func(*rapid.T) {
				from := rapid.IntRange(0, len(p.a)).Draw(t, "from")
				to := min(len(p.a), from+rapid.IntRange(0, 2).Draw(t, "count"))
				must(t, s.DeleteRows(from, to))
				p.a = append(p.a[:from:from], p.a[to:]...)
				p.RowLo = append(p.RowLo[:from:from], p.RowLo[to:]...)
				p.RowUp = append(p.RowUp[:from:from], p.RowUp[to:]...)
			},
			"clear": func(*rapid.T) { must(t, s.ClearSolver()) },
			"start": func(*rapid.T) { must(t, s.SetStart(p.Lo)) },
			"": func(*rapid.T) {
				m := p.model()
				if s.Columns() != n || s.Rows() != len(p.a) || s.Nonzeros() != len(m.Value) {
					t.Fatalf("%d x %d with %d nonzeros, want %d x %d with %d", s.Rows(), s.Columns(), s.Nonzeros(), len(p.a), n, len(m.Value))
				}
				must(t, fresh.Pass(m))
				want, err := fresh.Run(t.Context(), nil)
				must(t, err)
				run(t, s, want)
				if !near(s.Objective(), fresh.Objective(), 1e-6) || !near(s.DualBound(), fresh.DualBound(), 1e-6) {
					t.Fatalf("%v with bound %v, want %v with %v", s.Objective(), s.DualBound(), fresh.Objective(), fresh.DualBound())
				}
			},
		})
	})
}

// What can not be done is an error, and changes nothing.
func TestModifyErrors(t *testing.T) {
	s := newSolver(t)
	m := knapsack(1, 8, 2)
	solve(t, s, m, highs.Optimal)
	want := s.Objective()
	nan := inf - inf
	for name, err := range map[string]error{
		"cost index":         s.SetCost(8, 1),
		"cost NaN":           s.SetCost(0, nan),
		"cost infinite":      s.SetCost(0, inf),
		"costs length":       s.SetCosts(make([]float64, 7)),
		"column index":       s.SetColBounds(-1, 0, 1),
		"column bound":       s.SetColBounds(0, nan, 1),
		"column bound +inf":  s.SetColBounds(0, inf, inf),
		"columns length":     s.SetColsBounds(m.Lo, m.Up[1:]),
		"row index":          s.SetRowBounds(2, 0, 1),
		"row bound":          s.SetRowBounds(0, 0, nan),
		"rows length":        s.SetRowsBounds(nil, nil),
		"offset":             s.SetOffset(nan),
		"integer index":      s.SetInteger(8, true),
		"integers length":    s.SetIntegers([]bool{true}),
		"coefficient row":    s.SetCoefficient(2, 0, 1),
		"coefficient column": s.SetCoefficient(0, 8, 1),
		"coefficient NaN":    s.SetCoefficient(0, 0, nan),
		"coefficient large":  s.SetCoefficient(0, 0, 1e16),
		"delete":             s.DeleteRows(1, 3),
		"delete backwards":   s.DeleteRows(1, 0),
		"add without Up":     s.AddRows(highs.Rows{Lo: []float64{1}, Start: []int32{0}}),
		"add beyond":         s.AddRows(highs.Rows{Lo: []float64{1}, Up: []float64{2}, Start: []int32{0}, Index: []int32{8}, Value: []float64{1}}),
	} {
		if err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	run(t, s, highs.Optimal)
	if s.Objective() != want {
		t.Errorf("objective %v, before %v", s.Objective(), want)
	}
}
