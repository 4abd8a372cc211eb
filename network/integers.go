package network

import "fmt"

// IntegerInput says that a file takes integers, where the network takes real numbers and
// quantizes them.
type IntegerInput struct {
	Type string // of the integers, as in ONNX, such as "INT8"
	// Integer q of the file stands for Scale (q - Zero). Scaled says that the file itself
	// says so; else it stands for q.
	Scale, Zero float64
	Scaled      bool
}

// Real returns the real numbers that integers stand for. Quantized, they are these integers
// again.
func (in *IntegerInput) Real(q []float64) []float64 {
	x := make([]float64, len(q))
	for i, v := range q {
		x[i] = in.Scale * (v - in.Zero)
	}
	return x
}

// Bytes is the type of NumPy that holds such integers, such as "i1" for INT8, INT4 and INT2.
func (in *IntegerInput) Bytes() string {
	switch in.Type {
	case "INT8", "INT4", "INT2":
		return "i1"
	case "UINT8", "UINT4", "UINT2":
		return "u1"
	case "INT16":
		return "i2"
	}
	return "u2"
}

// Meaning is what an integer q of the file stands for, in words.
func (in *IntegerInput) Meaning() string {
	switch {
	case in.Zero < 0:
		return fmt.Sprintf("%v (q + %v)", in.Scale, -in.Zero)
	case in.Zero > 0:
		return fmt.Sprintf("%v (q - %v)", in.Scale, in.Zero)
	}
	return fmt.Sprintf("%v q", in.Scale)
}
