#!/usr/bin/env bash
# Equalities through vnnlib.compat of the vnnlib package.
#
# Guess: == is written as two inequalities, or refused, as != is ("not supported within literals").
# Seen: it is taken for <=. An output that must be 0.5 may be anything up to 0.5, and an input fixed to 0.5 gets the interval from minus
# infinity to 0.5.
# Version: vnnlib 1.0.2.
# Why it matters here: fixed inputs are how a query says that only some features vary. The larger question can be sat where the asked one is
# unsat, and which bound is lost depends on the side on which the number stands.
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


fixed = cases("(assert (== X[0] 0.5))\n(assert (<= Y[0] Y[1]))")
output = cases("(assert (and (>= X[0] 0.0) (<= X[0] 1.0)))\n(assert (== Y[0] 0.5))")
try:
    cases("(assert (and (>= X[0] 0.0) (<= X[0] 1.0)))\n(assert (!= Y[0] 0.5))")
    unequal = "accepted"
except vnnlib.VNNLibException as error:
    unequal = "refused"
inf = float("inf")
finish("vnnlib " + version("vnnlib"),
       "X[0] in 0.5..0.5; Y[0] <= 0.5 and -Y[0] <= -0.5",
       f"X[0] in {fixed[0][0]}; Y {output[0][1]}; != is {unequal}",
       fixed[0][0] == [(-inf, 0.5)] and output[0][1] == [([[1.0, 0.0]], [0.5])] and unequal == "refused")
END
venv/bin/python -W ignore probe.py
