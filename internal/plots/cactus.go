package plots

import (
	"fmt"
	"io"
	"math"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
)

// Series is what one configuration solved.
type Series struct {
	Name    string
	Seconds []float64 // of each solved instance, in order, above zero
}

// Cactus draws how many of all instances each series solved within a time.
func Cactus(w io.Writer, title string, all int, series []Series) error {
	p := newPlot(title, "seconds for an instance, at most", fmt.Sprintf("instances solved, of %d", all))
	p.Add(grid(true, true))
	lo, hi := math.Inf(1), 0.0
	for _, s := range series {
		for k, t := range s.Seconds {
			if !(t > 0) || math.IsInf(t, 1) || k > 0 && t < s.Seconds[k-1] {
				return fmt.Errorf("times of %s: give times above zero, in order", s.Name)
			}
			lo, hi = min(lo, t), max(hi, t)
		}
	}
	if hi == 0 {
		lo, hi = 0.1, 1 // nothing is solved
	}
	logAxis(&p.X, lo, hi)
	p.Y.Min, p.Y.Max = 0, float64(max(all, 1))
	p.Y.Tick.Marker = wholeTicks{}
	for k, s := range series {
		line, err := plotter.NewLine(steps(s.Seconds, p.X.Min, p.X.Max))
		if err != nil {
			return err
		}
		line.Color, line.Width, line.Dashes = seriesColor(k), vg.Points(1.5), dashes(k)
		p.Add(line)
		p.Legend.Add(fmt.Sprintf("%s: %d", s.Name, len(s.Seconds)), line)
	}
	p.Legend.Top, p.Legend.Left = true, true
	p.Legend.Padding, p.Legend.XOffs = vg.Points(2), vg.Points(6)
	return save(w, []*plot.Plot{p}, 9*vg.Centimeter)
}

// steps is the staircase of the times, from the left end of the picture to the
// right one.
func steps(times []float64, from, to float64) plotter.XYs {
	xys := plotter.XYs{{X: from, Y: 0}}
	for k, t := range times {
		xys = append(xys, plotter.XY{X: t, Y: float64(k)}, plotter.XY{X: t, Y: float64(k + 1)})
	}
	return append(xys, plotter.XY{X: to, Y: float64(len(times))})
}

// wholeTicks are the default ones that are whole numbers.
type wholeTicks struct{}

func (wholeTicks) Ticks(lo, hi float64) []plot.Tick {
	var ticks []plot.Tick
	for _, t := range (plot.DefaultTicks{}).Ticks(lo, hi) {
		if t.Value == math.Trunc(t.Value) {
			ticks = append(ticks, t)
		}
	}
	return ticks
}
