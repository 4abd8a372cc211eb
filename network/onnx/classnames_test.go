package onnx

import (
	"slices"
	"testing"
)

func TestClassNames(t *testing.T) {
	for text, want := range map[string][]string{
		`["cat", "dog"]`:              {"cat", "dog"},
		`{"1": "dog", "0": "cat"}`:    {"cat", "dog"},
		`{0: 'cat', 1: "dog's"}`:      {"cat", "dog's"},
		`{0: 'c\'t', 1: 'a, 2: b',}`:  {"c't", "a, 2: b"},
		` {1: 'dog',0:'cat'} `:        {"cat", "dog"},
		`["cat", "dog", "bird"]`:      nil, // of another number of classes
		`{0: 'cat', 2: 'dog'}`:        nil,
		`{0: 'cat' 1: 'dog'}`:         nil,
		`{0: 'cat', 1: 'dog'`:         nil,
		`cat, dog`:                    nil,
		`["cat", 1]`:                  nil,
		``:                            nil,
		`{0: 'cat', 1: 'dog\`:         nil,
		`{"0": "cat", "one": "dog"}`:  nil,
		"{0: '\xff', 1: 'dog'}":       nil,
		`{"a": {"0": "cat"}, "b": 1}`: nil,
	} {
		if got := classNames([]metadata{{"author", "someone"}, {"Names", text}}, 2); !slices.Equal(got, want) {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

// Names in a file are those of the network; damaged ones are none, and no error.
func TestClassNamesOfFile(t *testing.T) {
	for _, c := range []struct {
		entry []byte
		want  []string
	}{
		{appendString(appendString(nil, 1, "class_names"), 2, `["a", "b", "c"]`), []string{"a", "b", "c"}},
		{appendString(appendString(nil, 1, "class_names"), 2, `["a", "b"]`), nil},
		{[]byte{0xff, 0xff}, nil},
	} {
		b := newModel(13, 1, 2)
		b.floats("w", []int{2, 3}, 1, 2, 3, 4, 5, 6)
		b.node("MatMul", "x w", "y")
		n, err := Decode(appendBytes(b.bytes(), 14, c.entry))
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(n.ClassNames, c.want) {
			t.Errorf("%q: %q, want %q", c.entry, n.ClassNames, c.want)
		}
	}
}

func FuzzClassNames(f *testing.F) {
	for _, text := range []string{`["cat", "dog"]`, `{0: 'cat', 1: "dog's"}`, `{"1": "b", "0": "a"}`, `{0: 'c\'t'}`} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		names := parseNames(text)
		if got := classNames([]metadata{{"classes", text}}, len(names)+1); got != nil {
			t.Errorf("%q: %q for another number of classes", text, got)
		}
	})
}
