"""Gurobi, with the restricted licence that its Python package brings, on the plain mixed-integer program."""

import importlib.metadata

import gurobipy as gp
import numpy as np
from gurobipy import GRB

import bigm
import milp
from question import Question

TOOL = "gurobi-bigm"
CONFIG = "plain"
LIMITED = True
VERSION = importlib.metadata.version("gurobipy")
SOLVER = "Gurobi " + VERSION
OPTIONS = {"MIPGap": 0.0, "MIPGapAbs": milp.ABSOLUTE_GAP, "FeasibilityTol": 1e-9, "IntFeasTol": 1e-9, "OptimalityTol": 1e-9}

# What the restricted licence takes.
MOST = 2000


def ask(q: Question, deadline: float, _) -> dict:
    model = bigm.build(q)
    if max(len(model.lower), len(model.rows)) > MOST:
        raise ValueError(f"too large for the restricted licence: {len(model.lower)} variables and {len(model.rows)} rows, of {MOST}")
    with gp.Env(params={"OutputFlag": 0}) as env, gp.Model(env=env) as g:
        for name, value in OPTIONS.items():
            g.setParam(name, value)
        columns = [
            g.addVar(lb=lo, ub=hi, vtype=GRB.BINARY if whole else GRB.CONTINUOUS)
            for lo, hi, whole in zip(model.lower, model.upper, model.integer)
        ]
        for lower, upper, index, value in model.rows:
            left = gp.LinExpr(value.tolist(), [columns[k] for k in index])
            if lower == upper:
                g.addConstr(left == lower)
            elif np.isinf(upper):
                g.addConstr(left >= lower)
            else:
                g.addConstr(left <= upper)

        def minimize(at: np.ndarray, values: np.ndarray, seconds: float):
            g.reset()
            g.setObjective(gp.LinExpr(values.tolist(), [columns[k] for k in at]), GRB.MINIMIZE)
            g.setParam("TimeLimit", seconds)
            g.optimize()
            if g.Status not in (GRB.OPTIMAL, GRB.TIME_LIMIT):
                raise RuntimeError(f"Gurobi ended with status {g.Status}")
            solution = np.array(g.getAttr("X", columns)) if g.SolCount else None
            bound = g.ObjBound if g.IsMIP else (g.ObjVal if g.Status == GRB.OPTIMAL else -np.inf)
            if bound <= -GRB.INFINITY:
                bound = -np.inf
            more = {"stop": "Optimal" if g.Status == GRB.OPTIMAL else "Time limit reached", "nodes": int(g.NodeCount)}
            return bound, solution, more

        return milp.ask(q, model, minimize, deadline)
