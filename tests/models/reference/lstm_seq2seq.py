"""Sutskever et al. 2014."""

import numpy as np

from tests.models.reference.parts import lstm_run, weights


def lstm_seq2seq(model, source, target):
    """Sutskever et al. 2014: reversed source, each layer's last state to the same decoder layer."""
    w, xs, states = weights(model), None, []
    xs = list(w["source_embedding/embeddings"][source[::-1] if model.reverse else source])
    for layer in range(model.depth):
        xs, last = lstm_run(xs, model.units, w, f"encoder_{layer}/cell")
        states.append(last)
    ys = list(w["target_embedding/embeddings"][target])
    for layer in range(model.depth):
        ys, _ = lstm_run(ys, model.units, w, f"decoder_{layer}/cell", states[layer])
    return np.stack(ys) @ w["output/kernel"] + w["output/bias"]
