package onnx

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
	return map[string]operator{
		"QuantizeLinear":                {build: buildQuantizeLinear, fewest: 2, most: 3, attributes: quantize},
		"DequantizeLinear":              {build: buildDequantizeLinear, fewest: 2, most: 3, attributes: dequantize},
		microsoft + ".QuantizeLinear":   {build: buildQuantizeLinear, fewest: 2, most: 3, attributes: contributed},
		microsoft + ".DequantizeLinear": {build: buildDequantizeLinear, fewest: 2, most: 3, attributes: contributed},
	}
}
