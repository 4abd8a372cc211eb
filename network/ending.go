package network

// Ending is what a file makes of the logits at its end, and was left out.
type Ending struct {
	Kind  EndingKind
	Title string // of the operator, such as `Softmax "y"`
	// Rounded says that the probabilities are rounded to levels of a quantization.
	Rounded bool
	Normed  bool // the probabilities were divided by their largest, or by their Euclidean norm
}

// EndingKind says which functions of the logits y the outputs of a file are.
type EndingKind int

// The kinds.
const (
	Outputs    EndingKind = iota // the logits
	Softmax                      // exp(y_i) / sum_j exp(y_j)
	LogSoftmax                   // the logarithm of that
	Sigmoid                      // of one logit: 1 / (1 + exp(-y))
	Complement                   // of one logit: 1 less that
)
