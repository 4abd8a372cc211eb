#!/usr/bin/env bash
# A box on the inputs and a disjunction on the outputs, through vnnlib.compat of the vnnlib package.
#
# Guess: the assertions of a query are a conjunction. The list that transform() returns, cases of one box and several polytopes,
# has one case here: the box, with both polytopes. It is the usual form of robustness properties.
# Seen: two cases. One has the disjunction and the box minus infinity to infinity, the other has the box and an empty polytope, which every
# output satisfies. Two disjunctions, which have to hold both, come back as one list of alternatives.
# Version: vnnlib 1.0.2.
# Why it matters here: who feeds a verifier with these cases asks about unbounded inputs, and of the second case the answer is sat at every
# point. In the same file with the box inside of each alternative all is well.
# Source: VNN-LIB: a query is satisfied where all its assertions are.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
"${PYTHON:-python3}" -m venv venv
venv/bin/pip install --quiet --no-cache-dir --disable-pip-version-check \
    vnnlib==1.0.2 pybind11==3.1.0
cat > probe.py <<'END'
import sys
from importlib.metadata import version
import vnnlib
import vnnlib.compat


def finish(name, expected, seen, same_as_recorded):
    print("versions: ", name)
    print("expected: ", expected)
    print("seen:     ", seen)
    print("the surprise is still there" if same_as_recorded else "BEHAVIOUR HAS CHANGED")
    sys.exit(0 if same_as_recorded else 1)


HEAD = """(vnnlib-version <2.0>)
(declare-network f (declare-input X float32 [1]) (declare-output Y float32 [2]))
"""
def cases(text):
    return [(c.input_box, [(p.coeff_matrix, p.rhs) for p in c.output_constraints])
            for c in vnnlib.compat.transform(vnnlib.parse_query_string(HEAD + text))]


box = "(assert (and (>= X[0] 0.25) (<= X[0] 0.75)))\n"
seen = cases(box + "(assert (or (<= Y[0] 1.0) (<= Y[1] 2.0)))")
twice = cases(box + "(assert (or (<= Y[0] 1.0) (<= Y[1] 2.0)))\n(assert (or (<= Y[0] 3.0) (<= Y[1] 4.0)))")
inside = cases("(assert (or (and (>= X[0] 0.25) (<= X[0] 0.75) (<= Y[0] 1.0)) (and (>= X[0] 0.25) (<= X[0] 0.75) (<= Y[1] 2.0))))")
inf = float("inf")
finish("vnnlib " + version("vnnlib"),
       "every case has the box 0.25..0.75, and constraints on the outputs",
       f"{seen}; two disjunctions: {[len(c[1]) for c in twice]} polytopes by case; box inside: {[c[0] for c in inside]}",
       sorted(c[0] for c in seen) == [[(-inf, inf)], [(0.25, 0.75)]]
       and [c[1] for c in seen if c[0] == [(0.25, 0.75)]] == [[([], [])]]
       and max(len(c[1]) for c in twice) == 4 and all(c[0] == [(0.25, 0.75)] for c in inside))
END
venv/bin/python -W ignore probe.py
