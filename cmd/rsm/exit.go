package main

import (
	"context"
	"errors"
	"fmt"

	"rsm/network"
)

// Exit statuses, the same for every command.
const (
	exitAnswered    = 0   // answered, or honestly bounded at a limit
	exitUsage       = 2   // wrong usage or bad input
	exitUnsupported = 3   // a network or query that is not supported
	exitFailure     = 4   // internal or solver failure, or results that exclude each other
	exitInterrupted = 130 // what was known by then was printed
)

const exitHelp = `EXIT STATUS
   0    the question was answered, or honestly bounded at a limit
   2    wrong usage or bad input
   3    a network or a query that is not supported
   4    an internal error, a failure of the solver, or results that exclude
        each other
   130  interrupted; what was known by then is printed
`

// errInterrupted ends a command whose results are printed already.
var errInterrupted = errors.New("interrupted: the results show what was known by then")

// failure marks an error that is not the user's.
type failure struct{ error }

func (f failure) Unwrap() error { return f.error }

// usageError marks wrong usage, with a hint at the command's help.
type usageError struct {
	error
	command string
}

func usagef(command, format string, args ...any) error {
	return usageError{fmt.Errorf(format, args...), command}
}

// status is the exit status for an error.
func status(err error) int {
	var f failure
	switch {
	case err == nil:
		return exitAnswered
	case errors.Is(err, errInterrupted), errors.Is(err, context.Canceled):
		return exitInterrupted
	case errors.Is(err, network.ErrUnsupported):
		return exitUnsupported
	case errors.As(err, &f):
		return exitFailure
	}
	return exitUsage
}
