package plots

import (
	"fmt"
	"image/color"
	"io"
	"math"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// Box is how the widths of a method are spread, relative to the exact width.
// The values are in order and above zero; +Inf says that there is no bound.
type Box struct {
	Name                     string
	Min, Q1, Median, Q3, Max float64
}

// Widths draws a box for each method: the quartiles, the median as a line, and
// whiskers to the extremes, over a logarithmic axis.
func Widths(w io.Writer, title string, boxes []Box) error {
	p := newPlot(title, "width of the range, relative to the exact one", "")
	lo, hi := 1.0, 1.0
	for _, b := range boxes {
		last := 0.0
		for _, v := range []float64{b.Min, b.Q1, b.Median, b.Q3, b.Max} {
			if !(v > 0) || v < last {
				return fmt.Errorf("widths of %s: give values above zero, in order", b.Name)
			}
			last = v
			lo = min(lo, v)
			if !math.IsInf(v, 1) {
				hi = max(hi, v)
			}
		}
	}
	logAxis(&p.X, lo, hi)
	p.Add(grid(true, false), boxPlot(boxes))
	names := make([]string, len(boxes))
	for k, b := range boxes {
		names[len(boxes)-1-k] = withRatio(b.Name, b.Median)
	}
	p.NominalY(names...)
	p.Y.Padding = vg.Points(14) // a viewer without the font may take a wider one
	p.Y.Min, p.Y.Max = -0.6, float64(len(boxes))-0.4
	return save(w, []*plot.Plot{p}, vg.Length(len(boxes))*24+70)
}

type boxPlot []Box

// Plot implements plot.Plotter.
func (boxes boxPlot) Plot(c draw.Canvas, p *plot.Plot) {
	trX, trY := p.Transforms(&c)
	x := func(v float64) vg.Length { return trX(min(v, p.X.Max)) }
	line := draw.LineStyle{Color: ink, Width: vg.Points(1)}
	thick := draw.LineStyle{Color: ink, Width: vg.Points(2)}
	edge := draw.LineStyle{Color: color.White, Width: vg.Points(3.5)} // a median shows on any colour
	const half = 8
	for k, b := range boxes {
		y := trY(float64(len(boxes) - 1 - k))
		c.StrokeLine2(line, x(b.Min), y, x(b.Max), y)
		rectangle(c, seriesColor(k), vg.Point{X: x(b.Q1), Y: y - half}, vg.Point{X: x(b.Q3), Y: y + half})
		c.StrokeLine2(edge, x(b.Median), y-half, x(b.Median), y+half)
		c.StrokeLine2(thick, x(b.Median), y-half, x(b.Median), y+half)
		for _, v := range []float64{b.Min, b.Max} {
			if math.IsInf(v, 1) {
				arrow(c, ink, vg.Point{X: trX(p.X.Max), Y: y}, 6, true)
				continue
			}
			c.StrokeLine2(line, x(v), y-half/2, x(v), y+half/2)
		}
	}
}
