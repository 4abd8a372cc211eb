"""Judges the report of vnnlib-satisfactory: python conformance.py FOLDER RSM

A test counts as
  passed     the answer is the known one
  refused    exit status 3, and the test needs what rsm does not claim: an operator that 'rsm supports
             --onnx-operators' does not list, or one of OUTSIDE
  not claimed  the tests were skipped for what 'rsm supports' says
  FAILED     anything else
Every assignment after sat is replayed: onnxruntime runs the models at its inputs, and the assertions, as PyPI's
vnnlib reads them, are evaluated at the values. What differs from them by more than TOLERANCE counts as FAILED.
The exit status is 1 if any test failed, or if a float32 query is answered without --as-real.
"""
import json
import os
import subprocess
import sys
from fractions import Fraction

import numpy
import onnxruntime
import vnnlib

import readings

TOLERANCE = 1e-4

# Tests of listed operators that need more than the theories that rsm claims.
OUTSIDE = {
    "mul/mul03": "the product of two values that depend on the input",
    **{f"div/div0{k}": "the quotient of two values that depend on the input" for k in (1, 2, 3, 4)},
    "maxpool/maxpool03": "an input without a lower bound",
}


def assignment(stdout):
    """The tensors that follow sat: name to list of values."""
    out = {}
    for line in stdout.splitlines()[1:]:
        if len(line.split()) == 3:
            values = out[line.split()[0]] = []
        else:
            values.append(float(line))
    return out


def holds(f, at):
    kind = type(f).__name__
    if kind == "And":
        return all(holds(g, at) for g in f.args)
    if kind == "Or":
        return any(holds(g, at) for g in f.args)
    d = float(readings.value(f.lhs, at) - readings.value(f.rhs, at))
    if kind == "NotEqual":
        return True
    if kind == "Equal":
        return abs(d) <= TOLERANCE
    return (d if kind.startswith("Greater") else -d) >= -TOLERANCE


def replay(query, model, stdout):
    """What is wrong with an assignment, or None."""
    q, values = vnnlib.parse_query_file(query), assignment(stdout)
    session = onnxruntime.InferenceSession(model)
    for n in q.networks:
        feed = {i.name: numpy.array(values[d.name], dtype=numpy.float32).reshape(d.shape)
                for i, d in zip(session.get_inputs(), n.inputs, strict=True)}
        for d, y in zip(n.outputs, session.run(None, feed), strict=True):
            if not numpy.allclose(y.reshape(-1), values[d.name], rtol=TOLERANCE, atol=TOLERANCE):
                return f"onnxruntime gives {d.name} = {y.reshape(-1)}, not {values[d.name]}"
    shapes = {d.name: d.shape for n in q.networks for d in (*n.inputs, *n.hidden, *n.outputs)}

    def at(element):
        name, _, rest = element.partition("[")
        index = tuple(int(i) for i in rest.rstrip("]").split(",")) if rest else ()
        return Fraction(float(numpy.array(values[name]).reshape(shapes[name])[index]))

    bad = [str(a.expr) for a in q.assertions if not holds(a.expr, at)]
    return "does not satisfy " + ", ".join(bad) if bad else None


def main(folder, rsm):
    report = json.load(open(os.path.join(folder, "report.json")))
    listed = subprocess.run([rsm, "supports", "--onnx-operators"], capture_output=True, text=True, check=True)
    claimed = {line.split()[0] for line in listed.stdout.splitlines()}
    counts, replayed = {"passed": 0, "refused": 0, "failed": 0}, 0
    for r in report["results"]:
        if r["actual"] == "sat":
            replayed += 1
            if wrong := replay(r["vnnlib_path"], r["onnx_path"], r["stdout"]):
                counts["failed"] += 1
                print(f"FAILED   {r['test_id']}: the assignment: {wrong}")
                continue
        why = OUTSIDE.get(r["test_id"])
        missing = sorted(set(r["op_types"]) - claimed)
        if missing:
            why = "operators " + ", ".join(missing)
        if r["outcome"] == "pass" and r["returncode"] == 0:
            counts["passed"] += 1
        elif why and r["returncode"] == 3 and not r["stdout"]:
            counts["refused"] += 1
            print(f"refused  {r['test_id']}: {why}")
        else:
            counts["failed"] += 1
            print(f"FAILED   {r['test_id']}: expected {r['expected']}, got {r['actual']}, exit status {r['returncode']}: {r['stderr'].strip()}")
    floats = [r for r in report["results"] if r["outcome"] == "pass"][0]
    strict = subprocess.run([rsm, "verify", floats["vnnlib_path"], "--network", "N=" + floats["onnx_path"]], capture_output=True, text=True)
    if strict.returncode != 3 or strict.stdout:
        counts["failed"] += 1
        print("FAILED   a float32 query without --as-real is not refused")
    print(f"conformance: {counts['passed']} passed, {counts['failed']} failed, {counts['refused']} refused for what is not claimed, "
          f"{len(report['skipped'])} not claimed; {replayed} assignments replayed")
    return 1 if counts["failed"] else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
