"""Solves a model file (.mps or .lp) with highspy and prints the optimum as JSON,
on the last line: HiGHS may greet before.

Usage: python solve_mps.py FILE
"""

import json
import sys

import highspy

if len(sys.argv) != 2:
    sys.exit(__doc__)
h = highspy.Highs()
h.setOptionValue("output_flag", False)
h.setOptionValue("threads", 1)
h.setOptionValue("mip_rel_gap", 0.0)
h.setOptionValue("mip_abs_gap", 1e-8)
h.setOptionValue("mip_feasibility_tolerance", 1e-9)
h.setOptionValue("primal_feasibility_tolerance", 1e-9)
h.setOptionValue("dual_feasibility_tolerance", 1e-9)
if h.readModel(sys.argv[1]) != highspy.HighsStatus.kOk:
    sys.exit(f"{sys.argv[1]}: HiGHS cannot read the model")
h.run()
print(json.dumps({
    "highs": h.version(),
    "status": h.modelStatusToString(h.getModelStatus()),
    "sense": "max" if h.getLp().sense_ == highspy.ObjSense.kMaximize else "min",
    "columns": h.getNumCol(),
    "integers": sum(t == highspy.HighsVarType.kInteger for t in h.getLp().integrality_),
    "optimum": h.getInfo().objective_function_value,
}))
