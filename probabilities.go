package rsm

import (
	"fmt"
	"math"
	"math/big"
	"slices"

	"rsm/formula"
	"rsm/internal/query"
	"rsm/network"
	"rsm/solve"
)

// Reasons for an unknown verdict on an equivalence of probabilities.
const (
	// MarginsFurther: margins differ by more than proves that probabilities differ by E
	// at most, and at the input found these differ by less.
	MarginsFurther = "margins differ by more than proves it, probabilities by less where they do"
	// WithinUnit: one network's outputs are probabilities, and the other's are nowhere
	// outside of [-E, 1 + E], which is all that is decided of such a pair.
	WithinUnit = "probabilities are compared with outputs between -E and 1 + E"
)

// probabilities is an equivalence of outputs of which files make probabilities, which are
// no linear functions of the logits. With s_k = log sum_{j != k} exp(y_j - y_k),
//
//	softmax_k(y) = 1 / (1 + exp(s_k)),
//
// and s_k changes by d at most where each margin y_j - y_k does. The slope of the logistic
// function makes two of its values differ by tanh(d/4) at most where their operands differ by d.
// So margins that differ by 4 artanh(E) at most prove that probabilities differ by E at most; log
// probabilities differ as -log(1 + exp(s_k)) does, by d at most.
// Where one network's outputs are no probabilities, outside of [-E, 1 + E] they differ by more.
type probabilities struct {
	kinds   [2]network.EndingKind
	epsilon *big.Rat
	apart   *big.Rat // d, rounded down, of two networks with probabilities
}

// ofProbabilities says how outputs are compared of which a file makes probabilities; nil
// where neither does.
func (e *equivalence) ofProbabilities() (*probabilities, error) {
	ends := [2]network.Ending{e.pair.N1.Ending, e.pair.N2.Ending}
	if ends == [2]network.Ending{} {
		return nil, nil
	}
	p := &probabilities{kinds: [2]network.EndingKind{ends[0].Kind, ends[1].Kind}, epsilon: e.epsilon}
	for k, end := range ends {
		if end.Normed {
			return nil, fmt.Errorf("network N%d ends in %s, whose probabilities are divided by a norm of them: an equivalence of these is %w; name the logits before it of both networks (--output), and these are compared", k+1, end.Title, ErrUnsupported)
		}
		if end.Rounded {
			return nil, fmt.Errorf("network N%d ends in %s, whose probabilities are rounded to levels: an equivalence of these is %w; name the logits before it of both networks (--output), and these are compared", k+1, end.Title, ErrUnsupported)
		}
	}
	a, b := ends[0].Kind, ends[1].Kind
	switch {
	case a != b && (a == network.LogSoftmax || b == network.LogSoftmax || a != network.Outputs && b != network.Outputs):
		return nil, fmt.Errorf("the networks end differently, in %s and %s: an equivalence of such outputs is %w; name the logits before these of both networks (--output), and they are compared", titled(ends[0]), titled(ends[1]), ErrUnsupported)
	case a == network.LogSoftmax:
		p.apart = e.epsilon
	case a == b:
		// The error of artanh is below this where its operand is not next to 1; where the
		// operand is, a smaller one proves as well.
		epsilon, _ := e.epsilon.Float64()
		p.apart = formula.Float(4 * math.Atanh(min(epsilon, 0.999999)) * (1 - 1e-9))
	}
	return p, nil
}

// titled is what a network ends in.
func titled(e network.Ending) string {
	if e.Kind == network.Outputs {
		return "no softmax"
	}
	return e.Title
}

// note says what is proved and how.
func (p *probabilities) note() string {
	if p.apart == nil {
		return "outputs of one network are probabilities, which are no piecewise linear function: an input is looked for at which the other's are outside of [-E, 1 + E]"
	}
	d, _ := p.apart.Float64()
	return fmt.Sprintf("outputs are probabilities, which are no piecewise linear function: they differ by E at most where margins of logits differ by %.6g at most, which is what is proved", d)
}

// formula is true wherever the equivalence is not proved, or, where one network has
// probabilities only, somewhere where it does not hold.
func (p *probabilities) formula(j *query.Joint, outputs []int) formula.Formula {
	if p.apart != nil {
		return j.MarginsDiffer(outputs, p.apart)
	}
	node := j.Out1
	if p.kinds[0] != network.Outputs {
		node = j.Out2
	}
	return j.Outside(node, outputs, new(big.Rat).Neg(p.epsilon), new(big.Rat).Add(p.epsilon, big.NewRat(1, 1)))
}

// exactWork bounds the multiplications of an evaluation in rational arithmetic.
const exactWork = 1 << 28

// conclude turns what is known of the formula into what is known of the equivalence.
func (p *probabilities) conclude(f *solve.Finding, j *query.Joint, e *equivalence) {
	switch {
	case p.apart == nil && f.Verdict == solve.Holds:
		f.Verdict, f.Reason, f.Open = solve.Unknown, WithinUnit, 1
	case p.apart != nil && f.Verdict == solve.Violated && !p.differ(j, e, f.At):
		f.Verdict, f.Reason, f.Open = solve.Unknown, MarginsFurther, 1
	}
}

// differ says whether some outputs certainly differ by more than epsilon at what the
// networks see: logits are evaluated in exact arithmetic, at the float64 numbers and at
// the decimal ones that are printed.
func (p *probabilities) differ(j *query.Joint, e *equivalence, at []float64) bool {
	epsilon, _ := e.epsilon.Float64()
	for _, number := range []func(float64) *big.Rat{formula.Float, formula.Decimal} {
		var y [2][]float64
		for k, n := range []*Network{e.pair.N1, e.pair.N2} {
			var x []*big.Rat
			for _, v := range j.View(k, at) {
				x = append(x, number(v))
			}
			exact, ok := n.Exactly(x, []int{e.nodes[k]}, exactWork)
			if !ok {
				return false
			}
			for i := range n.Nodes[e.nodes[k]].Size {
				v, _ := exact.Value(e.nodes[k], i).Float64()
				y[k] = append(y[k], v)
			}
		}
		scale := 1.0
		for _, v := range slices.Concat(y[0], y[1]) {
			scale = max(scale, math.Abs(v))
		}
		a, b := probabilitiesOf(p.kinds[0], y[0]), probabilitiesOf(p.kinds[1], y[1])
		// Logits are rounded to 2^-53 of them, and so are the terms of the sum: far less
		// than this for the logits that constants of ordinary magnitude make.
		slack := 1e-13 * scale * float64(len(a)+2)
		if !slices.ContainsFunc(e.outputs, func(k int) bool { return math.Abs(a[k]-b[k]) > epsilon*(1+1e-15)+slack }) {
			return false
		}
	}
	return true
}

// values are the outputs of the files in place of logits.
func (p *probabilities) values(v Values) Values {
	for k, name := range []string{"N1", "N2"} {
		var y []float64
		for _, u := range v.Compared[name] {
			y = append(y, float64(u))
		}
		v.Compared[name] = FloatsOf(probabilitiesOf(p.kinds[k], y))
	}
	return v
}

// probabilitiesOf are the outputs that a network's ending makes of logits.
func probabilitiesOf(kind network.EndingKind, y []float64) []float64 {
	out := make([]float64, len(y))
	largest := slices.Max(y)
	for i := range y {
		sum := 0.0 // of exp of margins below the largest
		for _, v := range y {
			sum += math.Exp(v - largest)
		}
		switch kind {
		case network.Outputs:
			out[i] = y[i]
		case network.Softmax:
			out[i] = math.Exp(y[i]-largest) / sum
		case network.LogSoftmax:
			out[i] = y[i] - largest - math.Log(sum)
		case network.Sigmoid:
			out[i] = 1 / (1 + math.Exp(-y[i]))
		case network.Complement:
			out[i] = 1 / (1 + math.Exp(y[i]))
		}
	}
	return out
}
