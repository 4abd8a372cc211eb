package boxes

import (
	"slices"

	"rsm/region"
	"rsm/relax"
)

// Plan says when a box is split.
type Plan int

// The plans.
const (
	// FewInputs splits a box of few free inputs in which many neurons are unstable, and
	// has a branch and bound on phases decide others.
	FewInputs Plan = iota
	// Never splits no box.
	Never
	// Always splits every box that can be split.
	Always
)

const (
	// mostSplit is how many inputs may be free for the box to be split.
	mostSplit = 20
	// fewUnstable is how many unstable neurons a part may have for a branch and
	// bound with fewNodes for each conjunction to be tried before it is split.
	// The whole box gets more of both, unless it has fewInputs free at most: halves
	// of a plane are halves of what there is to look at.
	fewUnstable, fewNodes     = 40, 20
	wholeUnstable, wholeNodes = 200, 100
	fewInputs                 = 2
	// fewJumps is up to how many neurons that jump each allow twice fewNodes more: halves of a
	// part have nearly as many open where it is at several jumps that meet.
	fewJumps = 16
	// narrowest is the share of the box's width below which no input is split.
	narrowest = 1e-9
)

// Suits says whether the box of the bounds is one to be split: a few
// inputs are free, and too many neurons unstable for a branch and bound on them.
func Suits(b *relax.Bounds) bool {
	free := freeInputs(b.Box)
	return free > 0 && (free <= mostSplit && openCount(b) > wholeUnstable || free <= fewInputs && openCount(b) > fewUnstable)
}

// openCount counts the neurons that a branch and bound may have to split.
func openCount(b *relax.Bounds) int {
	relus, quantized := b.OpenCount()
	return relus + quantized
}

// freeInputs counts the inputs of a box that are not fixed.
func freeInputs(box region.Box) int {
	free := 0
	for i, lo := range box.Lo {
		if lo < box.Hi[i] {
			free++
		}
	}
	return free
}

// dimension chooses the input to split: the one that the steepest functional of a part
// can change most with, by its slopes. There is none where too many inputs are free, or
// none can be split.
func (s *splitter) dimension(p *part) (dim int, ok bool) {
	free := freeInputs(p.box)
	if free == 0 || free > mostSplit && s.plan != Always || s.plan == Never {
		return 0, false
	}
	return widest(p.around.Slopes(s.steepest(p)), p.box, s.whole)
}

// widest is the input of a part of a box that a function with the given slopes can
// change most with. There is none where no input can be split.
func widest(slopes []float64, box, whole region.Box) (int, bool) {
	best, at := -1.0, -1
	for i, s := range slopes {
		lo, hi := box.Lo[i], box.Hi[i]
		if mid := lo/2 + hi/2; !(lo < mid && mid < hi) || hi-lo < narrowest*(whole.Hi[i]-whole.Lo[i]) {
			continue
		}
		if v := s * (hi - lo); v > best {
			best, at = v, i
		}
	}
	return at, at >= 0
}

// halves splits a part in the middle of an input.
func (p *part) halves(dim int) []*part {
	mid := p.box.Lo[dim]/2 + p.box.Hi[dim]/2
	l, r := *p, *p
	l.share, r.share = p.share/2, p.share/2
	l.ranges, r.ranges = nil, nil
	l.box.Hi, r.box.Lo = slices.Clone(p.box.Hi), slices.Clone(p.box.Lo)
	l.box.Hi[dim], r.box.Lo[dim] = mid, mid
	return []*part{&l, &r}
}
