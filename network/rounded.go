package network

// Rounded is an affine operator whose constants are not float64: those of Affine are the ones
// meant with at most Roundings relative errors of 2^-53 each. They count as terms, like the
// rounding of the products.
type Rounded struct {
	Affine
	Roundings int
	// Meaning identifies the constants meant: what they were computed from, and how.
	Meaning [32]byte
}

// Terms implements Affine.
func (r *Rounded) Terms() int { return r.Affine.Terms() + r.Roundings }

// Equal implements Op: different constants may round to the same float64 numbers.
func (r *Rounded) Equal(other Op) bool {
	s, ok := other.(*Rounded)
	return ok && r.Meaning == s.Meaning && r.Roundings == s.Roundings && r.Affine.Equal(s.Affine)
}

// IsRounded says whether the constants of an operator are not exactly those meant.
func IsRounded(op Affine) bool {
	switch op := op.(type) {
	case *Rounded:
		return true
	case *Elementwise:
		return op.Roundings > 0
	}
	return false
}
