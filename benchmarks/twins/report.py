"""What is said about the files: the manifest twins.json, the tables of README.md, SHA256SUMS."""

import hashlib
import json
import re
from pathlib import Path

from export import DIALECTS
from quantized import SCHEMES

FOLDERS = ("models", "samples", "expected")  # everything in them is made by make_twins.py
MANIFEST = "twins.json"
SUMS = "SHA256SUMS"


def write_manifest(folder: Path, entries: list[dict]) -> None:
    """One line per file, so that a change shows as a change of that line."""
    lines = ",\n".join("  " + json.dumps(entry) for entry in entries)
    (folder / MANIFEST).write_text(f"[\n{lines}\n]\n")


def read_manifest(folder: Path) -> list[dict]:
    return json.loads((folder / MANIFEST).read_text())


def write_tables(readme: Path, entries: list[dict]) -> None:
    """Replaces the generated parts of README.md, which stand between marker comments."""
    text = readme.read_text()
    tables = {
        "twins": twins_table(entries),
        "dialects": dialects_table(),
        "schemes": schemes_table(),
        "robust": robust_table([entry for entry in entries if entry["architecture"].endswith("robust")]),
        "beats": confusion_table([entry for entry in entries if "confusion" in entry]),
    }
    for name, table in tables.items():
        pattern = rf"(<!-- {name}: generated[^\n]*-->\n).*?(<!-- end of {name} -->)"
        text, found = re.subn(
            pattern, lambda m, table=table: m[1] + table + m[2], text, flags=re.DOTALL
        )
        if found != 1:
            raise ValueError(f"{readme.name}: {found} places for the table of {name}, not one")
    readme.write_text(text)


def twins_table(entries: list[dict]) -> str:
    rows = [
        (
            f"{entry['name']}.onnx",
            entry["layers"],
            f"{entry['accuracy']:.2%}",
            f"{entry['agreement']:.2%}",
            f"{entry['nonzero_weights']:,} of {entry['weights']:,}",
            f"{entry['bytes']:,}",
            entry["dialect"],
        )
        for entry in entries
    ]
    header = ("file", "layers", "accuracy", "agreement", "non-zero weights", "bytes", "dialect")
    return _table(header, "llrrrrl", rows)


def dialects_table() -> str:
    rows = []
    for name, dialect in DIALECTS.items():
        operator, image = dialect.image or (None, None)
        shape = ["N" if isinstance(dialect.batch, str) else dialect.batch, *(image or ["inputs"])]
        stored = "raw bytes" if dialect.raw else "typed fields"
        if dialect.half:
            stored += ", float16, then Cast"
        if dialect.constants:
            stored += ", in Constant nodes"
        layers = {
            "gemm-transposed": "Gemm, transB=1",
            "gemm": "Gemm",
            "matmul-add": "MatMul, Add",
            "add-matmul": "MatMul, Add",
        }[dialect.dense]
        layers = ", ".join(filter(None, [operator, layers, "Softmax" if dialect.softmax else None]))
        rows.append((name, dialect.opset, f"[{', '.join(map(str, shape))}]", layers, stored, dialect.note))
    header = ("dialect", "opset", "input", "operators beside Relu", "tensors", "remark")
    return _table(header, "lrllll", rows)


def schemes_table() -> str:
    return _table(("kind", "what it is"), "ll", [(name, scheme.note) for name, scheme in SCHEMES.items()])


def robust_table(entries: list[dict]) -> str:
    rows = [
        (
            f"{entry['name']}.onnx",
            at["epsilon"],
            f"{entry['accuracy']:.2%}",
            f"{at['attacked']:.2%}",
            f"{at['proved']:.2%}",
            at["unstable"],
        )
        for entry in entries
        for at in entry.get("robust", [])
    ]
    return _table(("file", "epsilon", "accuracy", "attacked", "proved", "unstable"), "lrrrrr", rows)


def confusion_table(entries: list[dict]) -> str:
    """For two classes; balanced accuracy is the mean of the two classes' own."""
    rows = []
    for entry in entries:
        shares = [row[c] / sum(row) for c, row in enumerate(entry["confusion"])]
        found = [f"{row[c]:,} of {sum(row):,}" for c, row in enumerate(entry["confusion"])]
        rows.append((f"{entry['name']}.onnx", *found, f"{sum(shares) / 2:.2%}"))
    return _table(("file", "normal ones right", "premature ones right", "balanced accuracy"), "lrrr", rows)


def write_sums(folder: Path) -> None:
    lines = [f"{_sha256(folder / name)}  {name}\n" for name in produced(folder)]
    (folder / SUMS).write_text("".join(lines))


def sum_complaints(folder: Path) -> list[str]:
    """What differs between the files and SHA256SUMS; empty if nothing does."""
    lines = (folder / SUMS).read_text().splitlines()
    listed = {name: digest for digest, name in (line.split("  ", 1) for line in lines)}
    present = set(produced(folder))
    complaints = [f"{name}: listed in {SUMS} but missing" for name in sorted(listed.keys() - present)]
    complaints += [f"{name}: not listed in {SUMS}" for name in sorted(present - listed.keys())]
    complaints += [
        f"{name}: contents differ from {SUMS}"
        for name in sorted(listed.keys() & present)
        if _sha256(folder / name) != listed[name]
    ]
    return complaints


def produced(folder: Path) -> list[str]:
    """Names of all outputs, relative to the folder, sorted."""
    files = [path for part in FOLDERS for path in (folder / part).iterdir() if path.is_file()]
    return sorted(path.relative_to(folder).as_posix() for path in [*files, folder / MANIFEST])


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _table(header: tuple, alignment: str, rows: list[tuple]) -> str:
    rules = ["---:" if side == "r" else "---" for side in alignment]
    lines = [header, rules, *rows]
    return "".join("| " + " | ".join(map(str, line)) + " |\n" for line in lines)
