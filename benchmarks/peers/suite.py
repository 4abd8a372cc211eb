"""Suites of rsm: a CSV file of instances, and the box and class pairs that an instance asks about."""

import csv
import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np

_UNITS = {"h": 3600.0, "m": 60.0, "s": 1.0, "ms": 1e-3, "us": 1e-6, "µs": 1e-6, "ns": 1e-9}


@dataclass(frozen=True)
class Instance:
    """One line of a suite. Paths are resolved; `timeout` is in seconds."""

    name: str
    first: Path
    second: Path
    input: Path | None
    index: int
    epsilon: str
    clip: str
    vnnlib: str
    pairs: str
    timeout: float


@dataclass(frozen=True)
class Suite:
    name: str
    sha256: str
    instances: list[Instance]


def find(name: str) -> Path:
    """A suite by its path, or by its name among the suites of rsm."""
    if Path(name).suffix == ".csv":
        return Path(name)
    return Path(__file__).resolve().parent.parent / "suites" / (name + ".csv")


def read(path: Path) -> Suite:
    data = path.read_bytes()
    lines = [line for line in data.decode("utf-8").splitlines() if line and not line.startswith("#")]
    instances = [_instance(row, path.parent) for row in csv.DictReader(lines)]
    return Suite(path.stem, hashlib.sha256(data).hexdigest(), instances)


def _instance(row: dict[str, str], folder: Path) -> Instance:
    given = row.get("input") or ""
    epsilon = row.get("epsilon") or ""
    if epsilon.lower().endswith(".npy"):
        epsilon = str(folder / epsilon)
    return Instance(
        name=row["name"],
        first=folder / row["first"],
        second=folder / row["second"],
        input=folder / given if given else None,
        index=int(row.get("index") or 0),
        epsilon=epsilon,
        clip=row.get("clip") or "",
        vnnlib=row.get("vnnlib") or "",
        pairs=row["pairs"],
        timeout=seconds(row["timeout"]),
    )


def seconds(duration: str) -> float:
    """The seconds of a duration as Go writes it, such as 1m30s."""
    parts = re.findall(r"(\d+(?:\.\d*)?|\.\d+)(h|ms|m|us|µs|ns|s)", duration)
    if not parts or "".join(n + unit for n, unit in parts) != duration:
        raise ValueError(f"{duration!r} is not a duration")
    return sum(float(n) * _UNITS[unit] for n, unit in parts)


def box(instance: Instance, inputs: int) -> tuple[np.ndarray, np.ndarray]:
    """The bounds of the region: a ball around a sample, clipped to the input domain."""
    if instance.input is None:
        raise ValueError("a region in VNN-LIB is not read by the peers")
    x = _sample(instance.input, instance.index, inputs)
    if instance.epsilon.lower().endswith(".npy"):
        eps = _sample(Path(instance.epsilon), 0, inputs)
    else:
        eps = np.full(inputs, float(instance.epsilon))
    lo, hi = x - eps, x + eps
    if instance.clip:
        least, most = (float(v) for v in instance.clip.split(","))
        if (x < least).any() or (x > most).any():
            raise ValueError("the sample is outside the input domain")
        lo, hi = np.maximum(lo, least), np.minimum(hi, most)
    return lo, hi


def _sample(path: Path, index: int, size: int) -> np.ndarray:
    a = np.load(path, allow_pickle=False).astype(np.float64)
    if a.size != size:
        a = a[index]
    elif index != 0:
        raise ValueError(f"{path.name} holds one sample, and index is {index}")
    if a.size != size:
        raise ValueError(f"{path.name} has samples of {a.size} elements, and the networks take {size}")
    return a.reshape(size)


def class_pairs(spec: str, logits: np.ndarray) -> list[tuple[int, int]]:
    """The class pairs that `spec` asks about. `logits` are those of N2 at the centre of the region."""
    classes = len(logits)
    label = int(np.argmax(logits))
    others = [j for j in range(classes) if j != label]
    if spec == "label":
        return [(label, j) for j in others]
    if spec == "runner-up":
        return [(label, max(others, key=lambda j: logits[j]))]
    if spec == "all":
        return [(i, j) for i in range(classes) for j in range(i + 1, classes)]
    return [tuple(int(c) for c in pair.split(":")) for pair in spec.split(",")]
