package oracle

import (
	"math"

	"rsm/internal/query"
	"rsm/network"
	"rsm/region"
)

// The oracle for quantized networks finds the supremum and the infimum of r over a
// rectangle by enumeration of all cells: convex polygons on which every ReLU has one
// phase and every quantized value one level. It shares no code with relax, encode and
// solve. On a cell every value is an affine function of the two inputs; where it passes
// zero, or a threshold, it cuts the cell in two. After the last neuron r is affine on the
// cell, and has its extremes at the corners. Cells of no area are left out: at
// thresholds values are those of the cells beside.

// plane is a x + b y + c.
type plane [3]float64

func (p plane) at(x [2]float64) float64 { return p[0]*x[0] + p[1]*x[1] + p[2] }

type polygon [][2]float64

// half is the part of a polygon where sign*(f - t) >= 0.
func (g polygon) half(f plane, t, sign float64) polygon {
	var out polygon
	for k, p := range g {
		q := g[(k+1)%len(g)]
		a, b := sign*(f.at(p)-t), sign*(f.at(q)-t)
		if a >= 0 {
			out = append(out, p)
		}
		if a < 0 && b > 0 || a > 0 && b < 0 {
			s := a / (a - b)
			out = append(out, [2]float64{p[0] + s*(q[0]-p[0]), p[1] + s*(q[1]-p[1])})
		}
	}
	return out
}

func (g polygon) area() float64 {
	s := 0.0
	for k, p := range g {
		q := g[(k+1)%len(g)]
		s += p[0]*q[1] - q[0]*p[1]
	}
	return math.Abs(s) / 2
}

// cellular enumerates the cells of the nodes of some graphs.
type cellular struct {
	graphs   []*network.Graph
	least    float64 // area
	visit    func(cell polygon, values [][][]plane)
	Cells    int
	affinely [][][]plane // by graph, node, element
}

// split goes on with element i of node v of graph g on a cell.
func (c *cellular) split(cell polygon, g, v, i int) {
	if cell.area() < c.least {
		return
	}
	for ; g < len(c.graphs); g, v, i = g+1, 0, 0 {
		graph := c.graphs[g]
		for ; v < len(graph.Nodes); v, i = v+1, 0 {
			node := &graph.Nodes[v]
			values := make([]plane, node.Size)
			if i > 0 {
				copy(values, c.affinely[g][v])
			}
			c.affinely[g][v] = values
			switch op := node.Op.(type) {
			case nil:
				values[0], values[1] = plane{1, 0, 0}, plane{0, 1, 0}
			case *network.Dense:
				for r := range op.Rows {
					if op.B != nil {
						values[r][2] = op.B[r]
					}
					for k := range op.Cols {
						for t := range 3 {
							values[r][t] += op.W[r*op.Cols+k] * c.affinely[g][node.Inputs[0]][k][t]
						}
					}
				}
			case *network.Elementwise:
				for r, x := range c.affinely[g][node.Inputs[0]] {
					for t := range 3 {
						values[r][t] = x[t] * op.Mul[r]
					}
					values[r][2] += op.Add[r]
				}
			case network.ReLU:
				for ; i < node.Size; i++ {
					x := c.affinely[g][node.Inputs[0]][i]
					lo, hi := cell.span(x)
					if lo < 0 && hi > 0 {
						c.branch(cell.half(x, 0, -1), g, v, i, plane{})
						c.branch(cell.half(x, 0, 1), g, v, i, x)
						return
					}
					if values[i] = x; hi <= 0 {
						values[i] = plane{}
					}
				}
			case *network.Quantize:
				for ; i < node.Size; i++ {
					x := c.affinely[g][node.Inputs[0]][i]
					lo, hi := cell.span(x)
					var at []float64
					for k := op.Lo; k < op.Hi; k++ {
						if t := op.Threshold(0, k); lo < t && t < hi {
							at = append(at, t)
						}
					}
					level := func(x float64) float64 {
						rounded := math.Round(x / op.Step[0])
						switch op.Rounding {
						case network.Floor:
							rounded = math.Floor(x / op.Step[0])
						case network.Ceiling:
							rounded = math.Ceil(x / op.Step[0])
						}
						return min(max(rounded+op.Zero[0], op.Lo), op.Hi)
					}
					if len(at) == 0 {
						values[i] = plane{0, 0, level(lo/2 + hi/2)}
						continue
					}
					at = append(append([]float64{lo}, at...), hi)
					for k := range len(at) - 1 {
						c.branch(cell.half(x, at[k], 1).half(x, at[k+1], -1), g, v, i, plane{0, 0, level(at[k]/2 + at[k+1]/2)})
					}
					return
				}
			}
		}
	}
	c.Cells++
	c.visit(cell, c.affinely)
}

// branch goes on on a part of a cell, where element i of node v is what is given.
func (c *cellular) branch(part polygon, g, v, i int, value plane) {
	kept := make([][][]plane, len(c.affinely))
	for k := range kept {
		kept[k] = append([][]plane(nil), c.affinely[k]...)
	}
	c.affinely[g][v] = append([]plane(nil), c.affinely[g][v]...)
	c.affinely[g][v][i] = value
	c.split(part, g, v, i+1)
	c.affinely = kept
}

func (g polygon) span(f plane) (lo, hi float64) {
	lo, hi = math.Inf(1), math.Inf(-1)
	for _, p := range g {
		lo, hi = min(lo, f.at(p)), max(hi, f.at(p))
	}
	return lo, hi
}

// Cells returns the range of r over the cells of a pair of networks with two inputs.
func Cells(pair query.Pair, box region.Box, c query.ClassPair) (lo, hi float64, count int) {
	lo, hi = math.Inf(1), math.Inf(-1)
	o := &cellular{
		graphs: []*network.Graph{pair.N1.Graph, pair.N2.Graph},
		least:  1e-12 * (box.Hi[0] - box.Lo[0]) * (box.Hi[1] - box.Lo[1]),
		affinely: [][][]plane{
			make([][]plane, len(pair.N1.Nodes)), make([][]plane, len(pair.N2.Nodes)),
		},
		visit: func(cell polygon, values [][][]plane) {
			y1, y2 := values[0][pair.N1.Output()], values[1][pair.N2.Output()]
			for _, x := range cell {
				r := y1[c.I].at(x) - y1[c.J].at(x) - y2[c.I].at(x) + y2[c.J].at(x)
				lo, hi = min(lo, r), max(hi, r)
			}
		},
	}
	o.split(polygon{{box.Lo[0], box.Lo[1]}, {box.Hi[0], box.Lo[1]}, {box.Hi[0], box.Hi[1]}, {box.Lo[0], box.Hi[1]}}, 0, 0, 0)
	return lo, hi, o.Cells
}
