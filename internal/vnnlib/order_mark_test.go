package vnnlib_test

import (
	"reflect"
	"testing"

	"rsm/internal/vnnlib"
)

// A byte order mark at the beginning says nothing, in either version.
func TestByteOrderMark(t *testing.T) {
	for _, text := range []string{
		"(declare-const X_0 Real)\n(declare-const Y_0 Real)\n(assert (<= X_0 1))\n(assert (>= X_0 0))\n(assert (<= Y_0 1))\n",
		"(vnnlib-version <2.0>)\n(declare-network f (declare-input X float32 [1]) (declare-output Y float32 [1]))\n(assert (<= X[0] 1.0))\n(assert (>= X[0] 0.0))\n(assert (<= Y[0] 1.0))\n",
	} {
		a, err := vnnlib.DecodeSpecification([]byte(text))
		if err != nil {
			t.Fatal(err)
		}
		b, err := vnnlib.DecodeSpecification([]byte("\xef\xbb\xbf" + text))
		if err != nil || !reflect.DeepEqual(a, b) {
			t.Errorf("%+v, %v", b, err)
		}
	}
}
