"""Compares how PyPI's vnnlib and rsm read queries: python readings.py READINGS FOLDER...

READINGS is the program of the folder readings. All .vnnlib files of version 2 below the folders are read by both:
tensors, and the tree of each assertion, must be the same, and each comparison the same linear function, which is
evaluated exactly at random points. A file that only one of the two takes counts as different, unless the reason is
in ONLY_RSM or ONLY_VNNLIB. The exit status is 1 if any file is read differently.
"""
import glob
import json
import os
import random
import subprocess
import sys
from fractions import Fraction

import vnnlib

# What one reader takes and the other does not, by a part of the other's error.
ONLY_RSM = {
    "has type 'Unknown'": "vnnlib 1.0.2 does not know the type Real of these examples of the standard",
    "'initialized'": "initialized is of VNN-LIB 2.1",
    "'F16', but found type 'F32'": "the standard lets isomorphic networks have other types",
}
ONLY_VNNLIB = {
    "product of two elements": "rsm reads linear comparisons only",
}
TYPES = {"F16": "float16", "F32": "float32", "F64": "float64", "BF16": "bfloat16", "I8": "int8", "I16": "int16", "I32": "int32",
         "I64": "int64", "U8": "uint8", "U16": "uint16", "U32": "uint32", "U64": "uint64", "Bool": "bool",
         "Real": "real", "Unknown": "real"}  # vnnlib 1.0.2 knows real, and takes Real for an unknown type
OPERATORS = {"GreaterEqual": (">=", 1), "LessEqual": (">=", -1), "GreaterThan": (">", 1), "LessThan": (">", -1),
             "Equal": ("==", 1), "NotEqual": ("!=", 1)}


def element(v):
    return v.name + ("[" + ",".join(map(str, v.indices)) + "]" if v.indices else "")


def value(t, at):
    """The value of a term of vnnlib; at(name) is that of an element."""
    kind = type(t).__name__
    if kind == "Var":
        return at(element(t))
    if kind == "Negate":
        return -value(t.expr, at)
    if kind == "Plus":
        return sum(value(a, at) for a in t.args)
    if kind == "Minus":
        return value(t.head, at) - sum(value(a, at) for a in t.rest)
    if kind == "Multiply":
        p = Fraction(1)
        for a in t.args:
            p *= value(a, at)
        return p
    return Fraction(t.lexeme)


def difference(theirs, ours, points):
    """What differs between two formulas, or None."""
    kind = type(theirs).__name__
    if kind in ("And", "Or"):
        if ours[0] != kind.lower() or len(ours) - 1 != len(theirs.args):
            return f"{ours[0]} of {len(ours) - 1} parts instead of {kind} of {len(theirs.args)}"
        return next((d for a, b in zip(theirs.args, ours[1:]) if (d := difference(a, b, points))), None)
    op, sign = OPERATORS[kind]
    if ours[0] != op:
        return f"{ours[0]} instead of {kind}"
    for at in points:
        a = sign * (value(theirs.lhs, at) - value(theirs.rhs, at))
        b = Fraction(ours[1]) + sum(Fraction(c) * at(e) for c, e in ours[2:])
        if kind in ("Equal", "NotEqual"):
            a, b = abs(a), abs(b)
        if a != b:
            return f"{theirs} is {ours}"
    return None


def tensors(q):
    for n in q.networks:
        for kind, list_ in (("input", n.inputs), ("hidden tensor", n.hidden), ("output", n.outputs)):
            for d in list_:
                yield [d.name, n.name, TYPES.get(d.dtype.name, d.dtype.name), list(d.shape), kind]


def compare(path, ours):
    try:
        theirs, error = vnnlib.parse_query_file(path), None
    except Exception as e:
        theirs, error = None, " ".join(str(e).split())
    if theirs is None and "error" in ours:
        return "both refuse", ours["error"]
    if theirs is None:
        why = next((w for k, w in ONLY_RSM.items() if k in error), None)
        return ("only rsm", why) if why else ("DIFFERENT", "only rsm reads it: " + error)
    if "error" in ours:
        why = next((w for k, w in ONLY_VNNLIB.items() if k in ours["error"]), None)
        return ("only vnnlib", why) if why else ("DIFFERENT", "only vnnlib reads it: " + ours["error"])
    mine = [[t["name"], t["network"], t["type"].replace("Real", "real"), t["shape"], t["kind"]] for t in ours["tensors"]]
    if mine != list(tensors(theirs)):
        return "DIFFERENT", f"tensors {mine} instead of {list(tensors(theirs))}"
    asserts = ours.get("asserts", [])
    if len(asserts) != len(theirs.assertions):
        return "DIFFERENT", f"{len(asserts)} assertions instead of {len(theirs.assertions)}"
    rng, points = random.Random(path), []
    for _ in range(4):
        seen = {}
        points.append(lambda name, seen=seen: seen.setdefault(name, Fraction(rng.randint(-1000, 1000), rng.randint(1, 100))))
    for a, b in zip(theirs.assertions, asserts):
        if d := difference(a.expr, b, points):
            return "DIFFERENT", d
    return "same", None


def main(program, *folders):
    files = []
    for folder in folders:
        files += sorted(f for f in glob.glob(os.path.join(folder, "**", "*.vnnlib"), recursive=True)
                        if "<2." in open(f).read())
    lines = subprocess.run([program, *files], capture_output=True, text=True, check=True).stdout.splitlines()
    counts, reasons = {}, {}
    for path, line in zip(files, lines, strict=True):
        verdict, why = compare(path, json.loads(line))
        counts[verdict] = counts.get(verdict, 0) + 1
        if verdict == "DIFFERENT":
            print(f"DIFFERENT {path}: {why}")
        elif why and verdict != "same":
            reasons.setdefault((verdict, why), []).append(os.path.basename(path))
    for (verdict, why), names in reasons.items():
        print(f"{verdict}: {', '.join(names)}: {why}")
    print(f"readings of {len(files)} files: " + ", ".join(f"{n} {v}" for v, n in sorted(counts.items())))
    return 1 if counts.get("DIFFERENT") or not files else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
