package onnx

import (
	"fmt"
	"slices"

	"rsm/network"
)

// buildLinearClassifier reads LinearClassifier: scores W x + b, one for each class, and
// what its attribute post_transform makes of them. Its other output, the label, is not
// read.
func buildLinearClassifier(c *call) (value, error) {
	if len(c.node.outputs) != 2 || c.node.outputs[1] == "" {
		return value{}, fmt.Errorf("it has %d outputs instead of a label and scores", len(c.node.outputs))
	}
	if label := c.node.outputs[0]; c.uses[label] > 0 {
		return value{}, unsupportedf("its output %s is a label, not a logit; say which tensor holds the logits (--output %s)", quoted(label), c.node.outputs[1])
	}
	x, err := c.operand()
	if err != nil {
		return value{}, err
	}
	classes, count, err := c.classLabels("classlabels_ints")
	if err != nil {
		return value{}, err
	}
	w, err := c.floatList("coefficients")
	if err != nil {
		return value{}, err
	}
	b, err := c.floatList("intercepts")
	if err != nil {
		return value{}, err
	}
	if len(x.shape) == 0 || len(x.shape) > 2 || x.shape.Size() != x.shape[len(x.shape)-1] {
		return value{}, unsupportedf("operand %s has shape %v; one sample of features is supported", quoted(x.name), x.shape)
	}
	features := x.shape.Size()
	switch {
	case len(w) == features && count == 2:
		return value{}, unsupportedf("it has one score for two classes, which runtimes complete in different ways; export it with one for each class")
	case count < 2 || len(w) != count*features:
		return value{}, fmt.Errorf("it has %d coefficients for %d classes and %d features", len(w), count, features)
	case b != nil && len(b) != count:
		return value{}, fmt.Errorf("it has %d intercepts for %d classes", len(b), count)
	}
	y, err := c.scores(x, w, b, count)
	if err != nil {
		return value{}, err
	}
	c.reader.classes = classes
	y.typ = float32Type
	c.further = []value{y}
	return value{}, nil
}

// scores are W x + b, and the probabilities that are made of them.
func (c *call) scores(x value, w, b []float64, count int) (value, error) {
	features := len(w) / count
	if err := c.spend(len(w)); err != nil {
		return value{}, err
	}
	transform, shape := c.text("post_transform", "NONE"), network.Shape{1, count}
	if transform == "LOGISTIC" {
		// The sigmoids of -z and z, which is what they are of two classes, are 1 - p and p.
		negative, zero := negated(w[features:]), b == nil
		if count != 2 || !slices.Equal(w[:features], negative) || !zero && b[0] != 0-b[1] {
			return value{}, unsupportedf("post_transform LOGISTIC of %d scores changes margins, though not which of them is largest, and is smooth, unless they are z and -z", count)
		}
		if !zero {
			b = b[1:]
		}
		z, err := c.dense(c.title(), x, matrix{1, features, w[features:]}, b, 1, 1, network.Shape{1, 1})
		if err != nil {
			return value{}, err
		}
		return c.twoClasses(z, c.node.op+" "+quoted(c.title())+" (LOGISTIC)", true)
	}
	y, err := c.dense(c.title(), x, matrix{count, features, w}, b, 1, 1, shape)
	switch {
	case err != nil:
		return value{}, err
	case transform == "SOFTMAX":
		y.end = &ending{title: c.node.op + " " + quoted(c.title()) + " (SOFTMAX)", kind: network.Softmax}
	case transform != "NONE":
		return value{}, unsupportedf("post_transform %s is not supported; NONE, SOFTMAX and LOGISTIC of two classes are", quoted(transform))
	}
	y.bare = false
	return y, nil
}
