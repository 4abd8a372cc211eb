package rsm

import "rsm/network"

// ErrUnsupported is wrapped by errors about files that are well formed and hold
// something that rsm cannot treat.
var ErrUnsupported = network.ErrUnsupported

// Invalid is a mistake in a field of a Question or of its Region.
type Invalid struct {
	Field string // its name, such as "RelativeGap"
	Text  string // what follows the name: the value, and what is wrong with it
}

// Error implements error.
func (e *Invalid) Error() string { return e.Field + e.Text }

// Failure is an error of rsm itself or of its solver: no input is to blame.
type Failure struct{ Err error }

// Error implements error.
func (f *Failure) Error() string { return f.Err.Error() }

// Unwrap gives the error that it is.
func (f *Failure) Unwrap() error { return f.Err }

func failure(err error) error {
	if err == nil {
		return nil
	}
	return &Failure{err}
}
