"""See compare-builds.sh."""

import math
import os
import re
import subprocess
import sys
import threading
import time
from dataclasses import dataclass

import answers
import questions

GRACE = 30.0  # seconds past its time limit after which a process is ended
ENOUGH = 2.0  # seconds for each build, after which a question is not asked again


@dataclass
class Asked:
    answer: answers.Answer | None
    error: str
    seconds: float
    cpu: float  # seconds of all threads
    mebibytes: float


def ask(program: str, question: questions.Question) -> Asked:
    start = time.monotonic()
    process = subprocess.Popen([program, *question.arguments], cwd=question.folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    killed = threading.Event()

    def kill():
        killed.set()
        process.kill()

    timer = threading.Timer(question.limit + GRACE, kill) if question.limit else None
    if timer:
        timer.start()
    said: list[bytes] = []
    reader = threading.Thread(target=lambda: said.append(process.stderr.read()))
    reader.start()
    out = process.stdout.read()
    reader.join()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if timer:
        timer.cancel()
    taken = time.monotonic() - start
    cpu = usage.ru_utime + usage.ru_stime
    mebibytes = usage.ru_maxrss / (1 << 20 if sys.platform == "darwin" else 1 << 10)
    if process.returncode != 0:
        last = said[0].decode(errors="replace").strip().rpartition("\n")[2]
        return Asked(None, "killed" if killed.is_set() else f"exit status {process.returncode}: {last}", taken, cpu, mebibytes)
    try:
        answer = answers.parse(out.decode())
    except ValueError as e:
        return Asked(None, f"its result is no JSON: {e}", taken, cpu, mebibytes)
    if question.limit and taken > 0.95 * question.limit:
        answer.ended = False
    return Asked(answer, "", taken, cpu, mebibytes)


def ask_in_turn(programs: list[str], question: questions.Question, repeats: int) -> tuple[Asked, Asked]:
    """Both builds, the order turned round each time; the least time and memory of each."""
    best: list[Asked | None] = [None, None]
    spent = [0.0, 0.0]
    same = question
    for turn in range(repeats):
        for k in (0, 1) if turn % 2 == 0 else (1, 0):
            got = ask(programs[k], same)
            spent[k] += got.seconds
            known = best[k]
            if known is None:
                best[k] = got
                if got.answer:
                    same = same.about(got.answer.pairs)
            else:
                known.seconds, known.cpu = min(known.seconds, got.seconds), min(known.cpu, got.cpu)
                known.mebibytes = min(known.mebibytes, got.mebibytes)
        if min(spent) > ENOUGH or any(b.error for b in best):
            break
    return best[0], best[1]


class Means:
    """Sums and geometric means of ratios, by quantity."""

    def __init__(self):
        self.pairs: dict[str, list[tuple[float, float]]] = {}

    def add(self, quantity: str, old: float, new: float):
        self.pairs.setdefault(quantity, []).append((old, new))

    def print(self):
        print(f"\n{'':14} {'instances':>9} {'the same':>9} {'sum old':>12} {'sum new':>12} {'new/old, geometric mean':>24}")
        for quantity, pairs in self.pairs.items():
            both = [math.log(new / old) for old, new in pairs if old > 0 and new > 0]
            mean = f"{math.exp(sum(both) / len(both)):.4f}" if both else "-"
            same = str(sum(old == new for old, new in pairs)) if quantity in answers.COUNTS else "-"
            print(f"{quantity:14} {len(pairs):9} {same:>9} {sum(o for o, _ in pairs):12.6g} {sum(n for _, n in pairs):12.6g} {mean:>24}")


def compare(programs: list[str], chosen: list[questions.Question], repeats: int) -> int:
    means, bad, unlike, unended = Means(), 0, 0, 0
    width = max(len(q.name) for q in chosen)
    print(f"{'':{width}} {'old s':>8} {'new s':>8} {'ratio':>6}  {'MiB':>11}   counts; answer", flush=True)
    for question in chosen:
        old, new = ask_in_turn(programs, question, repeats)
        line = f"{question.name:{width}} {old.seconds:8.3f} {new.seconds:8.3f} {new.seconds / old.seconds:6.3f}  {old.mebibytes:5.0f} {new.mebibytes:5.0f} "
        if old.answer is None or new.answer is None:
            failed = new.answer is None
            bad += failed
            unlike += old.error != new.error
            print(f"{line} {'FAILED: ' if failed else ''}old: {old.error or old.answer.said()}; new: {new.error or new.answer.said()}", flush=True)
            continue
        ended = old.answer.ended and new.answer.ended
        for key in answers.COUNTS:
            if key in old.answer.counts and key in new.answer.counts:
                a, b = old.answer.counts[key], new.answer.counts[key]
                line += f"  {key} {a}" if a == b else f"  {key} {a} -> {b}" + ("!" if ended else "")
                if ended:
                    means.add(key, a, b)
        said = old.answer.said(), new.answer.said()
        line += f"; {said[0]}" if said[0] == said[1] else f"; {said[0]} -> {said[1]}!"
        unlike += said[0] != said[1]
        if ended:
            means.add("seconds", old.seconds, new.seconds)
            means.add("CPU seconds", old.cpu, new.cpu)
            means.add("MiB", old.mebibytes, new.mebibytes)
        else:
            unended += 1
            line += " (time limit)"
        print(line, flush=True)
        for contradiction in answers.contradictions(old.answer, new.answer):
            bad += 1
            print(f"  CONTRADICTION: {contradiction}", flush=True)
    means.print()
    print(f"\n{len(chosen)} instances; {unended} at the time limit, not in the means; {unlike} answered otherwise; {bad} contradictions or failures of the new build")
    return 1 if bad else 0


def main() -> int:
    arguments = sys.argv[1:]
    if not 3 <= len(arguments) <= 5:
        print("usage: compare-builds.sh OLD NEW SUITE [LIMIT [REGEXP]]", file=sys.stderr)
        return 2
    programs = [os.path.abspath(p) for p in arguments[:2]]
    try:
        for program in programs:
            if not os.access(program, os.X_OK):
                raise questions.SuiteError(f"{program}: is no program")
        only = re.compile(arguments[4] if len(arguments) > 4 else "")
        chosen = [q for q in questions.read(arguments[2]) if only.search(q.name)]
        limit = int(arguments[3]) if len(arguments) > 3 else 0
        chosen = chosen[: limit or None]
        repeats = int(os.environ.get("REPEATS", "9"))
        if not chosen or limit < 0 or repeats < 1:
            raise questions.SuiteError("no instance is left to ask")
    except (questions.SuiteError, ValueError, re.error) as e:
        print(f"compare-builds.sh: {e}", file=sys.stderr)
        return 2
    return compare(programs, chosen, repeats)


sys.exit(main())
