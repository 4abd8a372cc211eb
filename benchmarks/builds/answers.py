"""What a result of rsm answers, and whether two of them exclude each other.

Fields are found by their names, wherever they stand, so that results of builds with different schemas can be compared.
"""

import json
import math
from dataclasses import dataclass, field

COUNTS = ("nodes", "boxes", "lp_iterations")
OPPOSITES = ({"holds", "violated"}, {"sat", "unsat"})

# The tolerance of 'rsm bench compare': bounds with the rigor "solver" are not proved to the last digit.
TOLERANCE = 1e-6

# What a result repeats of the question, and steps on the way to an answer.
NO_ANSWER = ("options", "tool", "networks", "region", "bounds", "question", "steps", "source", "property")


@dataclass
class Answer:
    verdicts: list[str] = field(default_factory=list)
    ranges: list[tuple[float, float]] = field(default_factory=list)  # a value of each lies between these
    statuses: list[str] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)
    pairs: list[str] = field(default_factory=list)  # class pairs I:J of margins
    ended: bool = True  # before the time limit

    def said(self) -> str:
        if self.verdicts:
            return ",".join(dict.fromkeys(self.verdicts))
        if self.statuses:
            return "exact" if set(self.statuses) == {"exact"} else "bounded"
        return "bracket" if self.ranges else "?"


def objects(value, path=()):
    if isinstance(value, dict):
        yield path, value
        for key, inner in value.items():
            if key not in NO_ANSWER:
                yield from objects(inner, (*path, key))
    elif isinstance(value, list):
        for k, inner in enumerate(value):
            yield from objects(inner, (*path, k))


def number(value, unknown: float) -> float:
    if value is None:
        return unknown
    return float(value)  # also "+inf" and "-inf"


def parse(text: str) -> Answer:
    answer = Answer()
    depths: dict[str, int] = {}
    for path, found in objects(json.loads(text)):
        for key in ("verdict", "answer"):
            if isinstance(found.get(key), str):
                answer.verdicts.append(found[key])
        if path[:1] == ("pairs",) and isinstance(found.get("i"), int) and isinstance(found.get("j"), int):
            answer.pairs.append(f"{found['i']}:{found['j']}")
        if "proved" in found or "witnessed" in found:
            # Of a minimum the proved value is the smaller one.
            if "min" in path:
                answer.ranges.append((number(found.get("proved"), -math.inf), number(found.get("witnessed"), math.inf)))
            else:
                answer.ranges.append((number(found.get("witnessed"), -math.inf), number(found.get("proved"), math.inf)))
            answer.statuses.append(found.get("status", "?"))
        elif "safe" in found and "unsafe" in found:
            answer.ranges.append((number(found["safe"], 0), number(found["unsafe"], math.inf)))
        elif "method" in found and "min" in found and not isinstance(found["min"], dict):
            answer.ranges.append((number(found["min"], -math.inf), number(found["max"], math.inf)))
        if found.get("stop") == "time limit" or found.get("answer") == "timed-out":
            answer.ended = False
        # Sums stand above what they add up: only the highest level counts.
        for key in COUNTS:
            if isinstance(found.get(key), int):
                depth = depths.setdefault(key, len(path))
                if len(path) == depth:
                    answer.counts[key] = answer.counts.get(key, 0) + found[key]
                elif len(path) < depth:
                    depths[key], answer.counts[key] = len(path), found[key]
    return answer


def contradictions(a: Answer, b: Answer) -> list[str]:
    """Of two answers about the same question, what cannot both be true."""
    found = []
    for x, y in zip(a.verdicts, b.verdicts):
        if {x, y} in OPPOSITES:
            found.append(f"{x} against {y}")
    if len(a.ranges) != len(b.ranges):
        found.append(f"{len(a.ranges)} values against {len(b.ranges)}")
    for (low, high), (other_low, other_high) in zip(a.ranges, b.ranges):
        if max(low, other_low) > min(high, other_high) + TOLERANCE * (1 + abs(min(high, other_high))):
            found.append(f"[{low!r}, {high!r}] against [{other_low!r}, {other_high!r}]")
    return found
