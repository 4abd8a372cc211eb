"""What is made: for each architecture its data set, its original, and the kinds of its twins."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import compress
import export
from data import Dataset
from mlp import Network


@dataclass(frozen=True)
class Family:
    """An original and its twins.

    `train` makes the original; `kinds` are the twins made from it by training and rounding, the
    original the first, each written in the dialect of the same name; `schemes` those that
    onnxruntime makes from the original's file.
    """

    dataset: str
    train: Callable[[Dataset], Network]
    kinds: dict[str, compress.Maker]
    dialects: dict[str, str]
    schemes: tuple[str, ...]


def _mlp(name: str, sizes: list[int], schemes: tuple[str, ...] = ("qdq8",)) -> Family:
    return Family(
        dataset=name.split("-")[0],
        train=partial(compress.original, name, sizes),
        kinds=compress.KINDS,
        dialects=export.ASSIGNED[name],
        schemes=schemes,
    )


FAMILIES = {
    "digits": _mlp(
        "digits", [64, 32, 32, 10], ("qdq8", "qdq8-channel", "qdq8-signed", "qdq4", "qdq16", "qoperator8")
    ),
    "mnist-2x20": _mlp("mnist-2x20", [784, 20, 20, 10], ("qdq8", "qdq8-channel")),
    "mnist-2x50": _mlp("mnist-2x50", [784, 50, 50, 10], ("qdq8", "qdq8-channel")),
    "mnist-3x50": _mlp("mnist-3x50", [784, 50, 50, 50, 10]),
    "mnist-2x100": _mlp("mnist-2x100", [784, 100, 100, 10]),
}
