package onnx

import (
	"fmt"

	"rsm/network"
)

// buildShrink reads Shrink where it is continuous, with bias = lambd (soft shrinkage):
// y = relu(x - lambd) - relu(-x - lambd).
func buildShrink(c *call) (value, error) {
	x, err := c.operand()
	if err != nil {
		return value{}, err
	}
	lambd, bias := c.float("lambd", 0.5), c.float("bias", 0)
	if err := network.CheckFinite([]float64{lambd, bias}); err != nil || lambd < 0 {
		return value{}, fmt.Errorf("attributes lambd and bias are %v and %v", lambd, bias)
	}
	if lambd != bias {
		return value{}, unsupportedf("it jumps where x is %v or %v, for bias is %v and lambd is %v, so that an extremum may be approached without being taken; with both the same it is supported", lambd, -lambd, bias, lambd)
	}
	n := x.shape.Size()
	if err := c.spend(6 * n); err != nil {
		return value{}, err
	}
	var parts [2]value
	for k, sign := range []float64{1, -1} {
		name := fmt.Sprintf("%s (part %d)", c.title(), k+1)
		z, err := c.add(name+" (shifted)", &network.Elementwise{Mul: filled(sign, n), Add: filled(-lambd, n)}, x.shape, x)
		if err != nil {
			return value{}, err
		}
		if parts[k], err = c.add(name, network.ReLU{}, x.shape, z); err != nil {
			return value{}, err
		}
	}
	return c.add(c.title(), &network.Sum{Signs: []int{1, -1}}, x.shape, parts[0], parts[1])
}
