package plots

import (
	"bytes"
	"encoding/xml"
	"io"
	"math"
	"strings"
	"testing"
)

// drawn is a picture that must be well-formed XML without a NaN.
func drawn(t *testing.T, draw func(io.Writer) error) string {
	t.Helper()
	var b bytes.Buffer
	if err := draw(&b); err != nil {
		t.Fatal(err)
	}
	d := xml.NewDecoder(bytes.NewReader(b.Bytes()))
	for {
		_, err := d.Token()
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatalf("no well-formed XML: %v", err)
		}
	}
	for _, bad := range []string{"NaN", "Inf"} {
		if strings.Contains(b.String(), bad) {
			t.Errorf("the picture has a %s", bad)
		}
	}
	return b.String()
}

func wants(t *testing.T, svg string, texts ...string) {
	t.Helper()
	for _, s := range texts {
		if !strings.Contains(svg, s) {
			t.Errorf("the picture lacks %q", s)
		}
	}
}

func TestCactus(t *testing.T) {
	svg := drawn(t, func(w io.Writer) error {
		return Cactus(w, "a <title> & more", 5, []Series{{"auto", []float64{0.02, 0.5, 9}}, {"plain", nil}})
	})
	wants(t, svg, "auto: 3", "plain: 0", "of 5")
	drawn(t, func(w io.Writer) error { return Cactus(w, "", 0, nil) })
	drawn(t, func(w io.Writer) error { return Cactus(w, "", 1, []Series{{"a", []float64{1}}}) })
	for _, times := range [][]float64{{0}, {2, 1}, {math.NaN()}, {math.Inf(1)}} {
		if Cactus(io.Discard, "", 1, []Series{{"a", times}}) == nil {
			t.Errorf("times %v are drawn", times)
		}
	}
}

func TestWidths(t *testing.T) {
	svg := drawn(t, func(w io.Writer) error {
		return Widths(w, "title", []Box{{"interval", 2, 3, 40, 500, math.Inf(1)}, {"lp", 1, 1, 1.25, 2, 3}})
	})
	wants(t, svg, "interval ×40", "lp ×1.25")
	for _, b := range []Box{{"a", 0, 1, 1, 1, 1}, {"a", 3, 2, 2, 2, 2}, {"a", math.NaN(), 1, 1, 1, 1}} {
		if Widths(io.Discard, "", []Box{b}) == nil {
			t.Errorf("%v is drawn", b)
		}
	}
}

func TestRanges(t *testing.T) {
	inf := math.Inf(1)
	svg := drawn(t, func(w io.Writer) error {
		return Ranges(w, "title", "log RSM", []Panel{
			{"3:8", []Range{{"none", -inf, inf}, {"interval", -100, 100}, {"lp", -1.5, 1.5}}, &Range{"exact", -1, 1}},
			{"3:5", []Range{{"point", 2, 2}}, nil},
			{"3:4", []Range{{"point", 0, 0}}, &Range{"exact", 0, 0}},
			{"0:1", []Range{{"none", -inf, inf}}, nil},
		})
	})
	wants(t, svg, "interval ×100", "lp ×1.5", "3:5", "log RSM")
	for _, r := range []Range{{"a", math.NaN(), 1}, {"a", 1, 0}} {
		if Ranges(io.Discard, "", "", []Panel{{"p", []Range{r}, nil}}) == nil {
			t.Errorf("%v is drawn", r)
		}
	}
}

// A panel shows everything where that is legible, and else a window around the
// tightest range.
func TestView(t *testing.T) {
	exact := &Range{"exact", 0, 1}
	if lo, hi := view(Panel{Ranges: []Range{{"a", -1, 2}}, Exact: exact}); math.Abs(lo+1.06) > 1e-9 || math.Abs(hi-2.06) > 1e-9 {
		t.Errorf("view [%v, %v], want [-1.06, 2.06]", lo, hi)
	}
	if lo, hi := view(Panel{Ranges: []Range{{"a", -1000, 2}}, Exact: exact}); math.Abs(lo+3.1) > 1e-9 || math.Abs(hi-2.1) > 1e-9 {
		t.Errorf("view [%v, %v], want [-3.1, 2.1]", lo, hi)
	}
}
