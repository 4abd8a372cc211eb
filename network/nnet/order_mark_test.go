package nnet_test

import (
	"testing"

	"rsm/network/nnet"
)

// A byte order mark at the beginning says nothing.
func TestByteOrderMark(t *testing.T) {
	f, err := nnet.Decode([]byte(small))
	if err != nil {
		t.Fatal(err)
	}
	g, err := nnet.Decode([]byte("\xef\xbb\xbf" + small))
	if err != nil || !equal(f, g) {
		t.Errorf("%+v, %v", g, err)
	}
}
