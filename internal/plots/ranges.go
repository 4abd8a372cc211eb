package plots

import (
	"fmt"
	"io"
	"math"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// Range is what one method says of a value.
type Range struct {
	Name   string
	Lo, Hi float64
}

// Panel holds the ranges of one value; Exact is nil where it is not known.
type Panel struct {
	Title  string
	Ranges []Range
	Exact  *Range
}

// window is how many widths of the tightest range a panel shows at most.
// Without a limit an interval bound would leave the others a hair's breadth.
const window = 7

// Ranges draws a panel for each value, and in it a bar for each method, and
// the exact range as a band behind them. Bars that leave the picture end in an
// arrow.
func Ranges(w io.Writer, title, axis string, panels []Panel) error {
	var plots []*plot.Plot
	rows := 1
	for k, panel := range panels {
		rows = max(rows, len(panel.Ranges))
		for _, r := range panel.Ranges {
			if math.IsNaN(r.Lo) || math.IsNaN(r.Hi) || r.Lo > r.Hi {
				return fmt.Errorf("%s, %s: %w, or the range is empty", panel.Title, r.Name, errNaN)
			}
		}
		head := panel.Title
		if k == 0 {
			head = title + "\n" + head
		}
		plots = append(plots, panelPlot(head, axis, panel))
	}
	return save(w, plots, vg.Length(rows)*16+74)
}

func panelPlot(title, axis string, panel Panel) *plot.Plot {
	p := newPlot(title, axis, "")
	p.Title.TextStyle.Font.Size = 10
	p.X.Min, p.X.Max = view(panel)
	p.Add(rangeBars(panel))
	n := len(panel.Ranges)
	names := make([]string, n)
	for k, r := range panel.Ranges {
		names[n-1-k] = r.Name
		if e := panel.Exact; e != nil && e.Hi > e.Lo {
			names[n-1-k] = withRatio(r.Name, (r.Hi-r.Lo)/(e.Hi-e.Lo))
		}
	}
	p.NominalY(names...)
	p.Y.Min, p.Y.Max = -0.6, float64(n)-0.4
	return p
}

// view is the part of the axis that a panel shows: all its ranges, but at most
// window widths of the tightest one, around it.
func view(panel Panel) (lo, hi float64) {
	ranges := panel.Ranges
	if panel.Exact != nil {
		ranges = append(ranges[:len(ranges):len(ranges)], *panel.Exact)
	}
	lo, hi = math.Inf(1), math.Inf(-1)
	tightest := Range{Lo: math.Inf(-1), Hi: math.Inf(1)}
	for _, r := range ranges {
		lo, hi = min(lo, r.Lo), max(hi, r.Hi)
		if r.Hi-r.Lo < tightest.Hi-tightest.Lo {
			tightest = r
		}
	}
	if width := tightest.Hi - tightest.Lo; width > 0 && !math.IsInf(width, 1) {
		lo = max(lo, tightest.Lo-(window-1)/2*width)
		hi = min(hi, tightest.Hi+(window-1)/2*width)
	}
	if math.IsInf(lo, 0) || math.IsInf(hi, 0) {
		lo, hi = -1, 1
	}
	margin := (hi - lo) / 50
	if !(margin > 0) {
		margin = max(math.Abs(lo), 1) / 50
	}
	return lo - margin, hi + margin
}

type rangeBars Panel

// Plot implements plot.Plotter.
func (b rangeBars) Plot(c draw.Canvas, p *plot.Plot) {
	trX, trY := p.Transforms(&c)
	x := func(v float64) vg.Length { return trX(min(max(v, p.X.Min), p.X.Max)) }
	if b.Exact != nil {
		rectangle(c, band, vg.Point{X: x(b.Exact.Lo), Y: trY(p.Y.Min)}, vg.Point{X: x(b.Exact.Hi), Y: trY(p.Y.Max)})
		edge := draw.LineStyle{Color: ink, Width: vg.Points(0.5), Dashes: []vg.Length{2, 2}}
		for _, v := range []float64{b.Exact.Lo, b.Exact.Hi} {
			c.StrokeLine2(edge, x(v), trY(p.Y.Min), x(v), trY(p.Y.Max))
		}
	}
	const half, tip = 4.5, 9
	for k, r := range b.Ranges {
		y := trY(float64(len(b.Ranges) - 1 - k))
		rectangle(c, seriesColor(k), vg.Point{X: x(r.Lo), Y: y - half}, vg.Point{X: max(x(r.Hi), x(r.Lo)+1), Y: y + half})
		if r.Lo < p.X.Min {
			arrow(c, ink, vg.Point{X: x(r.Lo), Y: y}, tip, false)
		}
		if r.Hi > p.X.Max {
			arrow(c, ink, vg.Point{X: x(r.Hi), Y: y}, tip, true)
		}
	}
}
