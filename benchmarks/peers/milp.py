"""Both ends of each range by a mixed-integer solver, whatever solver it is."""

import time
from typing import Callable

import numpy as np

import bigm
import records
from question import Question

# How far a solver may leave bound and solution apart: half the gap of an exact extremum.
ABSOLUTE_GAP = records.GAP / 2

# What a solver does: minimize an objective within so many seconds. It returns a lower bound of the
# minimum, or None, and a solution, or None.
Minimize = Callable[[np.ndarray, np.ndarray, float], tuple[float | None, np.ndarray | None, dict]]


def ask(q: Question, model: bigm.Model, minimize: Minimize, deadline: float) -> dict:
    """Asks for the extremes one after the other; each may take its share of the time that is left."""
    ends = [(k, sign) for k in range(len(q.pairs)) for sign in (1.0, -1.0)]
    found = {}
    for n, (k, sign) in enumerate(ends):
        columns, values, constant = model.objectives[k]
        share = max(0.0, deadline - time.monotonic()) / (len(ends) - n)
        bound, solution, more = minimize(columns, sign * values, share)
        proved = None if bound is None else sign * bound + constant
        witnessed = None
        if solution is not None:
            witnessed = float(q.r(q.inside(solution[: model.inputs]), q.pairs[k]))
        found[k, sign] = records.extremum(proved, witnessed, "solver", **more)
    pairs = [records.pair_range(p, found[k, 1.0], found[k, -1.0]) for k, p in enumerate(q.pairs)]
    return {"pairs": pairs}
