#!/usr/bin/env python3
"""Makes the twins, or checks the ones that are here.

    python make_twins.py --data DIR            trains, compresses, exports and describes everything anew
    python make_twins.py --data DIR NAME...    the same for these only, and leaves the others alone
    python make_twins.py --check               verifies SHA256SUMS, every model, and every expected output

DIR holds mnist/t10k-images-idx3-ubyte.gz, mnist/t10k-labels-idx1-ubyte.gz and mitbih/100.hea,
100.dat and 100.atr. NAME may have wildcards:
'mnist-2x20-*', '*-qdq8'.
"""

import argparse
import shutil
import sys
import tempfile
from fnmatch import fnmatch
from functools import cache
from pathlib import Path

import numpy as np
import onnx

import compress
import export
import layers
import oracle
import quantized
import report
import robust
from data import Dataset, load_digits, load_ecg, load_mnist
from families import FAMILIES, Family
from layers import Network

HERE = Path(__file__).resolve().parent

EVERYTHING = ["*"]
FIRST_KIND = "original"

# Another machine's onnxruntime may add in another order; logits here are below 100 in magnitude.
TOLERANCE = 1e-4
# A quantized network rounds such a difference away, or, rarely, to a step more or less: that may happen
# to this share of the outputs.
ODD_SHARE = 0.01



def make(data_folder: Path, patterns: list[str], folder: Path) -> None:
    """Makes the outputs of these names anew. They replace those in `folder` at the end, when all went well."""
    datasets = {data.name: data for data in (load_digits(), load_mnist(data_folder), load_ecg(data_folder))}
    kept = {}
    with tempfile.TemporaryDirectory(dir=folder, prefix=".making-") as scratch:
        fresh = Path(scratch)
        for part in report.FOLDERS:
            (fresh / part).mkdir()
        if patterns != EVERYTHING:
            for part in report.FOLDERS:
                shutil.copytree(folder / part, fresh / part, dirs_exist_ok=True)
            kept = {entry["name"]: entry for entry in report.read_manifest(folder)}
        for name, data in datasets.items():
            np.save(fresh / "samples" / f"{name}-x.npy", data.sample_x)
            np.save(fresh / "samples" / f"{name}-y.npy", data.sample_y)
        entries = []
        for architecture, family in FAMILIES.items():
            entries += make_family(architecture, family, datasets[family.dataset], patterns, kept, fresh)
        report.write_manifest(fresh, entries)

        for part in report.FOLDERS:
            shutil.rmtree(folder / part, ignore_errors=True)
        for part in [*report.FOLDERS, report.MANIFEST]:
            (fresh / part).rename(folder / part)
    report.write_tables(folder / "README.md", entries)
    report.write_sums(folder)


def all_names() -> list[str]:
    return [f"{name}-{kind}" for name, family in FAMILIES.items() for kind in [*family.dialects, *family.schemes]]


def make_family(
    architecture: str, family: Family, data: Dataset, patterns: list[str], kept: dict[str, dict], folder: Path
) -> list[dict]:
    """Makes what has one of the names; returns the manifest entries of all, the original first."""

    @cache
    def original() -> Network:
        return compress.original(family.training, data, compress.seed_of(architecture))

    entries = []
    for kind in [*family.dialects, *family.schemes]:
        name = f"{architecture}-{kind}"
        if not any(fnmatch(name, pattern) for pattern in patterns):
            if name in kept:
                entries.append(kept[name])
            continue
        path = folder / "models" / f"{name}.onnx"
        source = folder / "models" / f"{architecture}-{FIRST_KIND}.onnx"
        if kind in family.schemes:
            quantized.write(source, data.train_x, data.limits, quantized.SCHEMES[kind], path)
            written_as = {"layers": entries[0]["layers"], "dialect": kind, "quantized": True}
        else:
            network = compress.KINDS[kind](original(), data, family.training, compress.seed_of(name))
            dialect = family.dialects[kind]
            export.write(network, export.DIALECTS[dialect], name, path)
            require_same(name, np.asarray(layers.logits(network, data.held_x)), oracle.answers(path, data.held_x).logits)
            written_as = {"layers": layers.described(network), "dialect": dialect}
            survived = [
                {"epsilon": epsilon} | robust.measured(network, data.held_x, data.held_y, epsilon, data.limits)
                for epsilon in family.epsilons
            ]
            written_as |= {"robust": survived} if survived else {}
        write_expected(folder / "expected", name, oracle.answers(path, data.sample_x))
        entry = {"name": name, "architecture": architecture, "kind": kind, "dataset": data.name, **written_as}
        entries.append(entry | measured(path, source, data))
        print(f"{name:24} accuracy {entries[-1]['accuracy']:.4f}  {entry['dialect']}", flush=True)
    return entries


def measured(path: Path, original: Path, data: Dataset) -> dict:
    """What the manifest says about a file itself."""
    held = oracle.answers(path, data.held_x)
    decided = oracle.decisions(held.logits)
    reference = oracle.decisions(oracle.answers(original, data.held_x).logits)
    weights, nonzero = oracle.parameters(path)
    # Of each class, how many are taken for each: what an accuracy hides where classes are not alike frequent.
    confusion = [[int(np.sum(decided[data.held_y == c] == d)) for d in range(data.classes)] for c in range(data.classes)]
    return {
        "ends_in_softmax": held.ends_in_softmax,
        "weights": weights,
        "nonzero_weights": nonzero,
        "bytes": path.stat().st_size,
        "held_out": len(data.held_y),
        "accuracy": round(float(np.mean(decided == data.held_y)), 6),
        "agreement": round(float(np.mean(decided == reference)), 6),
        **({"confusion": confusion} if data.classes == 2 else {}),
    }


def write_expected(folder: Path, name: str, answers: oracle.Answers) -> None:
    np.save(folder / f"{name}.output.npy", answers.output)
    if answers.ends_in_softmax:
        np.save(folder / f"{name}.logits.npy", answers.logits)


def require_same(name: str, trained: np.ndarray, exported: np.ndarray) -> None:
    """The file computes what was trained, whatever its dialect."""
    difference = float(np.abs(trained - exported).max())
    if not difference <= TOLERANCE:
        raise ValueError(f"{name}: the file's logits differ from the trained network's by {difference}")


def check(folder: Path) -> list[str]:
    """Everything that is wrong with the outputs in `folder`; trains nothing and needs no data."""
    complaints = report.sum_complaints(folder)
    for entry in report.read_manifest(folder):
        name = entry["name"]
        path = folder / "models" / f"{name}.onnx"
        x = np.load(folder / "samples" / f"{entry['dataset']}-x.npy")
        try:
            onnx.checker.check_model(str(path), full_check=True)
            answers = oracle.answers(path, x)
        except Exception as problem:  # onnx and onnxruntime raise many types, all mean the same here
            complaints.append(f"{name}: {problem}")
            continue
        allowed = ODD_SHARE if entry.get("quantized") else 0
        found = {"output": answers.output}
        if entry["ends_in_softmax"]:
            found["logits"] = answers.logits
        for part, values in found.items():
            expected = np.load(folder / "expected" / f"{name}.{part}.npy")
            if expected.shape != values.shape or np.mean(np.abs(values - expected) > TOLERANCE) > allowed:
                complaints.append(f"{name}: {part} differs from expected/{name}.{part}.npy")
    return complaints


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    action = parser.add_mutually_exclusive_group(required=True)
    action.add_argument("--data", metavar="DIR", type=Path, help="make: the folder that holds mnist/")
    parser.add_argument("names", nargs="*", metavar="NAME", help="what to make; everything if none is given")
    action.add_argument("--check", action="store_true", help="verify what is here")
    arguments = parser.parse_args()

    if arguments.check:
        complaints = check(HERE)
        print("\n".join(complaints) or "all outputs are as they should be")
        return 1 if complaints else 0
    for pattern in arguments.names:
        if not any(fnmatch(name, pattern) for name in all_names()):
            parser.error(f"no network is called {pattern}")
    make(arguments.data, arguments.names or EVERYTHING, HERE)
    return 0


if __name__ == "__main__":
    sys.exit(main())
