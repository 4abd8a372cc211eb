package rsm

import (
	"encoding/json"
	"errors"
	"fmt"
	"math/big"
	"strings"

	"rsm/formula"
)

// Decimal is a rational number as it is written: "0.05", "-1e-3" or "8/255". It is
// that number and not the float64 nearest to it. The empty Decimal is none.
type Decimal string

// longestWhole bounds the digits of the numbers of a fraction.
const longestWhole = 400

// Rat is the number. An error is a phrase that follows it.
func (d Decimal) Rat() (*big.Rat, error) {
	above, below, fraction := strings.Cut(string(d), "/")
	if !fraction {
		return formula.Parse(above)
	}
	if len(d) > longestWhole {
		return nil, fmt.Errorf("has more than %d digits", longestWhole)
	}
	a, ok1 := new(big.Int).SetString(above, 10)
	b, ok2 := new(big.Int).SetString(below, 10)
	if !ok1 || !ok2 || b.Sign() == 0 {
		return nil, errors.New("is not a fraction of two whole numbers")
	}
	return new(big.Rat).SetFrac(a, b), nil
}

// MarshalJSON implements json.Marshaler: a number where JSON can write it, and
// otherwise a string.
func (d Decimal) MarshalJSON() ([]byte, error) {
	if s := []byte(d); strings.Trim(string(d), "0123456789+-.eE") == "" && json.Valid(s) {
		return s, nil
	}
	return json.Marshal(string(d))
}

// UnmarshalJSON implements json.Unmarshaler.
func (d *Decimal) UnmarshalJSON(data []byte) error {
	if len(data) > 0 && data[0] == '"' {
		return json.Unmarshal(data, (*string)(d))
	}
	var n json.Number
	if err := json.Unmarshal(data, &n); err != nil {
		return err
	}
	*d = Decimal(n)
	return nil
}
