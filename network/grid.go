package network

import "math"

// Grid says of an element of a node which numbers it may be: the multiples of 2^Grid.
type Grid int32

// The ends: numbers of AnyNumber are no multiples of anything that is known, and AlwaysZero
// is what is a multiple of every power.
const (
	AnyNumber  Grid = math.MinInt32
	AlwaysZero Grid = math.MaxInt32
)

// finest is of a grid that is finer than is of use, and AnyNumber among these.
const finest Grid = -1 << 20

// Grids are the grids of the elements of all nodes, in exact arithmetic, where the input
// is in a box: features with lo == hi are fixed. Constants are float64 numbers, so sums of
// products with what is on a grid are on one; divisions by powers of two keep it, others do
// not, nor do constants that stand for others (IsRounded). Levels of staircases are integers, whatever they are of.
func (g *Graph) Grids(lo, hi []float64) [][]Grid {
	grids := make([][]Grid, len(g.Nodes))
	for v, node := range g.Nodes {
		of := make([]Grid, node.Size)
		grids[v] = of
		switch op := node.Op.(type) {
		case nil:
			for i := range of {
				if of[i] = AnyNumber; lo[i] == hi[i] {
					of[i] = gridOf(lo[i])
				}
			}
		case Affine:
			if IsRounded(op) { // biases too
				for i := range of {
					of[i] = AnyNumber
				}
				continue
			}
			for i := range of {
				of[i] = AlwaysZero
			}
			for i, b := range op.Bias() {
				of[i] = gridOf(b)
			}
			for k, in := range node.Inputs {
				x := grids[in]
				op.Entries(k, len(x), func(row, column int, weight, divisor float64) bool {
					of[row] = min(of[row], x[column].times(weight, divisor))
					return true
				})
			}
		case Staircase: // zero is a level like others
		case ReLU:
			copy(of, grids[node.Inputs[0]])
		default:
			for i := range of {
				of[i] = AnyNumber
			}
		}
	}
	return grids
}

// times is the grid of weight x / divisor, for an x of this grid.
func (g Grid) times(weight, divisor float64) Grid {
	if g == AlwaysZero || weight == 0 {
		return AlwaysZero
	}
	odd, down := binary(divisor)
	if g < finest || odd != 1 && odd != -1 {
		return AnyNumber
	}
	_, up := binary(weight)
	return g + Grid(up-down)
}

// gridOf is the grid of one number.
func gridOf(v float64) Grid {
	if v == 0 {
		return AlwaysZero
	}
	_, exponent := binary(v)
	return Grid(exponent)
}

// Inward moves an interval's ends to the grid: no number of the grid in the interval is
// lost. It leaves ends as they are that float64 cannot move: where the grid is finer than
// float64 there.
func (g Grid) Inward(lo, hi float64) (float64, float64) {
	switch {
	case g == AlwaysZero:
		return max(lo, 0), min(hi, 0)
	case g < -1000 || g > 900:
		return lo, hi
	}
	unit := math.Ldexp(1, int(g))
	if q := lo / unit; math.Abs(q) < 1<<52 {
		lo = max(lo, math.Ceil(q)*unit+0) // quotients may underflow
	}
	if q := hi / unit; math.Abs(q) < 1<<52 {
		hi = min(hi, math.Floor(q)*unit+0)
	}
	return lo, hi
}

// Above is the least number of the grid above a number, and Below the greatest one below
// it; the number itself where that is not known.
func (g Grid) Above(v float64) float64 {
	if lo, _ := g.Inward(v, v); lo != v {
		return lo
	}
	return g.next(v, 1)
}

// Below is explained at Above.
func (g Grid) Below(v float64) float64 {
	if _, hi := g.Inward(v, v); hi != v {
		return hi
	}
	return g.next(v, -1)
}

// next is the next number of the grid to either side of one of it.
func (g Grid) next(v, side float64) float64 {
	if g < -1000 || g > 900 {
		return v
	}
	unit := math.Ldexp(1, int(g))
	if !(math.Abs(v/unit) < 1<<52) {
		return v
	}
	return v + side*unit
}
