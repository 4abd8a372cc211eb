package onnx

import (
	"fmt"

	"rsm/network"
)

// ONNX Runtime's optimizer makes one operator of several, and a model that it saves has
// these: a layer and the activation after it, named in the attribute activation.

// fusedOperators are those of its extended level.
func fusedOperators() map[string]operator {
	conv, gemm := map[string]rule{"activation_params": always(floatsAttribute)}, map[string]rule{}
	for _, all := range []map[string]rule{conv, gemm} {
		all["activation"] = always(stringAttribute)
	}
	for name, r := range convolutionOperators()["Conv"].attributes {
		conv[name] = r
	}
	for _, name := range []string{"alpha", "beta", "activation_alpha", "activation_beta", "activation_gamma"} {
		gemm[name] = always(floatAttribute)
	}
	gemm["transA"], gemm["transB"] = always(intAttribute), always(intAttribute)
	return map[string]operator{
		microsoft + ".FusedConv": {build: buildFusedConv, fewest: 2, most: 4, attributes: conv},
		microsoft + ".FusedGemm": {build: buildFusedGemm, fewest: 2, most: 3, attributes: gemm},
		microsoft + ".FusedMatMul": {build: buildFusedMatMul, fewest: 2, most: 2, attributes: map[string]rule{
			"alpha": always(floatAttribute), "transA": always(intAttribute), "transB": always(intAttribute),
			"transBatchA": always(intAttribute), "transBatchB": always(intAttribute),
		}},
	}
}

// refusedFused says why other operators of the optimizer are not supported.
func refusedFused() map[string]string {
	const (
		smooth = "it is smooth, not piecewise linear, so that no exact mixed-integer program holds it; train with Relu instead, or cut the model before it"
		layout = "its layout of weights and channels is made for one machine; save the model at a lower level instead (optimized_model_filepath with ORT_ENABLE_EXTENDED), or give the model that was optimized"
		ranges = "it finds the scale of its operand at run time: dynamic quantization is not piecewise linear; quantize statically instead, with calibration (onnxruntime.quantization.quantize_static)"
	)
	why := map[string]string{}
	for _, op := range []string{"QuickGelu", "Gelu", "FastGelu", "BiasGelu", "QLinearLeakySilu", "Silu", "BiasSplitGelu", "SkipLayerNormalization", "SimplifiedLayerNormalization",
		"SkipSimplifiedLayerNormalization", "Attention", "MultiHeadAttention", "EmbedLayerNormalization"} {
		why[microsoft+"."+op] = smooth
	}
	for _, op := range []string{"Conv", "MaxPool", "AveragePool", "GlobalMaxPool", "GlobalAveragePool", "ReorderInput", "ReorderOutput", "Upsample"} {
		why[microsoft+".nchwc."+op] = layout
	}
	for _, op := range []string{"NhwcConv", "NhwcFusedConv"} {
		why[microsoft+"."+op] = layout
	}
	for _, op := range []string{"DynamicQuantizeMatMul", "MatMulIntegerToFloat", "DynamicQuantizeLSTM"} {
		why[microsoft+"."+op] = ranges
	}
	return why
}

// buildFusedConv reads FusedConv: Conv, plus operand Z where it is given, and an
// activation.
func buildFusedConv(c *call) (value, error) {
	conv := c.inner("convolution", c.in[:3]...)
	y, err := c.operators["Conv"].build(conv)
	if err != nil {
		return value{}, err
	}
	if c.given(3) {
		if !c.in[3].shape.Equal(y.shape) {
			return value{}, fmt.Errorf("operand Z has shape %v, the convolution %v", c.in[3].shape, y.shape)
		}
		y.name = c.node.outputs[0]
		if y, err = buildAdd(c.inner("sum", y, c.in[3])); err != nil {
			return value{}, err
		}
	}
	params, err := c.floatList("activation_params")
	if err != nil {
		return value{}, err
	}
	return c.activated(y, params)
}

// buildFusedGemm reads FusedGemm: Gemm and an activation.
func buildFusedGemm(c *call) (value, error) {
	y, err := c.operators["Gemm"].build(c.inner("product", c.in...))
	if err != nil {
		return value{}, err
	}
	var params []float64
	for _, name := range []string{"activation_alpha", "activation_beta", "activation_gamma"} {
		if a := c.attributes[name]; a != nil {
			params = append(params, float64(a.float))
		} else if params != nil {
			break
		}
	}
	if err := network.CheckFinite(params); err != nil {
		return value{}, fmt.Errorf("attributes of the activation: %w", err)
	}
	return c.activated(y, params)
}

// buildFusedMatMul reads FusedMatMul of two matrices: the product of them or their
// transposes, times alpha.
func buildFusedMatMul(c *call) (value, error) {
	for _, name := range []string{"transBatchA", "transBatchB"} {
		if on, err := c.flag(name); err != nil || on {
			return value{}, unsupportedf("attribute %s is not supported", name)
		}
	}
	if len(c.in[0].shape) != 2 || len(c.in[1].shape) != 2 {
		return value{}, unsupportedf("operands of shapes %v and %v: both must be matrices", c.in[0].shape, c.in[1].shape)
	}
	return buildGemm(c.inner("product", c.in[0], c.in[1], value{}))
}

// activated is the activation that the attribute activation names, of x. Its parameters
// are in the order of the activation's own attributes, and have their defaults where
// they are left out.
func (c *call) activated(x value, params []float64) (value, error) {
	x.name = c.node.outputs[0]
	name := c.text("activation", "")
	of := *c
	of.in, of.attributes, of.opset = []value{x}, map[string]*attribute{}, newestOpset
	order := map[string][]string{"": nil, "Relu": nil, "LeakyRelu": {"alpha"}, "HardSigmoid": {"alpha", "beta"}, "Clip": {"min", "max"}}
	wanted, known := order[name]
	switch {
	case c.refused[name] != "":
		return value{}, unsupportedf("its activation %s is not supported: %s", name, c.refused[name])
	case !known:
		return value{}, unsupportedf("its activation %s is not supported; Relu, LeakyRelu, Clip and HardSigmoid are", quoted(name))
	case len(params) > len(wanted):
		return value{}, fmt.Errorf("it has %d parameters for its activation %s, which has %d", len(params), name, len(wanted))
	}
	for k, p := range params {
		of.attributes[wanted[k]] = &attribute{name: wanted[k], kind: floatAttribute, float: float32(p)}
	}
	switch name {
	case "":
		return c.view(x, x.shape)
	case "Relu":
		return buildReLU(&of)
	case "LeakyRelu":
		return buildLeakyReLU(&of)
	case "HardSigmoid":
		return buildHardSigmoid(&of)
	}
	if len(params) != 2 {
		return value{}, fmt.Errorf("its activation Clip has %d parameters instead of the least and the largest value", len(params))
	}
	of.opset = 6 // the last version whose bounds are attributes, as these are
	return buildClip(&of)
}
