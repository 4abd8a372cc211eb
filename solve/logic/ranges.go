package logic

import (
	"rsm/network"
	"rsm/relax"
)

// Functions numbers the functions of a formula's conditions.
type Functions struct {
	At  map[*Condition]int
	All []network.Functional
}

// FunctionsOf numbers the functions of a formula in the order of its conditions.
func FunctionsOf(f Formula) *Functions {
	out := &Functions{At: make(map[*Condition]int)}
	f.Conditions(func(c *Condition) {
		if _, ok := out.At[c]; !ok {
			out.At[c] = len(out.All)
			out.All = append(out.All, c.F)
		}
	})
	return out
}

// Ranges are ranges of the functions of conditions over a part of the region, and
// lines above them.
type Ranges struct {
	at     map[*Condition]int
	Lo, Hi []float64 // by the number of the function
	lines  []relax.Line
}

// Of is the range of a condition's function.
func (r *Ranges) Of(c *Condition) (lo, hi float64) {
	k := r.at[c]
	return r.Lo[k], r.Hi[k]
}

// Above is a line above a condition's function.
func (r *Ranges) Above(c *Condition) relax.Line { return r.lines[r.at[c]] }

// Over bounds the functions of a formula, of which these are all, or more; others
// have the range [0, 0].
func (fs *Functions) Over(b *relax.Bounds, f Formula) *Ranges {
	n := len(fs.All)
	out := &Ranges{fs.At, make([]float64, n), make([]float64, n), make([]relax.Line, n)}
	var at []int
	var asked []network.Functional
	seen := make([]bool, n)
	f.Conditions(func(c *Condition) {
		if k := fs.At[c]; !seen[k] {
			seen[k] = true
			at, asked = append(at, k), append(asked, c.F)
		}
	})
	lo, hi, lines := b.Lines(asked)
	for i, k := range at {
		out.Lo[k], out.Hi[k], out.lines[k] = lo[i], hi[i], lines[i]
	}
	return out
}

// Open is what bounds leave open of a formula.
func Open(b *relax.Bounds, f Formula) Formula {
	fs := FunctionsOf(f)
	lo, hi := b.Functionals(fs.All)
	return Simplify(f, func(c *Condition) (float64, float64) { return lo[fs.At[c]], hi[fs.At[c]] })
}
