package rsm

import (
	"encoding/json"
	"errors"
	"math"
	"strconv"
)

// Float is a float64 whose infinities are the strings "+inf" and "-inf" in JSON, which
// has none.
type Float float64

// MarshalJSON implements json.Marshaler.
func (f Float) MarshalJSON() ([]byte, error) {
	switch v := float64(f); {
	case math.IsInf(v, 1):
		return []byte(`"+inf"`), nil
	case math.IsInf(v, -1):
		return []byte(`"-inf"`), nil
	case math.IsNaN(v):
		return nil, errors.New("a value is not a number")
	default:
		return strconv.AppendFloat(nil, v, 'g', -1, 64), nil
	}
}

// UnmarshalJSON implements json.Unmarshaler.
func (f *Float) UnmarshalJSON(data []byte) error {
	switch string(data) {
	case `"+inf"`, `"inf"`:
		*f = Float(math.Inf(1))
		return nil
	case `"-inf"`:
		*f = Float(math.Inf(-1))
		return nil
	}
	return json.Unmarshal(data, (*float64)(f))
}

// FloatsOf are Floats of a list of float64s.
func FloatsOf(x []float64) []Float {
	if x == nil {
		return nil
	}
	out := make([]Float, len(x))
	for i, v := range x {
		out[i] = Float(v)
	}
	return out
}

// Floats are the float64s of a list of a result.
func Floats(x []Float) []float64 {
	out := make([]float64, len(x))
	for i, v := range x {
		out[i] = float64(v)
	}
	return out
}
