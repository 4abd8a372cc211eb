package rsm

import (
	"fmt"
	"strings"

	"rsm/network"
	"rsm/region"
)

// patches fits the patches to networks; nil for none.
func (r *Region) patches(nets [2]*Network) (*region.Patches, error) {
	if len(r.Patches) == 0 {
		return nil, nil
	}
	image, err := r.patched(nets)
	if err != nil {
		return nil, err
	}
	p, err := region.NewPatches(image, r.Patches...)
	if err != nil {
		return nil, &Invalid{"Patches", strings.TrimPrefix(err.Error(), "patch")}
	}
	return p, nil
}

// patched is the image that patches are of. Which axis is the channels is what Layout says;
// else what the networks' operators say; else the one axis that may be: an image has 1, 3 or
// 4. Where none of these tells, it is asked for: other features would be free.
func (r *Region) patched(nets [2]*Network) (region.Image, error) {
	shape := nets[0].Nodes[0].Shape
	own, known := takes(nets)
	var image region.Image
	switch {
	case len(r.ImageShape) > 0:
		given, err := r.givenImage(shape, own)
		if err != nil {
			return image, err
		}
		image = given
	case known:
		image = own
	default:
		m, ok := region.ImageOf(shape)
		if !ok {
			return image, &Invalid{"Patches", fmt.Sprintf(": the networks take their input as %v, not as an image: give ImageShape ROWS,COLUMNS", shape)}
		}
		if m.Layout = region.AsGiven; r.Layout == "" {
			return image, &Invalid{"Patches", fmt.Sprintf(": the networks take their input as %v, and neither that nor their operators say which axis is the channels: give ImageShape with 1, 3 or 4 channels, or Layout nchw or nhwc", shape)}
		}
		image = m
	}
	if r.Layout == "" {
		return image, nil
	}
	layout, err := region.ParseLayout(string(r.Layout))
	if err != nil {
		return image, &Invalid{"Layout", fmt.Sprintf(" %s: give nchw or nhwc", r.Layout)}
	}
	if d := shape[max(0, len(shape)-3):]; !known && len(r.ImageShape) == 0 && len(d) == 3 {
		image = imageIn(layout, d)
	}
	image.Layout = layout
	return image, nil
}

// takes is the image that the networks take, where one of them says so, and both do not
// take different layouts.
func takes(nets [2]*Network) (region.Image, bool) {
	a, knowsA := region.LayoutOf(nets[0].Graph)
	b, knowsB := region.LayoutOf(nets[1].Graph)
	switch {
	case !knowsA:
		return b, knowsB
	case knowsB && a.Layout != b.Layout && a.Channels > 1:
		return region.Image{}, false
	}
	return a, true
}

// imageIn is the image of three axes in a layout.
func imageIn(layout region.Layout, d []int) region.Image {
	if layout == region.NHWC {
		return region.Image{Channels: d[2], Rows: d[0], Columns: d[1], Layout: layout}
	}
	return region.Image{Channels: d[0], Rows: d[1], Columns: d[2], Layout: layout}
}

// givenImage is the image of ImageShape, for networks that take images of their own, or,
// where that has no channels, say nothing of it.
func (r *Region) givenImage(shape network.Shape, own region.Image) (region.Image, error) {
	given := strings.ReplaceAll(strings.Trim(fmt.Sprint(r.ImageShape), "[]"), " ", ",")
	image, ok := region.ImageAs(r.ImageShape...)
	if !ok {
		return image, &Invalid{"ImageShape", fmt.Sprintf(" %s: give ROWS,COLUMNS or CHANNELS,ROWS,COLUMNS", given)}
	}
	if d := r.ImageShape; len(d) == 3 {
		first, last := imageIn(region.NCHW, d), imageIn(region.NHWC, d)
		switch {
		case r.Layout == NCHW, own == first:
			image = first
		case r.Layout == NHWC, own == last:
			image = last
		default:
			m, ok := region.LayoutOf(network.NewGraph(d))
			if image = m; !ok {
				return image, &Invalid{"ImageShape", fmt.Sprintf(" %s: neither that nor the networks' operators say which axis is the channels: give Layout nchw or nhwc", given)}
			}
		}
	}
	if err := image.Check(); err != nil {
		return image, &Invalid{"ImageShape", fmt.Sprintf(" %s: %v", given, err)}
	}
	if n := image.Size(); n != shape.Size() {
		return image, &Invalid{"ImageShape", fmt.Sprintf(" %s: an image of %d values, and the networks take %d", given, n, shape.Size())}
	}
	return image, nil
}
