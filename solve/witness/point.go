package witness

import "rsm/internal/query"

// Point is where something is so: a point of the region, and what the networks see.
type Point struct {
	// Witness is the point x, in the units of the region.
	Witness []float64
	// Moved is the point that one of the networks sees instead of x, where the region
	// says how far apart these are, and nil elsewhere.
	Moved []float64
	// Parameters are what the point is made from where the region has parameters, and
	// nil elsewhere.
	Parameters []float64
	// At is what the networks see: what query.Joint.Evaluator takes.
	At []float64
}

// Of is the witness at an input of a joint graph; all of it is nil where that is.
func Of(joint *query.Joint, x []float64) Point {
	if x == nil {
		return Point{}
	}
	w := Point{Witness: x, At: joint.At(x)}
	r := joint.Region
	if r == nil {
		return w
	}
	w.Witness, w.Moved = r.Shared(w.At), r.Moved(w.At)
	if r.Parametric() {
		w.Parameters = x
	}
	return w
}
