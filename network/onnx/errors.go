package onnx

import (
	"fmt"
	"strconv"
	"strings"

	"rsm/network"
)

// unsupported is an error about something that is well formed but cannot be
// treated.
type unsupported struct{ message string }

func (e unsupported) Error() string { return e.message }
func (e unsupported) Unwrap() error { return network.ErrUnsupported }

func unsupportedf(format string, args ...any) error {
	return unsupported{fmt.Sprintf(format, args...)}
}

// quoted writes a name of a file for messages: on one line, and not endless.
func quoted(name string) string {
	if len(name) > longestNameQuoted {
		name = strings.ToValidUTF8(name[:longestNameQuoted], "") + "..."
	}
	return strconv.Quote(name)
}

// opsetOf is the opset of the default domain that a node is of.
func (r *reader) opsetOf(n *node) int64 {
	if n.opset > 0 {
		return n.opset
	}
	return r.opset
}

// title names a node: by its name, or by its position.
func (r *reader) title(n *node) string {
	if n.name != "" {
		return quoted(n.name)
	}
	return fmt.Sprintf("op #%d", n.at)
}

// label names a node, its operator and its opset.
func (r *reader) label(index int, n *node) string {
	title := r.title(n)
	if n.name != "" {
		title = "node " + title
	}
	op := strings.Trim(quoted(n.op), `"`)
	if !defaultDomain(n.domain) {
		return fmt.Sprintf("%s (%s.%s)", title, strings.Trim(quoted(n.domain), `"`), op)
	}
	return fmt.Sprintf("%s (%s, opset %d)", title, op, r.opsetOf(n))
}
