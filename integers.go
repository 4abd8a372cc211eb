package rsm

import "fmt"

// fromIntegers are the features x of a sample, and a note where they became others: integers of
// the type that a network's file takes are the file's own input, and stand for the real numbers
// that its scale and zero point say. Numbers of other types are these real numbers themselves.
func (s Sample) fromIntegers(x []float64, r *Region, nets [2]*Network) ([]float64, string, error) {
	if s.from == nil || r.preprocesses() {
		return x, "", nil
	}
	first := -1
	for k, n := range nets {
		in := n.Integers
		if in == nil || in.Bytes() != s.from.array.Type {
			continue
		}
		if first < 0 {
			first = k
			continue
		}
		if one := nets[first].Integers; one.Scale != in.Scale || one.Zero != in.Zero {
			return nil, "", fmt.Errorf("the sample's integers q stand for other numbers in each network, in %s for %s and in %s for %s: give the sample as real numbers",
				nets[first].File, one.Meaning(), n.File, in.Meaning())
		}
	}
	if first < 0 || !nets[first].Integers.Scaled {
		return x, "", nil
	}
	in := nets[first].Integers
	return in.Real(x), fmt.Sprintf("the sample has %v numbers q, as %s takes them: the region is around what they stand for, %v", in.Type, nets[first].File, in.Meaning()), nil
}
