package onnx

import (
	"encoding/json"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"
)

// ONNX has no place for the names of classes. Tools put them in the metadata of the
// model, as a list in JSON, or as the text of a Python dictionary (Ultralytics).

// nameKeys are the keys under which names of classes are looked for, in this order.
var nameKeys = []string{"class_names", "classes", "labels", "names"}

// metadata is an entry of a model's metadata_props.
type metadata struct{ key, value string }

// longestNames bounds the bytes of names that are read.
const longestNames = 1 << 20

// decodeMetadata reads a StringStringEntryProto. One that is damaged is none: nothing
// that a network computes depends on it.
func decodeMetadata(data []byte) (m metadata, ok bool) {
	err := eachField("StringStringEntryProto", data, func(f field) (err error) {
		switch f.number {
		case 1:
			m.key, err = f.text()
		case 2:
			m.value, err = f.text()
		}
		return err
	})
	return m, err == nil
}

// classNames are the names of so many classes, nil where the metadata has none that fit.
func classNames(all []metadata, classes int) []string {
	for _, key := range nameKeys {
		for _, m := range all {
			if !strings.EqualFold(m.key, key) || len(m.value) > longestNames || !utf8.ValidString(m.value) {
				continue
			}
			if names := parseNames(strings.TrimSpace(m.value)); len(names) == classes {
				return names
			}
		}
	}
	return nil
}

// parseNames reads ["a", "b"], {"0": "a", "1": "b"} or {0: 'a', 1: 'b'}.
func parseNames(text string) []string {
	var list []string
	if json.Unmarshal([]byte(text), &list) == nil {
		return list
	}
	byIndex := map[string]string{}
	if json.Unmarshal([]byte(text), &byIndex) != nil && !pythonDict(text, byIndex) {
		return nil
	}
	for k := range len(byIndex) {
		name, ok := byIndex[strconv.Itoa(k)]
		if !ok {
			return nil
		}
		list = append(list, name)
	}
	return list
}

var pythonItem = regexp.MustCompile(`^\s*(\d{1,6})\s*:\s*('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")\s*(?:,|$)`)

// pythonDict reads the text of a dictionary from numbers to strings.
func pythonDict(text string, to map[string]string) bool {
	inner, ok := strings.CutPrefix(text, "{")
	if inner, ok2 := strings.CutSuffix(inner, "}"); ok && ok2 {
		for strings.TrimSpace(inner) != "" {
			m := pythonItem.FindStringSubmatch(inner)
			if m == nil {
				return false
			}
			quote := m[2][:1]
			to[m[1]] = strings.NewReplacer(`\`+quote, quote, `\\`, `\`).Replace(m[2][1 : len(m[2])-1])
			inner = inner[len(m[0]):]
		}
		return true
	}
	return false
}
