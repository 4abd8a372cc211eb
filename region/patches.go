package region

import (
	"fmt"
	"strings"
)

// Patches are rectangles of an image.
type Patches struct {
	Image Image
	list  []Patch
}

// Patch is a rectangle of pixels: its first row and column, from 0, and its size.
type Patch struct{ Row, Column, Height, Width int }

// NewPatches checks that patches lie in an image.
func NewPatches(image Image, list ...Patch) (*Patches, error) {
	if err := image.Check(); err != nil {
		return nil, err
	}
	if len(list) == 0 {
		return nil, fmt.Errorf("there is no patch: give one at least")
	}
	for _, q := range list {
		if q.Row < 0 || q.Column < 0 || q.Height < 1 || q.Width < 1 || q.Row > image.Rows-q.Height || q.Column > image.Columns-q.Width {
			return nil, fmt.Errorf("patch %d,%d,%d,%d is not inside the image of %d rows and %d columns", q.Row, q.Column, q.Height, q.Width, image.Rows, image.Columns)
		}
	}
	return &Patches{Image: image, list: append([]Patch(nil), list...)}, nil
}

// Holds says whether feature i belongs to a pixel of a patch.
func (p *Patches) Holds(i int) bool {
	row, column := p.Image.Pixel(i)
	for _, q := range p.list {
		if row >= q.Row && row < q.Row+q.Height && column >= q.Column && column < q.Column+q.Width {
			return true
		}
	}
	return false
}

// String says which pixels these are.
func (p *Patches) String() string {
	var all []string
	for _, q := range p.list {
		all = append(all, fmt.Sprintf("rows %d to %d and columns %d to %d", q.Row, q.Row+q.Height-1, q.Column, q.Column+q.Width-1))
	}
	s := "in the patch of " + strings.Join(all, ", and of ")
	if p.Image.Channels > 1 {
		s += fmt.Sprintf(", %d channels", p.Image.Channels)
		if p.Image.Layout == NHWC {
			s += " (the last axis)"
		}
	}
	return s
}
