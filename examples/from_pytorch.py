"""Brings a PyTorch module to rsm: trains one on the digits, prunes a copy, and exports both by torch.onnx.

    python examples/from_pytorch.py [FOLDER]

Three things matter. The module ends in logits, without a softmax; it is in evaluation mode; and the example input has
the shape of one sample, with a batch of 1, which the file then has as well. Needs numpy, scikit-learn, torch and onnx
(onnxscript too from PyTorch 2.9 on).
"""

import copy
import sys
from pathlib import Path

import numpy as np
import torch
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split
from torch import nn
from torch.nn.utils import prune


def main() -> None:
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else ".")
    folder.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(0)
    x, y = load_digits(return_X_y=True)
    x = (x / 16).astype(np.float32).reshape(-1, 1, 8, 8)
    x_train, x_test, y_train, y_test = train_test_split(x, y, random_state=0, stratify=y)
    x_train, y_train = torch.from_numpy(x_train), torch.from_numpy(y_train)

    model = nn.Sequential(nn.Flatten(), nn.Linear(64, 32), nn.ReLU(), nn.Linear(32, 16), nn.ReLU(), nn.Linear(16, 10))
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01, weight_decay=1e-4)
    for _ in range(200):
        optimizer.zero_grad()
        nn.functional.cross_entropy(model(x_train), y_train).backward()
        optimizer.step()

    pruned = copy.deepcopy(model)
    for layer in pruned:
        if isinstance(layer, nn.Linear):
            prune.l1_unstructured(layer, "weight", amount=0.3)
            prune.remove(layer, "weight")  # zeros in the weight itself, no mask beside it

    for name, module in ("pytorch", model), ("pytorch-pruned", pruned):
        module.eval()
        with torch.no_grad():
            right = (module(torch.from_numpy(x_test)).argmax(1).numpy() == y_test).mean()
        print(f"{name}: accuracy {right:.3f}")
        torch.onnx.export(module, torch.from_numpy(x_test[:1]), str(folder / f"{name}.onnx"),
                          input_names=["x"], output_names=["logits"], opset_version=16)
    np.save(folder / "digits.npy", x_test[:100])
    print("Now ask how much safety the pruned network lost, where a patch of the image may be anything:\n")
    print(f"rsm margin {folder}/pytorch-pruned.onnx {folder}/pytorch.onnx --input {folder}/digits.npy --index 0 --patch 2,2,2,2 --clip 0,1")


if __name__ == "__main__":
    main()
