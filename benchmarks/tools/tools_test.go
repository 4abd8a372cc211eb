// Package tools holds what exporters and quantizers write, and checks that rsm
// reads it as it is meant: see README.md.
package tools

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"codeberg.org/sbinet/npyio/npy"

	"rsm/network"
	"rsm/network/onnx"
)

// record is what a script and expected.py write about the files of a tool.
type record struct {
	Tool     string
	Versions map[string]string // of packages
	Files    map[string]*file
}

// file is an ONNX file and what its logits are by another program.
type file struct {
	Form   string
	SHA256 string
	By     string      // the program
	X      [][]float64 // inputs where they are not the samples: integers of files that take such
	Y      [][]float64 // logits, for each input
}

// row is a line of the table in docs/formats.md.
type row struct {
	tool, version, form, answer string
	file                        string // TOOL/NAME
}

// tolerance is relative to the largest logit of a sample: float32 against exact arithmetic.
const tolerance = 1e-5

// TestFiles reads all files, holds their logits against those of the other program, and does
// with each what docs/formats.md says: "read", "read with `--output TENSOR`", "read: and what is
// noted", or "refused: `words` that the error has".
func TestFiles(t *testing.T) {
	records, rows, samples := readRecords(t), readTable(t), readSamples(t)
	evaluated, tools := 0, map[string]bool{}
	for _, r := range records {
		for name, f := range r.Files {
			t.Run(r.Tool+"/"+name, func(t *testing.T) {
				line, ok := rows[r.Tool+"/"+name]
				if !ok {
					t.Fatal("docs/formats.md has no row for it")
				}
				net, err := read(filepath.Join("files", r.Tool, name+".onnx"), line.answer)
				words, refused := strings.CutPrefix(line.answer, "refused: ")
				switch {
				case refused && err == nil:
					t.Fatal("it is read, and docs/formats.md says that it is refused")
				case refused:
					checkRefusal(t, err, words)
					return
				case err != nil:
					t.Fatal(err)
				}
				inputs := f.X
				if inputs == nil {
					inputs = samples
				}
				f.compare(t, net, inputs)
				evaluated++
				tools[r.Tool] = true
			})
		}
	}
	t.Logf("%d files of %d tools evaluated", evaluated, len(tools))
}

// read reads a file, by the tensor that "read with `--output TENSOR`" names.
func read(path, answer string) (*network.Network, error) {
	_, tensor, ok := strings.Cut(answer, "read with `--output ")
	if !ok {
		return onnx.Read(path)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	return onnx.Source{Folder: network.Folder(filepath.Dir(path)), Output: strings.TrimSuffix(tensor, "`")}.Decode(data)
}

// checkRefusal wants an error about something that is not supported, with the words between
// the backquotes.
func checkRefusal(t *testing.T, err error, words string) {
	t.Helper()
	if !errors.Is(err, network.ErrUnsupported) {
		t.Errorf("the error is not one about what is not supported: %v", err)
	}
	parts := strings.Split(words, "`")
	if len(parts) < 3 {
		t.Fatalf("docs/formats.md quotes no words of the error: %s", words)
	}
	for k := 1; k < len(parts); k += 2 {
		if !strings.Contains(err.Error(), parts[k]) {
			t.Errorf("the error is not about %q: %v", parts[k], err)
		}
	}
}

// compare evaluates a network. Where it has one logit, rsm reads it as that of class 1 against
// class 0.
func (f *file) compare(t *testing.T, net *network.Network, inputs [][]float64) {
	t.Helper()
	if len(f.Y) != len(inputs) || len(inputs) < 12 {
		t.Fatalf("%d inputs and %d outputs", len(inputs), len(f.Y))
	}
	e := network.NewEvaluator(net.Graph)
	for k, x := range inputs {
		if f.X != nil && net.Integers != nil { // what the file's integers stand for
			x = net.Integers.Real(x)
		}
		e.Forward(x)
		got := e.Value(net.Output())
		if len(got) == 2 && len(f.Y[k]) == 1 {
			got = []float64{got[1] - got[0]}
		}
		if len(got) != len(f.Y[k]) {
			t.Fatalf("%d logits instead of %d", len(got), len(f.Y[k]))
		}
		scale := 1.0
		for _, y := range f.Y[k] {
			scale = max(scale, math.Abs(y))
		}
		for i, y := range f.Y[k] {
			if !(math.Abs(got[i]-y) <= tolerance*scale) && !(math.Abs(got[i]-y) <= step(net, e, i)+tolerance*scale) {
				t.Errorf("sample %d: logit %d is %v, %s computes %v", k, i, got[i], f.By, y)
			}
		}
	}
}

// step is how far float32 may be off at logit i: where some quantized value lies so near half-way
// between two levels that float32 may round it to the other, a step of the quantization of
// the logits, and otherwise nothing.
func step(net *network.Network, e *network.Evaluator, i int) float64 {
	if !halfway(net, e) {
		return 0
	}
	v := net.Output()
	for len(net.Nodes[v].Inputs) == 1 && net.Nodes[v].Size == net.Classes() {
		if q, ok := net.Nodes[v].Op.(*network.Quantize); ok {
			return q.Step[i%len(q.Step)]
		}
		v = net.Nodes[v].Inputs[0]
	}
	return 0
}

// halfway reports whether an operand of a quantization lies within the rounding of float32, that
// of a sum of some dozens of products, of half-way between two levels.
func halfway(net *network.Network, e *network.Evaluator) bool {
	const rounding = 1e-6
	for v, node := range net.Nodes {
		q, ok := node.Op.(*network.Quantize)
		if !ok {
			continue
		}
		operand := e.Value(node.Inputs[0])
		largest := 0.0
		for _, z := range operand {
			largest = max(largest, math.Abs(z))
		}
		for j, level := range e.Value(v) {
			z := operand[j]
			if min(math.Abs(z-q.Threshold(j, level-1)), math.Abs(z-q.Threshold(j, level))) <= rounding*largest {
				return true
			}
		}
	}
	return false
}

// TestTable wants a row for each file and a file for each row, with the versions that the
// script pins.
func TestTable(t *testing.T) {
	records, rows := readRecords(t), readTable(t)
	total := int64(0)
	known := map[string]bool{}
	for _, r := range records {
		script, err := os.ReadFile("make_" + r.Tool + ".py")
		if err != nil {
			t.Fatal(err)
		}
		for name, version := range r.Versions {
			if !strings.Contains(string(script), `"`+name+"=="+version+`"`) {
				t.Errorf("make_%s.py does not pin %s at %s, with which the files were written", r.Tool, name, version)
			}
		}
		for name, f := range r.Files {
			id := r.Tool + "/" + name
			known[id] = true
			data, err := os.ReadFile(filepath.Join("files", r.Tool, name+".onnx"))
			if err != nil {
				t.Fatal(err)
			}
			if sum := sha256.Sum256(data); hex.EncodeToString(sum[:]) != f.SHA256 {
				t.Errorf("%s: it is not the file that was recorded", id)
			}
			line, ok := rows[id]
			switch {
			case !ok:
				t.Errorf("%s: docs/formats.md has no row for it", id)
			case !slices.ContainsFunc(versions(r), func(v string) bool { return v == line.tool+" "+line.version }):
				t.Errorf("%s: docs/formats.md says %s %s, it was written by %s", id, line.tool, line.version, versions(r))
			}
		}
	}
	read, tools := 0, map[string]bool{}
	for id, line := range rows {
		if !known[id] {
			t.Errorf("%s: there is no such file", id)
		}
		if strings.HasPrefix(line.answer, "read") {
			read++
			tools[line.tool] = true
		}
	}
	if read < 40 || len(tools) < 15 {
		t.Errorf("%d files of %d tools are read, not the 40 of 15 that this is about", read, len(tools))
	}
	err := filepath.WalkDir("files", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		total += info.Size()
		id, ok := strings.CutSuffix(filepath.ToSlash(path), ".onnx")
		if ok && !known[strings.TrimPrefix(id, "files/")] {
			t.Errorf("%s: no record is about it", path)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if total > 3<<20 {
		t.Errorf("the files have %d bytes, 3 MB at most", total)
	}
}

// versions are "NAME VERSION" of each package of a record.
func versions(r record) []string {
	var all []string
	for name, version := range r.Versions {
		all = append(all, name+" "+version)
	}
	slices.Sort(all)
	return all
}

func readRecords(t *testing.T) []record {
	t.Helper()
	paths, err := filepath.Glob("expected/*.json")
	if err != nil || len(paths) == 0 {
		t.Fatal("there are no records", err)
	}
	var records []record
	for _, path := range paths {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		var r record
		if err := json.Unmarshal(data, &r); err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		records = append(records, r)
	}
	return records
}

var rowPattern = regexp.MustCompile("^\\| ([^|]+) \\| ([^|]+) \\| \\[`([^`|]+)\\.onnx`\\]\\(([^)|]+)\\) \\| ([^|]+) \\| ([^|]+) \\|$")

// readTable reads the rows of docs/formats.md that are about files, by TOOL/NAME.
func readTable(t *testing.T) map[string]row {
	t.Helper()
	data, err := os.ReadFile("../../docs/formats.md")
	if err != nil {
		t.Fatal(err)
	}
	rows := map[string]row{}
	for line := range strings.Lines(string(data)) {
		line = strings.TrimSuffix(line, "\n")
		m := rowPattern.FindStringSubmatch(line)
		if m == nil {
			if strings.HasPrefix(line, "|") && strings.Contains(line, ".onnx`]") {
				t.Fatalf("docs/formats.md: not a row about a file: %s", line)
			}
			continue
		}
		if want := "../benchmarks/tools/files/" + m[3] + ".onnx"; m[4] != want {
			t.Errorf("docs/formats.md: a link to %s for %s", m[4], m[3])
		}
		if _, ok := rows[m[3]]; ok {
			t.Errorf("docs/formats.md: two rows about %s", m[3])
		}
		rows[m[3]] = row{tool: m[1], version: m[2], file: m[3], form: m[5], answer: m[6]}
	}
	return rows
}

func readSamples(t *testing.T) [][]float64 {
	t.Helper()
	f, err := os.Open("samples.npy")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var flat []float32
	if err := npy.Read(f, &flat); err != nil {
		t.Fatal(err)
	}
	var samples [][]float64
	for row := range slices.Chunk(flat, 64) {
		sample := make([]float64, len(row))
		for k, v := range row {
			sample[k] = float64(v)
		}
		samples = append(samples, sample)
	}
	return samples
}
