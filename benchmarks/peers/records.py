"""Files of records as rsm bench reads them: JSON Lines, a header and then a record for each instance."""

import datetime
import json
import math
import os
import platform
from pathlib import Path

EXACT, BOUNDED, ERROR = "exact", "bounded", "error"

# An extremum whose two values differ by no more than this is exact: rsm's own gap.
GAP = 1e-6


def extremum(proved: float | None, witnessed: float | None, rigor: str, **more) -> dict:
    """An end of a range; `proved` bounds r from outside, `witnessed` is a value that r takes."""
    gap = math.inf if proved is None or witnessed is None else abs(proved - witnessed)
    out = {"status": EXACT if gap <= GAP else BOUNDED, "rigor": rigor, **more}
    for name, value in (("proved", proved), ("witnessed", witnessed)):
        if value is not None:
            out[name] = number(value)
    return out


def pair_range(pair: tuple[int, int], least: dict, most: dict) -> dict:
    return {"i": pair[0], "j": pair[1], "min": least, "max": most}


def number(value: float) -> float | str:
    """Infinities have no number in JSON."""
    if math.isnan(value):
        raise ValueError("a value is not a number")
    if math.isinf(value):
        return "+inf" if value > 0 else "-inf"
    return float(value)


def status(pairs: list[dict]) -> str:
    ends = [p[end]["status"] for p in pairs for end in ("min", "max")]
    return EXACT if ends and all(s == EXACT for s in ends) else BOUNDED


def machine() -> dict:
    cpu = _value_of("/proc/cpuinfo", "model name")
    memory = _value_of("/proc/meminfo", "MemTotal").split()
    arch = {"x86_64": "amd64", "aarch64": "arm64"}.get(platform.machine(), platform.machine())
    out = {"cpu": cpu, "cores": os.cpu_count(), "os": platform.system().lower(), "arch": arch}
    if memory[1:] == ["kB"]:
        out["memory_bytes"] = int(memory[0]) << 10
    return out


def _value_of(path: str, key: str) -> str:
    try:
        lines = Path(path).read_text().splitlines()
    except OSError:
        return ""
    for line in lines:
        name, _, value = line.partition(":")
        if name.strip() == key:
            return value.strip()
    return ""


def read(path: Path) -> tuple[dict, list[dict]]:
    """The header and the records of a file. A half-written last line is left out."""
    lines = path.read_text().split("\n")[:-1]
    if not lines:
        raise ValueError(f"{path} is empty")
    header, *records = (json.loads(line) for line in lines)
    return header, records


class Log:
    """A file of records that grows by whole lines, and goes on where an earlier run left it."""

    def __init__(self, path: Path, header: dict):
        self.done: set[str] = set()
        if path.exists() and b"\n" in path.read_bytes():
            old, records = read(path)
            for name in sorted(old.keys() | header.keys()):
                if name != "started" and old.get(name) != header.get(name):
                    raise ValueError(f"{path} holds the records of another run: its {name} is another; remove it, or give another --out")
            self.done = {r["instance"] for r in records}
            data = path.read_bytes()
            os.truncate(path, data.rindex(b"\n") + 1)
            self.file = open(path, "a")
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            self.file = open(path, "w")
            started = datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
            self.append({**header, "started": started})

    def append(self, record: dict) -> None:
        self.file.write(json.dumps(record, allow_nan=False, separators=(",", ":")) + "\n")
        self.file.flush()
        os.fsync(self.file.fileno())

    def close(self) -> None:
        self.file.close()
