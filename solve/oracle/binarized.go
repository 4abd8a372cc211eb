package oracle

import (
	"math"
	"math/big"
	"slices"

	"rsm/internal/query"
	"rsm/network"
	"rsm/region"
)

// The oracle for binarized networks enumerates the faces of the arrangement of hyperplanes
// at which a sign jumps, in rational arithmetic: on a face, relatively open and of any
// dimension, every sign of the first layer is -1, 0 or 1, and all that follows is a
// number. A face is the set of inputs of given signs; its closure is a polytope of the
// box, whose corners are corners of the arrangement. So a face is not empty where, of the
// corners at which each hyperplane has the sign of the face or 0, there is for every sign
// that is not 0 one that has it.

// Faces are what r takes over a box: on a face of full dimension, of which inputs in
// float64 lie in the inside, and on any.
type Faces struct {
	// Lo and Hi are the extremes of r; FullLo and FullHi those over faces of full dimension.
	Lo, Hi, FullLo, FullHi float64
	Count                  int
}

// BinarizedFaces returns the range of r of a pair of networks of dense layers and signs,
// whose outputs come after a sign.
func BinarizedFaces(pair query.Pair, box region.Box, c query.ClassPair) Faces {
	f := Faces{Lo: math.Inf(1), Hi: math.Inf(-1), FullLo: math.Inf(1), FullHi: math.Inf(-1)}
	BinarizedLogits(pair, box, func(full bool, y1, y2 []*big.Rat) {
		r := new(big.Rat).Sub(y1[c.I], y1[c.J])
		r.Sub(r, y2[c.I])
		v, _ := r.Add(r, y2[c.J]).Float64()
		f.Count++
		f.Lo, f.Hi = min(f.Lo, v), max(f.Hi, v)
		if full {
			f.FullLo, f.FullHi = min(f.FullLo, v), max(f.FullHi, v)
		}
	})
	return f
}

// BinarizedLogits visits all faces, with the logits of both networks there, and whether it
// is of full dimension.
func BinarizedLogits(pair query.Pair, box region.Box, visit func(full bool, y1, y2 []*big.Rat)) {
	a := arrangement{}
	for _, n := range []*network.Network{pair.N1, pair.N2} {
		first := n.Nodes[1].Op.(*network.Dense)
		for i := range first.Rows {
			h := hyperplane{bias: new(big.Rat)}
			if first.B != nil {
				h.bias = rat(first.B[i])
			}
			for k := range first.Cols {
				h.normal = append(h.normal, rat(first.W[i*first.Cols+k]))
			}
			a.signs = append(a.signs, h)
		}
	}
	dim := len(box.Lo)
	for k := range dim {
		for _, end := range []float64{box.Lo[k], box.Hi[k]} {
			h := hyperplane{normal: make([]*big.Rat, dim), bias: new(big.Rat).Neg(rat(end))}
			for t := range h.normal {
				h.normal[t] = new(big.Rat)
			}
			h.normal[k].SetInt64(1)
			a.sides = append(a.sides, h)
		}
	}
	a.corners(box)
	all := make([]int, len(a.at))
	for k := range all {
		all[k] = k
	}
	split := pair.N1.Nodes[1].Size
	a.faces(all, nil, func(signs []int) {
		full := !slices.Contains(signs, 0)
		visit(full, behind(pair.N1, signs[:split]), behind(pair.N2, signs[split:]))
	})
}

// hyperplane is normal . x + bias.
type hyperplane struct {
	normal []*big.Rat
	bias   *big.Rat
}

func (h hyperplane) at(x []*big.Rat) *big.Rat {
	s := new(big.Rat).Set(h.bias)
	for k, w := range h.normal {
		s.Add(s, new(big.Rat).Mul(w, x[k]))
	}
	return s
}

// arrangement is made of the hyperplanes of signs and of the sides of the box.
type arrangement struct {
	signs, sides []hyperplane
	at           [][]int // of each corner in the box, the signs of the hyperplanes there
}

// corners finds the points in the box at which hyperplanes meet.
func (a *arrangement) corners(box region.Box) {
	all := append(append([]hyperplane(nil), a.signs...), a.sides...)
	dim := len(box.Lo)
	var choose func(from int, taken []hyperplane)
	choose = func(from int, taken []hyperplane) {
		if len(taken) == dim {
			x := meeting(taken)
			if x == nil {
				return
			}
			for k, v := range x {
				if v.Cmp(rat(box.Lo[k])) < 0 || v.Cmp(rat(box.Hi[k])) > 0 {
					return
				}
			}
			var signs []int
			for _, h := range a.signs {
				signs = append(signs, h.at(x).Sign())
			}
			a.at = append(a.at, signs)
			return
		}
		for k := from; k < len(all); k++ {
			choose(k+1, append(taken[:len(taken):len(taken)], all[k]))
		}
	}
	choose(0, nil)
}

// meeting is the point at which as many hyperplanes meet as there are coordinates, nil where
// there is not one only: Gauss' elimination.
func meeting(hs []hyperplane) []*big.Rat {
	n := len(hs)
	rows := make([][]*big.Rat, n)
	for i, h := range hs {
		for _, w := range h.normal {
			rows[i] = append(rows[i], new(big.Rat).Set(w))
		}
		rows[i] = append(rows[i], new(big.Rat).Neg(h.bias))
	}
	for k := range n {
		pivot := k
		for pivot < n && rows[pivot][k].Sign() == 0 {
			pivot++
		}
		if pivot == n {
			return nil
		}
		rows[k], rows[pivot] = rows[pivot], rows[k]
		for i := range n {
			if i == k || rows[i][k].Sign() == 0 {
				continue
			}
			f := new(big.Rat).Quo(rows[i][k], rows[k][k])
			for j := k; j <= n; j++ {
				rows[i][j].Sub(rows[i][j], new(big.Rat).Mul(f, rows[k][j]))
			}
		}
	}
	x := make([]*big.Rat, n)
	for k := range n {
		x[k] = new(big.Rat).Quo(rows[k][n], rows[k][k])
	}
	return x
}

// faces visits all faces in the closure that has the given corners, whose first signs are
// known.
func (a *arrangement) faces(corners []int, signs []int, visit func(signs []int)) {
	k := len(signs)
	if k == len(a.signs) {
		visit(signs)
		return
	}
	for s := -1; s <= 1; s++ {
		var kept []int
		for _, c := range corners {
			if a.at[c][k] == s || a.at[c][k] == 0 {
				kept = append(kept, c)
			}
		}
		next := append(signs[:k:k], s)
		if a.open(kept, next) {
			a.faces(kept, next, visit)
		}
	}
}

// open says whether there are corners, and one with each of the signs other than 0.
func (a *arrangement) open(corners []int, signs []int) bool {
	for k, s := range signs {
		found := false
		for _, c := range corners {
			found = found || a.at[c][k] == s
		}
		if !found {
			return false
		}
	}
	return len(corners) > 0
}

// behind are the outputs of a network whose first signs are known.
func behind(n *network.Network, signs []int) []*big.Rat {
	values := map[int][]*big.Rat{}
	for v, node := range n.Nodes {
		if v < 2 {
			continue
		}
		switch op := node.Op.(type) {
		case network.Sign:
			for i := range node.Size {
				s := 0
				if in := node.Inputs[0]; in == 1 {
					s = signs[i]
				} else {
					s = values[in][i].Sign()
				}
				values[v] = append(values[v], new(big.Rat).SetInt64(int64(s)))
			}
		case *network.Dense:
			for i := range op.Rows {
				y := new(big.Rat)
				if op.B != nil {
					y = rat(op.B[i])
				}
				for k, x := range values[node.Inputs[0]] {
					y.Add(y, new(big.Rat).Mul(rat(op.W[i*op.Cols+k]), x))
				}
				values[v] = append(values[v], y)
			}
		}
	}
	return values[n.Output()]
}

func rat(v float64) *big.Rat { return new(big.Rat).SetFloat64(v) }
