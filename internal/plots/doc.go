// Package plots draws what rsm measures as SVG: how many questions were solved
// within which time (cactus.go), how wide relaxations are (widths.go), and the
// ranges of one question side by side (ranges.go). It knows no records and no
// networks: callers give names and numbers. Infinities are drawn as bars that
// leave the picture; NaN is an error.
package plots
