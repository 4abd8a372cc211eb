package vnnlib

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"rsm/formula"
)

const (
	// maxDepth bounds the nesting of parentheses, and so all recursions.
	maxDepth = 10_000
	// maxExpressions bounds the memory of one command.
	maxExpressions = 1 << 22
	// longestQuoted is how many bytes of a file a message repeats.
	longestQuoted = 32
)

// expression is an atom, or a list of expressions in parentheses.
type expression struct {
	offset int // of its first byte
	atom   string
	list   []expression // not nil if it is a list
	// constant says that there is no symbol in it but at the heads of lists.
	constant bool
}

// head is the first atom of a list, or "".
func (e *expression) head() string {
	if len(e.list) == 0 {
		return ""
	}
	return e.list[0].atom
}

// arguments are the elements of a list after its head.
func (e *expression) arguments() []expression { return e.list[min(1, len(e.list)):] }

// String writes the expression for messages: its atom, or how its list begins.
func (e *expression) String() string {
	switch {
	case e.list == nil:
		return excerpt(e.atom)
	case len(e.list) == 0:
		return `"()"`
	}
	return excerpt("(" + e.head() + " ...)")
}

// syntaxError is an error at a place of the text.
type syntaxError struct {
	position Position
	err      error
}

func (e *syntaxError) Error() string { return e.position.String() + ": " + e.err.Error() }
func (e *syntaxError) Unwrap() error { return e.err }

// Position is a place in a file.
type Position = formula.Position

// parser reads one expression after the other.
type parser struct {
	text  string
	at    int
	count int // expressions of the current command
	// Lines are counted up to the offset seen; line starts at the offset start.
	seen, line, start int
	// brackets says that [ ] and comma are atoms of their own, as in version 2.
	brackets bool
}

func newParser(text string) *parser { return &parser{text: text} }

// position counts lines from the last place that was asked for: places are
// asked for in the order of the file, but for the place of an error.
func (p *parser) position(offset int) Position {
	if offset < p.seen {
		p.seen, p.line, p.start = 0, 0, 0
	}
	between := p.text[p.seen:offset]
	if end := strings.LastIndexByte(between, '\n'); end >= 0 {
		p.line += strings.Count(between, "\n")
		p.start = p.seen + end + 1
	}
	p.seen = offset
	return Position{Line: p.line + 1, Column: offset - p.start + 1}
}

func (p *parser) errorf(offset int, format string, args ...any) error {
	return &syntaxError{p.position(offset), fmt.Errorf(format, args...)}
}

// command reads the next expression outside all parentheses. At the end of the
// text it returns nil.
func (p *parser) command() (*expression, error) {
	p.space()
	if p.at == len(p.text) {
		return nil, nil
	}
	p.count = 0
	e, err := p.expression(0)
	if err != nil {
		return nil, err
	}
	return &e, nil
}

func (p *parser) expression(depth int) (expression, error) {
	start := p.at
	if p.count++; p.count > maxExpressions {
		return expression{}, p.errorf(start, "the command has more than %d parts", maxExpressions)
	}
	switch p.text[p.at] {
	case ')':
		return expression{}, p.errorf(start, `")" without "(" before it`)
	case '(':
	default:
		return p.symbol()
	}
	if depth >= maxDepth {
		return expression{}, p.errorf(start, "parentheses are nested more than %d deep", maxDepth)
	}
	p.at++
	e := expression{offset: start, list: []expression{}, constant: true}
	for {
		p.space()
		if p.at == len(p.text) {
			return expression{}, p.errorf(start, `"(" without ")": the file is incomplete`)
		}
		if p.text[p.at] == ')' {
			p.at++
			return e, nil
		}
		element, err := p.expression(depth + 1)
		if err != nil {
			return expression{}, err
		}
		if len(e.list) > 0 || element.list != nil {
			e.constant = e.constant && element.constant
		}
		e.list = append(e.list, element)
	}
}

// symbol reads an atom: everything up to a space, a parenthesis or a comment,
// or a text in "quotes" or |bars|.
func (p *parser) symbol() (expression, error) {
	start := p.at
	switch c := p.text[p.at]; c {
	case '"', '|':
		for p.at++; p.at < len(p.text); p.at++ {
			if p.brackets && p.text[p.at] == '\\' && p.at+1 < len(p.text) {
				p.at++ // version 2 has \" for a quote in a text
				continue
			}
			if p.text[p.at] != c {
				continue
			}
			if p.at++; c == '|' || p.brackets || p.at == len(p.text) || p.text[p.at] != '"' { // "" is a quote in a text
				return expression{offset: start, atom: p.text[start:p.at]}, nil
			}
		}
		return expression{}, p.errorf(start, "%c without another one after it: the file is incomplete", c)
	}
	if p.brackets && bracket(p.text[p.at]) {
		p.at++
		return expression{offset: start, atom: p.text[start:p.at]}, nil
	}
	for p.at < len(p.text) && !delimiter(p.text[p.at]) && !(p.brackets && bracket(p.text[p.at])) {
		if c := p.text[p.at]; c < ' ' || c == 0x7f {
			return expression{}, p.errorf(p.at, "byte %#02x: not a text file, such as VNN-LIB is", c)
		}
		p.at++
	}
	e := expression{offset: start, atom: p.text[start:p.at]}
	e.constant = numeral(e.atom)
	return e, nil
}

func delimiter(c byte) bool {
	switch c {
	case ' ', '\t', '\r', '\n', '\f', '\v', '(', ')', ';', '"', '|':
		return true
	}
	return false
}

func bracket(c byte) bool { return c == '[' || c == ']' || c == ',' }

// space skips spaces, and comments from a semicolon to the end of its line.
func (p *parser) space() {
	for p.at < len(p.text) {
		switch p.text[p.at] {
		case ' ', '\t', '\r', '\n', '\f', '\v':
			p.at++
		case ';':
			for p.at < len(p.text) && p.text[p.at] != '\n' {
				p.at++
			}
		default:
			return
		}
	}
}

// excerpt writes a part of the file for messages: on one line, and not endless.
func excerpt(s string) string {
	if len(s) > longestQuoted {
		end := longestQuoted
		for end > 0 && !utf8.RuneStart(s[end]) {
			end--
		}
		s = s[:end] + "..."
	}
	return strconv.Quote(s)
}
