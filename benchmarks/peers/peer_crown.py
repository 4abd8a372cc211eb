"""auto_LiRPA on both networks as one PyTorch module that computes r: IBP, CROWN and alpha-CROWN."""

import contextlib
import importlib.metadata
import io
import time
import warnings

import numpy as np
import torch
from auto_LiRPA import BoundedModule, BoundedTensor, PerturbationLpNorm

import records
from network import Dense
from question import Question

TOOL = "auto_LiRPA"
CONFIG = "crown"
LIMITED = False  # it takes the time it needs
VERSION = importlib.metadata.version("auto_LiRPA")
SOLVER = "PyTorch " + torch.__version__

# Name in the records, and auto_LiRPA's.
METHODS = {"IBP": "IBP", "CROWN": "CROWN", "alpha-CROWN": "CROWN-Optimized"}
OPTIONS = {"iteration": 100, "lr_alpha": 0.1}

# With its default, True, auto_LiRPA 0.3 fails an assertion where few neurons of a layer are unstable.
_SPARSE = {"sparse_intermediate_bounds": False}


class Pair(torch.nn.Module):
    """r for all class pairs, which are in the last layers already."""

    def __init__(self, q: Question):
        super().__init__()
        self.first, self.second = (sequence(layers) for layers in q.folded())

    def forward(self, x):
        return self.first(x) - self.second(x)


def sequence(layers: list[Dense]) -> torch.nn.Sequential:
    parts = []
    for layer in layers:
        linear = torch.nn.Linear(*reversed(layer.weight.shape), dtype=torch.float64)
        linear.weight.data = torch.from_numpy(layer.weight.copy())
        linear.bias.data = torch.from_numpy(layer.bias.copy())
        parts += [linear, torch.nn.ReLU()]
    return torch.nn.Sequential(*parts[:-1])


def ask(q: Question, deadline: float, _) -> dict:
    warnings.filterwarnings("ignore")
    torch.set_default_dtype(torch.float64)
    torch.set_num_threads(1)  # the modules are small, and more threads mostly wait for each other
    torch.manual_seed(0)
    lo, hi = (torch.from_numpy(v).unsqueeze(0) for v in (q.lo, q.hi))
    centre = (lo + hi) / 2
    eye = torch.eye(len(q.pairs), dtype=torch.float64).unsqueeze(0)
    methods, best = [], {}
    for name, method in METHODS.items():
        started = time.monotonic()
        options = {"optimize_bound_args": dict(OPTIONS), **_SPARSE}
        module = BoundedModule(Pair(q).eval(), centre, bound_opts=options, device="cpu")
        x = BoundedTensor(centre, PerturbationLpNorm(norm=np.inf, x_L=lo, x_U=hi))
        with contextlib.redirect_stdout(io.StringIO()):  # it prints when it stops early
            lower, upper = module.compute_bounds(x=(x,), C=eye, method=method)
        seconds = time.monotonic() - started
        for k, (i, j) in enumerate(q.pairs):
            least, most = float(lower[0, k]), float(upper[0, k])
            methods.append({"method": name, "i": i, "j": j, "min": records.number(least), "max": records.number(most), "seconds": seconds})
            before = best.get(k, (-np.inf, np.inf))
            best[k] = max(least, before[0]), min(most, before[1])
    # The input in the middle is a witness of both ends, if a poor one.
    at = (q.lo + q.hi) / 2
    pairs = []
    for k, pair in enumerate(q.pairs):
        value = float(q.r(q.inside(at), pair))
        ends = (records.extremum(proved, value, "float") for proved in best[k])
        pairs.append(records.pair_range(pair, *ends))
    return {"pairs": pairs, "methods": methods}
