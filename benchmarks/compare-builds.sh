#!/usr/bin/env bash
# Two builds of rsm on the same questions, asked in turn: are answers and counts the same, and which is faster?
#
#   benchmarks/compare-builds.sh OLD NEW SUITE [LIMIT [REGEXP]]
#
# OLD and NEW are programs. SUITE is one of
#   - a suite of benchmarks/suites, by file or by its bare name;
#   - an instances.csv in VNN-COMP's form, as suites/make_acasxu_*.py write it: NETWORKS,QUERY,SECONDS;
#   - a list of commands, a .txt file: each line a name and the arguments of rsm. They run in the list's folder.
# LIMIT keeps the first so many instances (0: all) of those whose names match REGEXP.
#
# Where a suite leaves the class pairs to rsm (label, runner-up), those that OLD chooses are asked of both.
#
# Short questions are asked again, up to REPEATS times (default 9), until both builds have had two seconds; the least
# time counts, for whatever runs beside only adds to it, to CPU seconds less than to seconds. Ratios are NEW over OLD,
# means are geometric. Counts and times are compared where both builds came to an end before the time limit. Peaks of
# memory depend on where a program lies on disk, by some MiB: build both anew. Needs Python 3, nothing beside it.
#
# Exit status: 0, 1 where answers exclude each other or NEW gives none, 2 usage.
set -euo pipefail
exec python3 "$(dirname "$0")/builds/compare.py" "$@"
