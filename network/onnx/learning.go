package onnx

import (
	"fmt"

	"rsm/network"
)

// learning is the domain of ONNX's operators of classical machine learning.
const learning = "ai.onnx.ml"

// learningOperators are those that classifiers of scikit-learn have, as skl2onnx writes
// them.
func learningOperators() map[string]operator {
	return map[string]operator{
		learning + ".Scaler": {build: buildScaler, fewest: 1, most: 1, attributes: map[string]rule{
			"offset": always(floatsAttribute), "scale": always(floatsAttribute),
		}},
		learning + ".Normalizer": {build: buildNormalizer, fewest: 1, most: 1, attributes: map[string]rule{"norm": always(stringAttribute)}},
		learning + ".ZipMap": {build: buildZipMap, fewest: 1, most: 1, attributes: map[string]rule{
			"classlabels_int64s": always(intsAttribute), "classlabels_strings": always(stringsAttribute),
		}},
		learning + ".LinearClassifier": {build: buildLinearClassifier, fewest: 1, most: 1, split: true, attributes: map[string]rule{
			"classlabels_ints": always(intsAttribute), "classlabels_strings": always(stringsAttribute),
			"coefficients": always(floatsAttribute), "intercepts": always(floatsAttribute),
			"multi_class": always(intAttribute), "post_transform": always(stringAttribute),
		}},
	}
}

// refusedLearning says why others of that domain are not supported.
func refusedLearning() map[string]string {
	const (
		jumps = "a tree jumps where a feature passes a threshold, and is no network of linear layers and ReLUs; train one of these instead"
		label = "its result is a label, not a logit; say which tensor holds the logits instead (--output)"
	)
	return map[string]string{
		learning + ".TreeEnsembleClassifier": jumps,
		learning + ".TreeEnsembleRegressor":  jumps,
		learning + ".TreeEnsemble":           jumps,
		learning + ".SVMClassifier":          "its kernel is smooth, not piecewise linear, and with a linear kernel its probabilities are of pairs of classes; export a linear classifier instead",
		learning + ".SVMRegressor":           "its kernel is smooth, not piecewise linear; export a linear model instead",
		learning + ".ArrayFeatureExtractor":  label,
		learning + ".LabelEncoder":           label,
	}
}

// floatList returns an attribute that is a list of numbers, nil where it is left out.
func (c *call) floatList(name string) ([]float64, error) {
	a := c.attributes[name]
	if a == nil {
		return nil, nil
	}
	k, err := unpackFloats(a.floats)
	if err == nil {
		err = network.CheckFinite(k)
	}
	if err != nil {
		return nil, fmt.Errorf("attribute %s: %w", quoted(name), err)
	}
	return k, nil
}
