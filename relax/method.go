package relax

// Method names a relaxation.
type Method int

// The methods. Each is at least as tight as those in Below, and Difference and
// SymbolicOpt are not comparable.
const (
	Interval Method = iota
	Symbolic
	SymbolicOpt
	Difference
	DifferenceOpt
)

// Methods lists all methods, the cheapest first.
func Methods() []Method {
	return []Method{Interval, Symbolic, SymbolicOpt, Difference, DifferenceOpt}
}

// String returns the method's name.
func (m Method) String() string {
	return [...]string{"interval", "symbolic", "symbolic-opt", "difference", "difference-opt"}[m]
}

// Below lists the methods whose bounds m intersects: it is never looser than
// any of them, nor than what is below them. The tightest for two nearly equal
// networks comes first.
func (m Method) Below() []Method {
	return [...][]Method{nil, {Interval}, {Symbolic}, {Symbolic}, {Difference, SymbolicOpt}}[m]
}

// pairs says whether the method relaxes aligned neurons together.
func (m Method) pairs() bool { return m >= Difference }

// goal is what bounds are wanted for.
type goal int

const (
	ofNeurons     goal = iota // bounds of many neurons, on the way
	ofFunctionals             // of one function, the result
)

// steps is how many gradient steps improve the slopes. More gain little: twenty
// times as many narrow the ranges of MNIST twins by less than one percent.
func (m Method) steps(g goal) int {
	switch {
	case m != SymbolicOpt && m != DifferenceOpt:
		return 0
	case g == ofNeurons:
		return 20
	}
	return 100
}
