"""Judges the report of vnnlib-satisfactory: python conformance.py FOLDER RSM

A test counts as
  passed     the answer is the known one
  refused    exit status 3, and the test needs what rsm does not claim: an operator that 'rsm supports
             --onnx-operators' does not list, or one of OUTSIDE
  not claimed  the tests were skipped for what 'rsm supports' says
  FAILED     anything else
The exit status is 1 if any test failed, or if a float32 query is answered without --as-real.
"""
import json
import os
import subprocess
import sys

# Tests of listed operators that need more than the theories that rsm claims.
OUTSIDE = {
    "mul/mul03": "the product of two values that depend on the input",
}


def main(folder, rsm):
    report = json.load(open(os.path.join(folder, "report.json")))
    listed = subprocess.run([rsm, "supports", "--onnx-operators"], capture_output=True, text=True, check=True)
    claimed = {line.split()[0] for line in listed.stdout.splitlines()}
    counts = {"passed": 0, "refused": 0, "failed": 0}
    for r in report["results"]:
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
          f"{len(report['skipped'])} not claimed")
    return 1 if counts["failed"] else 0


sys.exit(main(*sys.argv[1:]))
