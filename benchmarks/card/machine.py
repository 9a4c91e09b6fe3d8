"""Part `machine`: how fast the card multiplies matrices, against which the others are held."""

import numpy as np

from benchmarks.peers.training import matrix_rate

TITLE = "The card's matrix rate"
TEXT = """The best of several large products, compiled by XLA. TensorFlow computes float32 products
in TensorFloat-32 where a card has it, unless it is told not to (`float32, exact`)."""


def steps(rehearse):
    """Products by name: size, dtype, and whether TensorFloat-32 is allowed."""
    size = 512 if rehearse else 8192
    return {
        "float32": dict(size=size, dtype="float32", tensor_float=True),
        "float32, exact": dict(size=size, dtype="float32", tensor_float=False),
        "bfloat16": dict(size=size, dtype="bfloat16", tensor_float=True),
    }


def measure(folder, peer_python, size, dtype, tensor_float):
    """The rate of one kind of product: a row with "tflops"."""
    import tensorflow as tf

    tf.config.experimental.enable_tensor_float_32_execution(tensor_float)
    return {"size": size, "tflops": matrix_rate(size, dtype) / 1e12}


def rate(folder, precision):
    """Operations per second of large products in a precision of `zoo.Recipe`, as a row says.

    Returns:
        float; NaN if the part `machine` has not measured it.
    """
    import pandas as pd

    table = folder / "machine.csv"
    if not table.is_file():
        return np.nan
    rows = pd.read_csv(table).set_index("step")["tflops"]
    return 1e12 * rows.get("float32" if precision == "float32" else "bfloat16", np.nan)
