package nnet

import (
	"fmt"
	"slices"

	"rsm/network"
)

// Options says what function of a file is meant.
type Options struct {
	// Raw puts the normalisation of inputs and outputs of the file into the
	// network. Without it, inputs and outputs are the normalised ones.
	Raw bool
}

// File is the content of an .nnet file.
type File struct {
	Header
	Layers []network.Dense // without the ReLUs between them
	Path   string          // as given; empty after Decode
	SHA256 string          // of the file's bytes; empty after Decode
}

// Read reads the network of an .nnet file. Errors are one line that names the
// file.
func Read(path string, opt Options) (*network.Network, error) {
	f, err := Open(path)
	if err != nil {
		return nil, err
	}
	n, err := f.Network(opt)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return n, nil
}

// Open reads an .nnet file with its header. Errors are one line that names the
// file.
func Open(path string) (*File, error) {
	data, sum, err := network.ReadFile(path, maxFileSize)
	if err != nil {
		return nil, err
	}
	f, err := Decode(data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	f.Path, f.SHA256 = path, sum
	return f, nil
}

// Network returns the function of the file that the options select. It shares
// the weights with f.
func (f *File) Network(opt Options) (*network.Network, error) {
	n := &network.Network{
		Graph:  network.NewGraph(network.Shape{f.Inputs()}),
		File:   f.Path,
		Format: "nnet",
		SHA256: f.SHA256,
	}
	b := builder{graph: n.Graph}
	if opt.Raw {
		if err := f.checkNormalisation(); err != nil {
			return nil, err
		}
		b.normalise(f.Mean[:f.Inputs()], f.Range[:f.Inputs()])
	}
	for k := range f.Layers {
		b.add(fmt.Sprintf("layer %d", k+1), &f.Layers[k])
		if k < len(f.Layers)-1 {
			b.add(fmt.Sprintf("relu %d", k+1), network.ReLU{})
		}
	}
	if opt.Raw {
		b.denormalise(f.Mean[f.Inputs()], f.Range[f.Inputs()], f.Outputs())
	}
	if b.err != nil {
		return nil, b.err
	}
	n.Notes = f.notes(opt)
	if err := n.Finish(b.at); err != nil {
		return nil, err
	}
	return n, nil
}

// builder appends nodes one after the other, and keeps the first error.
type builder struct {
	graph *network.Graph
	at    int
	err   error
}

func (b *builder) add(name string, op network.Op) {
	if b.err != nil {
		return
	}
	b.at, b.err = b.graph.Add(name, op, nil, b.at)
}

// normalise adds (x - mean) / range. These are two nodes, for mean / range is
// rarely a float64.
func (b *builder) normalise(mean, divisor []float64) {
	if !all(mean, 0) {
		minus := make([]float64, len(mean))
		for i, v := range mean {
			minus[i] = 0 - v
		}
		b.add("input - mean", &network.Elementwise{Add: minus})
	}
	if !all(divisor, 1) {
		b.add("input / range", &network.Elementwise{Div: slices.Clone(divisor)})
	}
}

// denormalise adds y * factor + mean.
func (b *builder) denormalise(mean, factor float64, outputs int) {
	var e network.Elementwise
	if factor != 1 {
		e.Mul = slices.Repeat([]float64{factor}, outputs)
	}
	if mean != 0 {
		e.Add = slices.Repeat([]float64{mean}, outputs)
	}
	if e.Mul != nil || e.Add != nil {
		b.add("output * range + mean", &e)
	}
}

// notes says what the network leaves out of the file.
func (f *File) notes(opt Options) []string {
	var notes []string
	switch {
	case opt.Raw && f.bounded():
		notes = append(notes, "inputs are not clamped to the minima and maxima of the file, as the reference evaluator does: keep the region inside them")
	case !opt.Raw && f.normalised():
		notes = append(notes, "inputs and outputs are the normalised ones: means and ranges of the file are not applied")
	}
	if f.Unused > 0 {
		notes = append(notes, fmt.Sprintf("minima, maxima, means and ranges are given for %d inputs: those of the first %d are used, and the last mean and range for the outputs", f.Inputs()+f.Unused, f.Inputs()))
	}
	if f.Flag != "0" {
		notes = append(notes, "the flag "+quoted(f.Flag)+" is not used: early evaluators mirrored inputs of networks with the flag 1")
	}
	if n := len(f.Layers); n > 1 && identity(&f.Layers[n-1]) {
		notes = append(notes, "the last layer is the identity: the outputs are those of a ReLU, and never negative")
	}
	return notes
}

func identity(d *network.Dense) bool {
	for k, w := range d.W {
		if i, j := k/d.Cols, k%d.Cols; w != 0 && i != j || w != 1 && i == j {
			return false
		}
	}
	return d.Rows == d.Cols && all(d.B, 0)
}
