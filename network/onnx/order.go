package onnx

import (
	"container/heap"
	"sort"
)

// sort puts the nodes of a graph into topological order, those that are in it already where
// they are, and says whether it moved some. A graph with a cycle stays as it is.
func (g *graph) sort() (moved bool) {
	maker := map[string]int{} // the node that makes a value
	for i, n := range g.nodes {
		for _, out := range n.outputs {
			if _, twice := maker[out]; out != "" && !twice {
				maker[out] = i
			}
		}
	}
	missing, users := make([]int, len(g.nodes)), make([][]int, len(g.nodes))
	for i, n := range g.nodes {
		for _, in := range n.inputs {
			if p, made := maker[in]; made && in != "" {
				missing[i]++
				users[p] = append(users[p], i)
				moved = moved || p >= i
			}
		}
	}
	if !moved {
		return false
	}
	ready := &smallest{}
	for i, k := range missing {
		if k == 0 {
			heap.Push(ready, i)
		}
	}
	var order []*node
	for ready.Len() > 0 {
		i := heap.Pop(ready).(int)
		order = append(order, g.nodes[i])
		for _, u := range users[i] {
			if missing[u]--; missing[u] == 0 {
				heap.Push(ready, u)
			}
		}
	}
	if len(order) < len(g.nodes) {
		return false
	}
	g.nodes = order
	return true
}

// smallest is a heap of indices.
type smallest struct{ sort.IntSlice }

func (s *smallest) Push(x any) { s.IntSlice = append(s.IntSlice, x.(int)) }

func (s *smallest) Pop() any {
	last := s.IntSlice[len(s.IntSlice)-1]
	s.IntSlice = s.IntSlice[:len(s.IntSlice)-1]
	return last
}
