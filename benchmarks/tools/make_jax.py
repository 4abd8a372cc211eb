# /// script
# requires-python = "==3.11.*"
# dependencies = ["jax2onnx==0.17.1", "jax==0.10.2", "flax==0.12.8", "onnx==1.23.2", "numpy==2.4.6"]
# ///
"""JAX and Flax by jax2onnx: functions of arrays, and modules of flax.nnx."""

import jax
import jax.numpy as jnp
from flax import nnx
from jax2onnx import to_onnx

import networks


class Conv(nnx.Module):
    """Images are NHWC; the first dense layer takes the features in another order than networks.conv."""

    def __init__(self):
        rngs = nnx.Rngs(0)
        w = networks.weights("conv")
        self.conv = nnx.Conv(1, 4, (3, 3), rngs=rngs)
        self.norm = nnx.BatchNorm(4, use_running_average=True, rngs=rngs)
        self.first, self.second = nnx.Linear(64, 16, rngs=rngs), nnx.Linear(16, 10, rngs=rngs)
        w1 = w["w1"].reshape(4, 4, 4, 16).transpose(1, 2, 0, 3).reshape(64, 16)
        for layer, kernel, bias in ((self.conv, w["k"].transpose(2, 3, 1, 0), w["c"]), (self.first, w1, w["b1"]), (self.second, w["w2"], w["b2"])):
            layer.kernel.value, layer.bias.value = jnp.asarray(kernel), jnp.asarray(bias)
        self.norm.mean.value, self.norm.var.value = jnp.full(4, 0.05), jnp.full(4, 0.8)

    def __call__(self, x):
        x = nnx.max_pool(nnx.relu(self.norm(self.conv(x))), window_shape=(2, 2), strides=(2, 2))
        return self.second(nnx.relu(self.first(x.reshape(x.shape[0], -1))))


def main() -> None:
    tool = networks.Tool("jax", "jax2onnx", "jax", "flax", "onnx")
    w = {name: jnp.asarray(a) for name, a in networks.weights("mlp").items()}
    mlp = lambda x: jax.nn.relu(x @ w["w1"] + w["b1"]) @ w["w2"] + w["b2"]
    tool.add("mlp", "a function of jax.numpy", to_onnx(mlp, [(1, 64)]))
    tool.add("mlp-batch", "the same, batch left open", to_onnx(mlp, [("B", 64)]))
    tool.add("conv", "a module of flax.nnx with BatchNorm", to_onnx(Conv(), [(1, 8, 8, 1)]))
    clipped = lambda x: jnp.max(jnp.stack([mlp(x), mlp(jnp.clip(2 * x - 0.5, 0, 1))]), axis=0)
    tool.add("maximum", "clip, stack and max of two passes", to_onnx(clipped, [(1, 64)]))
    tool.done()


if __name__ == "__main__":
    main()
