"""How the networks of a result of rsm see the points of its region: maps in exact rational arithmetic, from `region.maps`."""

from fractions import Fraction

import numpy as np

from rational import Tensor, of_fractions


class Map:
    """(x * multiply / divide - mean) / std, transposed from the layout of points to the network's."""

    def __init__(self, maps: dict | None, name: str, inputs: int):
        self.identity = maps is None
        if self.identity:
            return
        part, size = maps[name.lower()], inputs
        shape = [int(d) for d in maps["image"].split("x")] if maps.get("image") else None
        self.scale = Fraction(part["multiply"]) / Fraction(part["divide"])
        self.mean = self.spread(part.get("mean", [0]), shape, maps.get("layout"), size)
        self.std = self.spread(part.get("std", [1]), shape, maps.get("layout"), size)
        self.order = np.arange(size)
        to = part.get("layout")
        if to and to != maps["layout"]:
            self.order = self.order.reshape(shape).transpose((2, 0, 1) if to == "nchw" else (1, 2, 0)).reshape(-1)

    @staticmethod
    def spread(given: list, shape, layout, size: int) -> list:
        """One constant for each feature of a point."""
        values = [Fraction(v) for v in given]
        if len(values) in (1, size):
            return values * (size // len(values))
        channels = np.arange(len(values)).reshape((1, 1, -1) if layout == "nhwc" else (-1, 1, 1))
        return [values[c] for c in np.broadcast_to(channels, shape).reshape(-1)]

    def __call__(self, x: np.ndarray) -> np.ndarray | Tensor:
        if self.identity:
            return x
        seen = [(Fraction(float(v)) * self.scale - m) / s for v, m, s in zip(x, self.mean, self.std)]
        return of_fractions([seen[i] for i in self.order])


def views(result: dict, found: dict) -> list[np.ndarray]:
    """What each network sees of the witness in a part of the result: the point, or for N2 the one it is moved to."""
    x = np.array(found["witness"], np.float64)
    return [x, np.array(found.get("moved") or x, np.float64)]


def near(result: dict, seen: list[np.ndarray]) -> bool:
    """Whether the networks see points that differ by no more than the region says, in its domain."""
    apart = (result["region"].get("maps") or {}).get("apart")
    if not apart:
        return bool((seen[0] == seen[1]).all())
    apart = [Fraction(a) for a in apart] * (len(seen[0]) // len(apart))
    clip = result["region"]["source"].get("clip") or [float("-inf"), float("inf")]
    close = all(abs(Fraction(float(a)) - Fraction(float(b))) <= d for a, b, d in zip(*seen, apart))
    return close and bool((seen[1] >= float(clip[0])).all() and (seen[1] <= float(clip[1])).all())
