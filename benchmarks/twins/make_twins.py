#!/usr/bin/env python3
"""Makes the twins, or checks the ones that are here.

    python make_twins.py --data DIR   trains, compresses, exports and describes everything anew
    python make_twins.py --check      verifies SHA256SUMS, every model, and every expected output

DIR holds mnist/t10k-images-idx3-ubyte.gz and mnist/t10k-labels-idx1-ubyte.gz.
"""

import argparse
import shutil
import sys
import tempfile
from pathlib import Path

import numpy as np
import onnx

import compress
import export
import mlp
import oracle
import report
from data import Dataset, load_digits, load_mnist

HERE = Path(__file__).resolve().parent

# Architecture: its data set and its layers.
ARCHITECTURES = {
    "digits": ("digits", [64, 32, 32, 10]),
    "mnist-2x20": ("mnist", [784, 20, 20, 10]),
    "mnist-2x50": ("mnist", [784, 50, 50, 10]),
    "mnist-3x50": ("mnist", [784, 50, 50, 50, 10]),
    "mnist-2x100": ("mnist", [784, 100, 100, 10]),
}

# Another machine's onnxruntime may add in another order; logits here are below 100 in magnitude.
TOLERANCE = 1e-4


def make(data_folder: Path, folder: Path) -> None:
    """Makes every output anew. Those in `folder` are replaced at the end, when all went well."""
    datasets = {"digits": load_digits(), "mnist": load_mnist(data_folder)}
    with tempfile.TemporaryDirectory(dir=folder, prefix=".making-") as scratch:
        fresh = Path(scratch)
        for part in report.FOLDERS:
            (fresh / part).mkdir()
        for name, data in datasets.items():
            np.save(fresh / "samples" / f"{name}-x.npy", data.sample_x)
            np.save(fresh / "samples" / f"{name}-y.npy", data.sample_y)
        entries = []
        for architecture, (dataset, sizes) in ARCHITECTURES.items():
            entries += make_family(architecture, sizes, datasets[dataset], fresh)
        report.write_manifest(fresh, entries)

        for part in report.FOLDERS:
            shutil.rmtree(folder / part, ignore_errors=True)
        for part in [*report.FOLDERS, report.MANIFEST]:
            (fresh / part).rename(folder / part)
    report.write_tables(folder / "README.md", entries)
    report.write_sums(folder)


def make_family(architecture: str, sizes: list[int], data: Dataset, folder: Path) -> list[dict]:
    """Makes one original and all its twins; returns their manifest entries, the original first."""
    original = compress.original(architecture, sizes, data)
    reference = None
    entries = []
    for kind, maker in compress.KINDS.items():
        name = f"{architecture}-{kind}"
        network = maker(original, data, compress.seed_of(name))
        dialect = export.ASSIGNED[architecture][kind]
        path = folder / "models" / f"{name}.onnx"
        export.write(network, export.DIALECTS[dialect], name, path)

        held = oracle.answers(path, data.held_x)
        require_same(name, np.asarray(mlp.logits(network, data.held_x)), held.logits)
        decided = oracle.decisions(held.logits)
        reference = decided if reference is None else reference
        write_expected(folder / "expected", name, oracle.answers(path, data.sample_x))

        weights, nonzero = oracle.parameters(path)
        entries.append(
            {
                "name": name,
                "architecture": architecture,
                "kind": kind,
                "dataset": data.name,
                "widths": mlp.widths(network),
                "dialect": dialect,
                "ends_in_softmax": held.ends_in_softmax,
                "weights": weights,
                "nonzero_weights": nonzero,
                "bytes": path.stat().st_size,
                "held_out": len(data.held_y),
                "accuracy": round(float(np.mean(decided == data.held_y)), 6),
                "agreement": round(float(np.mean(decided == reference)), 6),
            }
        )
        print(f"{name:24} accuracy {entries[-1]['accuracy']:.4f}  {dialect}", flush=True)
    return entries


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
        found = {"output": answers.output}
        if entry["ends_in_softmax"]:
            found["logits"] = answers.logits
        for part, values in found.items():
            expected = np.load(folder / "expected" / f"{name}.{part}.npy")
            if expected.shape != values.shape or not np.allclose(values, expected, rtol=0, atol=TOLERANCE):
                complaints.append(f"{name}: {part} differs from expected/{name}.{part}.npy")
    return complaints


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    action = parser.add_mutually_exclusive_group(required=True)
    action.add_argument("--data", metavar="DIR", type=Path, help="make: the folder that holds mnist/")
    action.add_argument("--check", action="store_true", help="verify what is here")
    arguments = parser.parse_args()

    if arguments.check:
        complaints = check(HERE)
        print("\n".join(complaints) or "all outputs are as they should be")
        return 1 if complaints else 0
    make(arguments.data, HERE)
    return 0


if __name__ == "__main__":
    sys.exit(main())
