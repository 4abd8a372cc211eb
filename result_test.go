package rsm

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"pgregory.net/rapid"
)

// structs lists the types of a result's objects: those of its fields, but for embedded
// ones, whose fields belong to what they are embedded in.
func structs(t reflect.Type, found map[string]reflect.Type) {
	switch t.Kind() {
	case reflect.Pointer, reflect.Slice, reflect.Array, reflect.Map:
		structs(t.Elem(), found)
	case reflect.Struct:
		if t == reflect.TypeFor[time.Time]() || found[t.Name()] != nil {
			return
		}
		found[t.Name()] = t
		for _, f := range reflect.VisibleFields(t) {
			if !f.Anonymous {
				structs(f.Type, found)
			}
		}
	}
}

// names are those of an object's fields in JSON.
func names(t reflect.Type) []string {
	var all []string
	for _, f := range reflect.VisibleFields(t) {
		if name, _, _ := strings.Cut(f.Tag.Get("json"), ","); !f.Anonymous && name != "-" {
			all = append(all, name)
		}
	}
	return all
}

// TestFieldsAreDocumented: docs/results.md has a section for each object, and in it a row
// for each field, and none for what is not there.
func TestFieldsAreDocumented(t *testing.T) {
	data, err := os.ReadFile("docs/results.md")
	if err != nil {
		t.Fatal(err)
	}
	documented := map[string][]string{}
	heading, row := regexp.MustCompile(`^### (\w+)`), regexp.MustCompile("^\\| `(\\w+)` \\| [^|]*\\w[^|]* \\| [^|]*\\w[^|]* \\|$")
	section := ""
	for line := range strings.Lines(string(data)) {
		line = strings.TrimSpace(line)
		if m := heading.FindStringSubmatch(line); m != nil {
			section = m[1]
			documented[section] = []string{}
		} else if strings.HasPrefix(line, "## ") {
			section = ""
		}
		if m := row.FindStringSubmatch(line); m != nil && section != "" {
			documented[section] = append(documented[section], m[1])
		} else if section != "" && strings.HasPrefix(line, "| `") {
			t.Errorf("%s: the row is not | `field` | kind | meaning |: %s", section, line)
		}
	}
	found := map[string]reflect.Type{}
	structs(reflect.TypeFor[Result](), found)
	for name, typ := range found {
		have, ok := documented[name]
		if !ok {
			t.Errorf("docs/results.md has no section ### %s", name)
		}
		for _, field := range names(typ) {
			if n := len(slices.DeleteFunc(slices.Clone(have), func(s string) bool { return s != field })); ok && n != 1 {
				t.Errorf("docs/results.md, section %s: the field %s is there %d times", name, field, n)
			}
		}
	}
	for name, fields := range documented {
		for _, field := range fields {
			if typ := found[name]; typ == nil || !slices.Contains(names(typ), field) {
				t.Errorf("docs/results.md, section %s: there is no field %s", name, field)
			}
		}
	}
}

// draw fills a value with what a result may hold: what is left out of JSON when it is
// empty is not empty but nil, and everything else not nil but empty.
func draw(t *rapid.T, v reflect.Value, optional bool) {
	count := func() int { return rapid.IntRange(0, 3).Draw(t, "count") }
	switch v.Interface().(type) {
	case Float:
		f := rapid.OneOf(rapid.Float64Range(-1e300, 1e300), rapid.SampledFrom([]float64{0, 1, math.Inf(1), math.Inf(-1), 5e-324, 0.1})).Draw(t, "float")
		v.SetFloat(f + 0) // no negative zero: it is left out where zero is
		return
	case Decimal:
		all := []string{"0", "-12.50", "1e-3", "8/255", "+1", ".5", "123456789012345678901234567890.1"}
		if optional {
			all = append(all, "")
		}
		v.SetString(rapid.SampledFrom(all).Draw(t, "decimal"))
		return
	case time.Time:
		v.Set(reflect.ValueOf(time.Unix(rapid.Int64Range(0, 1<<34).Draw(t, "time"), 0).UTC()))
		return
	}
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			tag := v.Type().Field(i).Tag.Get("json")
			draw(t, v.Field(i), strings.Contains(tag, "omit"))
		}
	case reflect.Pointer:
		if rapid.Bool().Draw(t, "there") {
			v.Set(reflect.New(v.Type().Elem()))
			draw(t, v.Elem(), false)
		}
	case reflect.Slice:
		n := count()
		if n == 0 && optional {
			return
		}
		v.Set(reflect.MakeSlice(v.Type(), n, n))
		fallthrough
	case reflect.Array:
		for i := range v.Len() {
			draw(t, v.Index(i), false)
		}
	case reflect.Map:
		n := count()
		if n == 0 && optional {
			return
		}
		v.Set(reflect.MakeMap(v.Type()))
		for range n {
			value := reflect.New(v.Type().Elem()).Elem()
			draw(t, value, false)
			v.SetMapIndex(reflect.ValueOf(rapid.String().Draw(t, "key")), value)
		}
	case reflect.String:
		v.SetString(strings.ToValidUTF8(rapid.String().Draw(t, "text"), ""))
	case reflect.Bool:
		v.SetBool(rapid.Bool().Draw(t, "bool"))
	case reflect.Int, reflect.Int64:
		v.SetInt(rapid.Int64Range(-1<<40, 1<<40).Draw(t, "int"))
	case reflect.Uint64:
		v.SetUint(rapid.Uint64().Draw(t, "uint"))
	default:
		t.Fatalf("a result holds a %v", v.Type())
	}
}

// TestResultRoundTrip: what is written is read again as it was, every field of it.
func TestResultRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := &Result{}
		draw(t, reflect.ValueOf(r).Elem(), false)
		r.Schema, r.SchemaVersion = Schema, SchemaVersion
		var out bytes.Buffer
		if err := r.Write(&out); err != nil {
			t.Fatal(err)
		}
		got, err := Decode(out.Bytes())
		if err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(got, r) {
			var again bytes.Buffer
			if err := got.Write(&again); err != nil {
				t.Fatal(err)
			}
			t.Fatalf("read again as\n%s\nit was\n%s", again.String(), out.String())
		}
	})
}

// TestAnswersRoundTrip: so are answers to questions of all kinds.
func TestAnswersRoundTrip(t *testing.T) {
	q := sound(t)
	query, err := Reader{Files: DemoFiles()}.ReadQuery("queries/digits.vnnlib")
	if err != nil {
		t.Fatal(err)
	}
	for name, spoil := range map[string]func(*Question){
		"margin":     func(q *Question) { q.Kind = KindMargin },
		"thresholds": func(q *Question) { q.Kind, q.AtLeast, q.AtMost = KindMargin, "-1/3", "0.50" },
		"brightness": func(q *Question) { q.Kind, q.Region.Epsilon, q.Region.Brightness = KindMargin, 0, 0.01 },
		"bounds":     func(q *Question) { q.Kind, q.Methods = KindBounds, []string{"interval", ExactMethod} },
		"imply":      func(q *Question) { q.Kind, q.Pairs, q.Class = KindImply, "", "all" },
		"equiv":      func(q *Question) { q.Kind, q.Pairs, q.EpsilonOutput = KindEquiv, "", "1e-3" },
		"radius":     func(q *Question) { q.Kind, q.Pairs, q.Region.Epsilon, q.MaxEpsilon = KindRadius, "", 0, 0.001 },
		"failing":    func(q *Question) { q.Kind, q.Region.Epsilon, q.Property, q.AtLeast = KindRadius, 0, KindMargin, "99" },
		"verify": func(q *Question) {
			*q = Question{Kind: KindVerify, Query: query, Models: map[string]string{"f": "models/digits-int8.onnx", "g": "models/digits-original.onnx"}, Files: Reader{Files: DemoFiles()}}
		},
	} {
		q := q
		q.Command = []string{"test", name}
		spoil(&q)
		r, err := q.Ask(t.Context())
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		var out bytes.Buffer
		if err := r.Write(&out); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if got, err := Decode(out.Bytes()); err != nil || !reflect.DeepEqual(got, r) {
			t.Errorf("%s: read again as\n%+v, %v; it was\n%+v", name, got, err, r)
		}
		if strings.Contains(out.String(), "null") != (name == "radius" && r.Radius.Unsafe == nil || name == "failing" && r.Radius.Safe == nil) {
			t.Errorf("%s: null in %s", name, out.String())
		}
	}
}

// What is no result, or of another version, is an error.
func TestDecodeRefuses(t *testing.T) {
	good := fmt.Sprintf(`{"schema":"rsm-result","schema_version":%d}`, SchemaVersion)
	if _, err := Decode([]byte(good)); err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]string{
		"":   "is no JSON",
		"[]": "is no JSON",
		`{"schema":"rsm-margin","schema_version":1}`:      `schema "rsm-margin"`,
		`{"schema":"rsm-result","schema_version":1}`:      "version 1 of its schema",
		`{"schema":"rsm-result","schema_version":999999}`: "version 999999",
		good + "{}": "something follows",
		strings.TrimSuffix(good, "}") + `,"seconds":"never"}`: "is no JSON",
		strings.TrimSuffix(good, "}") + `,"seconds":"nan"}`:   "is no JSON",
	} {
		if _, err := Decode([]byte(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: error %v, want one with %q", text, err, want)
		}
	}
}

func TestFloats(t *testing.T) {
	got, err := json.Marshal(FloatsOf([]float64{0.1, math.Inf(1), math.Inf(-1), 1e300}))
	if want := `[0.1,"+inf","-inf",1e+300]`; err != nil || string(got) != want {
		t.Errorf("%s, %v; want %s", got, err, want)
	}
	if _, err := json.Marshal(Float(math.NaN())); err == nil {
		t.Error("NaN was written")
	}
}

// Decimals are JSON numbers where JSON can write them, digit by digit as they are.
func TestDecimalsInJSON(t *testing.T) {
	for d, want := range map[Decimal]string{"0.30": "0.30", "-1e-3": "-1e-3", "8/255": `"8/255"`, ".5": `".5"`, "+1": `"+1"`, "": `""`, "01": `"01"`} {
		got, err := json.Marshal(d)
		if err != nil || string(got) != want {
			t.Errorf("%s: %s, %v; want %s", d, got, err, want)
		}
	}
}

// The names of classes are in the result; where files disagree about them, a note says so.
func TestClassNames(t *testing.T) {
	named := func(n *Network, names ...string) *Network {
		m := *n
		m.ClassNames = names
		return &m
	}
	digits := strings.Split("zero one two three four five six seven eight nine", " ")
	q := sound(t)
	q.Kind, q.Region.Epsilon = KindMargin, 0
	for _, c := range []struct {
		n1, n2 []string
		names  []string
		notes  int
	}{{nil, nil, nil, 0}, {digits, nil, digits, 0}, {nil, digits, digits, 0}, {digits, digits, digits, 0}, {digits, append([]string{"nil"}, digits[1:]...), digits, 1}} {
		q := q
		q.N1, q.N2 = named(q.N1, c.n1...), named(q.N2, c.n2...)
		r, err := q.Ask(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(r.ClassNames, c.names) || len(r.Notes) != c.notes || !slices.Equal(r.Networks[0].ClassNames, c.n1) {
			t.Errorf("names %q, notes %q", r.ClassNames, r.Notes)
		}
	}
}

func FuzzDecode(f *testing.F) {
	f.Add([]byte(`{"schema":"rsm-result","schema_version":2,"kind":"margin","pairs":[{"i":0,"j":1,"min":{"proved":"-inf","threshold":1e-3}}]}`))
	f.Add([]byte(`{"schema":"rsm-result","schema_version":2,"radius":{"safe":null,"property":{"at_least":"1/3"}},"date":"2026-01-31T09:30:00Z"}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		r, err := Decode(data)
		if err != nil {
			return
		}
		var once, twice bytes.Buffer
		if err := r.Write(&once); err != nil {
			t.Fatal(err)
		}
		again, err := Decode(once.Bytes())
		if err != nil {
			t.Fatalf("%s: %v", once.String(), err)
		}
		if err := again.Write(&twice); err != nil || !bytes.Equal(once.Bytes(), twice.Bytes()) {
			t.Fatalf("%s, read again %s", once.String(), twice.String())
		}
	})
}

func FuzzDecimal(f *testing.F) {
	for _, s := range []string{"0.1", "-8/255", "1e-30", "+.5", "1/0", "0x10", "1_0", "1e999999999"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		d := Decimal(s)
		if v, err := d.Rat(); err == nil && (v == nil || strings.ContainsAny(s, "xX_pP \n")) {
			t.Fatalf("%q is %v", s, v)
		}
		data, err := json.Marshal(d)
		if err != nil {
			t.Fatal(err)
		}
		var back Decimal
		if err := json.Unmarshal(data, &back); err != nil || utf8.ValidString(s) && back != d {
			t.Fatalf("%q became %s, and %q, %v", s, data, back, err)
		}
	})
}
