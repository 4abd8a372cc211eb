package harness

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
)

// PrintComparisons prints comparisons of one baseline with others, as text,
// markdown or json.
func PrintComparisons(w io.Writer, format string, all []*Comparison) error {
	if format == "json" {
		return printJSON(w, struct {
			Schema        string        `json:"schema"`
			SchemaVersion int           `json:"schema_version"`
			Comparisons   []*Comparison `json:"comparisons"`
		}{"rsm-bench-compare", 1, all})
	}
	for k, c := range all {
		if k > 0 {
			fmt.Fprintln(w)
		}
		if err := c.print(w, format); err != nil {
			return err
		}
	}
	return nil
}

func printJSON(w io.Writer, v any) error {
	e := json.NewEncoder(w)
	e.SetIndent("", " ")
	return e.Encode(v)
}

func (c *Comparison) print(w io.Writer, format string) error {
	files := table{head: []string{"", "tool", "version", "config", "suite", "file"}}
	for _, s := range []struct {
		name string
		Subject
	}{{"A", c.A}, {"B", c.B}} {
		files.add(s.name, s.Tool, s.Version, s.Config, s.Suite, s.File)
	}
	rows := table{head: []string{"instance", "A", "B", "A s", "B s", "A/B", "range of A", "range of B"}}
	for _, r := range c.Rows {
		rows.add(r.Instance, string(r.A.Status), string(r.B.Status), secondsText(r.A.Seconds), secondsText(r.B.Seconds),
			fmt.Sprintf("%.2f", r.Ratio), rangeText(r.A.Pairs), rangeText(r.B.Pairs))
	}
	summary := c.Summary.table()
	for _, t := range []*table{&files, &rows, &summary} {
		if err := t.print(w, format); err != nil {
			return err
		}
		fmt.Fprintln(w)
	}
	if err := printList(w, format, "note", c.Notes); err != nil {
		return err
	}
	return printContradictions(w, format, c.Contradictions)
}

func (s *Summary) table() table {
	t := table{head: []string{"summary", "A", "B"}}
	t.add("instances, of one file only", fmt.Sprint(s.OnlyInA), fmt.Sprint(s.OnlyInB))
	t.add("instances, of both", fmt.Sprint(s.Instances), fmt.Sprint(s.Instances))
	t.add("solved", fmt.Sprint(s.SolvedA), fmt.Sprint(s.SolvedB))
	t.add("solved by this one only", fmt.Sprint(len(s.SolvedByAOnly)), fmt.Sprint(len(s.SolvedByBOnly)))
	t.add("PAR-2, mean seconds", secondsText(s.PAR2A), secondsText(s.PAR2B))
	ratio := "-"
	if s.RatioInstances > 0 {
		ratio = fmt.Sprintf("%.3g", s.Ratio)
	}
	t.add(fmt.Sprintf("A/B, geometric mean over %d with A from %g s", s.RatioInstances, s.AtLeast), "", ratio)
	t.add(fmt.Sprintf("B above %g s and %g times slower than A", slowerFrom, slower), "", fmt.Sprint(len(s.Slower)))
	return t
}

func printList(w io.Writer, format, kind string, items []string) error {
	bullet := ""
	if format == "markdown" {
		bullet = "- "
	}
	for _, s := range items {
		if _, err := fmt.Fprintf(w, "%s%s: %s\n", bullet, kind, s); err != nil {
			return err
		}
	}
	return nil
}

func printContradictions(w io.Writer, format string, found []Contradiction) error {
	var items []string
	for _, c := range found {
		items = append(items, c.String())
	}
	if len(items) == 0 {
		_, err := fmt.Fprintln(w, "no contradictions")
		return err
	}
	return printList(w, format, "CONTRADICTION", items)
}

func secondsText(s float64) string {
	if s < 10 {
		return fmt.Sprintf("%.2f", s)
	}
	return fmt.Sprintf("%.1f", s)
}

// rangeText is the range of the first class pair, and how many follow. A value
// that is only witnessed has a question mark: r may go beyond it.
func rangeText(pairs []PairRange) string {
	if len(pairs) == 0 {
		return "-"
	}
	end := func(e *Extremum) string {
		switch {
		case e.Proved != nil:
			return fmt.Sprintf("%.6g", float64(*e.Proved))
		case e.Witnessed != nil:
			return fmt.Sprintf("%.6g?", float64(*e.Witnessed))
		}
		return "?"
	}
	p := &pairs[0]
	var b strings.Builder
	fmt.Fprintf(&b, "%d:%d [%s, %s]", p.I, p.J, end(&p.Min), end(&p.Max))
	if len(pairs) > 1 {
		fmt.Fprintf(&b, " +%d", len(pairs)-1)
	}
	return b.String()
}
