"""Part `recurrent`: an LSTM by cuDNN, by XLA, and as the zoo writes it."""

import itertools
import time

import numpy as np

TITLE = "An LSTM by cuDNN and by XLA"
TEXT = """Milliseconds of one layer's forward and backward pass over sequences of 32 tokens.
`cudnn` is Keras' layer with cuDNN's kernels (without a card: Keras' own loop, traced), `xla` the
same compiled by XLA, `zoo` the layer of `zoo.layers.lstm` compiled by XLA."""
LENGTH, ROUNDS = 32, 5
CALLS = 10  # between two reads of a result, so that the card need not wait for the next call


def steps(rehearse):
    """Units and rows."""
    units, rows = ((32,), (8,)) if rehearse else ((512, 1024), (64, 512))
    return {
        f"{unit} units, {row} rows": dict(units=unit, rows=row)
        for unit, row in itertools.product(units, rows)
    }


def measure(folder, peer_python, units, rows):
    """Milliseconds of each of the three: a row."""
    import keras
    import tensorflow as tf

    from zoo.layers import lstm

    cuda = bool(tf.config.list_physical_devices("GPU"))
    theirs = keras.layers.LSTM
    layers = {
        "cudnn": (theirs(units, return_sequences=True, use_cudnn=cuda or "auto"), False),
        "xla": (theirs(units, return_sequences=True, use_cudnn=False), True),
        "zoo": (lstm.LSTM(units), True),
    }
    x = tf.random.normal((rows, LENGTH, units))
    return {
        f"{name}_milliseconds": milliseconds(layer, x, compiled)
        for name, (layer, compiled) in layers.items()
    }


def milliseconds(layer, x, compiled):
    """The median time of a forward and a backward pass."""
    import tensorflow as tf

    layer.build(x.shape)

    @tf.function(jit_compile=compiled)
    def passes(x):
        with tf.GradientTape() as tape:
            y = layer(x)
            loss = tf.reduce_sum((y[0] if isinstance(y, (tuple, list)) else y) ** 2)
        return loss, tape.gradient(loss, layer.trainable_weights)

    passes(x)[0].numpy()
    times = []
    for _ in range(ROUNDS):
        started = time.perf_counter()
        losses = [passes(x)[0] for _ in range(CALLS)]
        losses[-1].numpy()
        times.append((time.perf_counter() - started) / CALLS)
    return 1e3 * np.median(times)
