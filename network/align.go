package network

import (
	"math"
	"slices"
)

// Pairing says which neurons of two layers of activations correspond: neuron i of node
// First to neuron Partner[i] of node Second, or to none where Partner[i] is
// -1. No two neurons have the same partner. A pairing is advice: it decides how
// tight bounds are, never whether they hold.
type Pairing struct {
	First, Second int
	Partner       []int
}

// Align pairs the layers of two graphs whose activations say that they may be paired, the k-th with the k-th, as far as
// they correspond. First is a node of a, Second of b.
//
// Neurons correspond where they compute nearly the same function of the input
// and of the neurons that are paired already. Let f and g be the coefficients of
// their pre-activations, the bias among them, but not those of neurons without a
// partner, as long as enough is left (leastShare). Their distance is
//
//	|f - g|^2 / (|f|^2 + |g|^2):
//
// 0 for equal, 1 for orthogonal functions. Two neurons gain farthest minus their
// distance where that is positive, and are not paired otherwise; the pairing has
// the largest sum of gains (assign). So units may be permuted, or missing in
// either network, and strangers have no partners.
//
// In layers of equal size a neuron belongs with the one in its own place unless
// the weights speak against it: that pair gains placeWeight times as much, and
// where places agree by more than chance (inPlace), neurons that are left with
// no other have their partner there however far apart. Pruning may have left
// nothing of the weights by which they could be recognized.
//
// Where no neuron of two layers has a partner, up to mostSkipped layers of either
// network are passed over: networks may differ by ReLUs that clip, for example. Where
// that does not help the list ends.
// Layers too large to be compared (largestIncoming, largestDistances) are paired
// place by place if their sizes are equal, and else end the list.
func Align(a, b *Graph) []Pairing {
	ra, rb := a.activations(), b.activations()
	var pairs []Pairing
	for i, j := 0, 0; ; {
		pair, ok := nextPair(a, b, ra[i:], rb[j:], pairs)
		if !ok {
			return pairs
		}
		pairs = append(pairs, pair)
		i, j = slices.Index(ra, pair.First)+1, slices.Index(rb, pair.Second)+1
	}
}

// nextPair returns the first pairing of two lists of layers, of which the fewest are
// passed over.
func nextPair(a, b *Graph, ra, rb []int, before []Pairing) (Pairing, bool) {
	for skipped := range mostSkipped + 1 {
		for i := range skipped + 1 {
			j := skipped - i
			if i >= len(ra) || j >= len(rb) {
				continue
			}
			pair := Pairing{First: ra[i], Second: rb[j]}
			if !a.Nodes[pair.First].Op.(Activation).Pairs(b.Nodes[pair.Second].Op.(Activation)) {
				continue
			}
			if pair.Partner = partners(a, b, pair, before); pair.Partner != nil {
				return pair, true
			}
		}
	}
	return Pairing{}, false
}

// mostSkipped is how many layers of both networks together may be passed over.
const mostSkipped = 2

const (
	// farthest is above the distance of a unit before and after fine-tuning (at
	// most 0.28 in the structured twins of benchmarks/twins), and below most
	// distances of nearest units of networks trained apart (from 0.36 on).
	farthest    = 0.4
	placeWeight = 2
	// chance is how many standard deviations of a mean are more than chance.
	chance = 4
	// largestDistances caps the number of distances of a pair of layers.
	largestDistances = 1 << 24
)

// partners returns the partners of a pair of layers, given the pairings of the
// layers before, or nil where no neuron has one.
func partners(a, b *Graph, pair Pairing, before []Pairing) []int {
	n, m := a.Nodes[pair.First].Size, b.Nodes[pair.Second].Size
	distance := layerDistances(a, b, pair, before)
	if distance == nil {
		if n != m {
			return nil
		}
		return places(n)
	}
	gain := make([]float64, n*m)
	for k, d := range distance {
		if d < farthest { // not where it is not a number
			gain[k] = farthest - d
		}
	}
	if n != m {
		return some(assign(gain, n, m))
	}
	near := 0 // neurons close to their own place
	for i := range n {
		if own := &gain[i*n+i]; *own > 0 {
			near++
			*own *= placeWeight
		}
	}
	if near == n {
		return places(n)
	}
	partner := assign(gain, n, n)
	if inPlace(distance, n) {
		taken := inverse(partner, n)
		for i := range partner {
			if partner[i] < 0 && taken[i] < 0 {
				partner[i] = i
			}
		}
	}
	return some(partner)
}

// layerDistances compares the neurons of a pair of layers, or returns nil where
// they are too large.
func layerDistances(a, b *Graph, pair Pairing, before []Pairing) []float64 {
	n, m := a.Nodes[pair.First].Size, b.Nodes[pair.Second].Size
	if n == 0 || m == 0 || n > largestDistances/m {
		return nil
	}
	f, ok := a.incoming(pair.First)
	if !ok {
		return nil
	}
	g, ok := b.incoming(pair.Second)
	if !ok {
		return nil
	}
	return f.distances(g, before)
}

// inPlace says whether the n neurons of two layers are closer to those in their
// own places than to others, by more than chance: the mean of the n distances
// differs from that of all others by chance times the deviation that a mean of
// n of these would have.
func inPlace(distance []float64, n int) bool {
	if n < 2 {
		return false
	}
	own, sum, squares := 0.0, 0.0, 0.0
	for k, d := range distance {
		if k%(n+1) == 0 {
			own += d
		} else {
			sum += d
			squares += d * d
		}
	}
	others := float64(n * (n - 1))
	mean := sum / others
	deviation := math.Sqrt(max(squares/others-mean*mean, 0) / float64(n))
	return own/float64(n) < mean-chance*deviation
}

// places pairs n neurons with those in the same places.
func places(n int) []int {
	partner := make([]int, n)
	for i := range partner {
		partner[i] = i
	}
	return partner
}

// some is a pairing with a pair, or nil.
func some(partner []int) []int {
	for _, j := range partner {
		if j >= 0 {
			return partner
		}
	}
	return nil
}

// activations lists the used activations that may be paired, in topological order.
func (g *Graph) activations() []int {
	used := g.Used()
	var nodes []int
	for i, v := range g.Nodes {
		if used[i] && pairable(v.Op) {
			nodes = append(nodes, i)
		}
	}
	return nodes
}
