package onnx

import "maps"

// quantizationOperators lists the operators of quantized tensors: those of ONNX, and
// those that ONNX Runtime's quantizer writes.
func quantizationOperators() map[string]operator {
	quantize := map[string]rule{
		"axis": from(13, intAttribute), "saturate": from(19, intAttribute), "block_size": from(21, intAttribute),
		"output_dtype": from(21, intAttribute), "precision": from(23, intAttribute),
	}
	dequantize := map[string]rule{
		"axis": from(13, intAttribute), "block_size": from(21, intAttribute), "output_dtype": from(23, intAttribute),
	}
	// ONNX Runtime's, for files of opsets whose types are fewer.
	contributed := map[string]rule{"axis": always(intAttribute)}
	conv := convolutionOperators()["Conv"].attributes
	pool := maps.Clone(convolutionOperators()["AveragePool"].attributes)
	pool["channels_last"] = always(intAttribute)
	all := map[string]operator{
		"QuantizeLinear":                        {build: buildQuantizeLinear, fewest: 2, most: 3, attributes: quantize},
		"DequantizeLinear":                      {build: buildDequantizeLinear, fewest: 2, most: 3, attributes: dequantize},
		"QLinearMatMul":                         {build: buildQLinearMatMul, fewest: 8, most: 8},
		"QLinearConv":                           {build: buildQLinearConv, fewest: 8, most: 9, attributes: conv},
		"ConvInteger":                           {build: buildConvInteger, fewest: 2, most: 4, attributes: conv},
		"MatMulInteger":                         {build: buildMatMulInteger, fewest: 2, most: 4},
		microsoft + ".QLinearAdd":               {build: buildQLinearAdd, fewest: 2, most: 8},
		microsoft + ".QLinearMul":               {build: buildQLinearMul, fewest: 2, most: 8},
		microsoft + ".QLinearLeakyRelu":         {build: buildQLinearLeakyReLU, fewest: 4, most: 5, attributes: map[string]rule{"alpha": always(floatAttribute)}},
		microsoft + ".QLinearConcat":            {build: buildQLinearConcat, fewest: 5, variadic: true, attributes: map[string]rule{"axis": always(intAttribute)}},
		microsoft + ".QLinearAveragePool":       {build: channelsLast(buildQLinearAveragePool, false), fewest: 4, most: 5, attributes: pool},
		microsoft + ".QLinearGlobalAveragePool": {build: channelsLast(buildQLinearGlobalAveragePool, false), fewest: 4, most: 5, attributes: map[string]rule{"channels_last": always(intAttribute)}},
		microsoft + ".QLinearSoftmax":           {build: buildQLinearSoftmax, fewest: 5, most: 5, attributes: map[string]rule{"axis": always(intAttribute), "opset": always(intAttribute)}},
		microsoft + ".QLinearSigmoid":           {build: buildQLinearSigmoid, fewest: 4, most: 5},
		microsoft + ".QGemm": {build: buildQGemm, fewest: 6, most: 9, attributes: map[string]rule{
			"alpha": always(floatAttribute), "transA": always(intAttribute), "transB": always(intAttribute),
		}},
		microsoft + ".MatMulNBits": {build: buildMatMulNBits, fewest: 3, most: 6, attributes: map[string]rule{
			"K": always(intAttribute), "N": always(intAttribute), "bits": always(intAttribute), "block_size": always(intAttribute),
			"accuracy_level": always(intAttribute), "weight_prepacked": always(intAttribute),
		}},
		microsoft + ".QuantizeLinear":   {build: buildQuantizeLinear, fewest: 2, most: 3, attributes: contributed},
		microsoft + ".DequantizeLinear": {build: buildDequantizeLinear, fewest: 2, most: 3, attributes: contributed},
	}
	quant := operator{build: buildQuant, fewest: 4, most: 4, attributes: map[string]rule{
		"signed": always(intAttribute), "narrow": always(intAttribute), "rounding_mode": always(stringAttribute),
	}}
	for _, domain := range qonnxDomains {
		all[domain+".Quant"], all[domain+".IntQuant"] = quant, quant
		all[domain+".BipolarQuant"] = operator{build: buildBipolarQuant, fewest: 2, most: 2}
	}
	return all
}

// refusedQuantization says why operators are not supported that quantize by the range of the
// very values they get.
func refusedQuantization() map[string]string {
	all := map[string]string{
		microsoft + ".DynamicQuantizeMatMul": roundedActivations + "; quantize statically instead, with calibration (onnxruntime.quantization.quantize_static)",
		"DynamicQuantizeLinear":              "the scale depends on the input: dynamic quantization is not piecewise linear; quantize statically instead, with calibration (onnxruntime.quantization.quantize_static)",
	}
	for _, domain := range qonnxDomains {
		all[domain+".FloatQuant"] = "it rounds to floating-point numbers of few bits, whose steps are not all as wide; use IntQuant instead"
		all[domain+".MultiThreshold"] = "its steps are as wide as each threshold says; export the model instead before thresholds are made of its quantizations"
	}
	return all
}
