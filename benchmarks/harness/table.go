package harness

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
)

// table is a head and rows of as many cells. The first column is aligned left,
// the others right.
type table struct {
	head []string
	rows [][]string
}

func (t *table) add(cells ...string) { t.rows = append(t.rows, cells) }

// text prints columns separated by spaces.
func (t *table) text(w io.Writer) error {
	widest := len(t.head[0])
	for _, row := range t.rows {
		widest = max(widest, len(row[0]))
	}
	tw := tabwriter.NewWriter(w, 0, 0, 3, ' ', tabwriter.AlignRight)
	for _, row := range append([][]string{t.head}, t.rows...) {
		fmt.Fprintf(tw, "%-*s\t%s\t\n", widest, row[0], strings.Join(row[1:], "\t"))
	}
	return tw.Flush()
}

// markdown prints a table of Markdown.
func (t *table) markdown(w io.Writer) error {
	var b strings.Builder
	line := func(cells []string) {
		for _, c := range cells {
			b.WriteString("| " + strings.ReplaceAll(c, "|", `\|`) + " ")
		}
		b.WriteString("|\n")
	}
	line(t.head)
	b.WriteString("| ---" + strings.Repeat(" | ---:", len(t.head)-1) + " |\n")
	for _, row := range t.rows {
		line(row)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// print prints the table in a format, text or markdown.
func (t *table) print(w io.Writer, format string) error {
	if format == "markdown" {
		return t.markdown(w)
	}
	return t.text(w)
}
