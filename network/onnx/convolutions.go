package onnx

// convolutionOperators are the operators of convolutional networks that read
// spatial axes or several activations.
func convolutionOperators() map[string]operator {
	inPlace := until(5, intsAttribute)
	conv := map[string]rule{
		"auto_pad": always(stringAttribute), "dilations": always(intsAttribute), "group": always(intAttribute),
		"kernel_shape": always(intsAttribute), "pads": always(intsAttribute), "strides": always(intsAttribute),
	}
	transposed := map[string]rule{"output_padding": always(intsAttribute), "output_shape": always(intsAttribute)}
	for name, r := range conv {
		transposed[name] = r
	}
	return map[string]operator{
		"Conv":          {build: buildConv, fewest: 2, most: 3, attributes: conv},
		"ConvTranspose": {build: buildConvTranspose, fewest: 2, most: 3, attributes: transposed},
		"BatchNormalization": {build: buildBatchNormalization, fewest: 5, most: 5, outputs: 5, attributes: map[string]rule{
			"epsilon": always(floatAttribute), "momentum": always(floatAttribute), "is_test": until(6, intAttribute),
			"spatial": until(8, intAttribute), "training_mode": from(14, intAttribute), "consumed_inputs": inPlace,
		}},
		"AveragePool": {build: buildAveragePool, fewest: 1, most: 1, attributes: map[string]rule{
			"auto_pad": always(stringAttribute), "kernel_shape": always(intsAttribute), "pads": always(intsAttribute),
			"strides": always(intsAttribute), "count_include_pad": from(7, intAttribute), "ceil_mode": from(10, intAttribute),
			"dilations": from(19, intsAttribute),
		}},
		"GlobalAveragePool": {build: buildGlobalAveragePool, fewest: 1, most: 1},
		"Sum":               {build: buildSum, fewest: 1, variadic: true, attributes: map[string]rule{"consumed_inputs": inPlace}},
		"Concat":            {build: buildConcat, fewest: 1, variadic: true, attributes: map[string]rule{"axis": always(intAttribute)}},
	}
}
