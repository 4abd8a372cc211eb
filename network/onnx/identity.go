package onnx

// buildIdentity reads Identity.
func buildIdentity(c *call) (value, error) { return c.view(c.in[0], c.in[0].shape) }

// buildDropout reads Dropout, which is the identity unless it trains. Before
// opset 7 it trains by default; from opset 12 on, an operand says so.
func buildDropout(c *call) (value, error) {
	if c.opset < 12 && (c.given(1) || c.given(2)) {
		return value{}, unsupportedf("opset %d has one operand", c.opset)
	}
	if c.opset < 7 && c.integer("is_test", 0) == 0 {
		return value{}, unsupportedf("it is in training mode (is_test is 0); export the model for inference")
	}
	if c.given(2) {
		mode := c.in[2]
		switch {
		case mode.constant == nil:
			return value{}, unsupportedf("training_mode %s is computed from the input", quoted(mode.name))
		case mode.typ != boolType || len(mode.constant.ints) != 1:
			return value{}, unsupportedf("training_mode %s is %v of shape %v instead of one BOOL", quoted(mode.name), mode.typ, mode.shape)
		case mode.constant.ints[0] != 0:
			return value{}, unsupportedf("it is in training mode; export the model for inference (model.eval())")
		}
	}
	return c.view(c.in[0], c.in[0].shape)
}
