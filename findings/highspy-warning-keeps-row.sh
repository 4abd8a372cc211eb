#!/usr/bin/env bash
# A constraint with a very small coefficient, added to a model by highspy.
#
# Guess: when addConstr raises an exception, the model is as it was before.
# Seen: a coefficient of 1e-9 or less is dropped with a warning, and addConstr turns the warning into HighsStatusError. The row is in the
# model all the same, without the coefficient: y <= 1e-9 x has become y <= 0, and an optimum of 1 at x = 1e9 has become 0. Who
# catches the exception and goes on has a wrong model, and who adds a scaled row instead has both.
# Version: highspy 1.16.0.
# Why it matters here: weights of pruned and regularised networks go down to 1e-9 and below, and are rows of such programs.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
"${PYTHON:-python3}" -m venv venv
venv/bin/pip install --quiet --no-cache-dir --disable-pip-version-check \
    highspy==1.16.0 numpy==2.4.6
cat > probe.py <<'END'
import sys
from importlib.metadata import version
import highspy


def finish(name, expected, seen, same_as_recorded):
    print("versions: ", name)
    print("expected: ", expected)
    print("seen:     ", seen)
    print("the surprise is still there" if same_as_recorded else "BEHAVIOUR HAS CHANGED")
    sys.exit(0 if same_as_recorded else 1)


h = highspy.Highs()
h.setOptionValue("output_flag", False)
x = h.addVariable(lb=1e9, ub=1e9)
y = h.addVariable(lb=0, ub=1, obj=-1)
try:
    h.addConstr(y - 1e-9 * x <= 0.0)
    outcome = "accepted"
except Exception as error:
    outcome = type(error).__name__
rows = h.getNumRow()
h.run()
best = -h.getInfo().objective_function_value
finish("highspy " + version("highspy"),
       "an exception and no row, so that y is 1 at most; or a row that allows y = 1",
       f"{outcome}, {rows} row, coefficients {[float(v) for v in h.getLp().a_matrix_.value_]}, greatest y {best}",
       outcome == "HighsStatusError" and rows == 1 and abs(best) < 1e-9)
END
venv/bin/python -W ignore probe.py
