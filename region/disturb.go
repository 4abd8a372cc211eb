package region

import (
	"fmt"
	"slices"

	"rsm/network"
)

// disturb gives network k a point of its own: x + d, with a parameter d_i for each
// feature in which the views may differ, clipped to the domain.
func (r *Region) disturb(k int) error {
	old, n := r.graph, len(r.box.Lo)
	apart := r.apart[k]
	box := Box{Lo: slices.Clone(r.box.Lo), Hi: slices.Clone(r.box.Hi)}
	names := slices.Clone(r.names)
	if names == nil {
		for i := range n {
			names = append(names, fmt.Sprintf("x%d", i))
		}
	}
	var keep, add []element
	var under, over []int
	for i, a := range apart {
		keep = append(keep, element{row: i, col: i, value: 1})
		if a == 0 {
			continue
		}
		below, above := a, a
		if r.clip != nil {
			below, above = r.cutOff(i, a, &under, &over)
		}
		add = append(add, element{row: i, col: len(box.Lo), value: 1})
		box.Lo, box.Hi = append(box.Lo, -below), append(box.Hi, above)
		names = append(names, fmt.Sprintf("d%d", i))
	}
	g := network.NewGraph(network.Shape{len(box.Lo)})
	first := make([]int, n)
	for i := range first {
		first[i] = i
	}
	point, err := g.Add("parameters", &network.Gather{Index: first}, nil, 0)
	if err != nil {
		return err
	}
	if old != nil {
		point = r.point + 1
		g = after(g, old)
	}
	at, err := g.Add("moved", sparse([]int{r.size, len(box.Lo)}, [][]element{keep, add}, make([]float64, r.size)), nil, point, 0)
	if err != nil {
		return err
	}
	own := func(i int) (float64, bool) { return 0, false }
	if r.clip != nil {
		if at, err = cut(g, at, under, r.clip[0], 1, own); err != nil {
			return err
		}
		if at, err = cut(g, at, over, r.clip[1], -1, own); err != nil {
			return err
		}
	}
	if r.budget != nil {
		b := *r.budget
		b.In = append(slices.Clone(b.In), make([]bool, len(box.Lo)-n)...)
		r.budget = &b
	}
	if r.inner != nil {
		inner := Box{Lo: slices.Concat(r.inner.Lo, box.Lo[n:]), Hi: slices.Concat(r.inner.Hi, box.Hi[n:])}
		r.inner = &inner
	}
	r.graph, r.box, r.names, r.point = g, box, names, point
	r.views = [2]int{point, point}
	r.views[k] = at
	return nil
}

// cutOff says how far feature i may be moved down and up by at most a, and lists it
// where that may lead out of the domain. A feature that is fixed is not moved further
// than the domain goes: no ReLU is needed for it.
func (r *Region) cutOff(i int, a float64, under, over *[]int) (below, above float64) {
	lo, hi := r.hull.Lo[i], r.hull.Hi[i]
	down, up := exact(lo, -a).Cmp(exact(r.clip[0])) < 0, exact(hi, a).Cmp(exact(r.clip[1])) > 0
	if lo == hi {
		below, above = a, a
		if down {
			below = reach(-lo, -r.clip[0])
		}
		if up {
			above = reach(hi, r.clip[1])
		}
		return below, above
	}
	if down {
		*under = append(*under, i)
	}
	if up {
		*over = append(*over, i)
	}
	return a, a
}
