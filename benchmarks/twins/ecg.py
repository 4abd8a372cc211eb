"""Heart beats of the MIT-BIH Arrhythmia Database: reads a record and cuts its beats out.

A record is a header (text), a signal file in format 212 and annotations in MIT format, as described at
https://physionet.org/physiotools/wag/header-5.htm, signal-5.htm and annot-5.htm.
"""

from pathlib import Path

import numpy as np

# Annotation codes.
NORMAL, ATRIAL_PREMATURE = 1, 8
_SKIP, _NUMBER, _SUBTYPE, _CHANNEL, _TEXT = 59, 60, 61, 62, 63


def read_signals(folder: Path, record: str) -> np.ndarray:
    """The signals of a record in millivolts, [signals, times], checked against the header's sums."""
    text = (folder / f"{record}.hea").read_text().splitlines()
    lines = [line.split() for line in text if line.strip() and not line.startswith("#")]
    (_, count, _, times), signals = lines[0][:4], lines[1:]
    if count != "2" or any(signal[1] != "212" for signal in signals):
        raise ValueError(f"{record}: not two signals in format 212")
    # Two numbers of 12 bits in three bytes: the middle one has the upper four bits of both.
    low, both, high = np.fromfile(folder / f"{record}.dat", np.uint8).reshape(-1, 3).T.astype(np.int32)
    steps = np.stack([low | (both & 15) << 8, high | (both >> 4) << 8])
    steps[steps > 2047] -= 4096
    if steps.shape[1] != int(times):
        raise ValueError(f"{record}: {steps.shape[1]} times and not {times}")
    for channel, signal in zip(steps, signals, strict=True):
        if (int(channel.sum()) - int(signal[6])) % 2**16:
            raise ValueError(f"{record}: the sum of {signal[-1]} is not that of the header")
    gain = np.array([float(signal[2]) for signal in signals])
    zero = np.array([float(signal[4]) for signal in signals])
    return (steps - zero[:, None]) / gain[:, None]


def read_annotations(folder: Path, record: str) -> list[tuple[int, int]]:
    """Times, in samples, and codes of all annotations."""
    words = np.fromfile(folder / f"{record}.atr", "<u2").tolist()
    found, time, at = [], 0, 0
    while at < len(words) and words[at]:
        code, value = words[at] >> 10, words[at] & 0x3FF
        at += 1
        if code == _SKIP:  # a longer step, upper half first
            time += words[at] << 16 | words[at + 1]
            at += 2
        elif code == _TEXT:
            at += (value + 1) // 2
        elif code not in (_NUMBER, _SUBTYPE, _CHANNEL):
            time += value
            found.append((time, code))
    return found


def window(signals: np.ndarray, time: int, before: int, after: int, block: int) -> np.ndarray:
    """Means of blocks of samples of every signal, [signals, blocks], from `before` a time to `after` it."""
    cut = signals[:, time - before : time + after]
    return cut.reshape(len(signals), -1, block).mean(axis=2)
