package harness

import (
	"bytes"
	"crypto/sha256"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Limits of a suite file.
const (
	maxSuiteSize = 16 << 20 // bytes
	maxInstances = 100_000
	maxNameSize  = 200
)

// Suite is a list of instances under a name.
type Suite struct {
	Name      string // of the file, without folder and ending
	SHA256    string // of the file
	Instances []Instance
}

// Instance is one question: the margins of two networks over a region, within
// a time limit. Paths lead from the working directory. The region is a ball
// around a sample of Input, or VNNLIB.
type Instance struct {
	Name          string
	First, Second string // networks
	Input         string // .npy
	Index         int
	Epsilon       string // a number, or a .npy file
	Clip          string // LO,HI or empty
	VNNLIB        string
	Pairs         string // as --pairs takes it
	Timeout       time.Duration
}

// columns of a suite file, and whether a file can do without.
var columns = map[string]bool{
	"name": false, "first": false, "second": false, "pairs": false, "timeout": false,
	"input": true, "index": true, "epsilon": true, "clip": true, "vnnlib": true,
}

var (
	instanceName = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._/+@=-]*$`)
	pairsSpec    = regexp.MustCompile(`^(label|runner-up|all|\d+:\d+(,\d+:\d+)*)$`)
)

// ReadSuite reads a suite. Errors are one line that names the file, and the
// line where one is at fault.
func ReadSuite(path string) (*Suite, error) {
	data, err := readLimited(path, maxSuiteSize)
	if err != nil {
		return nil, err
	}
	s := &Suite{Name: strings.TrimSuffix(filepath.Base(path), filepath.Ext(path)), SHA256: fmt.Sprintf("%x", sha256.Sum256(data))}
	if s.Instances, err = parseSuite(data, filepath.Dir(path)); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return s, nil
}

// readLimited reads a regular file of at most limit bytes.
func readLimited(path string, limit int64) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	switch {
	case err != nil:
		return nil, err
	case !info.Mode().IsRegular():
		return nil, fmt.Errorf("%s: is no regular file", path)
	}
	data, err := io.ReadAll(io.LimitReader(f, limit+1))
	switch {
	case err != nil:
		return nil, err
	case int64(len(data)) > limit:
		return nil, fmt.Errorf("%s: has more than %d bytes", path, limit)
	}
	return data, nil
}

func parseSuite(data []byte, dir string) ([]Instance, error) {
	r := csv.NewReader(bytes.NewReader(data))
	r.Comment = '#'
	header, err := r.Read()
	switch {
	case err == io.EOF:
		return nil, errors.New("is empty; the first line names the columns")
	case err != nil:
		return nil, plainCSV(err)
	}
	if err := checkColumns(header); err != nil {
		line, _ := r.FieldPos(0)
		return nil, fmt.Errorf("line %d: %w", line, err)
	}
	var instances []Instance
	lines := map[string]int{} // where a name was given
	for {
		row, err := r.Read()
		if err == io.EOF {
			break
		}
		if err != nil {
			return nil, plainCSV(err)
		}
		line, _ := r.FieldPos(0)
		fields := map[string]string{}
		for k, name := range header {
			fields[name] = row[k]
		}
		in, err := parseInstance(fields, dir)
		switch {
		case err != nil:
			return nil, fmt.Errorf("line %d: %w", line, err)
		case lines[in.Name] > 0:
			return nil, fmt.Errorf("line %d: the name %s is that of line %d too", line, in.Name, lines[in.Name])
		case len(instances) == maxInstances:
			return nil, fmt.Errorf("line %d: more than %d instances", line, maxInstances)
		}
		lines[in.Name] = line
		instances = append(instances, in)
	}
	if len(instances) == 0 {
		return nil, errors.New("has no instances")
	}
	return instances, nil
}

// plainCSV says where a file is no CSV.
func plainCSV(err error) error {
	var p *csv.ParseError
	if !errors.As(err, &p) {
		return err
	}
	if errors.Is(err, csv.ErrFieldCount) {
		return fmt.Errorf("line %d: has another number of columns than the first line", p.Line)
	}
	return fmt.Errorf("line %d: %w", p.Line, p.Err)
}

func checkColumns(header []string) error {
	for k, name := range header {
		switch _, known := columns[name]; {
		case !known:
			return fmt.Errorf("unknown column %q", name)
		case slices.Contains(header[:k], name):
			return fmt.Errorf("column %s is there twice", name)
		}
	}
	for name, optional := range columns {
		if !optional && !slices.Contains(header, name) {
			return fmt.Errorf("column %s is missing", name)
		}
	}
	if !slices.Contains(header, "input") && !slices.Contains(header, "vnnlib") {
		return errors.New("a column input or vnnlib is missing")
	}
	return nil
}

// parseInstance checks what can be checked without the files. A missing column
// is an empty field.
func parseInstance(field map[string]string, dir string) (in Instance, err error) {
	in = Instance{Name: field["name"], Epsilon: field["epsilon"], Clip: field["clip"], Pairs: field["pairs"]}
	if !instanceName.MatchString(in.Name) || len(in.Name) > maxNameSize {
		return in, fmt.Errorf("name %q: give up to %d letters, digits and . _ / + @ = -, a letter or digit first", in.Name, maxNameSize)
	}
	for _, name := range []string{"first", "second"} {
		if field[name] == "" {
			return in, fmt.Errorf("%s is empty: give a network", name)
		}
	}
	in.First, in.Second = resolve(dir, field["first"]), resolve(dir, field["second"])
	in.Input, in.VNNLIB = resolve(dir, field["input"]), resolve(dir, field["vnnlib"])
	if (in.Input == "") == (in.VNNLIB == "") {
		return in, errors.New("give either input, with epsilon, or vnnlib")
	}
	if in.VNNLIB != "" {
		for _, name := range []string{"index", "epsilon", "clip"} {
			if field[name] != "" {
				return in, fmt.Errorf("%s goes with input only", name)
			}
		}
	} else if err := in.parseBall(field["index"], dir); err != nil {
		return in, err
	}
	if !pairsSpec.MatchString(in.Pairs) {
		return in, fmt.Errorf("pairs %q: give label, runner-up, all, or pairs such as 3:8,3:5", in.Pairs)
	}
	if in.Timeout, err = time.ParseDuration(field["timeout"]); err != nil || in.Timeout <= 0 {
		return in, fmt.Errorf("timeout %q: give a duration above zero, such as 90s or 5m", field["timeout"])
	}
	return in, nil
}

func (in *Instance) parseBall(index, dir string) (err error) {
	if index != "" {
		if in.Index, err = strconv.Atoi(index); err != nil || in.Index < 0 {
			return fmt.Errorf("index %q: give a whole number from 0", index)
		}
	}
	if strings.HasSuffix(strings.ToLower(in.Epsilon), ".npy") {
		in.Epsilon = resolve(dir, in.Epsilon)
	} else if v, err := strconv.ParseFloat(in.Epsilon, 64); err != nil || !(v >= 0) || math.IsInf(v, 1) {
		return fmt.Errorf("epsilon %q: give a number from 0, or a .npy file", in.Epsilon)
	}
	if in.Clip != "" {
		lo, hi, _ := strings.Cut(in.Clip, ",")
		l, err1 := strconv.ParseFloat(lo, 64)
		h, err2 := strconv.ParseFloat(hi, 64)
		if err1 != nil || err2 != nil || !(l <= h) {
			return fmt.Errorf("clip %q: give two numbers such as \"0,1\", in quotation marks", in.Clip)
		}
	}
	return nil
}

// resolve finds a path of a suite in a folder: that of the suite.
func resolve(dir, path string) string {
	if path == "" || filepath.IsAbs(path) {
		return path
	}
	return filepath.Join(dir, filepath.FromSlash(path))
}

// Select keeps the instances whose name matches. It fails where none does.
func (s *Suite) Select(only *regexp.Regexp) (*Suite, error) {
	kept := *s
	kept.Instances = nil
	for _, in := range s.Instances {
		if only.MatchString(in.Name) {
			kept.Instances = append(kept.Instances, in)
		}
	}
	if len(kept.Instances) == 0 {
		return nil, fmt.Errorf("no instance of the suite %s matches %q", s.Name, only)
	}
	return &kept, nil
}

// CheckFiles finds out early that a file of an instance is missing.
func (s *Suite) CheckFiles() error {
	seen := map[string]bool{"": true}
	for _, in := range s.Instances {
		files := []string{in.First, in.Second, in.Input, in.VNNLIB}
		if strings.HasSuffix(strings.ToLower(in.Epsilon), ".npy") {
			files = append(files, in.Epsilon)
		}
		for _, file := range files {
			if seen[file] {
				continue
			}
			seen[file] = true
			if _, err := os.Stat(file); err != nil {
				return fmt.Errorf("instance %s: %w", in.Name, err)
			}
		}
	}
	return nil
}

// arguments are those of rsm that ask the instance: flags, and the networks
// last.
func (in *Instance) arguments(timeout time.Duration) []string {
	args := []string{"--pairs=" + in.Pairs, "--timeout=" + timeout.String(), "--format=json", "--quiet"}
	if in.VNNLIB != "" {
		args = append(args, "--vnnlib="+in.VNNLIB)
	} else {
		args = append(args, "--input="+in.Input, "--index="+strconv.Itoa(in.Index), "--epsilon="+in.Epsilon)
		if in.Clip != "" {
			args = append(args, "--clip="+in.Clip)
		}
	}
	return append(args, "--", in.First, in.Second)
}
