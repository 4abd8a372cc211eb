package boxes

import (
	"math"

	"rsm/region"
	"rsm/relax"
	"rsm/solve/logic"
)

// clip returns the smallest box found that holds all inputs of a box at which a
// formula can be true, by lines above the functions of its conditions. The second
// result is false if there is no such input.
func clip(box region.Box, f logic.Formula, above func(*logic.Condition) relax.Line) (region.Box, bool) {
	switch f := f.(type) {
	case logic.And:
		for _, part := range f {
			var ok bool
			if box, ok = clip(box, part, above); !ok {
				return box, false
			}
		}
		return box, true
	case logic.Or:
		var hull region.Box
		some := false
		for _, part := range f {
			inner, ok := clip(box, part, above)
			switch {
			case !ok:
			case !some:
				hull, some = region.Box{Lo: append([]float64(nil), inner.Lo...), Hi: append([]float64(nil), inner.Hi...)}, true
			default:
				for i := range hull.Lo {
					hull.Lo[i], hull.Hi[i] = min(hull.Lo[i], inner.Lo[i]), max(hull.Hi[i], inner.Hi[i])
				}
			}
		}
		return hull, some
	}
	return clipLine(box, above(f.(*logic.Condition)))
}

// clipLine keeps what of a box can have line >= 0, rounded outward.
func clipLine(box region.Box, line relax.Line) (region.Box, bool) {
	if line.Coef == nil {
		return box, true
	}
	top, size := line.Const, math.Abs(line.Const)
	for i, c := range line.Coef {
		p, q := c*box.Lo[i], c*box.Hi[i]
		top += max(p, q)
		size += max(math.Abs(p), math.Abs(q))
	}
	top += size*float64(len(line.Coef)+8)*0x1p-52 + 0x1p-900
	if top < 0 {
		return box, false
	}
	if math.IsNaN(top) || math.IsInf(top, 0) {
		return box, true
	}
	out := region.Box{Lo: append([]float64(nil), box.Lo...), Hi: append([]float64(nil), box.Hi...)}
	for i, c := range line.Coef {
		// The others at their best leave top; input i may give away as much.
		reach := top / math.Abs(c)
		lo, hi := box.Lo[i], box.Hi[i]
		slack := 0x1p-50 * (math.Abs(lo) + math.Abs(hi) + reach)
		switch {
		case c > 0 && reach < hi-lo:
			out.Lo[i] = max(lo, hi-reach-slack)
		case c < 0 && reach < hi-lo:
			out.Hi[i] = min(hi, lo+reach+slack)
		}
	}
	return out, true
}

// volume is the share of a box that another inside it has, over the inputs that
// are free.
func volume(inner, box region.Box) float64 {
	share := 1.0
	for i, lo := range box.Lo {
		if w := box.Hi[i] - lo; w > 0 {
			share *= (inner.Hi[i] - inner.Lo[i]) / w
		}
	}
	return share
}
