package main

import (
	"errors"
	"fmt"
	"slices"
	"text/tabwriter"

	"github.com/urfave/cli/v2"

	"rsm"
	"rsm/network"
)

func inspectCommand() *cli.Command {
	return &cli.Command{
		Name:      "inspect",
		Usage:     "layers, shapes, parameters and ReLU neurons of a network",
		ArgsUsage: "NET",
		Description: `Where the file does not say which tensor holds the logits, or ends in what is not
supported, those that may are listed; --output TENSOR reads one.

EXAMPLE
   rsm inspect network.onnx`,
		Flags: networkFlags(),
		Action: func(c *cli.Context) error {
			nets, err := networkArguments(c, 1)
			if errors.Is(err, rsm.ErrUnsupported) && len(c.StringSlice(logitsFlag.Name)) == 0 {
				return inspectCandidates(c, c.Args().First(), err)
			}
			if err != nil {
				return err
			}
			n := nets[0]
			w := c.App.Writer
			fmt.Fprintf(w, "file        %s (%s)\nsha256      %s\ninputs      %d\nclasses     %d\nparameters  %d\nReLUs       %d\n",
				n.File, n.Format, n.SHA256, n.InputSize(), n.Classes(), n.Parameters(), n.ReLUs())
			for _, d := range n.Data {
				fmt.Fprintf(w, "weights     %s, sha256 %s\n", d.File, d.SHA256)
			}
			if k := n.Quantized(); k > 0 {
				fmt.Fprintf(w, "quantized   %d\n", k)
			}
			if n.ClassNames != nil {
				fmt.Fprintf(w, "names       %q\n", n.ClassNames)
			}
			fmt.Fprintln(w)
			t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
			fmt.Fprintln(t, "node\tkind\tname\toperands\tshape\tparameters")
			used := n.Used()
			for i, v := range n.Nodes {
				kind, params := "input", 0
				if v.Op != nil {
					kind, params = kindOf(v.Op), v.Op.Parameters()
				}
				if !used[i] {
					kind += " (unused)"
				}
				fmt.Fprintf(t, "%d\t%s\t%s\t%s\t%v\t%d\n", i, kind, v.Name, operands(v), v.Shape, params)
			}
			if err := t.Flush(); err != nil {
				return err
			}
			for _, note := range n.Notes {
				fmt.Fprintln(w, "note: "+note)
			}
			return nil
		},
	}
}

// inspectCandidates lists the tensors of a network that may hold its logits, where what is
// read by itself cannot be treated, as why says. Where none can, why is the answer.
func inspectCandidates(c *cli.Context, file string, why error) error {
	all, err := rsm.Reader{}.Candidates(file)
	if err != nil || !slices.ContainsFunc(all, func(k rsm.Candidate) bool { return k.Err == nil }) {
		return why
	}
	w := c.App.Writer
	fmt.Fprintf(w, "%v\n\n--output TENSOR says which tensor holds the logits:\n\n", why)
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "tensor\tclasses\tin the file")
	for _, k := range all {
		classes := "-"
		if k.Err == nil {
			classes = fmt.Sprint(k.Net.Classes())
		} else {
			k.Is += "; it is not supported"
		}
		fmt.Fprintf(t, "%q\t%s\t%s\n", k.Name, classes, k.Is)
	}
	return t.Flush()
}

// kindOf is the kind of an operator, and of an activation its constants.
func kindOf(op network.Op) string {
	if a, ok := op.(network.Activation); ok {
		return a.Describe()
	}
	return op.Kind()
}

func operands(v network.Node) string {
	if len(v.Inputs) == 0 {
		return "-"
	}
	s := fmt.Sprint(v.Inputs)
	return s[1 : len(s)-1]
}
