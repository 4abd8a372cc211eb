// Package contract holds what package highs and HiGHS must do, as tests: statuses, bounds
// and solutions of linear and mixed-integer programs whose optimum is known, changes of a
// model, options, files, observers, limits and interrupts, and the prototypes of the C API.
// It has no code of its own.
package contract
