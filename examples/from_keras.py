"""Brings a Keras model to rsm: trains one on the digits, distils it into a smaller one, and exports both.

    python examples/from_keras.py [FOLDER]

The models end in logits (from_logits=True in the loss), and their input has a batch of 1. Needs numpy, scikit-learn,
Keras 3.8 or later and one of its backends: TensorFlow with tf2onnx, JAX with jax2onnx, or PyTorch; KERAS_BACKEND names it.
"""

import sys
from pathlib import Path

import keras
import numpy as np
from keras import layers
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split


def mlp(*hidden: int) -> keras.Model:
    given = keras.Input((64,), batch_size=1, name="x")
    value = given
    for n in hidden:
        value = layers.Dense(n, activation="relu")(value)
    return keras.Model(given, layers.Dense(10, name="logits")(value))


def fit(model: keras.Model, x, y, loss) -> None:
    """Training has batches of 32: the same layers, on an input of any batch size."""
    given = keras.Input((64,))
    value = given
    for layer in model.layers[1:]:
        value = layer(value)
    trained = keras.Model(given, value)
    trained.compile(optimizer=keras.optimizers.Adam(0.003), loss=loss)
    trained.fit(x, y, epochs=80, batch_size=32, verbose=0)


def logits(model: keras.Model, x) -> np.ndarray:
    return np.concatenate([keras.ops.convert_to_numpy(model(v[None])) for v in x])


def main() -> None:
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else ".")
    folder.mkdir(parents=True, exist_ok=True)
    keras.utils.set_random_seed(0)
    x, y = load_digits(return_X_y=True)
    x = (x / 16).astype(np.float32)
    x_train, x_test, y_train, y_test = train_test_split(x, y, random_state=0, stratify=y)

    teacher, student = mlp(32, 16), mlp(16, 8)
    fit(teacher, x_train, y_train, keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    fit(student, x_train, logits(teacher, x_train), "mse")  # to have the same logits
    for name, model in ("keras", teacher), ("keras-distilled", student):
        print(f"{name}: accuracy {(logits(model, x_test).argmax(1) == y_test).mean():.3f}")
        model.export(str(folder / f"{name}.onnx"), format="onnx")
    np.save(folder / "digits.npy", x_test[:100])
    print("Now ask how much safety the distilled network lost, where the image may be brighter or darker:\n")
    print(f"rsm margin {folder}/keras-distilled.onnx {folder}/keras.onnx --input {folder}/digits.npy --index 0 --brightness 0.1 --clip 0,1")


if __name__ == "__main__":
    main()
