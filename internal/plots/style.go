package plots

import (
	"bytes"
	"errors"
	"fmt"
	"image/color"
	"io"
	"math"
	"strconv"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgsvg"
)

// width of all pictures.
const width = 16 * vg.Centimeter

var errNaN = errors.New("a value to draw is not a number")

// seriesColor is the colour of the k-th series: those of M. Okabe and K. Ito,
// which people with any colour vision can tell apart.
func seriesColor(k int) color.Color {
	all := [...]color.RGBA{
		{0x00, 0x72, 0xb2, 0xff}, {0xd5, 0x5e, 0x00, 0xff}, {0x00, 0x9e, 0x73, 0xff}, {0xcc, 0x79, 0xa7, 0xff},
		{0xe6, 0x9f, 0x00, 0xff}, {0x56, 0xb4, 0xe9, 0xff}, {0x33, 0x33, 0x33, 0xff},
	}
	return all[k%len(all)]
}

// dashes tells series apart once the colours repeat.
func dashes(k int) []vg.Length {
	if k < 7 {
		return nil
	}
	return []vg.Length{vg.Points(float64(k / 7 * 2)), vg.Points(2)}
}

var (
	ink  = color.Gray{0x33}
	pale = color.Gray{0xdd}
	band = color.RGBA{0xf5, 0xe6, 0xc0, 0xff} // of the exact range
)

// newPlot is an empty plot in the style of all.
func newPlot(title, x, y string) *plot.Plot {
	p := plot.New()
	p.Title.Text, p.X.Label.Text, p.Y.Label.Text = title, x, y
	p.Title.Padding = vg.Points(6)
	sans := func(f *font.Font, size vg.Length) { f.Variant, f.Size = "Sans", size }
	sans(&p.Title.TextStyle.Font, 11)
	sans(&p.Legend.TextStyle.Font, 9)
	for _, a := range []*plot.Axis{&p.X, &p.Y} {
		sans(&a.Label.TextStyle.Font, 9)
		sans(&a.Tick.Label.Font, 8)
		a.LineStyle.Color, a.Tick.LineStyle.Color = ink, ink
		a.Padding = 0
	}
	return p
}

// grid draws pale lines at the labelled ticks.
func grid(vertical, horizontal bool) *plotter.Grid {
	g := plotter.NewGrid()
	g.Vertical.Color, g.Horizontal.Color = nil, nil
	if vertical {
		g.Vertical.Color = pale
	}
	if horizontal {
		g.Horizontal.Color = pale
	}
	return g
}

// logAxis scales an axis by powers of ten around the positive values lo to hi.
func logAxis(a *plot.Axis, lo, hi float64) {
	a.Min = math.Pow(10, math.Floor(math.Log10(lo)))
	a.Max = math.Pow(10, math.Ceil(math.Log10(hi)))
	if a.Max <= a.Min {
		a.Max = 10 * a.Min
	}
	a.Scale = plot.LogScale{}
	a.Tick.Marker = plot.TickerFunc(func(lo, hi float64) []plot.Tick {
		var ticks []plot.Tick
		for e := math.Round(math.Log10(lo)); math.Pow(10, e) <= hi*1.0001; e++ {
			v := math.Pow(10, e)
			ticks = append(ticks, plot.Tick{Value: v, Label: strconv.FormatFloat(v, 'g', 4, 64)})
			for m := 2.0; m < 10 && m*v <= hi; m++ {
				ticks = append(ticks, plot.Tick{Value: m * v})
			}
		}
		return ticks
	})
}

// rectangle fills a rectangle given by two corners.
func rectangle(c draw.Canvas, fill color.Color, a, b vg.Point) {
	c.FillPolygon(fill, []vg.Point{a, {X: b.X, Y: a.Y}, b, {X: a.X, Y: b.Y}})
}

// arrow fills a small triangle that points left or right from the tip.
func arrow(c draw.Canvas, fill color.Color, tip vg.Point, size vg.Length, right bool) {
	back := tip.X + size
	if right {
		back = tip.X - size
	}
	c.FillPolygon(fill, []vg.Point{tip, {X: back, Y: tip.Y + size/2}, {X: back, Y: tip.Y - size/2}})
}

// save draws plots below each other, each of the given height, their axes
// aligned.
func save(w io.Writer, plots []*plot.Plot, height vg.Length) error {
	canvas := vgsvg.NewWith(vgsvg.UseWH(width, height*vg.Length(len(plots))))
	dc := draw.New(canvas)
	rows := make([][]*plot.Plot, len(plots))
	for k, p := range plots {
		rows[k] = []*plot.Plot{p}
	}
	margin := vg.Points(6)
	tiles := draw.Tiles{Rows: len(plots), Cols: 1, PadTop: margin, PadBottom: margin, PadLeft: margin, PadRight: 2 * margin, PadY: margin}
	for k, row := range plot.Align(rows, tiles, dc) {
		plots[k].Draw(row[0])
	}
	var svg bytes.Buffer
	if _, err := canvas.WriteTo(&svg); err != nil {
		return err
	}
	// Arial has the same metrics; without it the text would be set in a serif.
	_, err := w.Write(bytes.ReplaceAll(svg.Bytes(), []byte("Liberation Sans;"), []byte("Liberation Sans,Arial,Helvetica,sans-serif;")))
	return err
}

// withRatio adds a ratio to the name of a row.
func withRatio(name string, ratio float64) string {
	if math.IsInf(ratio, 1) {
		return name + " ×∞"
	}
	return fmt.Sprintf("%s ×%.3g", name, ratio)
}
