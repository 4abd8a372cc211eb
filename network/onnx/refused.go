package onnx

import "maps"

// refused says of operators that are known why they are not supported and what to
// do: most are not piecewise linear, or jump.
func refused() map[string]string {
	smooth := "it is smooth, not piecewise linear, so that no exact mixed-integer program holds it; "
	jump := "it jumps, so that an extremum may be approached without being taken, which linear rows cannot tell; "
	why := map[string]string{
		"HardSwish":       "x HardSigmoid(x) is a product of values that depend on the input, not piecewise linear; train with Relu or Clip (ReLU6) instead, or cut the model before it",
		"ThresholdedRelu": jump + "use Relu with a bias instead",
		"Hardmax":         jump + "cut the model before it and ask about the logits",
		"ArgMax":          "its result is the number of a class, not a logit; say which tensor holds the logits (--output), or cut the model before it",
		"ArgMin":          "its result is the number of an element, which jumps; cut the model before it",
		"TopK":            "which elements it takes depends on the input; use ReduceMax instead, or cut the model before it",
	}
	for op, instead := range map[string]string{
		"Celu": "LeakyRelu", "Elu": "LeakyRelu", "Selu": "LeakyRelu", "Gelu": "Relu", "Mish": "Relu", "Softplus": "Relu",
		"Swish": "Relu", "Softsign": "Clip (HardTanh)", "Tanh": "Clip (HardTanh)", "Erf": "Clip (HardTanh)",
		"Sin": "", "Cos": "", "Exp": "", "Log": "", "Sqrt": "", "Reciprocal": "", "Pow": "",
		"InstanceNormalization": "BatchNormalization", "LayerNormalization": "BatchNormalization",
		"GroupNormalization": "BatchNormalization", "RMSNormalization": "BatchNormalization", "LpNormalization": "BatchNormalization",
		"ReduceL2": "ReduceMax", "ReduceSumSquare": "ReduceMax", "ReduceLogSum": "ReduceSum", "ReduceLogSumExp": "ReduceMax",
		"LRN": "BatchNormalization",
	} {
		cure := "cut the model before it"
		if instead != "" {
			cure = "train with " + instead + " instead, or " + cure
		}
		why[op] = smooth + cure
	}
	maps.Copy(why, refusedQuantization())
	maps.Copy(why, refusedLearning())
	maps.Copy(why, refusedFused())
	return why
}
