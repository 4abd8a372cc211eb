"""Writes the tables of results of README.md, from files of records.

    table.py EXACT RECORDS...

EXACT holds rsm's exact ranges. Of the other files, those with methods (relaxations) get a column for each
method, those that check claims a column of answers, and all others one column.
"""

import argparse
import math
import re
import statistics
from pathlib import Path

import records

README = Path(__file__).resolve().parent / "README.md"

# Of rsm's own relaxations the table of instances has this one only; the summary has all.
OWN = "rsm difference"

# Gurobi's licence does not allow to publish benchmark results of it.
UNPUBLISHED = "gurobi-bigm"


class Column:
    """What one program, or one method of it, says of each instance: instance -> pair -> (min, max)."""

    def __init__(self, name: str):
        self.name = name
        self.ranges: dict[str, dict[tuple[int, int], tuple[float, float]]] = {}
        self.seconds: dict[str, float] = {}
        self.cpu: dict[str, float] = {}
        self.answers: dict[str, str] = {}  # in place of a width

    def widths(self, instance: str, exact: dict) -> list[float]:
        ours = self.ranges.get(instance, {})
        return [(hi - lo) / (exact[p][1] - exact[p][0]) for p, (lo, hi) in ours.items() if p in exact]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("exact", type=Path)
    parser.add_argument("others", type=Path, nargs="+")
    args = parser.parse_args()
    rsm = columns(args.exact)[0]
    exact = {name: of for name, of in rsm.ranges.items() if rsm.answers[name] == "exact"}
    found = [c for path in args.others for c in columns(path) if c.name != UNPUBLISHED]
    replace("results", instances(rsm, [c for c in found if c.name == OWN or not c.name.startswith("rsm ")], exact))
    replace("summary", summary([rsm] + found, exact))


def columns(path: Path) -> list[Column]:
    header, lines = records.read(path)
    by: dict[str, Column] = {}
    for r in lines:
        name = r["instance"]
        for m in r.get("methods", []):
            c = by.setdefault(m["method"], Column(label(header, m["method"])))
            c.ranges.setdefault(name, {})[m["i"], m["j"]] = float(m["min"]), float(m["max"])
            c.seconds[name] = m["seconds"]
        if r.get("methods"):
            continue
        c = by.setdefault("", Column(label(header, "")))
        c.seconds[name], c.cpu[name] = r["seconds"], r.get("cpu_seconds", math.nan)
        ends = [p[end] for p in r.get("pairs", []) for end in ("min", "max")]
        if r["status"] == records.ERROR:
            c.answers[name] = "error"
        elif header["config"] == "check":
            text = ", ".join(e.get("stop", "") for e in ends)
            right = text.count("proved unsat") + text.count("witnessed sat")
            c.answers[name] = f"{right} of {2 * len(ends)}"
        else:
            if r["status"] == records.EXACT:
                c.answers[name] = "exact"
            if all("proved" in e for e in ends):
                of = {(p["i"], p["j"]): (float(p["min"]["proved"]), float(p["max"]["proved"])) for p in r["pairs"]}
                c.ranges[name] = of
    return list(by.values())


def label(header: dict, method: str) -> str:
    return f"{header['tool']} {method}".strip()


def instances(rsm: Column, found: list[Column], exact: dict) -> list[str]:
    head = ["instance", "pairs", "exact range", rsm.name + ", s"]
    for c in found:
        head += [c.name, "s"]
    lines = row(head) + row(["---"] * 3 + ["---:"] * (len(head) - 3))
    for name, of in exact.items():
        (i, j), (lo, hi) = next(iter(of.items()))
        pairs = f"{i}:{j}" + (f" and {len(of) - 1} more" if len(of) > 1 else "")
        cells = [name, pairs, f"{lo:.6f} to {hi:.6f}", seconds(rsm, name)]
        for c in found:
            cells += [width(c, name, of), seconds(c, name)]
        lines += row(cells)
    return lines


def width(c: Column, name: str, exact: dict) -> str:
    if name in c.answers:
        return c.answers[name]
    widths = c.widths(name, exact)
    if not widths:
        return "-"
    return show(statistics.median(widths))


def show(value: float) -> str:
    return "no bound" if math.isinf(value) else f"{value:.4g}"


def seconds(c: Column, name: str) -> str:
    return f"{c.seconds[name]:.2f}" if name in c.seconds else "-"


def summary(found: list[Column], exact: dict) -> list[str]:
    lines = row(["", "instances", "exact", "errors", "median width", "largest", "median s", "median CPU s"])
    lines += row(["---"] + ["---:"] * 7)
    for c in found:
        names = [n for n in exact if n in c.seconds]
        if not names:
            continue
        widths = [w for n in names for w in c.widths(n, exact[n])]
        cpu = [c.cpu[n] for n in names if n in c.cpu]
        answers = [c.answers.get(n) for n in names]
        lines += row([
            c.name,
            str(len(names)),
            str(answers.count("exact")),
            str(answers.count("error")),
            show(statistics.median(widths)) if widths else "-",
            show(max(widths)) if widths else "-",
            f"{statistics.median(c.seconds[n] for n in names):.3f}",
            f"{statistics.median(cpu):.3f}" if cpu else "-",
        ])
    return lines


def row(cells: list[str]) -> list[str]:
    return ["| " + " | ".join(cells) + " |"]


def replace(name: str, lines: list[str]) -> None:
    """Puts lines between the two marker comments of a name."""
    begin, end = f"<!-- {name}: generated by table.py, do not edit -->", f"<!-- end of {name} -->"
    text = README.read_text()
    pattern = re.escape(begin) + r".*?" + re.escape(end)
    if not re.search(pattern, text, re.DOTALL):
        raise SystemExit(f"README.md has no place for {name}")
    new = "\n".join([begin, *lines, end])
    README.write_text(re.sub(pattern, lambda _: new, text, flags=re.DOTALL))


if __name__ == "__main__":
    main()
