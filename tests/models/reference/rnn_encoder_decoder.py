"""Cho et al. 2014."""

import numpy as np

from tests.models.reference.parts import sigmoid, weights


def gru_run(xs, units, w, name, after=False):
    """All states in reading order: appendix A.1.1. `after` puts the reset gate behind the product,
    with a bias of its own.

    Gates in the order update, reset, candidate.
    """
    h, hs = np.zeros(units), []
    bias = w[f"{name}/bias"].reshape(-1, 3 * units)  # a second row is the hidden bias
    kernels = np.split(w[f"{name}/recurrent_kernel"], 3, -1)
    for x in xs:
        of_x = np.split(x @ w[f"{name}/kernel"] + bias[0], 3)
        of_h = [h @ u for u in kernels]
        if after:
            of_h = [a + b for a, b in zip(of_h, np.split(bias[1], 3))]
        z, r = sigmoid(of_x[0] + of_h[0]), sigmoid(of_x[1] + of_h[1])
        candidate = np.tanh(of_x[2] + (r * of_h[2] if after else (r * h) @ kernels[2]))
        h = z * h + (1 - z) * candidate
        hs.append(h)
    return hs


def tanh_run(xs, units, w, name):
    """All states of a plain unit in reading order."""
    h, hs = np.zeros(units), []
    for x in xs:
        h = np.tanh(x @ w[f"{name}/kernel"] + h @ w[f"{name}/recurrent_kernel"] + w[f"{name}/bias"])
        hs.append(h)
    return hs


def maxout(x):
    """The larger of each pair."""
    return np.array([max(x[i], x[i + 1]) for i in range(0, len(x), 2)])


def rnn_encoder_decoder(model, source, target):
    """Cho et al. 2014, appendix A. Returns logits."""
    w, units = weights(model), model.units
    dense = lambda x, name: x @ w[f"{name}/kernel"] + w[f"{name}/bias"]
    xs, gated = list(w["source_embedding/embeddings"][source]), model.cell == "gru"
    if gated:
        hs = gru_run(xs, units, w, "encoder/gru_cell", model.reset_after)
    else:
        hs = tanh_run(xs, units, w, "encoder/simple_rnn_cell")
    c = np.tanh(dense(hs[-1], "summary"))
    h, logits = np.tanh(dense(c, "first")), []
    W, U, C, b = (
        np.split(w[f"decoder/{part}"], 3 if gated else 1, -1)
        for part in ("kernel/kernel", "recurrent", "context/kernel", "kernel/bias")
    )  # of the update gate, the reset gate and the candidate; without gates, of the state alone
    for y in w["target_embedding/embeddings"][target]:
        if gated:
            z, r = (sigmoid(y @ W[i] + h @ U[i] + c @ C[i] + b[i]) for i in (0, 1))
            h = z * h + (1 - z) * np.tanh(y @ W[2] + r * (h @ U[2] + c @ C[2]) + b[2])
        else:
            h = np.tanh(y @ W[0] + h @ U[0] + c @ C[0] + b[0])
        s = maxout(dense(np.concatenate([h, y, c]), "readout/linear"))
        logits.append(dense(s @ w["output_rank/kernel"], "output"))
    return np.stack(logits)
