package network

import "fmt"

// Network is a classifier read from a file: a graph with one output, whose
// elements are the logits (pre-softmax outputs) of the classes.
type Network struct {
	*Graph
	File   string     // path as given
	Format string     // "onnx", "nnet"
	SHA256 string     // of the file's bytes, lower-case hexadecimal; see Identify
	Data   []DataFile // further files that hold weights, in the order of their names
	Notes  []string   // what reading changed or left out, one sentence each
	// ClassNames are the names of the classes where the file says them, nil elsewhere.
	ClassNames []string
	// Integers says that the file takes integers, nil where it takes real numbers.
	Integers *IntegerInput
	// Ending is what was left out behind the logits.
	Ending Ending
}

// DataFile is a file that holds weights of a network beside its own.
type DataFile struct {
	File   string `json:"file"`   // path from the folder of the network's file
	SHA256 string `json:"sha256"` // of its bytes, lower-case hexadecimal
}

// Identify says which file the network was read from, and the SHA-256 of its bytes. Where
// weights are in further files, SHA256 becomes one that covers them: of the text that
//
//	sha256sum <network.onnx && sha256sum DATA...
//
// prints in the folder of the file.
func (n *Network) Identify(file, sum string) {
	n.File, n.SHA256 = file, sum
	if len(n.Data) == 0 {
		return
	}
	text := sum + "  -\n"
	for _, d := range n.Data {
		text += d.SHA256 + "  " + d.File + "\n"
	}
	n.SHA256 = Digest([]byte(text))
}

// Classes is the number of logits.
func (n *Network) Classes() int { return n.Nodes[n.Outputs[0]].Size }

// Output is the index of the node that holds the logits.
func (n *Network) Output() int { return n.Outputs[0] }

const twoClass = "two-class logits"

// Finish sets the output node of a graph that a file held. A single output is
// read as the logit of class 1 against class 0: the logits become (0, y).
func (n *Network) Finish(output int) error {
	switch {
	case output == 0:
		return fmt.Errorf("the output is the input itself: no operator that changes it lies between")
	case output < 0 || output >= len(n.Nodes):
		return fmt.Errorf("the output is not computed by any operator")
	}
	size := n.Nodes[output].Size
	if size == 0 {
		return fmt.Errorf("the output is empty")
	}
	if size == 1 {
		two, err := n.Add(twoClass, &Dense{Rows: 2, Cols: 1, W: []float64{0, 1}}, nil, output)
		if err != nil {
			return err
		}
		output = two
		n.Notes = append(n.Notes, "the single output y is the logit of class 1 against class 0: the logits are (0, y)")
	}
	n.Outputs = []int{output}
	return nil
}

// Logits evaluates the network at x in float64.
func (n *Network) Logits(x []float64) []float64 {
	e := NewEvaluator(n.Graph)
	e.Forward(x)
	return append([]float64(nil), e.Value(n.Output())...)
}

// Decision returns the class of the largest logit, the lowest such class at a
// tie.
func Decision(logits []float64) int {
	best := 0
	for c, y := range logits {
		if y > logits[best] {
			best = c
		}
	}
	return best
}

// RunnerUp returns the class of the largest logit other than c, the lowest
// such class at a tie. There must be two classes at least.
func RunnerUp(logits []float64, c int) int {
	best := -1
	for j, y := range logits {
		if j != c && (best < 0 || y > logits[best]) {
			best = j
		}
	}
	return best
}
