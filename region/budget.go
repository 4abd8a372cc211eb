package region

import (
	"cmp"
	"math"
	"slices"
)

// Budget is a condition beside the box of a joint graph's inputs: the sum of those
// with In set is at most Most. The box has lower bounds of zero or more for them.
// It is how an L1 ball is a region: its inputs are the parts above and below zero of
// what is added to a sample.
type Budget struct {
	In   []bool
	Most float64
	// Reserve is how far below Most the sums of witnesses stay, for the rounding of
	// what is computed from them.
	Reserve float64
}

// Holds says whether x certainly keeps to the budget: the rounding of the sum is
// taken into account.
func (b *Budget) Holds(x []float64) bool { return b == nil || b.total(x) <= b.Most }

// Spares says whether x certainly leaves the reserve of the budget.
func (b *Budget) Spares(x []float64) bool { return b == nil || b.total(x) <= b.Most-b.Reserve }

// total is the sum at most, of numbers of zero or more.
func (b *Budget) total(x []float64) float64 {
	s, n := 0.0, 0
	for i, v := range x {
		if b.In[i] {
			s += v
			n++
		}
	}
	return s * (1 + float64(n+4)*0x1p-52)
}

// least is the sum of the lower bounds of a box at least.
func (b *Budget) least(box Box) float64 {
	s, n := 0.0, 0
	for i, v := range box.Lo {
		if b.In[i] {
			s += v
			n++
		}
	}
	return s * (1 - float64(n+4)*0x1p-52)
}

// Excludes says whether no point of a box keeps to the budget.
func (b *Budget) Excludes(box Box) bool { return b != nil && b.least(box) > b.Most }

// Shrink moves x, in place, towards the lower bounds of the box until it keeps to
// the budget with its reserve; towards zero, out of the box, where these do not.
func (b *Budget) Shrink(x []float64, box Box) {
	if b == nil {
		return
	}
	most := max(b.Most-b.Reserve, 0)
	total := b.total(x)
	if total <= most {
		return
	}
	floor := b.total(box.Lo)
	if floor > most {
		floor = 0
	}
	share := 0.0
	if total > floor {
		share = max(0, (most-floor)/(total-floor)-float64(len(x)+16)*0x1p-51)
	}
	for i := range x {
		if !b.In[i] {
			continue
		}
		lo := 0.0
		if floor > 0 {
			lo = box.Lo[i]
		}
		x[i] = lo + share*(max(x[i], lo)-lo)
	}
	if b.total(x) > most { // by the rounding of numbers of very different sizes
		for i := range x {
			if b.In[i] {
				x[i] = 0
			}
		}
	}
}

// Steepest writes to x, at the inputs of the budget, where a linear function with
// the given slopes is largest over the box and the budget with its reserve: the
// inputs with the largest slopes get all that their bounds allow while the budget
// lasts.
func (b *Budget) Steepest(x, slopes []float64, box Box) {
	left := b.Most - b.Reserve
	order := make([]int, 0, len(x))
	for i := range x {
		if !b.In[i] {
			continue
		}
		x[i] = box.Lo[i]
		left -= box.Lo[i]
		if slopes[i] > 0 && box.Lo[i] < box.Hi[i] {
			order = append(order, i)
		}
	}
	largest(order, slopes)
	for _, i := range order {
		if !(left > 0) {
			return
		}
		by := math.Min(left, box.Hi[i]-box.Lo[i])
		x[i] += by
		left -= by
	}
}

// largest sorts indices by the values there, the largest first.
func largest(at []int, value []float64) {
	slices.SortStableFunc(at, func(i, j int) int { return cmp.Compare(value[j], value[i]) })
}
