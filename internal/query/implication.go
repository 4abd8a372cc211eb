package query

import (
	"fmt"
	"math"
	"math/big"

	"rsm/formula"
	"rsm/network"
)

// Direction says which network's decisions are to follow from the other's.
type Direction int

// The directions.
const (
	From2To1 Direction = iota
	From1To2
)

// String returns the direction's name on the command line.
func (d Direction) String() string { return [...]string{"2=>1", "1=>2"}[d] }

// Implication is the claim that wherever one network of a pair, the premise,
// decides a class, by a margin y_c - y_k >= Margin against each other class k, the
// other network has the class among its Top best: fewer than Top classes are above
// it. Ties satisfy both the premise and the conclusion.
type Implication struct {
	Direction Direction
	Class     int
	Margin    *big.Rat // nil for zero
	Top       int
}

// mostSets is how many sets of competitors an implication may have.
const mostSets = 1000

// Check says what is wrong with an implication for networks of so many classes.
func (i Implication) Check(classes int) error {
	switch {
	case i.Class < 0 || i.Class >= classes:
		return fmt.Errorf("class %d is out of range: the networks have classes 0 to %d", i.Class, classes-1)
	case i.Margin != nil && i.Margin.Sign() < 0:
		return fmt.Errorf("the margin %s is below zero", i.Margin.RatString())
	case i.Top < 1:
		return fmt.Errorf("the %d best classes: it must be 1 or more", i.Top)
	case i.Top >= classes:
		return fmt.Errorf("every class is among the best %d: the networks have %d classes", i.Top, classes)
	}
	if n := choices(classes-1, i.Top); n > mostSets {
		return fmt.Errorf("the best %d of %d classes: there are %.0f sets of %d competitors, and %d at most are supported", i.Top, classes, n, i.Top, mostSets)
	}
	return nil
}

// choices is the number of k-element sets of n.
func choices(n, k int) float64 {
	c := 1.0
	for i := range min(k, n-k) {
		c = c * float64(n-i) / float64(i+1)
	}
	return math.Round(c)
}

// nodes are the logits of the premise and of the conclusion.
func (j *Joint) nodes(d Direction) (premise, conclusion int) {
	if d == From1To2 {
		return j.Out1, j.Out2
	}
	return j.Out2, j.Out1
}

// linear makes inequalities of elements of nodes: terms are a node, an index and a sign.
func linear(op formula.Operator, constant *big.Rat, terms ...[3]int) *formula.Comparison {
	var list []formula.Term
	for _, t := range terms {
		list = append(list, formula.Term{Element: formula.Element{Tensor: t[0], Index: t[1]}, Coef: big.NewRat(int64(t[2]), 1)})
	}
	return formula.New(list, constant, op, formula.Position{})
}

// less is the negative of the margin.
func (i Implication) less() *big.Rat {
	if i.Margin == nil {
		return new(big.Rat)
	}
	return new(big.Rat).Neg(i.Margin)
}

// Premise is the formula that is true where the premise network decides the class.
func (j *Joint) Premise(i Implication) formula.And {
	node, _ := j.nodes(i.Direction)
	var all formula.And
	for k := range j.Graph.Nodes[node].Size {
		if k != i.Class {
			all = append(all, linear(formula.AtLeast, i.less(), [3]int{node, i.Class, 1}, [3]int{node, k, -1}))
		}
	}
	return all
}

// Violation is the formula that is true where the implication is not. Beside each
// condition y_k - y_c > 0 of the conclusion stands its sum with the premise's,
// which is a margin of both networks together: it has bounds where theirs say
// nothing.
func (j *Joint) Violation(i Implication) formula.And {
	premise, conclusion := j.nodes(i.Direction)
	n := j.Graph.Nodes[conclusion].Size
	above := make([]formula.And, 0, n-1)
	for k := range n {
		if k == i.Class {
			continue
		}
		above = append(above, formula.And{
			linear(formula.Above, new(big.Rat), [3]int{conclusion, k, 1}, [3]int{conclusion, i.Class, -1}),
			linear(formula.Above, i.less(), [3]int{conclusion, k, 1}, [3]int{conclusion, i.Class, -1}, [3]int{premise, i.Class, 1}, [3]int{premise, k, -1}),
		})
	}
	var or formula.Or
	subsets(len(above), i.Top, func(set []int) {
		var and formula.And
		for _, k := range set {
			and = append(and, above[k]...)
		}
		or = append(or, and)
	})
	return append(j.Premise(i), or)
}

// subsets calls do for each k-element set of 0 to n-1.
func subsets(n, k int, do func([]int)) {
	var set []int
	var add func(from int)
	add = func(from int) {
		if len(set) == k {
			do(set)
			return
		}
		for i := from; i < n; i++ {
			set = append(set, i)
			add(i + 1)
			set = set[:len(set)-1]
		}
	}
	add(0)
}

// Violated says whether logits of the two networks violate the implication, no tie
// helping: the premise is true with a margin above Margin. It computes in float64.
func (i Implication) Violated(y1, y2 []float64) bool {
	premise, conclusion := y2, y1
	if i.Direction == From1To2 {
		premise, conclusion = y1, y2
	}
	margin, _ := i.less().Float64()
	above := 0
	for k := range premise {
		if k == i.Class {
			continue
		}
		if !(premise[i.Class]-premise[k]+margin > 0) {
			return false
		}
		if conclusion[k] > conclusion[i.Class] {
			above++
		}
	}
	return above >= i.Top
}

// Below is the formula that is true where the log relative safety margin of one of
// the pairs is below c.
func (j *Joint) Below(pairs []ClassPair, c *big.Rat) formula.Or {
	var or formula.Or
	for _, p := range pairs {
		or = append(or, linear(formula.Above, c, [3]int{j.Out1, p.I, -1}, [3]int{j.Out1, p.J, 1}, [3]int{j.Out2, p.I, 1}, [3]int{j.Out2, p.J, -1}))
	}
	return or
}

// Differ is the formula that is true where one of the given elements of Out1 and
// Out2 differ by more than e.
func (j *Joint) Differ(outputs []int, e *big.Rat) formula.Or {
	less := new(big.Rat).Neg(e)
	var or formula.Or
	for _, k := range outputs {
		for _, sign := range [...]int{1, -1} {
			or = append(or, linear(formula.Above, less, [3]int{j.Out1, k, sign}, [3]int{j.Out2, k, -sign}))
		}
	}
	return or
}

// MarginsDiffer is the formula that is true where a margin of one of the given outputs
// against another output differs by more than e between Out1 and Out2; an output alone
// stands for its margin against zero.
func (j *Joint) MarginsDiffer(outputs []int, e *big.Rat) formula.Or {
	n := j.Graph.Nodes[j.Out1].Size
	if n == 1 {
		return j.Differ(outputs, e)
	}
	less := new(big.Rat).Neg(e)
	var or formula.Or
	seen := map[[2]int]bool{}
	for _, k := range outputs {
		for i := range n {
			if pair := [2]int{min(i, k), max(i, k)}; i != k && !seen[pair] {
				seen[pair] = true
				for _, s := range [...]int{1, -1} {
					or = append(or, linear(formula.Above, less, [3]int{j.Out1, k, s}, [3]int{j.Out1, i, -s}, [3]int{j.Out2, k, -s}, [3]int{j.Out2, i, s}))
				}
			}
		}
	}
	return or
}

// Outside is the formula that is true where one of the given elements of a node is below
// low or above high.
func (j *Joint) Outside(node int, outputs []int, low, high *big.Rat) formula.Or {
	var or formula.Or
	for _, k := range outputs {
		or = append(or, linear(formula.Above, low, [3]int{node, k, -1}), linear(formula.Above, new(big.Rat).Neg(high), [3]int{node, k, 1}))
	}
	return or
}

// Compared is a comparison of a functional of the joint graph with zero.
func Compared(f network.Functional, op formula.Operator) *formula.Comparison {
	var terms []formula.Term
	for k, node := range f.Nodes {
		for i, c := range f.Coef[k] {
			if c != 0 {
				terms = append(terms, formula.Term{Element: formula.Element{Tensor: node, Index: i}, Coef: formula.Float(c)})
			}
		}
	}
	return formula.New(terms, formula.Float(f.Const), op, formula.Position{})
}
