package onnx

import "fmt"

// buildZipMap reads ZipMap, which gives the elements of its operand the names of
// classes.
func buildZipMap(c *call) (value, error) {
	x := c.in[0]
	classes, count, err := c.classLabels("classlabels_int64s")
	switch {
	case err != nil:
		return value{}, err
	case !x.typ.float():
		return value{}, fmt.Errorf("operand %s has elements of %v instead of floating-point numbers", quoted(x.name), x.typ)
	case count != x.shape.Size():
		return value{}, fmt.Errorf("it has %d labels for %d elements of operand %s", count, x.shape.Size(), quoted(x.name))
	}
	c.reader.classes = classes
	return c.view(x, x.shape)
}

// classLabels reads the labels of classes: an attribute of integers, or
// classlabels_strings. Names are nil where the labels are 0, 1, 2 and so on.
func (c *call) classLabels(integers string) (names []string, count int, err error) {
	numbers, given, err := c.list(integers)
	texts := c.attributes["classlabels_strings"]
	switch {
	case err != nil:
		return nil, 0, err
	case texts != nil && len(texts.texts) > 0:
		if given && len(numbers) > 0 {
			return nil, 0, fmt.Errorf("attributes %s and classlabels_strings are both given", integers)
		}
		return validNames(texts.texts), len(texts.texts), nil
	case !given:
		return nil, 0, fmt.Errorf("the labels of classes are left out (%s or classlabels_strings)", integers)
	}
	return numbered(numbers), len(numbers), nil
}
