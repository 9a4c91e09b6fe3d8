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


def maxout(x):
    """The larger of each pair."""
    return np.array([max(x[i], x[i + 1]) for i in range(0, len(x), 2)])


def rnn_encoder_decoder(model, source, target):
    """Cho et al. 2014, appendix A. Returns logits."""
    w, units = weights(model), model.units
    dense = lambda x, name: x @ w[f"{name}/kernel"] + w[f"{name}/bias"]
    hs = gru_run(
        list(w["source_embedding/embeddings"][source]),
        units,
        w,
        "encoder/gru_cell",
        model.reset_after,
    )
    c = np.tanh(dense(hs[-1], "summary"))
    h, logits = np.tanh(dense(c, "first")), []
    gates = [
        np.split(w[f"decoder/{part}"], 3, -1)
        for part in ("kernel/kernel", "recurrent", "context/kernel")
    ]
    biases = np.split(w["decoder/kernel/bias"], 3)
    for y in w["target_embedding/embeddings"][target]:
        (W_z, W_r, W), (U_z, U_r, U), (C_z, C_r, C) = gates
        z = sigmoid(y @ W_z + h @ U_z + c @ C_z + biases[0])
        r = sigmoid(y @ W_r + h @ U_r + c @ C_r + biases[1])
        h = z * h + (1 - z) * np.tanh(y @ W + r * (h @ U + c @ C) + biases[2])
        s = maxout(dense(np.concatenate([h, y, c]), "readout/linear"))
        logits.append(dense(s @ w["output_rank/kernel"], "output"))
    return np.stack(logits)
