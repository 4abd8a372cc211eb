package rsm

import (
	"fmt"
	"strings"

	"rsm/network"
	"rsm/region"
)

// Layout says in which order the values of an image come.
type Layout string

// The layouts.
const (
	NCHW Layout = "nchw" // all values of a channel, then those of the next
	NHWC Layout = "nhwc" // all channels of a pixel, then those of the next
)

// Preprocessing is how a network makes its input u of a point x of the region,
//
//	u = (x Mul / Div - Mean) / Std,
//
// transposed to the network's layout, exactly in real arithmetic for the float64s given.
type Preprocessing struct {
	Mul, Div float64 // 0 is 1
	// Mean and Std hold one number, one for each channel, or one for each feature; what
	// is not given is 0 and 1.
	Mean, Std Sample
	// Layout is the network's; where it is empty, what its operators say. It matters
	// where the region has one.
	Layout Layout
}

// preprocesses says whether networks see anything but the points.
func (r *Region) preprocesses() bool {
	given := r.Layout != "" || r.Apart.given()
	for _, p := range r.preprocessing() {
		given = given || p.Mul != 0 || p.Div != 0 || p.Mean.given() || p.Std.given() || p.Layout != ""
	}
	return given
}

func (r *Region) preprocessing() [2]Preprocessing { return [2]Preprocessing{r.Of1, r.Of2} }

// view makes the region the one that networks see through their maps, and notes where
// layouts differ.
func (in *inputs) view(r *Region, nets [2]*Network) error {
	l, err := r.layouts(nets)
	if err != nil {
		return err
	}
	in.notes = append(in.notes, l.notes()...)
	if !r.preprocesses() {
		return nil
	}
	maps := region.Maps{Image: l.image}
	for k, p := range r.preprocessing() {
		m := &maps.Of[k]
		m.Mul, m.Div, m.Mean, m.Std = p.Mul, p.Div, p.Mean.numbers(), p.Std.numbers()
		m.Layout, err = l.of(k)
		if err != nil {
			return err
		}
	}
	maps.Of[1].Apart = r.Apart.numbers()
	if in.Region, err = in.Through(maps); err != nil {
		return err
	}
	in.info.Maps = mapsInfo(maps)
	in.info.Description += in.info.Maps.suffix()
	return nil
}

// Input is what a network gets for a sample, in float64. The layout and the shape of the
// image are those of the sample, as of Region.
func Input(n *Network, s Sample, p Preprocessing, layout Layout, imageShape []int) ([]float64, error) {
	if err := checkRead("Network", n); err != nil {
		return nil, err
	}
	r := Region{Sample: s, radius: true, Of1: p, Of2: p, Layout: layout, ImageShape: imageShape}
	in, err := r.inputs([2]*Network{n, n}, Reader{})
	if err != nil {
		return nil, err
	}
	return in.Input(0, in.Sample()), nil
}

// numbers are all numbers of a sample's array, nil where it is not given.
func (s Sample) numbers() []float64 {
	if !s.given() {
		return nil
	}
	return s.all()
}

// layouts are what is known of the points and of the networks' inputs as images.
type layouts struct {
	region *Region
	sample region.Image    // by the shape of the sample's array; no channels: not known
	own    [2]region.Image // of the networks; no channels: not known
	image  *region.Image   // of the points, nil where nothing needs it or it is not known
}

// layouts finds out how points and inputs are images.
func (r *Region) layouts(nets [2]*Network) (*layouts, error) {
	l := &layouts{region: r}
	for k, n := range nets {
		l.own[k], _ = region.LayoutOf(n.Graph)
		if given := r.preprocessing()[k].Layout; given != "" {
			layout, err := region.ParseLayout(string(given))
			if err != nil {
				return nil, &Invalid{fmt.Sprintf("Of%d.Layout", k+1), fmt.Sprintf(" %s: give nchw or nhwc", given)}
			}
			l.own[k].Layout = layout
		}
	}
	l.sample = r.Sample.image(nets[0].InputSize())
	var image region.Image
	switch {
	case len(r.ImageShape) > 0:
		var err error
		if image, err = r.givenImage(nets[0].Nodes[0].Shape, l.taken()); err != nil {
			return nil, err
		}
	case l.own[0].Channels > 0:
		image = l.own[0]
	case l.own[1].Channels > 0:
		image = l.own[1]
	default:
		image = l.sample
	}
	for k := range l.own {
		if m := &l.own[k]; m.Channels == 0 { // a network that takes images flat
			m.Channels, m.Rows, m.Columns = image.Channels, image.Rows, image.Columns
		}
	}
	if r.Layout != "" {
		layout, err := region.ParseLayout(string(r.Layout))
		if err != nil {
			return nil, &Invalid{"Layout", fmt.Sprintf(" %s: give nchw or nhwc", r.Layout)}
		}
		if image.Channels == 0 {
			return nil, &Invalid{"Layout", fmt.Sprintf(" %s: N1 takes its input as %v, not as an image: give ImageShape with its channels", r.Layout, nets[0].Nodes[0].Shape)}
		}
		image.Layout = layout
	} else if l.differ() {
		image.Layout = region.AsGiven
	}
	if image.Channels > 0 {
		l.image = &image
	}
	return l, l.fit()
}

// taken is the image that the networks take, where they say so and do not differ; else one
// without channels.
func (l *layouts) taken() region.Image {
	switch {
	case l.differ():
		return region.Image{}
	case l.own[0].Channels > 0:
		return l.own[0]
	}
	return l.own[1]
}

// differ says whether the networks' layouts are known and are not the same.
func (l *layouts) differ() bool {
	a, b := l.own[0], l.own[1]
	return a.Channels > 1 && a.Layout != region.AsGiven && b.Layout != region.AsGiven && a.Layout != b.Layout
}

// fit says whether points that are transposed are images of the networks' shapes.
func (l *layouts) fit() error {
	if l.region.Layout == "" {
		return nil
	}
	for k, m := range l.own {
		if p := l.image; m.Channels != p.Channels || m.Rows != p.Rows || m.Columns != p.Columns {
			return fmt.Errorf("the map of N%d: it takes %v, and points are images of %v", k+1, m, *l.image)
		}
	}
	return nil
}

// of is the layout of network k in its map: AsGiven where points are not transposed.
func (l *layouts) of(k int) (region.Layout, error) {
	own := l.own[k]
	switch given := l.region.preprocessing()[k].Layout; {
	case l.region.Layout == "" && given != "":
		return 0, &Invalid{fmt.Sprintf("Of%d.Layout", k+1), fmt.Sprintf(" %s: give Layout too, the one of the points", given)}
	case l.region.Layout == "" || l.image.Channels == 1:
		return region.AsGiven, nil
	case own.Layout == region.AsGiven:
		return 0, &Invalid{fmt.Sprintf("Of%d.Layout", k+1), fmt.Sprintf(": the operators of N%d do not say which layout it takes: give nchw or nhwc", k+1)}
	}
	return own.Layout, nil
}

// notes say where layouts differ.
func (l *layouts) notes() []string {
	if l.region.Layout == "" {
		if l.differ() {
			return []string{fmt.Sprintf("N1 takes images of %v and N2 of %v, and both get the numbers of a point in the same order: give its layout, and it is transposed", l.own[0], l.own[1])}
		}
		s, m, what := l.sample, l.own[0], "the sample is an image"
		if len(l.region.ImageShape) > 0 {
			s, what = *l.image, "points are images"
		}
		if m.Channels > 1 && s.Channels == m.Channels && s.Rows == m.Rows && s.Columns == m.Columns && s.Layout != m.Layout && m.Layout != region.AsGiven {
			return []string{fmt.Sprintf("%s of %v, N1 takes %v, and gets the numbers in their order: give the layout of the points, and they are transposed", what, s, m)}
		}
		return nil
	}
	var all []string
	if s := l.sample; s.Channels > 1 && s.Layout != l.image.Layout {
		all = append(all, fmt.Sprintf("the sample is taken as %v, and its array has the shape of %v", l.image.Layout, s))
	}
	for k, m := range l.own {
		if m.Channels > 1 && m.Layout != region.AsGiven && m.Layout != l.image.Layout {
			all = append(all, fmt.Sprintf("N%d takes images of %v: points of %v are transposed for it", k+1, m, *l.image))
		}
	}
	return all
}

// image is the array of a sample of so many features as an image, where its shape says
// so clearly; else one without channels.
func (s Sample) image(features int) region.Image {
	if s.from == nil {
		return region.Image{}
	}
	shape := network.Shape(s.from.array.Shape)
	if len(shape) > 1 && shape.Size() != features {
		shape = shape[1:]
	}
	if len(shape) > 3 && shape[0] == 1 {
		shape = shape[1:]
	}
	if shape.Size() != features || len(shape) != 3 {
		return region.Image{}
	}
	m, _ := region.LayoutOf(network.NewGraph(shape))
	return m
}

// MapsInfo is how the networks see the points of the region.
type MapsInfo struct {
	Image  string  `json:"image,omitempty"`
	Layout string  `json:"layout,omitempty"`
	N1     MapInfo `json:"n1"`
	N2     MapInfo `json:"n2"`
	Apart  []Float `json:"apart,omitempty"`
}

// MapInfo is the map from points to the input of a network.
type MapInfo struct {
	Multiply Float   `json:"multiply"`
	Divide   Float   `json:"divide"`
	Mean     []Float `json:"mean,omitempty"`
	Std      []Float `json:"std,omitempty"`
	Layout   string  `json:"layout,omitempty"`
}

func mapsInfo(m region.Maps) *MapsInfo {
	info := &MapsInfo{Apart: FloatsOf(m.Of[1].Apart)}
	if m.Image != nil {
		info.Image, info.Layout = strings.Fields(m.Image.String())[0], layoutText(m.Image.Layout)
	}
	for k, to := range []*MapInfo{&info.N1, &info.N2} {
		of := &m.Of[k]
		*to = MapInfo{Multiply: Float(orOne(of.Mul)), Divide: Float(orOne(of.Div)), Mean: FloatsOf(of.Mean), Std: FloatsOf(of.Std), Layout: layoutText(of.Layout)}
	}
	return info
}

func orOne(v float64) float64 {
	if v == 0 {
		return 1
	}
	return v
}

func layoutText(l region.Layout) string {
	if l == region.AsGiven {
		return ""
	}
	return l.String()
}

// suffix is text after a description; empty where there are no maps.
func (m *MapsInfo) suffix() string {
	if m == nil {
		return ""
	}
	return "; " + m.text()
}

// text says in words how the networks see points.
func (m *MapsInfo) text() string {
	var parts []string
	switch one, two := m.N1.text(), m.N2.text(); {
	case one == two && one != "x":
		parts = append(parts, "inputs are "+one)
	case one != two:
		parts = append(parts, fmt.Sprintf("N1 takes %s, N2 %s", one, two))
	}
	if len(m.Apart) > 0 {
		parts = append(parts, fmt.Sprintf("what N2 sees is up to %s apart", numbersText(m.Apart)))
	}
	if len(parts) == 0 {
		return "inputs are x"
	}
	return strings.Join(parts, "; ")
}

func (m *MapInfo) text() string {
	s := "x"
	if m.Multiply != 1 {
		s += fmt.Sprintf(" * %v", float64(m.Multiply))
	}
	if m.Divide != 1 {
		s += fmt.Sprintf(" / %v", float64(m.Divide))
	}
	if len(m.Mean) > 0 {
		s = fmt.Sprintf("%s - %s", s, numbersText(m.Mean))
	}
	if len(m.Std) > 0 {
		if len(m.Mean) > 0 {
			s = "(" + s + ")"
		}
		s = fmt.Sprintf("%s / %s", s, numbersText(m.Std))
	}
	if m.Layout != "" {
		s += " as " + m.Layout
	}
	return s
}

// numbersText writes some numbers, and of many how many they are.
func numbersText(v []Float) string {
	if len(v) > 4 {
		return fmt.Sprintf("[%d numbers]", len(v))
	}
	var s []string
	for _, x := range v {
		s = append(s, fmt.Sprint(float64(x)))
	}
	if len(s) == 1 {
		return s[0]
	}
	return "[" + strings.Join(s, ", ") + "]"
}
