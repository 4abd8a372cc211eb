"""The questions of a suite, as commands of rsm."""

import ast
import csv
import re
import shlex
from dataclasses import dataclass, replace
from pathlib import Path

SUITES = Path(__file__).resolve().parent.parent / "suites"
UNITS = {"ms": 1e-3, "s": 1.0, "m": 60.0, "h": 3600.0}


class SuiteError(Exception):
    pass


@dataclass(frozen=True)
class Question:
    name: str
    arguments: tuple[str, ...]
    folder: Path  # where it is asked
    limit: float | None  # seconds

    def about(self, pairs: list[str]) -> "Question":
        """The same question about given class pairs, where it is one of margins that leaves the choice to rsm."""
        named = [k for k, a in enumerate(self.arguments) if re.fullmatch("--pairs=(label|runner-up|all)", a)]
        if not pairs or not named:
            return self
        arguments = list(self.arguments)
        arguments[named[0]] = "--pairs=" + ",".join(pairs)
        return replace(self, arguments=tuple(arguments))


def seconds(duration: str) -> float:
    """Of 90, 90s or 1m30s."""
    if re.fullmatch(r"[0-9.]+", duration):
        return float(duration)
    parts = re.findall(r"([0-9.]+)(ms|s|m|h)", duration)
    if not parts or "".join(n + u for n, u in parts) != duration:
        raise SuiteError(f"time limit {duration!r}: give one such as 90s")
    return sum(float(n) * UNITS[u] for n, u in parts)


def read(suite: str) -> list[Question]:
    path = Path(suite)
    if not path.suffix and path.name == suite:
        path = SUITES / f"{suite}.csv"
    try:
        lines = [line for line in path.read_text().splitlines() if line.strip() and not line.startswith("#")]
    except (OSError, UnicodeDecodeError) as e:
        raise SuiteError(f"{path}: {e}") from e
    folder = path.resolve().parent
    try:
        if path.suffix == ".txt":
            found = [command(line, folder) for line in lines]
        elif lines and lines[0].startswith("name,"):
            found = [margin(row, folder) for row in csv.DictReader(lines)]
        else:
            found = [verify(row, folder) for row in csv.reader(lines)]
    except (KeyError, IndexError, ValueError, SyntaxError) as e:
        raise SuiteError(f"{path}: is none of the three kinds of suites: {e!r}") from e
    if not found:
        raise SuiteError(f"{path}: has no questions")
    return found


def command(line: str, folder: Path) -> Question:
    name, *arguments = shlex.split(line)
    limits = [a.split("=", 1)[1] for a in arguments if a.startswith("--timeout=")]
    limits += [b for a, b in zip(arguments, arguments[1:]) if a == "--timeout"]
    return Question(name, (*arguments, "--format=json", "--quiet"), folder, seconds(limits[0]) if limits else None)


def margin(row: dict[str, str], folder: Path) -> Question:
    """A line of a suite of rsm bench, as benchmarks/harness asks it."""
    arguments = ["margin", "--pairs=" + row["pairs"], "--timeout=" + row["timeout"], "--format=json", "--quiet"]
    arguments += [f"--{key}={row[key]}" for key in ("vnnlib", "input", "index", "epsilon", "clip") if row.get(key)]
    return Question(row["name"], (*arguments, row["first"], row["second"]), folder, seconds(row["timeout"]))


def verify(row: list[str], folder: Path) -> Question:
    """A line of VNN-COMP's instances.csv: a network or a list of named ones, a query, seconds."""
    field, query, limit = (cell.strip() for cell in row)
    networks = [f"{name}={path}" for name, path in ast.literal_eval(field)] if field.startswith("[") else [field]
    name = " ".join([*(Path(n.split("=", 1)[-1]).stem for n in networks), Path(query).stem])
    arguments = ["verify", query, "--as-real", f"--timeout={limit}", "--format=json", "--quiet"]
    return Question(name, (*arguments, *(f"--network={n}" for n in networks)), folder, float(limit))
