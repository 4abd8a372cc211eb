package vnnlib

import (
	"errors"
	"fmt"
	"strings"

	"rsm/network"
)

// maxFileSize is above the largest files of the competitions.
const maxFileSize = 128 << 20

// Query is the content of a VNN-LIB 1.0 file.
type Query struct {
	Inputs, Outputs int       // numbers of X_i and of Y_j
	Asserts         []Formula // all must hold
	File            string    // path as given; empty after Decode
	SHA256          string    // of the file's bytes; empty after Decode
	Notes           []string  // what reading changed, one sentence each
}

// Read reads a VNN-LIB 1.0 file. Errors are one line that names the file, line
// and column; those about parts of the language that are well formed but
// cannot be treated wrap network.ErrUnsupported.
func Read(path string) (*Query, error) {
	data, sum, err := network.ReadFile(path, maxFileSize)
	if err != nil {
		return nil, err
	}
	q, err := Decode(data)
	if err != nil {
		var at *syntaxError
		if errors.As(err, &at) {
			return nil, fmt.Errorf("%s:%w", path, err)
		}
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	q.File, q.SHA256 = path, sum
	return q, nil
}

// Decode reads the content of a VNN-LIB 1.0 file. File and SHA256 of the
// result are empty.
func Decode(data []byte) (*Query, error) {
	text := string(data)
	switch {
	case strings.HasPrefix(text, "\x1f\x8b"):
		return nil, errors.New("compressed by gzip; unpack it with gunzip first")
	case strings.HasPrefix(text, "version https://git-lfs"):
		return nil, errors.New("a Git LFS pointer, not the file itself; fetch it with git lfs pull")
	}
	r := &reader{parser: newParser(text), declared: map[Variable]bool{}, query: &Query{}}
	for {
		e, err := r.parser.command()
		if err != nil {
			return nil, err
		}
		if e == nil {
			break
		}
		if err := r.command(e); err != nil {
			return nil, err
		}
	}
	if err := r.finish(); err != nil {
		return nil, err
	}
	return r.query, nil
}

// reader understands the commands of VNN-LIB 1.0.
type reader struct {
	parser   *parser
	declared map[Variable]bool
	query    *Query
	strict   int      // strict constraints of inputs alone
	first    Position // of them
}

func (r *reader) command(e *expression) error {
	switch e.head() {
	case "declare-const", "declare-fun":
		return r.declare(e)
	case "assert":
		if len(e.list) != 2 {
			return r.parser.errorf(e.offset, "assert takes one formula, not %d", len(e.list)-1)
		}
		f, err := r.formula(&e.list[1], false)
		if err != nil {
			return err
		}
		constraints(f, r.noteStrict)
		r.query.Asserts = append(r.query.Asserts, f)
		return nil
	case "set-logic", "set-info", "set-option", "check-sat", "get-model", "exit":
		return nil
	case "vnnlib-version":
		if len(e.list) == 2 && strings.HasPrefix(e.list[1].atom, "<1.") {
			return nil
		}
		fallthrough
	case "declare-network":
		return r.parser.errorf(e.offset, "VNN-LIB 2.0 is %w here: rsm verify reads it; write the region in VNN-LIB 1.0", network.ErrUnsupported)
	}
	if len(e.list) == 0 {
		return r.parser.errorf(e.offset, "%s is not a command of VNN-LIB: it should begin like (declare-const or (assert", e)
	}
	return r.parser.errorf(e.offset, "the command %s is %w: VNN-LIB 1.0 has declare-const, declare-fun and assert", e, network.ErrUnsupported)
}

// declare reads (declare-const NAME Real) or (declare-fun NAME () Real).
func (r *reader) declare(e *expression) error {
	args := e.arguments()
	if e.head() == "declare-fun" && len(args) == 3 {
		if args[1].list == nil || len(args[1].list) > 0 {
			return r.parser.errorf(args[1].offset, "functions with arguments are %w: write () here", network.ErrUnsupported)
		}
		args = []expression{args[0], args[2]}
	}
	if len(args) != 2 {
		return r.parser.errorf(e.offset, "a declaration is (declare-const X_0 Real) or (declare-fun X_0 () Real)")
	}
	v, err := r.name(&args[0])
	if err != nil {
		return err
	}
	if args[1].atom != "Real" {
		return r.parser.errorf(args[1].offset, "the type %s of %v is %w: write Real", &args[1], v, network.ErrUnsupported)
	}
	if r.declared[v] {
		return r.parser.errorf(args[0].offset, "%v is declared twice", v)
	}
	r.declared[v] = true
	if v.Output {
		r.query.Outputs++
	} else {
		r.query.Inputs++
	}
	return nil
}

// finish checks that the variables are numbered without gaps.
func (r *reader) finish() error {
	q := r.query
	for _, c := range []struct {
		output bool
		count  int
	}{{false, q.Inputs}, {true, q.Outputs}} {
		for i := range c.count {
			if v := (Variable{c.output, i}); !r.declared[v] {
				return fmt.Errorf("%v is not declared, but %d variables of its kind are: they are numbered from 0 without gaps", v, c.count)
			}
		}
	}
	if q.Inputs == 0 {
		return errors.New("no input X_0 is declared: the file is empty, incomplete or not a VNN-LIB file")
	}
	if r.strict > 0 {
		q.Notes = append(q.Notes, fmt.Sprintf("strict bounds of inputs are taken as closed: %d, the first at %v", r.strict, r.first))
	}
	return nil
}

func (r *reader) noteStrict(c *Constraint) {
	if input, output := c.Mentions(); c.Strict && input && !output {
		if r.strict == 0 {
			r.first = c.At
		}
		r.strict++
	}
}

// formula reads a formula, or its negation.
func (r *reader) formula(e *expression, negated bool) (Formula, error) {
	args := e.arguments()
	switch op := e.head(); op {
	case "and", "or":
		if len(args) == 0 {
			return nil, r.parser.errorf(e.offset, "%s has no formulas", e)
		}
		parts := make([]Formula, len(args))
		for i := range args {
			var err error
			if parts[i], err = r.formula(&args[i], negated); err != nil {
				return nil, err
			}
		}
		return junction(op == "and" != negated, parts), nil
	case "not":
		if len(args) != 1 {
			return nil, r.parser.errorf(e.offset, "not takes one formula, not %d", len(args))
		}
		return r.formula(&args[0], !negated)
	case "<=", ">=", "<", ">", "=":
		return r.comparison(e, negated)
	case "=>", "xor", "ite", "let", "forall", "exists", "distinct":
		return nil, r.parser.errorf(e.offset, "%s is %w: write it with and, or and not", e, network.ErrUnsupported)
	}
	if e.list == nil && (e.atom == "true" || e.atom == "false") {
		return junction(e.atom == "true" != negated, nil), nil
	}
	return nil, r.parser.errorf(e.offset, "a formula expected, not %s: formulas are and, or, not, and comparisons with <= >= < > =", e)
}

func junction(and bool, parts []Formula) Formula {
	if and {
		return And(parts)
	}
	return Or(parts)
}

// comparison reads a comparison of two terms, or a chain of such: (<= a b c) is
// a <= b and b <= c.
func (r *reader) comparison(e *expression, negated bool) (Formula, error) {
	args := e.arguments()
	if len(args) < 2 {
		return nil, r.parser.errorf(e.offset, "%s takes two terms, not %d", e, len(args))
	}
	var parts []Formula
	for i := range len(args) - 1 {
		left, right := &args[i], &args[i+1]
		var pairs [][2]*expression // left <= right
		switch e.head() {
		case "<=", "<":
			pairs = [][2]*expression{{left, right}}
		case ">=", ">":
			pairs = [][2]*expression{{right, left}}
		default:
			pairs = [][2]*expression{{left, right}, {right, left}}
		}
		strict := e.head() == "<" || e.head() == ">"
		for _, p := range pairs {
			var s sum
			low, high := p[0], p[1]
			if negated { // not (low <= high) is high < low
				low, high = high, low
			}
			if err := r.linear(&s, low, 1); err != nil {
				return nil, err
			}
			if err := r.linear(&s, high, -1); err != nil {
				return nil, err
			}
			c, err := r.constraint(&s, strict != negated, e.offset)
			if err != nil {
				return nil, err
			}
			parts = append(parts, c)
		}
	}
	if len(parts) == 1 {
		return parts[0], nil
	}
	return junction(!negated, parts), nil
}
