package network_test

import (
	"encoding/json"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"rsm/network"
	"rsm/network/networktest"
	"rsm/network/onnx"
)

// TestAlignPermuted: a copy with its hidden units in another order is matched by
// exactly that order, also when its weights differ a little.
func TestAlignPermuted(t *testing.T) {
	for seed := range uint64(40) {
		rng := rand.New(rand.NewPCG(seed, 21))
		sizes := []int{5 + rng.IntN(20), 8 + rng.IntN(20), 8 + rng.IntN(20), 3}
		n := networktest.Random(rng, sizes...)
		order := [][]int{rng.Perm(sizes[1]), rng.Perm(sizes[2])}
		if seed%4 == 3 { // two units only
			for k := range order {
				order[k] = first(sizes[k+1])
				order[k][1], order[k][5] = 5, 1
			}
		}
		twin := networktest.Twin(rng, networktest.Select(n, order...), 0.1*float64(seed%3), 0)
		matches(t, seed, network.Align(n.Graph, twin.Graph), sizes, order)
	}
}

// TestAlignSelected: units that were removed have no partner, and the others
// find theirs, in whatever order.
func TestAlignSelected(t *testing.T) {
	for seed := range uint64(40) {
		rng := rand.New(rand.NewPCG(seed, 22))
		sizes := []int{5 + rng.IntN(20), 8 + rng.IntN(20), 8 + rng.IntN(20), 3}
		n := networktest.Random(rng, sizes...)
		var kept [][]int
		for k := range 2 {
			units := rng.Perm(sizes[k+1])[:sizes[k+1]-1-rng.IntN(sizes[k+1]/4)]
			if seed%2 == 0 {
				slices.Sort(units)
			}
			kept = append(kept, units)
		}
		twin := networktest.Twin(rng, networktest.Select(n, kept...), 0.05*float64(seed%3), 0)
		matches(t, seed, network.Align(n.Graph, twin.Graph), sizes, kept)
		// The other way round, partners are the units themselves.
		for k, p := range network.Align(twin.Graph, n.Graph) {
			if !slices.Equal(p.Partner, kept[k]) {
				t.Errorf("seed %d, layer %d: partners %v of units %v", seed, k, p.Partner, kept[k])
			}
		}
	}
}

// matches checks that unit units[k][j] of layer k has partner j, and no other
// unit has one.
func matches(t *testing.T, seed uint64, pairs []network.Pairing, sizes []int, units [][]int) {
	t.Helper()
	if len(pairs) != len(units) {
		t.Fatalf("seed %d: %d layers are paired", seed, len(pairs))
	}
	for k, p := range pairs {
		want := make([]int, sizes[k+1])
		for i := range want {
			want[i] = slices.Index(units[k], i)
		}
		if !slices.Equal(p.Partner, want) {
			t.Errorf("seed %d, layer %d: partners %v, want %v", seed, k, p.Partner, want)
		}
	}
}

// TestAlignStrangers: networks with nothing in common have no partners, of equal
// sizes or not.
func TestAlignStrangers(t *testing.T) {
	for seed := range uint64(60) {
		rng := rand.New(rand.NewPCG(seed, 23))
		inputs := 30 + rng.IntN(50)
		a := networktest.Random(rng, inputs, 20, 20, 3)
		b := networktest.Random(rng, inputs, 20, 20, 3)
		if seed%2 == 0 {
			b = networktest.Random(rng, inputs, 5+rng.IntN(40), 20, 3)
		}
		for k, p := range network.Align(a.Graph, b.Graph) {
			t.Errorf("seed %d, layer %d: partners %v", seed, k, p.Partner)
		}
	}
}

// TestAlignPrefix: layers that correspond are paired where later ones do not.
func TestAlignPrefix(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 24))
	n := networktest.Random(rng, 20, 12, 60, 8, 3)
	for _, tail := range [][]int{{3}, {30, 3}, {8, 8, 8, 3}} {
		b := &network.Network{Graph: network.NewGraph(network.Shape{20})}
		at := 0
		for _, v := range networktest.Twin(rng, n, 0.05, 0).Nodes[1:5] {
			at = add(t, b, v.Op, at)
		}
		for _, v := range networktest.Random(rng, append([]int{60}, tail...)...).Nodes[1:] {
			at = add(t, b, v.Op, at)
		}
		if err := b.Finish(at); err != nil {
			t.Fatal(err)
		}
		pairs := network.Align(n.Graph, b.Graph)
		if len(pairs) < 2 || !slices.Equal(pairs[0].Partner, first(12)) || !slices.Equal(pairs[1].Partner, first(60)) {
			t.Errorf("tail %v: %v", tail, pairs)
		}
		for _, p := range pairs[2:] {
			if found(p) > 0 {
				t.Errorf("tail %v: partners %v of strangers", tail, p.Partner)
			}
		}
	}
}

// TestAlignThroughOperators: what lies between the layers does not matter, as
// long as it is affine. Here a layer is a product, a sum and a change of order.
func TestAlignThroughOperators(t *testing.T) {
	rng := rand.New(rand.NewPCG(2, 25))
	n := networktest.Random(rng, 10, 9, 9, 3)
	order := [][]int{rng.Perm(9), rng.Perm(9)[:7]}
	b := &network.Network{Graph: network.NewGraph(network.Shape{10})}
	at := 0
	for _, v := range networktest.Select(n, order...).Nodes[1:] {
		d, ok := v.Op.(*network.Dense)
		if !ok {
			at = add(t, b, v.Op, at)
			continue
		}
		at = add(t, b, &network.Dense{Rows: d.Rows, Cols: d.Cols, W: d.W}, at)
		back := make([]int, d.Rows)
		for i := range back {
			back[i] = d.Rows - 1 - i
		}
		at = add(t, b, &network.Gather{Index: back}, at)
		at = add(t, b, &network.Gather{Index: back}, at)
		ones := make([]float64, d.Rows)
		for i := range ones {
			ones[i] = 1
		}
		at = add(t, b, &network.Elementwise{Mul: ones, Add: d.B}, at)
	}
	if err := b.Finish(at); err != nil {
		t.Fatal(err)
	}
	matches(t, 2, network.Align(n.Graph, b.Graph), []int{10, 9, 9, 3}, order)
}

// TestAlignTwins: of all twins of equal shape in benchmarks/twins each neuron is
// paired with the one in its place, quantized ones among them; of the structured twins each unit has a
// partner, and these are in order, as they were kept; the distilled networks
// are strangers to the originals, or nearly.
func TestAlignTwins(t *testing.T) {
	data, err := os.ReadFile("../benchmarks/twins/twins.json")
	if err != nil {
		t.Fatal(err)
	}
	var twins []struct{ Name, Architecture, Kind string }
	if err := json.Unmarshal(data, &twins); err != nil || len(twins) < 119 {
		t.Fatalf("%d twins, %v", len(twins), err)
	}
	read := func(name string) *network.Network {
		n, err := onnx.Read(filepath.Join("../benchmarks/twins/models", name+".onnx"))
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	for _, entry := range twins {
		name, kind := entry.Name, entry.Kind
		convolutional := strings.Contains(entry.Architecture, "conv")
		if convolutional && (kind == "distilled" || kind == "structured" || strings.HasSuffix(entry.Architecture, "-robust")) {
			continue // filters are alike, and their channels may be paired either way; the robust ones are no different
		}
		twin, original := read(name), read(entry.Architecture+"-original")
		layers := 0
		for _, v := range original.Nodes {
			if v.Op == (network.ReLU{}) {
				layers++
			}
		}
		for _, two := range [][2]*network.Network{{original, twin}, {twin, original}} {
			pairs := network.Align(two[0].Graph, two[1].Graph)
			if len(pairs) != layers && kind != "distilled" {
				t.Errorf("%s: %d of %d layers are paired", name, len(pairs), layers)
			}
			for k, p := range pairs {
				n, m := two[0].Nodes[p.First].Size, two[1].Nodes[p.Second].Size
				switch kind {
				case "structured":
					order := slices.DeleteFunc(slices.Clone(p.Partner), func(j int) bool { return j < 0 })
					if len(order) != min(n, m) || !slices.IsSorted(order) {
						t.Errorf("%s, layer %d: partners %v", name, k, p.Partner)
					}
				case "distilled":
					if found(p) > max(n, m)/10 {
						t.Errorf("%s, layer %d: partners %v", name, k, p.Partner)
					}
				default:
					if !slices.Equal(p.Partner, first(n)) {
						t.Errorf("%s, layer %d: partners %v", name, k, p.Partner)
					}
				}
			}
		}
	}
}

func found(p network.Pairing) int {
	n := 0
	for _, j := range p.Partner {
		if j >= 0 {
			n++
		}
	}
	return n
}

func first(n int) []int {
	all := make([]int, n)
	for i := range all {
		all[i] = i
	}
	return all
}

func add(t *testing.T, n *network.Network, op network.Op, in int) int {
	t.Helper()
	at, err := n.Add(op.Kind(), op, nil, in)
	if err != nil {
		t.Fatal(err)
	}
	return at
}
