package encode

// line is k e + t.
type line struct{ k, t float64 }

// upperLine is a line above max(e, 0) for e in [lo, hi], lo < 0 < hi: the
// chord. Its constant is rounded upward, so that it is above for exact
// arithmetic with the float64 slope.
func upperLine(lo, hi float64) line {
	k := hi / (hi - lo)
	return line{k, max(0, up(-(k * lo)), up(hi-down(k*hi)))}
}

// lowerLine is a line below min(e, 0) for e in [lo, hi], lo < 0 < hi.
func lowerLine(lo, hi float64) line {
	k := -lo / (hi - lo)
	return line{k, min(0, down(-(k * hi)), down(lo-up(k*lo)))}
}

// differenceLines bounds d = a1 - a2 from above and below by lines in
// e = z1 - z2 in [lo, hi], where d lies between 0 and e.
func differenceLines(lo, hi float64) (upper, lower line) {
	switch {
	case lo >= 0:
		return line{1, 0}, line{0, 0}
	case hi <= 0:
		return line{0, 0}, line{1, 0}
	}
	return upperLine(lo, hi), lowerLine(lo, hi)
}
