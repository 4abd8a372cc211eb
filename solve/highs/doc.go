// Package highs binds the C API of HiGHS, a solver of linear and mixed-integer
// programs (highs.dev), versions 1.13 to 1.16. It knows nothing of networks,
// and holds all of the project's cgo, but for the constants of package provider.
//
// A Solver holds a Model, which Pass gives it and SetCost, SetColBounds,
// AddRows and others change. Run solves it, under a context, and ends with a
// Status. A run that was stopped, by a limit or by its context, is no error: it
// leaves a bound (DualBound), and maybe a solution (PrimalFeasible, Solution).
//
// # Which HiGHS
//
// By default, the static library that the module github.com/bartolsthoorn/gohighs
// carries for Linux and macOS: go build needs a C compiler, and on Linux
// libstdc++ and zlib. With the build tag highs_system, the library that
// pkg-config finds by the name highs, through the module github.com/lanl/highs;
// highs.mk builds one. Only the linker flags of the two modules are used. Go's
// build cache keeps what pkg-config once said: go clean -cache after a change of
// the library. See package provider, Version and Provider.
//
// # What HiGHS does, and what this package does about it
//
// Each of these is held by a test of package contract, except where it says not.
//
// Small values. HiGHS leaves out matrix values of magnitude up to the option
// small_matrix_value, 1e-9 by default, and reports success. New sets the option
// to its minimum 1e-12, and Dropped says how many values are missing and what
// they may amount to. Bounds of magnitude 1e20 and more count as infinite (not
// tested).
//
// Tolerances. A row may be violated by primal_feasibility_tolerance (1e-7), and
// for a MIP rows and integrality by mip_feasibility_tolerance (1e-6). Optimal
// means within mip_rel_gap (1e-4) or mip_abs_gap (1e-6), whichever is reached
// first: set mip_rel_gap to 0 for a gap that is absolute. Bounds and statuses
// hold up to these, and Infeasible as well as Optimal have been wrong on big-M
// models (HiGHS issues 1959, 3034 and 3296; not tested).
//
// Solutions. HiGHS copies zeros where it has no solution, basis or duals, and
// reports success. Here that is ErrUnavailable, or nil duals. PrimalFeasible
// looks at the info value primal_solution_status, which is the one to trust.
//
// Info values. Before the first run HiGHS 1.13 may hand out uninitialized ones;
// New prevents it. A change of the model takes HiGHS' info values away; Status,
// Objective, DualBound, Gap, Nodes and LPIterations stay those of the last run.
//
// Bounds. The info value mip_dual_bound is set after a limit too, but says
// nothing after an LP. DualBound covers both, and is never NaN.
//
// Time. HiGHS applies the option time_limit to the time of all runs of a solver
// together. Run sets its clock back, so that it counts for each run by itself.
// A node limit (mip_max_nodes) ends with status SolutionLimit.
//
// Interrupts. HiGHS looks for them in the simplex and interior-point methods
// and between nodes, not in presolve and not in the sub-MIPs of its heuristics
// (not tested). The callback for MIP logging is silent where output_flag is
// off, so Progress is sampled where HiGHS looks for interrupts.
//
// Threads. The scheduler of HiGHS belongs to the OS thread and keeps the number
// of threads that it was made with, and a run that asks for another fails. Run
// holds its OS thread and replaces a scheduler that does not fit. New sets
// threads to 1: such runs are reproducible bit by bit, also with many solvers in
// parallel. With more threads nothing of the kind is promised.
//
// Output. With output_flag on, HiGHS prints to the standard output of the
// process (not tested); with log_to_console off and log_file set, to that file.
//
// Callbacks. To call HiGHS from an observer is an error (ErrBusy) and not a
// crash, and a panic there does not unwind through C++: see Observer.
package highs
