"""What is made: for each architecture its data set, and the kinds of its twins."""

from dataclasses import dataclass, replace

import compress
import robust
from architectures import ARCHITECTURES
from compress import Training
from robust import Robustness
from train import Recipe


@dataclass(frozen=True)
class Family:
    """An original and its twins.

    `dialects` has the twins made by training and rounding, the original the first, each with the
    dialect that it is written in; `schemes` those that onnxruntime makes from the original's file.
    Robustness is measured at the radii `epsilons`.
    """

    dataset: str
    training: Training
    dialects: dict[str, str]
    schemes: tuple[str, ...]
    epsilons: tuple[float, ...] = ()


def _mlp(name: str, dialects: str, *schemes: str) -> Family:
    return Family(
        dataset=name.split("-")[0],
        training=Training(ARCHITECTURES[name]),
        dialects=dict(zip(compress.KINDS, dialects.split(), strict=True)),
        schemes=("qdq8", *schemes),
    )


# Of a convolutional network, the kinds of twins and their dialects.
CONV_DIALECTS = {
    "original": "torch",
    "pruned60": "torch-old",
    "float16": "half",
    "distilled": "keras-image",
    "structured": "tf",
}


ECG_DIALECTS = CONV_DIALECTS | {"distilled": "constants"}  # no images

# Their steps are fewer and cost more than those of the fully connected ones.
CONV_STEPS = {
    "original": Recipe(steps=3_000),
    "fine_tune": Recipe(steps=1_000),
    "distil": Recipe(steps=3_000, temperature=3.0),
}
ROBUST_STEPS = {
    "before": Recipe(steps=300),
    "original": Recipe(steps=2_500, learning_rate=3e-3, weight_decay=0.02),
    "fine_tune": Recipe(steps=400, learning_rate=1e-3, weight_decay=0.02),
    "distil": Recipe(steps=1_500, learning_rate=3e-3, weight_decay=0.02),
}
ECG_STEPS = {
    "original": Recipe(steps=1_000, weight_decay=0.5),
    "fine_tune": Recipe(steps=500, weight_decay=0.5),
    "distil": Recipe(steps=1_000, weight_decay=0.5, temperature=3.0),
}

ROBUSTNESS = Robustness(epsilon=0.1, limits=(0.0, 1.0))


def _conv(name: str) -> Family:
    return Family("mnist", Training(ARCHITECTURES[name], **CONV_STEPS), CONV_DIALECTS, ("qdq8",))


def _robust(name: str) -> Family:
    training = Training(
        ARCHITECTURES[name],
        **ROBUST_STEPS,
        objective=robust.objective(ROBUSTNESS),
        tuning=robust.objective(replace(ROBUSTNESS, ramp=robust.TUNING_RAMP)),
    )
    return Family("mnist", training, CONV_DIALECTS, ("qdq8",), epsilons=(0.05, 0.1))


FAMILIES = {
    "digits": _mlp(
        "digits",
        "torch gemm tf-typed constants tf torch-old half softmax tf-typed gemm",
        *("qdq8-channel", "qdq8-signed", "qdq8-hidden", "qdq4", "qdq16", "qoperator8"),
    ),
    "mnist-2x20": _mlp(
        "mnist-2x20",
        "tf torch-image keras-image torch-old constants gemm half softmax-old tf-typed torch",
        *("qdq8-channel", "qdq8-hidden"),
    ),
    "mnist-2x50": _mlp(
        "mnist-2x50",
        "torch tf torch-image tf-typed gemm constants half-tf keras-image torch-old tf-typed",
        *("qdq8-channel", "qdq8-hidden"),
    ),
    "mnist-3x50": _mlp(
        "mnist-3x50", "torch-image keras-image torch gemm torch-old tf-typed half tf constants softmax"
    ),
    "mnist-2x100": _mlp(
        "mnist-2x100", "constants torch-old gemm torch keras-image torch-image half-tf tf-typed torch tf"
    ),
    "mnist-conv": _conv("mnist-conv"),
    "mnist-conv-bn": _conv("mnist-conv-bn"),
    "mnist-conv-pool": _conv("mnist-conv-pool"),
    "mnist-conv-res": _conv("mnist-conv-res"),
    "mnist-conv-robust": _robust("mnist-conv-robust"),
    "mnist-conv-bn-robust": _robust("mnist-conv-bn-robust"),
    "mnist-conv-pool-robust": _robust("mnist-conv-pool-robust"),
    "mnist-conv-res-robust": _robust("mnist-conv-res-robust"),
    "ecg-conv": Family(
        "ecg", Training(ARCHITECTURES["ecg-conv"], **ECG_STEPS), ECG_DIALECTS, ("qdq8",), epsilons=(0.01, 0.02)
    ),
}
