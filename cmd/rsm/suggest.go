package main

import (
	"fmt"
	"path/filepath"
	"strings"

	"github.com/urfave/cli/v2"
	"github.com/xrash/smetrics"
)

// unknownCommand is the error about a word that is no command, with what may be meant.
func unknownCommand(word string, commands []*cli.Command) error {
	switch strings.ToLower(filepath.Ext(word)) {
	case ".onnx", ".nnet":
		return fmt.Errorf("%s is a network: give a command first, such as rsm margin N1 N2", word)
	case ".vnnlib":
		return fmt.Errorf("%s is a query: give a command first, such as rsm verify %s", word, word)
	}
	var names []string
	for _, c := range commands {
		names = append(names, c.Name)
	}
	return fmt.Errorf("unknown command %q%s", word, meant("", word, names))
}

// unknownFlag is the error about a flag that a command does not have.
func unknownFlag(c *cli.Context, flag string) error {
	var names []string
	if c.Command != nil {
		for _, f := range c.Command.VisibleFlags() {
			names = append(names, f.Names()...)
		}
	}
	return fmt.Errorf("unknown flag %s%s", dashed(flag), meant("--", flag, names))
}

// meant suggests the name that a word is the beginning of, or else the one that it is next
// to, two letters away at most and less than half of them; "" where there is none.
func meant(prefix, word string, names []string) string {
	var near string
	least := min((len(word)+1)/2, 3)
	for _, n := range names {
		if len(n) < 3 {
			continue
		}
		d := smetrics.WagnerFischer(strings.ToLower(word), n, 1, 1, 1)
		if len(word) > 2 && strings.HasPrefix(n, strings.ToLower(word)) {
			d = 0
		}
		if d < least {
			near, least = n, d
		}
	}
	if near == "" {
		return ""
	}
	return fmt.Sprintf("; did you mean %s%s?", prefix, near)
}
