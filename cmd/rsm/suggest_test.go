package main

import (
	"testing"

	"github.com/xrash/smetrics"
	"pgregory.net/rapid"
)

// The edit distance is that of its recursive definition.
func TestEditDistance(t *testing.T) {
	var definition func(a, b string) int
	definition = func(a, b string) int {
		switch {
		case a == "" || b == "":
			return len(a) + len(b)
		case a[0] == b[0]:
			return definition(a[1:], b[1:])
		}
		return 1 + min(definition(a[1:], b), definition(a, b[1:]), definition(a[1:], b[1:]))
	}
	rapid.Check(t, func(t *rapid.T) {
		word := rapid.StringMatching("[abc]{0,6}")
		a, b := word.Draw(t, "a"), word.Draw(t, "b")
		if got, want := smetrics.WagnerFischer(a, b, 1, 1, 1), definition(a, b); got != want {
			t.Fatalf("%d, want %d", got, want)
		}
	})
}
