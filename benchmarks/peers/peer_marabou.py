"""Marabou on the claims of another file of records: does r pass what is proved, does it reach what is witnessed?

Marabou decides whether r >= c has a solution. For a maximum with proved value P and witnessed value W it
is asked twice: at P + DELTA, where there must be none, and at W - DELTA, where there must be one; for a
minimum the same with the signs turned. What it answers becomes a record of its own: no solution above c
proves r <= c, and a solution is replayed. So a wrong claim shows as a contradiction of the two files.
"""

import importlib.metadata
import os
import time
import warnings

import numpy as np
from maraboupy import MarabouCore

import records
from network import Dense
from question import Question

with warnings.catch_warnings():  # that TensorFlow is not there
    warnings.simplefilter("ignore")
    from maraboupy.Marabou import createOptions

TOOL = "marabou"
CONFIG = "check"
LIMITED = True
VERSION = importlib.metadata.version("maraboupy")
SOLVER = "Marabou " + VERSION
DELTA = 1e-3
OPTIONS = {"delta": DELTA, "tighteningStrategy": "deeppoly"}


def ask(q: Question, deadline: float, claims: dict | None) -> dict:
    if claims is None:
        raise ValueError("there is no record to check: give --against")
    of = {(p["i"], p["j"]): p for p in claims.get("pairs", [])}
    asked = [(pair, end, of[pair][end]) for pair in q.pairs if pair in of for end in ("min", "max")]
    if not asked:
        raise ValueError("the record to check has none of these class pairs")
    found = {}
    for n, (pair, end, claim) in enumerate(asked):
        sign = 1.0 if end == "max" else -1.0
        share = max(0.0, deadline - time.monotonic()) / (len(asked) - n)
        found[pair, end] = _check(q, pair, sign, claim, share)
    pairs = [p for p in q.pairs if (p, "min") in found]
    return {"pairs": [records.pair_range(p, found[p, "min"], found[p, "max"]) for p in pairs]}


def _check(q: Question, pair: tuple[int, int], sign: float, claim: dict, seconds: float) -> dict:
    """What Marabou says of one end, as if it were the maximum of sign * r. Either question may take half of the time."""
    proved, witnessed, answers = np.inf, -np.inf, []
    for name, shift in (("proved", DELTA), ("witnessed", -DELTA)):
        value = claim.get(name)
        if not isinstance(value, (int, float)):
            continue
        threshold = sign * value + shift
        answer, x = _decide(q, pair, sign, threshold, seconds / 2)
        answers.append(f"{name} {answer}")
        if answer == "unsat":
            proved = min(proved, threshold)
        elif answer == "sat":
            witnessed = max(witnessed, sign * float(q.r(q.inside(x), pair)))
    ends = (sign * v if np.isfinite(v) else None for v in (proved, witnessed))
    return records.extremum(*ends, "solver", stop=", ".join(answers))


def _decide(q: Question, pair: tuple[int, int], sign: float, threshold: float, seconds: float):
    """Whether sign * r >= threshold has a solution, and which. Marabou counts in whole seconds."""
    if seconds < 1:
        return "not asked", None
    query = _query(q, pair, sign, threshold)
    options = createOptions(timeoutInSeconds=int(seconds), verbosity=0, tighteningStrategy=OPTIONS["tighteningStrategy"])
    answer, values, stats = MarabouCore.solve(query, options, os.devnull)
    if stats.hasTimedOut():
        answer = "timeout"
    x = np.array([values[k] for k in range(len(q.lo))]) if answer == "sat" else None
    return answer, x


def _query(q: Question, pair: tuple[int, int], sign: float, threshold: float) -> MarabouCore.InputQuery:
    """Inputs come first, then the neurons of N1 and of N2, and sign * r is the last variable."""
    first, second = Question(q.first, q.second, q.lo, q.hi, [pair]).folded()
    neurons = sum(2 * len(layer.bias) for layers in (first, second) for layer in layers[:-1])
    query = MarabouCore.InputQuery()
    query.setNumberOfVariables(len(q.lo) + neurons + 1)
    for k, (lo, hi) in enumerate(zip(q.lo, q.hi)):
        query.setLowerBound(k, lo)
        query.setUpperBound(k, hi)
        query.markInputVariable(k, k)
    before1, after = _hidden(query, first, len(q.lo), len(q.lo))
    before2, r = _hidden(query, second, len(q.lo), after)
    equation = MarabouCore.Equation()
    _add(equation, sign * first[-1].weight[0], before1)
    _add(equation, -sign * second[-1].weight[0], before2)
    equation.addAddend(-1.0, r)
    equation.setScalar(-sign * float(first[-1].bias[0] - second[-1].bias[0]))
    query.addEquation(equation)
    query.markOutputVariable(r, 0)
    query.setLowerBound(r, threshold)
    return query


def _hidden(query: MarabouCore.InputQuery, layers: list[Dense], inputs: int, free: int) -> tuple[range, int]:
    """Adds the hidden layers from the variable `free` on. Returns the outputs of the last, and the next free one."""
    before = range(inputs)
    for layer in layers[:-1]:
        size = len(layer.bias)
        outputs = range(free + size, free + 2 * size)
        for n in range(size):
            equation = MarabouCore.Equation()
            _add(equation, layer.weight[n], before)
            equation.addAddend(-1.0, free + n)
            equation.setScalar(-float(layer.bias[n]))
            query.addEquation(equation)
            MarabouCore.addReluConstraint(query, free + n, outputs[n])
            query.setLowerBound(outputs[n], 0.0)
        before, free = outputs, free + 2 * size
    return before, free


def _add(equation: MarabouCore.Equation, weights: np.ndarray, variables: range) -> None:
    for w, v in zip(weights, variables):
        if w != 0:
            equation.addAddend(float(w), v)
