package network

import (
	"cmp"
	"math"
	"slices"
)

// largestAssignment is the number of neurons of a layer up to which assign is
// exact.
const largestAssignment = 1000

// assign matches rows with columns of a gain matrix: the result holds for each
// row a column, or -1, no column twice, and every pair has a gain above zero.
//
// Up to largestAssignment rows and columns, the sum of the gains is as large as
// can be. Beyond that pairs are taken greedily, the largest gain first, which
// reaches at least half of that sum (D. Avis, A survey of heuristics for the
// weighted matching problem, Networks 13, 1983), and all of it where the best
// column of each row has this row as its best.
func assign(gain []float64, rows, cols int) []int {
	if max(rows, cols) > largestAssignment {
		return greedy(gain, rows, cols)
	}
	if rows > cols {
		turned := make([]float64, len(gain))
		for i := range rows {
			for j := range cols {
				turned[j*rows+i] = gain[i*cols+j]
			}
		}
		return inverse(assign(turned, cols, rows), rows)
	}
	column := optimal(gain, rows, cols)
	for i, j := range column {
		if j >= 0 && !(gain[i*cols+j] > 0) {
			column[i] = -1
		}
	}
	return column
}

// inverse turns a matching of rows into one of n columns.
func inverse(column []int, n int) []int {
	row := make([]int, n)
	for j := range row {
		row[j] = -1
	}
	for i, j := range column {
		if j >= 0 {
			row[j] = i
		}
	}
	return row
}

// optimal gives each row that has a gain above zero a column of its own, rows <=
// cols, with the largest sum of gains. Rows are added one at a time along a shortest augmenting path, with
// potentials u and v that keep the reduced costs -gain - u - v of all pairs
// non-negative (R. Jonker, A. Volgenant, A shortest augmenting path algorithm for
// dense and sparse linear assignment problems, Computing 38, 1987; here without
// their initialization). It takes O(rows^2 cols) operations.
func optimal(gain []float64, rows, cols int) []int {
	u, v := make([]float64, rows), make([]float64, cols)
	row := inverse(nil, cols) // of a column
	distance, before, done := make([]float64, cols), make([]int, cols), make([]bool, cols)
	for start := range rows {
		if !(slices.Max(gain[start*cols:(start+1)*cols]) > 0) {
			continue
		}
		for j := range cols {
			distance[j], before[j], done[j] = math.Inf(1), -1, false
		}
		// The tree of alternating paths from start grows by its nearest column
		// until that is free. before[j] is the column whose row leads to j.
		at, i, length := -1, start, 0.0
		for {
			next := -1
			for j := range cols {
				if done[j] {
					continue
				}
				if d := length - gain[i*cols+j] - u[i] - v[j]; d < distance[j] {
					distance[j], before[j] = d, at
				}
				if next < 0 || distance[j] < distance[next] {
					next = j
				}
			}
			at, length = next, distance[next]
			if row[at] < 0 {
				break
			}
			done[at] = true
			i = row[at]
		}
		u[start] += length
		for j := range cols {
			if done[j] {
				u[row[j]] += length - distance[j]
				v[j] -= length - distance[j]
			}
		}
		for at >= 0 {
			from := before[at]
			if from < 0 {
				row[at] = start
			} else {
				row[at] = row[from]
			}
			at = from
		}
	}
	return inverse(row, rows)
}

// greedy takes pairs with a gain above zero, the largest first.
func greedy(gain []float64, rows, cols int) []int {
	var pairs []int
	for k, g := range gain {
		if g > 0 {
			pairs = append(pairs, k)
		}
	}
	slices.SortStableFunc(pairs, func(a, b int) int { return cmp.Compare(gain[b], gain[a]) })
	column, taken := inverse(nil, rows), make([]bool, cols)
	for _, k := range pairs {
		if i, j := k/cols, k%cols; column[i] < 0 && !taken[j] {
			column[i], taken[j] = j, true
		}
	}
	return column
}
