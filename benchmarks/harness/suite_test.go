package harness

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

const head = "name,first,second,input,index,epsilon,clip,pairs,timeout\n"

func TestParseSuite(t *testing.T) {
	text := "# a comment\n" + head + "# another\n" +
		"one,m/a.onnx,/abs/b.onnx,x.npy,3,0.03,\"0,1\",runner-up,90s\n" +
		"two,m/a.onnx,m/b.nnet,x.npy,,eps.npy,,\"8:3,8:5\",1m30s\n"
	got, err := parseSuite([]byte(text), "suites")
	if err != nil {
		t.Fatal(err)
	}
	want := []Instance{
		{Name: "one", First: filepath.Join("suites", "m", "a.onnx"), Second: "/abs/b.onnx", Input: filepath.Join("suites", "x.npy"),
			Index: 3, Epsilon: "0.03", Clip: "0,1", Pairs: "runner-up", Timeout: 90 * time.Second},
		{Name: "two", First: filepath.Join("suites", "m", "a.onnx"), Second: filepath.Join("suites", "m", "b.nnet"), Input: filepath.Join("suites", "x.npy"),
			Epsilon: filepath.Join("suites", "eps.npy"), Pairs: "8:3,8:5", Timeout: 90 * time.Second},
	}
	if !slices.Equal(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
}

func TestParseSuiteVNNLIB(t *testing.T) {
	got, err := parseSuite([]byte("name,first,second,vnnlib,pairs,timeout\na,n1,n2,box.vnnlib,all,5s\n"), "d")
	if err != nil {
		t.Fatal(err)
	}
	args := got[0].arguments(2 * time.Second)
	want := []string{"--pairs=all", "--timeout=2s", "--format=json", "--quiet", "--vnnlib=" + filepath.Join("d", "box.vnnlib"), "--", filepath.Join("d", "n1"), filepath.Join("d", "n2")}
	if !slices.Equal(args, want) {
		t.Errorf("arguments %q, want %q", args, want)
	}
}

func TestParseSuiteRefuses(t *testing.T) {
	row := "a,n1,n2,x.npy,0,0.1,,label,5s\n"
	for text, want := range map[string]string{
		"":                           "is empty",
		"# only a comment\n":         "is empty",
		head:                         "no instances",
		"name,first,second\na,b,c\n": "line 1: column .* is missing",
		"name,first,second,pairs,timeout\na,b,c,all,1s\n": "line 1: a column input or vnnlib is missing",
		strings.Replace(head, "clip", "colour", 1) + row:  `line 1: unknown column "colour"`,
		strings.Replace(head, "clip", "input", 1) + row:   "line 1: column input is there twice",
		head + row + row:   "line 3: the name a is that of line 2 too",
		head + "a,n1,n2\n": "line 2: has another number of columns",
		head + "a,n1,n2,x.npy,0,0.1,0,1,label,5s\n":                        "line 2: has another number of columns",
		head + row + "b,\"n1,n2,x.npy,0,0.1,,label,5s\n":                   `line [34]: extraneous or missing`,
		head + "a b,n1,n2,x.npy,0,0.1,,label,5s\n":                         `line 2: name "a b"`,
		head + "../a,n1,n2,x.npy,0,0.1,,label,5s\n":                        `line 2: name`,
		head + "\"a\nb\",n1,n2,x.npy,0,0.1,,label,5s\n":                    `line 2: name "a\\nb"`,
		head + strings.Repeat("a", 201) + ",n1,n2,x.npy,0,0.1,,all,5s\n":   "line 2: name",
		head + "a,,n2,x.npy,0,0.1,,label,5s\n":                             "line 2: first is empty",
		head + "a,n1,,x.npy,0,0.1,,label,5s\n":                             "line 2: second is empty",
		head + "a,n1,n2,,0,0.1,,label,5s\n":                                "line 2: give either input",
		head + "a,n1,n2,x.npy,-1,0.1,,label,5s\n":                          `line 2: index "-1"`,
		head + "a,n1,n2,x.npy,1.5,0.1,,label,5s\n":                         `line 2: index "1.5"`,
		head + "a,n1,n2,x.npy,0,,,label,5s\n":                              `line 2: epsilon ""`,
		head + "a,n1,n2,x.npy,0,NaN,,label,5s\n":                           `line 2: epsilon "NaN"`,
		head + "a,n1,n2,x.npy,0,inf,,label,5s\n":                           `line 2: epsilon "inf"`,
		head + "a,n1,n2,x.npy,0,-1,,label,5s\n":                            `line 2: epsilon "-1"`,
		head + "a,n1,n2,x.npy,0,0.1,0,label,5s\n":                          `line 2: clip "0"`,
		head + "a,n1,n2,x.npy,0,0.1,\"1,0\",label,5s\n":                    `line 2: clip "1,0"`,
		head + "a,n1,n2,x.npy,0,0.1,,,5s\n":                                `line 2: pairs ""`,
		head + "a,n1,n2,x.npy,0,0.1,,best,5s\n":                            `line 2: pairs "best"`,
		head + "a,n1,n2,x.npy,0,0.1,,\"1:2 --jobs=9\",5s\n":                `line 2: pairs`,
		head + "a,n1,n2,x.npy,0,0.1,,label,\n":                             `line 2: timeout ""`,
		head + "a,n1,n2,x.npy,0,0.1,,label,5\n":                            `line 2: timeout "5"`,
		head + "a,n1,n2,x.npy,0,0.1,,label,0s\n":                           `line 2: timeout "0s"`,
		"name,first,second,index,vnnlib,pairs,timeout\na,b,c,1,v,all,1s\n": "line 2: index goes with input only",
	} {
		_, err := parseSuite([]byte(text), ".")
		if err == nil {
			t.Errorf("accepted: %q", text)
		} else if !regexp.MustCompile(want).MatchString(err.Error()) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%q: %q does not match %q", text, err, want)
		}
	}
}

func FuzzParseSuite(f *testing.F) {
	f.Add(head + "a,n1,n2,x.npy,0,0.1,\"0,1\",label,5s\n")
	f.Add("name,first,second,vnnlib,pairs,timeout\na,n1,n2,v,\"1:2,3:4\",5s\n")
	f.Fuzz(func(t *testing.T, text string) {
		got, err := parseSuite([]byte(text), "d")
		if err == nil && len(got) == 0 {
			t.Error("neither instances nor an error")
		}
		for _, in := range got {
			if in.Timeout <= 0 || in.First == "" || in.Second == "" || (in.Input == "") == (in.VNNLIB == "") {
				t.Errorf("accepted %+v", in)
			}
		}
	})
}

// The suites of the repository are sound, and their files are there.
func TestSuites(t *testing.T) {
	paths, err := filepath.Glob("../suites/*.csv")
	if err != nil || len(paths) == 0 {
		t.Fatalf("no suites: %v", err)
	}
	for _, path := range paths {
		s, err := ReadSuite(path)
		if err != nil {
			t.Error(err)
			continue
		}
		if err := s.CheckFiles(); err != nil {
			t.Errorf("%s: %v", path, err)
		}
	}
	configs, err := ReadConfigs("../suites/configs.json")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"auto", "milp", "plain", "bounds"} {
		if configs[name].About == "" {
			t.Errorf("config %s is missing, or tells nothing", name)
		}
	}
}

func TestReadSuiteRefuses(t *testing.T) {
	dir := t.TempDir()
	big := filepath.Join(dir, "big.csv")
	if err := os.WriteFile(big, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(big, maxSuiteSize+1); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]string{big: "has more than", dir: "no regular file", filepath.Join(dir, "none"): "no such file"} {
		if _, err := ReadSuite(path); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", path, err, want)
		}
	}
}

func TestParseConfigsRefuses(t *testing.T) {
	for text, want := range map[string]string{
		``:                                "no list of configs",
		`[]`:                              "no list of configs",
		`{"a": {"comand": "margin"}}`:     "unknown field",
		`{"a": {"command": "demo"}}`:      "give margin or bounds",
		`{"../a": {"command": "margin"}}`: "the name may have",
		`{"a": {"command": "margin"}} x`:  "something follows",
		`{"a": {"command": "margin", "args": ["--timeout=5s"]}}`: "for the instances and the run to give",
		`{"a": {"command": "margin", "args": ["-o", "x"]}}`:      "for the instances and the run to give",
		`{"a": {"command": "margin", "args": ["--"]}}`:           "has no place here",
	} {
		if _, err := parseConfigs([]byte(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", text, err, want)
		}
	}
}
