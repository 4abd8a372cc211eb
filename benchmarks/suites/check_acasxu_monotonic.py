"""Says what is true of the questions of make_acasxu_monotonic.py, by other means than rsm's, and compares.

  check_acasxu_monotonic.py FOLDER [--seconds S] [--rsm PROGRAM [--timeout S]]

sat: an input is found by chance and small steps, and both networks are evaluated there in rational arithmetic. unsat: the box of
(X_f, X_g[k]) is split until on each part an upper bound of Y_g[j] - Y_f[j] is at most c. The bound is that of zonotopes
(AI2, IEEE S&P 2018) over both networks, whose symbols of the input they share, in float64, with a term of its own for
rounding. open: neither in S seconds.

With --rsm the program is asked, and what it prints is held against that: an answer that differs, or an assignment that is not
a solution in rational arithmetic at the decimals that are printed, is an error, and the exit status is 1.
Needs numpy and onnx.
"""

import argparse
import ast
import csv
import re
import subprocess
import sys
import time
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import numpy as np

from make_acasxu_monotonic import layers, values

# Above 60 sums and products of float64, relative to the magnitudes that enter (each is within 2**-53).
ROUNDING = 1e-13


@dataclass
class Question:
    network: list[tuple[np.ndarray, np.ndarray]]
    box: list[tuple[Fraction, Fraction]]  # of X_f
    k: int
    j: int
    least: Fraction | None  # of X_g[k]
    distance: Fraction | None  # X_g[k] >= X_f[k] - distance
    c: Fraction

    def true_at(self, f: list[Fraction], g: list[Fraction]) -> bool:
        """Of exact inputs, in exact arithmetic."""
        inside = all(lo <= x <= hi for x, (lo, hi) in zip(f, self.box))
        same = all(f[i] == g[i] for i in range(5) if i != self.k)
        below = self.least if self.distance is None else f[self.k] - self.distance
        return inside and same and below <= g[self.k] <= f[self.k] and exact(self.network, g)[self.j] > exact(self.network, f)[self.j] + self.c


def exact(network, x: list[Fraction]) -> list[Fraction]:
    for n, (w, b) in enumerate(network):
        x = [max(v, Fraction(0)) for v in x] if n else x
        x = [sum((v * Fraction(float(u)) for v, u in zip(x, column) if v and u), Fraction(float(bias))) for column, bias in zip(w.T, b)]
    return x


def read(spec: Path, network: Path) -> Question:
    """The fixed shape that make_acasxu_monotonic.py writes; every assertion must be understood."""
    box: dict[int, tuple[Fraction, Fraction]] = {}
    equal, least, distance, bounded, compared = set(), None, None, None, None
    number = r"(-?[0-9.]+)"
    for line in spec.read_text().splitlines():
        if not line.startswith("(assert"):
            continue
        if m := re.fullmatch(rf"\(assert \(== X_f\[(\d)\] {number}\)\)", line):
            box[int(m[1])] = (Fraction(m[2]), Fraction(m[2]))
        elif m := re.fullmatch(rf"\(assert \(and \(<= X_f\[(\d)\] {number}\) \(>= X_f\[\1\] {number}\)\)\)", line):
            box[int(m[1])] = (Fraction(m[3]), Fraction(m[2]))
        elif m := re.fullmatch(r"\(assert \(== X_f\[(\d)\] X_g\[\1\]\)\)", line):
            equal.add(int(m[1]))
        elif m := re.fullmatch(rf"\(assert \(and \(<= X_g\[(\d)\] X_f\[\1\]\) \(>= X_g\[\1\] {number}\)\)\)", line):
            bounded, least = int(m[1]), Fraction(m[2])
        elif m := re.fullmatch(rf"\(assert \(and \(<= X_g\[(\d)\] X_f\[\1\]\) \(>= X_g\[\1\] \(- X_f\[\1\] {number}\)\)\)\)", line):
            bounded, distance = int(m[1]), Fraction(m[2])
        elif m := re.fullmatch(rf"\(assert \(> Y_g\[(\d)\] \(\+ Y_f\[\1\] {number}\)\)\)", line):
            compared = int(m[1]), Fraction(m[2])
        else:
            raise SystemExit(f"{spec}: not understood: {line}")
    if len(box) != 5 or bounded is None or compared is None or equal | {bounded} != set(range(5)):
        raise SystemExit(f"{spec}: an assertion is missing")
    return Question(layers(network), [box[i] for i in range(5)], bounded, compared[0], least, distance, compared[1])


def search(q: Question, rng: np.random.Generator, rounds: int = 40) -> bool:
    """Random inputs, then steps around the best; only exact arithmetic says that it is a solution."""
    lo, hi = (np.array([float(side[s]) for side in q.box]) for s in (0, 1))
    point = lambda u: np.concatenate([lo + u[:, :5] * (hi - lo), u[:, 5:]], 1)

    def pair(u):
        f = point(u)[:, :5]
        g = f.copy()
        below = f[:, q.k] - float(q.distance) if q.distance is not None else float(q.least)
        g[:, q.k] = f[:, q.k] - u[:, 5] * (f[:, q.k] - below)
        return f, g

    u = rng.random((20_000, 6))
    for turn in range(rounds):
        f, g = pair(u)
        d = values(q.network, g)[:, q.j] - values(q.network, f)[:, q.j]
        order = np.argsort(-d)[:50]
        # On a grid of short decimals, so that numerators stay small.
        best_f = [min(max(Fraction(round(float(x) * 10**8), 10**8), l), h) for x, (l, h) in zip(f[order[0]], q.box)]
        best_g = list(best_f)
        below = q.least if q.distance is None else best_f[q.k] - q.distance
        best_g[q.k] = min(max(Fraction(round(float(g[order[0], q.k]) * 10**8), 10**8), below), best_f[q.k])
        if d[order[0]] > float(q.c) and q.true_at(best_f, best_g):
            return True
        u = np.clip(u[rng.choice(order, 4_000)] + rng.normal(0, 0.2 * 0.8**turn, (4_000, 6)), 0, 1)
    return False


def bound(q: Question, lo: np.ndarray, hi: np.ndarray):
    """Upper bounds of Y_g[j] - Y_f[j] on boxes of (X_f, X_g[k]), and for each side how much of the bound splitting it may gain."""
    parts = len(lo)
    centre, radius = (lo + hi) / 2, (hi - lo) / 2 * (1 + 1e-12) + 1e-300
    ends = []
    for own in (range(5), [5 if i == q.k else i for i in range(5)]):
        c = centre[:, own]
        g = np.zeros((parts, 6, 5))  # symbols, then neurons
        for i, side in enumerate(own):
            g[:, side, i] = radius[:, side]
        loose = ROUNDING * np.abs(c)  # what rounding may have moved each value by
        for n, (w, b) in enumerate(q.network):
            w, b = w.astype(float), b.astype(float)
            if n:
                spread = np.abs(g).sum(1) + loose
                spread += ROUNDING * (np.abs(c) + spread)
                low, high = c - spread, c + spread
                unstable = (low < 0) & (high > 0)
                slope = np.where(unstable, high / np.where(unstable, high - low, 1), low >= 0)
                # max(z, 0) - slope z lies in [0, most] on [low, high], for every slope in [0, 1].
                most = np.where(unstable, np.maximum(-slope * low, (1 - slope) * high), 0) * (1 + 1e-12)
                c, g = slope * c + most / 2, g * slope[:, None]
                loose = slope * loose + ROUNDING * (np.abs(c) + spread + most)
                new = np.flatnonzero(unstable.any(0))
                symbols = np.zeros((parts, len(new), c.shape[1]))
                symbols[:, np.arange(len(new)), new] = most[:, new] / 2
                g = np.concatenate([g, symbols], 1)
            size = np.abs(c) + np.abs(g).sum(1) + loose
            loose = loose @ np.abs(w) * (1 + 1e-12) + ROUNDING * (size @ np.abs(w) + np.abs(b))
            c, g = c @ w + b, g @ w
        ends.append((c[:, q.j], g[:, :, q.j], loose[:, q.j]))
    (cf, gf, ef), (cg, gg, eg) = ends
    shared = np.abs(gg[:, :6] - gf[:, :6])
    apart = np.abs(gf[:, 6:]).sum(1) + np.abs(gg[:, 6:]).sum(1)
    upper = cg - cf + shared.sum(1) + apart + ef + eg
    return upper + ROUNDING * (np.abs(cf) + np.abs(cg) + shared.sum(1) + apart + 1), shared, apart


def prove(q: Question, until: float) -> bool:
    """Whether the difference is at most c everywhere: on each part, after splits."""
    outward = lambda x, side: float(np.nextafter(float(x), side))
    lo = [outward(l, -np.inf) for l, _ in q.box]
    hi = [outward(h, np.inf) for _, h in q.box]
    least = q.least if q.distance is None else q.box[q.k][0] - q.distance
    lo, hi = np.array([*lo, outward(least, -np.inf)]), np.array([*hi, hi[q.k]])
    limit = float(np.nextafter(float(q.c), -np.inf))
    width = hi - lo
    todo = [(lo, hi)]
    while todo and time.monotonic() < until:
        batch, todo = todo[-64:], todo[:-64]
        lows, highs = (np.array([part[s] for part in batch]) for s in (0, 1))
        upper, shared, apart = bound(q, lows, highs)
        for n in np.flatnonzero(~(upper <= limit)):
            share = (highs[n] - lows[n]) / np.maximum(width, 1e-12)
            side = int(np.argmax(shared[n] + apart[n] * share / share.sum()))
            middle = (lows[n, side] + highs[n, side]) / 2
            for half in (0, 1):
                a, b = lows[n].copy(), highs[n].copy()
                (b if half == 0 else a)[side] = middle
                # No point of the part has X_g[k] <= X_f[k], or X_g[k] >= X_f[k] - distance: with room for rounding.
                far = q.distance is not None and b[5] < a[q.k] - float(q.distance) - 1e-9
                if a[5] <= b[q.k] and not far:
                    todo.append((a, b))
    return not todo


def truth(q: Question, seconds: float) -> str:
    until = time.monotonic() + seconds
    if search(q, np.random.default_rng(0)):
        return "sat"
    return "unsat" if prove(q, until) else "open"


def ask(program: str, spec: Path, network: Path, timeout: float) -> tuple[str, dict[str, list[Fraction]]]:
    """The answer, and the tensors that are printed, as exact numbers."""
    out = subprocess.run([program, "verify", str(spec), "--network", f"f={network}", "--timeout", str(timeout), "--quiet"], capture_output=True, text=True)
    if out.returncode:
        return f"exit status {out.returncode}: {out.stderr.strip()[-200:]}", {}
    answer, *lines = out.stdout.splitlines()
    tensors: dict[str, list[Fraction]] = {}
    name = ""
    for line in lines:
        words = line.split()
        if len(words) == 3:
            name = words[0]
            tensors[name] = []
        elif words:
            tensors[name].append(Fraction(words[0]))
    return answer, tensors


def judge(q: Question, known: str, answer: str, tensors: dict[str, list[Fraction]]) -> str:
    if answer == "sat":
        if not q.true_at(tensors["X_f"], tensors["X_g"]):
            return "WRONG: the assignment is no solution"
        for name, x in (("Y_f", tensors["X_f"]), ("Y_g", tensors["X_g"])):
            if any(abs(a - b) > Fraction(1, 10**9) for a, b in zip(exact(q.network, x), tensors[name])):
                return f"WRONG: {name} is not what the network gives"
    if answer not in ("sat", "unsat"):
        return "not decided"
    return "as known" if answer == known else "not known" if known == "open" else f"WRONG: known is {known}"


def main() -> int:
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("folder", type=Path, help="what make_acasxu_monotonic.py wrote")
    p.add_argument("--seconds", type=float, default=300, help="for splitting, each question")
    p.add_argument("--rsm", help="a program to ask")
    p.add_argument("--timeout", type=float, default=100, help="for the program, each question")
    args = p.parse_args()
    wrong = undecided = 0
    for field, spec, _ in csv.reader((args.folder / "instances.csv").read_text().splitlines()):
        network = args.folder / dict(ast.literal_eval(field))["f"]
        q = read(args.folder / spec, network)
        line = f"{spec} {(known := truth(q, args.seconds)):5}"
        if args.rsm:
            start = time.monotonic()
            answer, tensors = ask(args.rsm, args.folder / spec, network, args.timeout)
            verdict = judge(q, known, answer, tensors)
            wrong += verdict.startswith("WRONG")
            undecided += verdict == "not decided"
            line += f"  rsm: {answer} in {time.monotonic() - start:.2f} s, {verdict}"
        print(line, flush=True)
    if args.rsm:
        print(f"{wrong} wrong, {undecided} not decided")
    return 1 if wrong or undecided else 0


if __name__ == "__main__":
    sys.exit(main())
