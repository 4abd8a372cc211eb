package region

import (
	"fmt"
	"strings"

	"rsm/network"
)

// Layout says in which order the values of an image come.
type Layout int

// The layouts. AsGiven, the zero value, says nothing.
const (
	AsGiven Layout = iota
	NCHW           // all values of a channel, then those of the next
	NHWC           // all channels of a pixel, then those of the next
)

// String returns the layout's name on the command line.
func (l Layout) String() string { return [...]string{"as given", "nchw", "nhwc"}[l] }

// ParseLayout reads the name of a layout.
func ParseLayout(s string) (Layout, error) {
	switch strings.ToLower(s) {
	case "nchw":
		return NCHW, nil
	case "nhwc":
		return NHWC, nil
	}
	return AsGiven, fmt.Errorf("%q is no layout: give nchw or nhwc", s)
}

// Image says how the features of a point are an image.
type Image struct {
	Channels, Rows, Columns int
	Layout                  Layout
}

// Size is the number of features.
func (m Image) Size() int { return m.Channels * m.Rows * m.Columns }

// String writes the image as 3x32x32 (nchw).
func (m Image) String() string {
	dims := network.Shape{m.Channels, m.Rows, m.Columns}
	if m.Layout == NHWC {
		dims = network.Shape{m.Rows, m.Columns, m.Channels}
	}
	if m.Layout == AsGiven {
		return dims.String()
	}
	return fmt.Sprintf("%v (%v)", dims, m.Layout)
}

// Check says what is wrong with an image.
func (m Image) Check() error {
	if m.Channels < 1 || m.Rows < 1 || m.Columns < 1 || m.Layout < AsGiven || m.Layout > NHWC {
		return fmt.Errorf("an image of %d channels, %d rows and %d columns: each must be 1 or more", m.Channels, m.Rows, m.Columns)
	}
	if float64(m.Channels)*float64(m.Rows)*float64(m.Columns) > 1<<40 {
		return fmt.Errorf("an image of %v is too large", m)
	}
	return nil
}

// Channel is the channel of feature i, from 0.
func (m Image) Channel(i int) int {
	if m.Layout == NHWC {
		return i % m.Channels
	}
	return i / (m.Rows * m.Columns)
}

// Pixel is the row and the column of feature i, from 0.
func (m Image) Pixel(i int) (row, column int) {
	if m.Layout == NHWC {
		i /= m.Channels
	}
	return i / m.Columns % m.Rows, i % m.Columns
}

// ImageOf is the image of an array of the given shape: rows and columns, or three
// dimensions with 1, 3 or 4 channels before or after them. Channels come first where
// both may be. Leading dimensions of 1 are left out. A vector is no image.
func ImageOf(shape network.Shape) (Image, bool) {
	for len(shape) > 3 && shape[0] == 1 {
		shape = shape[1:]
	}
	if len(shape) == 2 && (shape[0] == 1 || shape[1] == 1) {
		return Image{}, false
	}
	return ImageAs(shape...)
}

// ImageAs is the image with the given two or three dimensions, as ImageOf has them.
func ImageAs(shape ...int) (Image, bool) {
	colours := func(n int) bool { return n == 1 || n == 3 || n == 4 }
	switch {
	case len(shape) < 2 || len(shape) > 3:
		return Image{}, false
	case len(shape) == 2:
		return Image{Channels: 1, Rows: shape[0], Columns: shape[1], Layout: NCHW}, true
	case colours(shape[2]) && !colours(shape[0]):
		return Image{Channels: shape[2], Rows: shape[0], Columns: shape[1], Layout: NHWC}, true
	}
	return Image{Channels: shape[0], Rows: shape[1], Columns: shape[2], Layout: NCHW}, true
}

// permutation lists, for an image in the given layout, which feature of m each is; nil
// where the order is the same.
func (m Image) permutation(to Layout) []int {
	if to == AsGiven || to == m.Layout || m.Channels == 1 || m.Rows*m.Columns == 1 {
		return nil
	}
	index := make([]int, 0, m.Size())
	pixels := m.Rows * m.Columns
	if to == NCHW {
		for c := range m.Channels {
			for p := range pixels {
				index = append(index, p*m.Channels+c)
			}
		}
		return index
	}
	for p := range pixels {
		for c := range m.Channels {
			index = append(index, c*pixels+p)
		}
	}
	return index
}
