// Package highs binds the part of the HiGHS C API that rsm needs: models with
// many kinds of change, options by name, runs that a context can end, and
// callbacks for incumbents and bounds. It is the only cgo of the project and
// knows nothing of networks.
//
// HiGHS comes from github.com/bartolsthoorn/gohighs, a static library in a Go
// module, or with the build tag highs_system from pkg-config by way of
// github.com/lanl/highs. Both are linked only; their Go APIs report a time
// limit as an error, lose the dual bound, and have neither callbacks nor MIP
// starts.
//
// What to know of HiGHS:
//
//   - A time limit, a node limit or an interrupt is a Status, not an error; the
//     dual bound at that moment is valid.
//   - Matrix values below the option small_matrix_value are dropped silently.
//     New sets the option to its minimum, 1e-12; callers leave smaller values
//     out themselves.
//   - A solution is there only where PrimalFeasible says so.
//   - For a model without integer columns the MIP's information (DualBound,
//     Nodes) is not set: use the objective value.
//   - Its scheduler belongs to the operating system's thread and keeps the
//     number of threads that it was made with. Run locks the thread and drops a
//     scheduler of another size. One thread per solver, the default, makes runs
//     reproducible bit by bit; run solvers in parallel instead.
//   - Interrupts are not looked at inside sub-MIPs of its heuristics, so a run
//     may go on for a moment after its context has ended.
package highs
