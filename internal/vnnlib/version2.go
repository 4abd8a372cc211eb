package vnnlib

import (
	"slices"
	"strconv"
	"strings"

	"rsm/internal/specification"
	"rsm/network"
)

const (
	newestMinor = 1
	// maxElements bounds the sizes of all tensors of a query together.
	maxElements = 1 << 26
)

// reader2 reads a query of VNN-LIB 2 by recursive descent:
//
//	(vnnlib-version <2.N>) NETWORK+ (assert FORMULA)*
type reader2 struct {
	parser   *parser
	token    expression // the atom or parenthesis that comes next
	spec     *specification.Specification
	names    map[string]bool // of networks and tensors
	tensors  map[string]int
	networks map[string]int
	elements int
	depth    int
}

// decode2 reads a query of VNN-LIB 2.
func decode2(text string) (*specification.Specification, error) {
	r := &reader2{
		parser: newParser(text), spec: &specification.Specification{},
		names: map[string]bool{}, tensors: map[string]int{}, networks: map[string]int{},
	}
	r.parser.brackets = true
	if err := r.next(); err != nil {
		return nil, err
	}
	if err := r.version(); err != nil {
		return nil, err
	}
	for r.token.atom == "(" {
		at := r.token.offset
		keyword, err := r.open()
		if err != nil {
			return nil, err
		}
		switch {
		case keyword == "declare-network" && len(r.spec.Asserts) > 0:
			return nil, r.parser.errorf(at, "declare-network after assert: declare all networks first")
		case keyword == "declare-network":
			err = r.network(at)
		case keyword == "assert" && len(r.spec.Networks) == 0:
			return nil, r.parser.errorf(at, "assert before any network: begin with (declare-network NAME ...)")
		case keyword == "assert":
			err = r.assert()
		case keyword == "declare-const" || keyword == "declare-fun":
			return nil, r.parser.errorf(at, "%s is of VNN-LIB 1.0: declare inputs and outputs in (declare-network NAME ...), or leave vnnlib-version out", keyword)
		default:
			return nil, r.parser.errorf(at, "%s is not a command of VNN-LIB 2.0: it has declare-network and assert", excerpt("("+keyword))
		}
		if err != nil {
			return nil, err
		}
	}
	switch {
	case r.token.atom != "":
		return nil, r.errorf("%s outside of a command: a command begins like (assert", &r.token)
	case len(r.spec.Networks) == 0:
		return nil, r.errorf("no network is declared: add (declare-network NAME ...)")
	}
	return r.spec, nil
}

// next reads the next token; at the end of the text its atom is empty.
func (r *reader2) next() error {
	p := r.parser
	p.space()
	switch {
	case p.at == len(p.text):
		r.token = expression{offset: p.at}
	case p.text[p.at] == '(' || p.text[p.at] == ')':
		r.token = expression{offset: p.at, atom: p.text[p.at : p.at+1]}
		p.at++
	default:
		var err error
		r.token, err = p.symbol()
		return err
	}
	return nil
}

func (r *reader2) errorf(format string, args ...any) error {
	return r.parser.errorf(r.token.offset, format, args...)
}

func (r *reader2) position(offset int) Position { return r.parser.position(offset) }

// unexpected is the error for a token in place of what is wanted.
func (r *reader2) unexpected(want string) error {
	if r.token.atom == "" {
		return r.errorf("%s expected, not the end: the file is incomplete", want)
	}
	return r.errorf("%s expected, not %s", want, &r.token)
}

// open reads a parenthesis and the keyword behind it.
func (r *reader2) open() (keyword string, err error) {
	if r.token.atom != "(" {
		return "", r.unexpected(`"("`)
	}
	if err := r.next(); err != nil {
		return "", err
	}
	if a := r.token.atom; a == "" || strings.Contains("()[],", a) {
		return "", r.unexpected("a keyword")
	}
	keyword = r.token.atom
	return keyword, r.next()
}

// expect reads one given token.
func (r *reader2) expect(atom string) error {
	if r.token.atom != atom {
		return r.unexpected(strconv.Quote(atom))
	}
	return r.next()
}

// name reads a name: a letter, and then letters, digits and underscores.
func (r *reader2) name(of string) (string, error) {
	a := r.token.atom
	if a == "" || !isName(a) {
		if a == "" || strings.Contains("()[],", a) {
			return "", r.unexpected("the name of " + of)
		}
		return "", r.errorf("%s is not a name for %s: names have letters, digits and underscores, and begin with a letter", &r.token, of)
	}
	return a, r.next()
}

func isName(s string) bool {
	for i := range len(s) {
		c := s[i]
		letter := c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
		if !letter && (i == 0 || c != '_' && (c < '0' || c > '9')) {
			return false
		}
	}
	return s != ""
}

// newName reads a name that nothing has yet.
func (r *reader2) newName(of string) (string, error) {
	at := r.token.offset
	name, err := r.name(of)
	if err != nil {
		return "", err
	}
	if r.names[name] {
		return "", r.parser.errorf(at, "the name %s is taken: names of networks and tensors are unique", name)
	}
	r.names[name] = true
	return name, nil
}

func (r *reader2) version() error {
	at := r.token.offset
	keyword, err := r.open()
	if err != nil {
		return err
	}
	if keyword != "vnnlib-version" {
		return r.parser.errorf(at, "(vnnlib-version <2.0>) expected first, not %s", excerpt("("+keyword))
	}
	major, minor, ok := parseVersion(r.token.atom)
	switch {
	case !ok:
		return r.errorf("%s is not a version: write it as <2.0>", &r.token)
	case major != 2 || minor > newestMinor:
		return r.errorf("version %s is %w: supported are <1.0>, <2.0> and <2.%d>", &r.token, network.ErrUnsupported, newestMinor)
	}
	r.spec.Version = strings.Trim(r.token.atom, "<>")
	if err := r.next(); err != nil {
		return err
	}
	return r.expect(")")
}

// parseVersion reads <2.0>.
func parseVersion(s string) (major, minor int, ok bool) {
	inner, ok1 := strings.CutPrefix(s, "<")
	inner, ok2 := strings.CutSuffix(inner, ">")
	a, b, ok3 := strings.Cut(inner, ".")
	major, err1 := strconv.Atoi(a)
	minor, err2 := strconv.Atoi(b)
	return major, minor, ok1 && ok2 && ok3 && err1 == nil && err2 == nil && major >= 0 && minor >= 0
}

// network reads the rest of
//
//	(declare-network NAME [(equal-to NAME) | (isomorphic-to NAME)] INPUT+ HIDDEN* OUTPUT+)
func (r *reader2) network(at int) error {
	name, err := r.newName("a network")
	if err != nil {
		return err
	}
	n := specification.Network{Name: name, At: r.position(at)}
	index := len(r.spec.Networks)
	var counts [3]int
	for r.token.atom == "(" {
		at := r.token.offset
		keyword, err := r.open()
		if err != nil {
			return err
		}
		switch keyword {
		case "equal-to", "isomorphic-to":
			if len(n.Tensors) > 0 || n.Relation != specification.Unrelated {
				return r.parser.errorf(at, "%s of network %s: a network has one such line at most, before its inputs", keyword, name)
			}
			err = r.relation(&n, keyword)
		case "declare-input", "declare-hidden", "declare-output":
			kind := map[string]specification.Kind{"declare-input": specification.Input, "declare-hidden": specification.Hidden, "declare-output": specification.Output}[keyword]
			if kind == specification.Input && counts[1]+counts[2] > 0 || kind == specification.Hidden && counts[2] > 0 {
				return r.parser.errorf(at, "%s of network %s comes too late: inputs are declared first, then hidden tensors, then outputs", keyword, name)
			}
			counts[kind]++
			n.Tensors = append(n.Tensors, len(r.spec.Tensors))
			err = r.tensor(at, kind, index)
		default:
			return r.parser.errorf(at, "%s in network %s: it has declare-input, declare-hidden and declare-output", excerpt("("+keyword), name)
		}
		if err != nil {
			return err
		}
	}
	if counts[specification.Input] == 0 || counts[specification.Output] == 0 {
		return r.errorf("network %s has %d inputs and %d outputs: it needs one of each at least", name, counts[0], counts[2])
	}
	if err := r.expect(")"); err != nil {
		return err
	}
	if err := r.checkRelation(&n); err != nil {
		return err
	}
	r.networks[name] = index
	r.spec.Networks = append(r.spec.Networks, n)
	return nil
}

// relation reads the rest of (equal-to NAME) or (isomorphic-to NAME).
func (r *reader2) relation(n *specification.Network, keyword string) error {
	at := r.token.offset
	other, err := r.name("a network")
	if err != nil {
		return err
	}
	to, ok := r.networks[other]
	switch {
	case !ok:
		return r.parser.errorf(at, "%s %s: no network %s is declared before %s", keyword, other, other, n.Name)
	case r.spec.Networks[to].Relation != specification.Unrelated:
		return r.parser.errorf(at, "%s %s: %s has such a line itself; name the network that it names", keyword, other, other)
	}
	n.To, n.Relation = to, specification.EqualTo
	if keyword == "isomorphic-to" {
		n.Relation = specification.IsomorphicTo
	}
	return r.expect(")")
}

// checkRelation checks that related networks have the same inputs and outputs.
func (r *reader2) checkRelation(n *specification.Network) error {
	if n.Relation == specification.Unrelated {
		return nil
	}
	other := r.spec.Networks[n.To]
	var sides [2][]specification.Tensor
	for k, list := range [2][]int{n.Tensors, other.Tensors} {
		for _, i := range list {
			if t := r.spec.Tensors[i]; t.Kind != specification.Hidden {
				sides[k] = append(sides[k], t)
			}
		}
	}
	same := slices.EqualFunc(sides[0], sides[1], func(a, b specification.Tensor) bool {
		return a.Kind == b.Kind && a.Shape.Equal(b.Shape) && (a.Type == b.Type || n.Relation == specification.IsomorphicTo)
	})
	if !same {
		return &syntaxError{n.At, errorString("network " + n.Name + " is related to " + other.Name + ": declare its inputs and outputs with the same types and shapes")}
	}
	for _, i := range n.Tensors {
		for _, j := range other.Tensors {
			a, b := r.spec.Tensors[i], r.spec.Tensors[j]
			if n.Relation == specification.EqualTo && a.Kind == specification.Hidden && b.Kind == a.Kind && a.Node == b.Node && (a.Type != b.Type || !a.Shape.Equal(b.Shape)) {
				return &syntaxError{a.At, errorString(a.Name + " and " + b.Name + " are the same value " + strconv.Quote(a.Node) + ": declare them with the same type and shape")}
			}
		}
	}
	return nil
}

type errorString string

func (e errorString) Error() string { return string(e) }
