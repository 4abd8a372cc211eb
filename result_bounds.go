package rsm

// BoundsRow is what one method proves of the range of one class pair.
type BoundsRow struct {
	Pair    string `json:"pair"`
	Method  string `json:"method"`
	Min     Float  `json:"min"`
	Max     Float  `json:"max"`
	Width   Float  `json:"width"`
	Ratio   *Float `json:"relative_width,omitempty"`
	Exact   bool   `json:"exact"`
	Seconds Float  `json:"seconds"`
}
