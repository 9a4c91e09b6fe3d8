"""Radford et al. 2022, section 2.2: convolutions written out as sums over three places."""

import functools

import numpy as np

from tests.models.reference.parts import weights
from tests.models.reference.transformer import ACTIVATIONS, encoder_decoder, layer_norm

norm = functools.partial(layer_norm, epsilon=1e-5)


def convolution(x, w, name, step):
    """Zeros stand before and after the sequence."""
    padded = np.pad(x, ((1, 1), (0, 0)))
    places = range(0, len(x), step)
    return (
        np.stack([sum(padded[i + k] @ w[f"{name}/kernel"][k] for k in range(3)) for i in places])
        + w[f"{name}/bias"]
    )


def whisper(model, source, target):
    """Logits, and the attention of both source places that a state stands for."""
    w, f = weights(model), ACTIVATIONS[model.activation]
    x = w["source_embedding/embeddings"][source]
    x = f(convolution(f(convolution(x, w, "convolution_1", 1)), w, "convolution_2", 2))
    x = x + np.asarray(model.source_positions.table)[: len(x)]
    of_target = w["target_embedding/embeddings"]
    y = of_target[target] + w["target_positions/table"][: len(target)]
    y, attention = encoder_decoder(
        model, w, x, y, norm, norm_first=True, activation=model.activation
    )
    count = len(source)
    groups = [min(2, count - i) for i in range(0, count, 2)]
    shared = np.stack([attention[:, i // 2] / groups[i // 2] for i in range(count)], 1)
    return y @ of_target.T, shared
