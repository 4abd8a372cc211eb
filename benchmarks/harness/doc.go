// Package harness measures rsm, and other tools, on fixed sets of
// questions.
//
// A suite (suite.go) is a CSV file with one instance on each line: two
// networks, a region, class pairs and a time limit. A config (config.go) is a
// command of rsm with its options. A run (run.go) asks every instance of a
// suite by a config, each in a process of its own, so that the wall time, the
// CPU time and the peak memory are those of the whole process, and a crash is
// a record and not the end of the run. Its records (records.go) are lines of
// JSON behind a header; a run that was stopped goes on where it ended (log.go).
//
// Two files of records are compared instance by instance (compare.go), and
// relaxations are held against exact ranges (ladder.go). Both look for
// contradictions first: a time says nothing where an answer is wrong.
package harness
