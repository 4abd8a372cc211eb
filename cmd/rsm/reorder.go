package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"
)

// reorder moves the flags of a command before its positional arguments. The
// command-line library stops at the first positional argument and would ignore
// the flags after it without a word. Everything after "--" is positional.
func reorder(app *cli.App, args []string) ([]string, error) {
	if len(args) < 2 || args[len(args)-1] == "--generate-bash-completion" {
		return args, nil // a shell asks what may come next
	}
	if len(args) == 2 && args[1] == "--version" {
		return []string{args[0], "version", "--short"}, nil
	}
	if len(args) == 2 && args[1] == "--name" { // VNN-LIB's way to ask
		return []string{args[0], "version", "--name"}, nil
	}
	cmd := app.Command(args[1])
	if cmd == nil {
		return args, nil
	}
	first := 2 // the first argument behind the command
	if len(args) > 2 {
		for _, sub := range cmd.Subcommands {
			if sub.HasName(args[2]) {
				cmd, first = sub, 3
				break
			}
		}
	}
	takesValue := make(map[string]bool)
	for _, f := range cmd.Flags {
		_, isBool := f.(*cli.BoolFlag)
		for _, name := range f.Names() {
			takesValue[name] = !isBool
		}
	}
	var flags, positional []string
	rest := args[first:]
	for i := 0; i < len(rest); i++ {
		a := rest[i]
		if a == "--" {
			positional = append(positional, rest[i+1:]...)
			break
		}
		if len(a) < 2 || a[0] != '-' {
			positional = append(positional, a)
			continue
		}
		name := strings.TrimLeft(a, "-")
		if name == "help" || name == "h" { // beside arguments the library takes them for topics
			return append(slices.Clone(args[:first]), "--help"), nil
		}
		flags = append(flags, a)
		if strings.Contains(name, "=") || !takesValue[name] {
			continue
		}
		if i+1 == len(rest) {
			return nil, usageError{fmt.Errorf("flag %s needs a value", a), cmd.Name}
		}
		i++
		flags = append(flags, rest[i])
	}
	out := slices.Concat(args[:first], flags)
	if len(positional) > 0 {
		out = append(out, "--")
	}
	return append(out, positional...), nil
}
