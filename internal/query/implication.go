package query

import (
	"fmt"
	"math"

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
	Margin    float64
	Top       int
}

// mostSets is how many sets of competitors an implication may have.
const mostSets = 1000

// Check says what is wrong with an implication for networks of so many classes.
func (i Implication) Check(classes int) error {
	switch {
	case i.Class < 0 || i.Class >= classes:
		return fmt.Errorf("class %d is out of range: the networks have classes 0 to %d", i.Class, classes-1)
	case !(i.Margin >= 0) || math.IsInf(i.Margin, 1):
		return fmt.Errorf("the margin %v is no finite number of zero or more", i.Margin)
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

// Premise is the formula that is true where the premise network decides the class.
func (j *Joint) Premise(i Implication) And {
	node, _ := j.nodes(i.Direction)
	n := j.Graph.Nodes[node].Size
	var all And
	for k := range n {
		if k != i.Class {
			f := network.Functional{Const: -i.Margin}
			f.Add(node, n, i.Class, 1)
			f.Add(node, n, k, -1)
			all = append(all, &Condition{F: f})
		}
	}
	return all
}

// Violation is the formula that is true where the implication is not. Beside each
// condition y_k - y_c > 0 of the conclusion stands its sum with the premise's,
// which is a margin of both networks together: it has bounds where theirs say
// nothing.
func (j *Joint) Violation(i Implication) And {
	premise, conclusion := j.nodes(i.Direction)
	n := j.Graph.Nodes[conclusion].Size
	above := make([]And, 0, n-1)
	for k := range n {
		if k == i.Class {
			continue
		}
		var f network.Functional
		f.Add(conclusion, n, k, 1)
		f.Add(conclusion, n, i.Class, -1)
		both := network.Functional{Const: -i.Margin}
		both.Add(conclusion, n, k, 1)
		both.Add(conclusion, n, i.Class, -1)
		both.Add(premise, n, i.Class, 1)
		both.Add(premise, n, k, -1)
		above = append(above, And{&Condition{F: f, Strict: true}, &Condition{F: both, Strict: true}})
	}
	var or Or
	subsets(len(above), i.Top, func(set []int) {
		var and And
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
// helping: the premise is true with a margin above Margin.
func (i Implication) Violated(y1, y2 []float64) bool {
	premise, conclusion := y2, y1
	if i.Direction == From1To2 {
		premise, conclusion = y1, y2
	}
	above := 0
	for k := range premise {
		if k == i.Class {
			continue
		}
		if !(premise[i.Class]-premise[k]-i.Margin > 0) {
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
func (j *Joint) Below(pairs []ClassPair, c float64) Or {
	var or Or
	for _, p := range pairs {
		m := j.Margin(p)
		f := m.Negated()
		f.Const += c
		or = append(or, &Condition{F: f, Strict: true})
	}
	return or
}

// Differ is the formula that is true where one of the given elements of Out1 and
// Out2 differ by more than e.
func (j *Joint) Differ(outputs []int, e float64) Or {
	n := j.Graph.Nodes[j.Out1].Size
	var or Or
	for _, k := range outputs {
		for _, sign := range [...]float64{1, -1} {
			f := network.Functional{Const: -e}
			f.Add(j.Out1, n, k, sign)
			f.Add(j.Out2, n, k, -sign)
			or = append(or, &Condition{F: f, Strict: true})
		}
	}
	return or
}

// Strictly is a formula with every condition strict.
func Strictly(f Formula) Formula {
	return mapped(f, func(c Condition) Condition { return Condition{F: c.F, Strict: true} })
}

// Shifted is a formula with every condition's function smaller by a number.
func Shifted(f Formula, by func(Condition) float64) Formula {
	return mapped(f, func(c Condition) Condition {
		c.F.Const -= by(c)
		return c
	})
}

// mapped is a formula with other conditions, one for each.
func mapped(f Formula, do func(Condition) Condition) Formula {
	made := map[*Condition]*Condition{}
	var walk func(f Formula) Formula
	walk = func(f Formula) Formula {
		switch f := f.(type) {
		case And:
			var all And
			for _, part := range f {
				all = append(all, walk(part))
			}
			return all
		case Or:
			var any Or
			for _, part := range f {
				any = append(any, walk(part))
			}
			return any
		}
		c := f.(*Condition)
		if made[c] == nil {
			n := do(*c)
			made[c] = &n
		}
		return made[c]
	}
	return walk(f)
}
