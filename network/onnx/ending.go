package onnx

import "rsm/network"

// ending is what stands at the end of a network and is left out: operators that make
// probabilities of logits. Logits are what margins are about; see the notes that
// reader.finish makes.
type ending struct {
	title string // of the operator, such as `Softmax "y"`
	kind  network.EndingKind
	// levels is the title of what rounds the probabilities to levels of a quantization,
	// "" where they are not. Rounding is nondecreasing: which probability is largest
	// stays, but for ties.
	levels string
	// normed says that the probabilities were divided by a norm that is not 1.
	normed bool
}

// ended is x, of which an ending makes probabilities.
func (c *call) ended(x value, kind network.EndingKind) (value, error) {
	y, err := c.view(x, x.shape)
	y.end = &ending{title: c.node.op + " " + quoted(c.title()), kind: kind}
	return y, err
}

// rounded is x, whose probabilities are rounded to levels of one scale: its elements
// become levels, or what these stand for.
func (c *call) rounded(x value, s scaling) (value, error) {
	switch {
	case len(s.step) > 1 || len(s.zero) > 1:
		return value{}, unsupportedf("it rounds the probabilities of %s by several scales, so that the largest need not stay so; cut the model before it", x.end.title)
	case !(s.step[0] > 0):
		return value{}, unsupportedf("it turns the order of the probabilities of %s round, by a scale of %v; cut the model before it", x.end.title, s.step[0])
	}
	y, err := c.view(x, x.shape)
	if err != nil {
		return value{}, err
	}
	end := *x.end
	end.levels = c.node.op + " " + quoted(c.title())
	y.end, y.typ = &end, s.typ
	return y, nil
}

// noteEnding says what was left out, and what margins are therefore about.
func (r *reader) noteEnding(end *ending) {
	r.net.Ending = network.Ending{Kind: end.kind, Title: end.title, Rounded: end.levels != "", Normed: end.normed}
	switch {
	case end.levels != "":
		r.note("%s and the rounding of its probabilities, %s, are stripped: margins are those of the logits before. Where the largest logit is, the file's output has its largest level too, but other classes may have the same", end.title, end.levels)
	case end.kind == network.Sigmoid:
		r.note("%s is stripped: the single output is the probability of class 1, and the margin is that of its logit", end.title)
	case end.kind == network.Complement:
		r.note("%s is stripped: the single output is the probability of class 0, and the margin is that of its logit", end.title)
	default:
		r.note("%s is stripped: it does not change margins", end.title)
	}
}
