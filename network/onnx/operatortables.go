package onnx

// movingOperators make no number: they move elements, leave some out, or put
// constants between them.
func movingOperators() map[string]operator {
	axis := map[string]rule{"axis": always(intAttribute)}
	return map[string]operator{
		"Slice": {build: buildSlice, fewest: 1, most: 5, attributes: map[string]rule{
			"starts": until(9, intsAttribute), "ends": until(9, intsAttribute), "axes": until(9, intsAttribute),
		}},
		"Split": {build: buildSplit, fewest: 1, most: 2, split: true, attributes: map[string]rule{
			"axis": always(intAttribute), "split": until(12, intsAttribute), "num_outputs": from(18, intAttribute),
		}},
		"Pad": {build: buildPad, fewest: 1, most: 4, attributes: map[string]rule{
			"mode": always(stringAttribute), "value": until(10, floatAttribute),
			"paddings": until(1, intsAttribute), "pads": {intsAttribute, 2, 10},
		}},
		"Gather":         {build: buildGather, fewest: 2, most: 2, attributes: axis},
		"GatherElements": {build: buildGatherElements, fewest: 2, most: 2, attributes: axis},
		"GatherND":       {build: buildGatherND, fewest: 2, most: 2, attributes: map[string]rule{"batch_dims": from(12, intAttribute)}},
		"Resize": {build: buildResize, fewest: 1, most: 4, attributes: map[string]rule{
			"mode": from(10, stringAttribute), "coordinate_transformation_mode": from(11, stringAttribute), "nearest_mode": from(11, stringAttribute),
			"cubic_coeff_a": from(11, floatAttribute), "exclude_outside": from(11, intAttribute), "extrapolation_value": from(11, floatAttribute),
			"antialias": from(18, intAttribute), "axes": from(18, intsAttribute), "keep_aspect_ratio_policy": from(18, stringAttribute),
		}},
		"Upsample": {build: buildUpsample, fewest: 1, most: 2, attributes: map[string]rule{
			"mode": always(stringAttribute), "scales": {floatsAttribute, 7, 8}, "height_scale": until(6, floatAttribute), "width_scale": until(6, floatAttribute),
		}},
		"Expand": {build: buildExpand, fewest: 2, most: 2},
		"Tile":   {build: buildTile, fewest: 2, most: 3},
		"Where":  {build: buildWhere, fewest: 3, most: 3},
		"DepthToSpace": {build: buildDepthToSpace, fewest: 1, most: 1, attributes: map[string]rule{
			"blocksize": always(intAttribute), "mode": from(11, stringAttribute),
		}},
		"SpaceToDepth": {build: buildSpaceToDepth, fewest: 1, most: 1, attributes: map[string]rule{
			"blocksize": always(intAttribute), "mode": from(28, stringAttribute),
		}},
	}
}

// reducingOperators make one element of several.
func reducingOperators() map[string]operator {
	reduce := func(b build, attributeUntil int) operator {
		return operator{build: b, fewest: 1, most: 2, attributes: map[string]rule{
			"axes": until(attributeUntil, intsAttribute), "keepdims": always(intAttribute),
			"noop_with_empty_axes": from(attributeUntil+1, intAttribute),
		}}
	}
	prod := reduce(onlyConstants, 17)
	prod.folded = true
	return map[string]operator{
		"ReduceSum":  reduce(buildReduceSum, 12),
		"ReduceMean": reduce(buildReduceMean, 17),
		"ReduceL1":   reduce(buildReduceL1, 17),
		"ReduceMax":  reduce(buildReduceMax, 17),
		"ReduceMin":  reduce(buildReduceMin, 17),
		"ReduceProd": prod,
		"ReduceL2":   prod, "ReduceSumSquare": prod, "ReduceLogSum": prod, "ReduceLogSumExp": prod,
		"MaxPool": {build: buildMaxPool, fewest: 1, most: 1, outputs: 2, attributes: map[string]rule{
			"auto_pad": always(stringAttribute), "ceil_mode": from(10, intAttribute), "dilations": from(10, intsAttribute),
			"kernel_shape": always(intsAttribute), "pads": always(intsAttribute), "storage_order": from(8, intAttribute),
			"strides": always(intsAttribute),
		}},
		"LpPool": {build: buildLpPool, fewest: 1, most: 1, attributes: map[string]rule{
			"auto_pad": always(stringAttribute), "ceil_mode": from(18, intAttribute), "dilations": from(18, intsAttribute),
			"kernel_shape": always(intsAttribute), "p": always(anyAttribute), "pads": always(intsAttribute), "strides": always(intsAttribute),
		}},
		"CumSum": {build: buildCumSum, fewest: 2, most: 2, attributes: map[string]rule{
			"exclusive": from(11, intAttribute), "reverse": from(11, intAttribute),
		}},
		"Einsum":        {build: buildEinsum, fewest: 1, variadic: true, attributes: map[string]rule{"equation": from(12, stringAttribute)}},
		"GlobalMaxPool": {build: buildGlobalMaxPool, fewest: 1, most: 1},
	}
}

// activationOperators are piecewise linear, element by element.
func activationOperators() map[string]operator {
	with := func(b build, operands int, attributes ...string) operator {
		op := operator{build: b, fewest: operands, most: operands, attributes: map[string]rule{
			"consumed_inputs": until(5, intsAttribute), // a hint
		}}
		for _, name := range attributes {
			op.attributes[name] = always(floatAttribute)
		}
		return op
	}
	any := func(b build) operator {
		op := with(b, 1)
		op.variadic = true
		return op
	}
	clip := operator{build: buildClip, fewest: 1, most: 3, attributes: map[string]rule{
		"consumed_inputs": until(5, intsAttribute), "min": until(10, floatAttribute), "max": until(10, floatAttribute),
	}}
	return map[string]operator{
		"Abs":         with(buildAbs, 1),
		"Clip":        clip,
		"Ceil":        with(buildCeil, 1),
		"Floor":       with(buildFloor, 1),
		"Round":       {build: buildRound, fewest: 1, most: 1},
		"HardSigmoid": with(buildHardSigmoid, 1, "alpha", "beta"),
		"LeakyRelu":   with(buildLeakyReLU, 1, "alpha"),
		"Max":         any(buildMax),
		"Mean":        any(buildMean),
		"Min":         any(buildMin),
		"Neg":         with(buildNeg, 1),
		"PRelu":       with(buildPReLU, 2),
		"Sigmoid":     with(buildSigmoid, 1),
		"Shrink":      with(buildShrink, 1, "bias", "lambd"),
	}
}

// constantOperators have results that are constants.
func constantOperators() map[string]operator {
	old := map[string]rule{"axis": until(6, intAttribute), "broadcast": until(6, intAttribute)}
	only := func(operands int, attributes map[string]rule) operator {
		return operator{build: onlyConstants, folded: true, fewest: operands, most: operands, attributes: attributes}
	}
	return map[string]operator{
		"Shape":           {build: buildShape, folded: true, fewest: 1, most: 1, attributes: map[string]rule{"start": from(15, intAttribute), "end": from(15, intAttribute)}},
		"Size":            {build: buildSize, folded: true, fewest: 1, most: 1},
		"ConstantOfShape": only(1, map[string]rule{"value": always(tensorAttribute)}),
		"Range":           only(3, map[string]rule{"stash_type": from(27, intAttribute)}),
		"Equal":           only(2, old),
		"Less":            only(2, old),
		"Greater":         only(2, old),
		"And":             only(2, old),
		"Or":              only(2, old),
		"Not":             only(1, nil),
		"Mod":             only(2, map[string]rule{"fmod": always(intAttribute)}),
		"Exp":             only(1, map[string]rule{"consumed_inputs": until(5, intsAttribute)}),
		"Log":             only(1, map[string]rule{"consumed_inputs": until(5, intsAttribute)}),
		"Pow":             only(2, old),
		"Reciprocal":      only(1, map[string]rule{"consumed_inputs": until(5, intsAttribute)}),
		"Softplus":        only(1, nil),
		"Sqrt":            only(1, map[string]rule{"consumed_inputs": until(5, intsAttribute)}),
		"Tanh":            only(1, map[string]rule{"consumed_inputs": until(5, intsAttribute)}),
	}
}
