#!/usr/bin/env python3
"""Runs the instances of a VNN-COMP instances.csv and prints a table.

  run_instances.py INSTANCES.csv [--timeout S] [--only TEXT] [--results FOLDER]

Rows are ONNX,VNNLIB,TIMEOUT with paths relative to the file, ONNX a path or [('f', 'a.onnx'), ('g', 'b.onnx')].
The exit status is 1 if an instance ended in an error.
"""
import argparse
import ast
import csv
import os
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))


def networks(field, folder):
    """The ONNX field with absolute paths, and a short text for it."""
    if not field.startswith("["):
        return os.path.join(folder, field), os.path.basename(field)
    pairs = [(name, os.path.join(folder, path)) for name, path in ast.literal_eval(field)]
    return repr(pairs), " ".join(f"{name}={os.path.basename(path)}" for name, path in pairs)


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("instances")
    p.add_argument("--timeout", type=float, help="instead of the file's")
    p.add_argument("--only", default="", help="rows that contain this text")
    p.add_argument("--results", help="folder for the results files")
    a = p.parse_args()
    folder = os.path.dirname(os.path.abspath(a.instances))
    results = a.results or tempfile.mkdtemp()
    os.makedirs(results, exist_ok=True)
    counts = {}
    for k, row in enumerate(csv.reader(open(a.instances))):
        if not row or a.only not in " ".join(row):
            continue
        onnx, short = networks(row[0].strip(), folder)
        query, timeout = os.path.join(folder, row[1].strip()), a.timeout or float(row[2])
        out = os.path.join(results, f"{k}.txt")
        answer, start = "error", time.monotonic()
        if subprocess.run([os.path.join(HERE, "prepare_instance.sh"), "v1", "-", onnx, query]).returncode == 0:
            start = time.monotonic()
            subprocess.run([os.path.join(HERE, "run_instance.sh"), "v1", "-", onnx, query, out, str(timeout)], stderr=subprocess.DEVNULL)
            answer = open(out).readline().strip() or "error"
        counts[answer] = counts.get(answer, 0) + 1
        print(f"{k:4}  {answer:8} {time.monotonic() - start:8.2f} s  {os.path.basename(query)}  {short}", flush=True)
    print(", ".join(f"{n} {answer}" for answer, n in sorted(counts.items())))
    return 1 if counts.get("error") or not counts else 0


sys.exit(main())
