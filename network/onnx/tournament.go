package onnx

import (
	"fmt"

	"rsm/network"
)

// tournament finds the maxima of groups of elements, in rounds that halve the
// groups.
type tournament struct {
	rounds []pairing
	winner []int // of each group, among the elements after the last round
}

// pairing is a round: element k after it is the larger of elements pairing[k] of
// those before, or the first of them alone where the second is negative.
type pairing [][2]int

// plan plans a tournament of groups that are not empty. A pair that is in several
// groups meets once.
func plan(groups [][]int) tournament {
	var t tournament
	for longest(groups) > 1 {
		var round pairing
		places := map[[2]int]int{}
		next := make([][]int, len(groups))
		for g, group := range groups {
			for i := 0; i < len(group); i += 2 {
				pair := [2]int{group[i], -1}
				if i+1 < len(group) {
					pair[1] = group[i+1]
				}
				at, known := places[pair]
				if !known {
					at = len(round)
					places[pair] = at
					round = append(round, pair)
				}
				next[g] = append(next[g], at)
			}
		}
		t.rounds, groups = append(t.rounds, round), next
	}
	for _, g := range groups {
		t.winner = append(t.winner, g[0])
	}
	return t
}

func longest(groups [][]int) int {
	n := 0
	for _, g := range groups {
		n = max(n, len(g))
	}
	return n
}

// pools takes the maximum or minimum of groups of elements along the middle axis
// of x, which is read as outer x n x inner: element i of that axis of the result,
// which has the given shape, is that of the elements groups[i]. The caller has
// accounted for the groups.
func (c *call) pools(m extremum, title string, x value, groups [][]int, outer, inner int, shape network.Shape) (value, error) {
	t := plan(groups)
	for k, round := range t.rounds {
		var err error
		if x, err = c.round(m, fmt.Sprintf("%s, round %d", title, k+1), x, round, outer, inner); err != nil {
			return value{}, err
		}
	}
	if err := c.room(shape, x, 1); err != nil {
		return value{}, err
	}
	from := network.Shape{outer, x.shape.Size() / (outer * inner), inner}
	return c.selected(x, grid(from, [][]int{counted(0, 1, outer), t.winner, counted(0, 1, inner)}), shape, 0)
}

// round is one round of a tournament: differences of pairs, their ReLU, and the
// sum of that and the first of each pair.
func (c *call) round(m extremum, title string, x value, pairs pairing, outer, inner int) (value, error) {
	rows := outer * inner // for each pair
	if len(pairs) > maxActivations/rows {
		return value{}, unsupportedf("the network has more than %d values", maxActivations)
	}
	if err := c.spend(4 * rows * len(pairs)); err != nil {
		return value{}, err
	}
	size, s := x.shape.Size(), m.sign()
	n := size / rows
	difference, first, gain := network.Rowwise{Columns: size}, network.Rowwise{Columns: size}, network.Rowwise{}
	met := 0 // pairs of two
	for o := range outer {
		for _, pair := range pairs {
			for p := range inner {
				at := func(k int) int { return (o*n+pair[k])*inner + p }
				first.Append(at(0), 1)
				first.EndRow()
				if pair[1] >= 0 {
					difference.Append(at(0), -s)
					difference.Append(at(1), s)
					difference.EndRow()
					gain.Append(met, s)
					met++
				}
				gain.EndRow()
			}
		}
	}
	gain.Columns = met
	d, err := c.add(title+" (difference)", &network.Sparse{A: []network.Rowwise{difference}}, network.Shape{met}, x)
	if err != nil {
		return value{}, err
	}
	if d, err = c.add(title+" (relu)", network.ReLU{}, d.shape, d); err != nil {
		return value{}, err
	}
	return c.add(title, &network.Sparse{A: []network.Rowwise{first, gain}}, network.Shape{rows * len(pairs)}, x, d)
}
