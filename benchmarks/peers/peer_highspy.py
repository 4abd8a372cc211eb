"""HiGHS, by its Python package, on the plain mixed-integer program."""

import importlib.metadata

import highspy
import numpy as np

import bigm
import milp
from question import Question

TOOL = "highspy-bigm"
CONFIG = "plain"
LIMITED = True
VERSION = importlib.metadata.version("highspy")
SOLVER = "HiGHS " + VERSION
OPTIONS = {"mip_rel_gap": 0.0, "mip_abs_gap": milp.ABSOLUTE_GAP, "mip_feasibility_tolerance": 1e-9, "primal_feasibility_tolerance": 1e-9}


def ask(q: Question, deadline: float, _) -> dict:
    model = bigm.build(q)
    lp = _lp(model)

    def minimize(columns: np.ndarray, values: np.ndarray, seconds: float):
        cost = np.zeros(lp.num_col_)
        cost[columns] = values
        lp.col_cost_ = cost
        h = highspy.Highs()
        for name, value in {"output_flag": False, "time_limit": seconds, **OPTIONS}.items():
            if h.setOptionValue(name, value) == highspy.HighsStatus.kError:
                raise RuntimeError(f"HiGHS refuses the option {name}")
        if h.passModel(lp) == highspy.HighsStatus.kError:
            raise RuntimeError("HiGHS refuses the model")
        h.run()
        stop, info = h.getModelStatus(), h.getInfo()
        text = h.modelStatusToString(stop)
        if stop not in (highspy.HighsModelStatus.kOptimal, highspy.HighsModelStatus.kTimeLimit):
            raise RuntimeError(f"HiGHS ended with {text}")
        solution = None
        if info.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible:
            solution = np.array(h.getSolution().col_value)
        if model.binaries():
            bound = info.mip_dual_bound
        else:
            bound = info.objective_function_value if stop == highspy.HighsModelStatus.kOptimal else -np.inf
        return bound, solution, {"stop": text, "nodes": max(0, int(info.mip_node_count))}

    return milp.ask(q, model, minimize, deadline)


def _lp(m: bigm.Model) -> highspy.HighsLp:
    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = len(m.lower), len(m.rows)
    lp.col_cost_ = np.zeros(len(m.lower))
    lp.col_lower_, lp.col_upper_ = np.array(m.lower), np.array(m.upper)
    lp.row_lower_ = np.array([r[0] for r in m.rows], dtype=float)
    lp.row_upper_ = np.array([r[1] for r in m.rows], dtype=float)
    lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    lp.a_matrix_.start_ = np.cumsum([0] + [len(r[2]) for r in m.rows]).astype(np.int32)
    lp.a_matrix_.index_ = np.concatenate([r[2] for r in m.rows]).astype(np.int32)
    lp.a_matrix_.value_ = np.concatenate([r[3] for r in m.rows])
    lp.integrality_ = [highspy.HighsVarType.kInteger if i else highspy.HighsVarType.kContinuous for i in m.integer]
    return lp
