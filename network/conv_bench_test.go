package network_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"rsm/network"
)

// BenchmarkConv is of a layer of 32 to 32 channels of 16x16, kernel 3x3, whose
// rows have coefficients in a patch, in one place, or everywhere.
func BenchmarkConv(b *testing.B) {
	rng := rand.New(rand.NewPCG(1, 1))
	normals := func(n int) []float64 {
		out := make([]float64, n)
		for i := range out {
			out[i] = rng.NormFloat64()
		}
		return out
	}
	for _, stride := range []int{1, 2} {
		c := &network.Conv{In: 32, Out: 32, Size: []int{16, 16}, Kernel: []int{3, 3}, W: normals(32 * 32 * 9),
			Begin: []int{1, 1}, End: []int{1, 1}, Stride: []int{stride, stride}}
		n, m := 32*256, 32*c.Results().Size()
		x, y := normals(n), make([]float64, m)
		b.Run(fmt.Sprintf("apply/stride %d", stride), func(b *testing.B) {
			for range b.N {
				c.Apply(0, y, x)
			}
		})
		side := c.Results()[0]
		for _, patch := range []int{1, 3, 5, side} {
			const rows = 16
			coef, back := make([]float64, rows*m), make([]float64, rows*n)
			for k := range coef {
				if i := k % (side * side); i/side < patch && i%side < patch && (patch > 1 || k/(side*side)%32 == 0) {
					coef[k] = rng.NormFloat64()
				}
			}
			b.Run(fmt.Sprintf("transposed row/stride %d/patch %d", stride, patch), func(b *testing.B) {
				for range b.N {
					c.ApplyTransposed(0, back, coef, rows)
				}
				b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*rows)/1000, "us/row")
			})
		}
	}
}
