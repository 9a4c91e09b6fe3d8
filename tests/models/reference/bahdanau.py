"""Bahdanau et al. 2015."""

import numpy as np

from tests.models.reference.parts import lstm_run, lstm_step, sigmoid, softmax, weights
from tests.models.reference.rnn_encoder_decoder import gru_run, maxout


def bilstm_bahdanau(model, source, target):
    """Bahdanau et al. 2015, appendix A.1.2 and A.2, with an LSTM. Returns logits and attention."""
    w = weights(model)
    xs = list(w["source_embedding/embeddings"][source])
    forwards, _ = lstm_run(xs, model.units, w, "forwards/cell")
    backwards, (first, _) = lstm_run(xs[::-1], model.units, w, "backwards/cell")
    annotations = np.concatenate([np.stack(forwards), np.stack(backwards[::-1])], -1)  # h_j
    dense = lambda x, name: x @ w[f"{name}/kernel"] + w[f"{name}/bias"]
    s, c = np.tanh(dense(first, "first_hidden")), np.tanh(dense(first, "first_cell"))
    logits, attention = [], []
    for y in w["target_embedding/embeddings"][target]:
        e = [
            w["decoder/attention/score"]
            @ np.tanh(s @ w["decoder/attention/query"] + dense(h, "decoder/attention/keys"))
            for h in annotations
        ]
        alpha = softmax(np.array(e))
        context = alpha @ annotations
        s, c = lstm_step(np.concatenate([y, context]), s, c, w, "decoder/cell")
        logits.append(dense(np.tanh(dense(np.concatenate([s, y, context]), "readout")), "output"))
        attention.append(alpha)
    return np.stack(logits), np.stack(attention)


def rnnsearch(model, source, target):
    """Bahdanau et al. 2015, appendix A, the model of the paper. Returns logits and attention."""
    w, units = weights(model), model.units
    dense = lambda x, name: x @ w[f"{name}/kernel"] + w[f"{name}/bias"]
    xs = list(w["source_embedding/embeddings"][source])
    forwards = gru_run(xs, units, w, "forwards/gru_cell")
    backwards = gru_run(xs[::-1], units, w, "backwards/gru_cell")[::-1]
    annotations = np.concatenate([np.stack(forwards), np.stack(backwards)], -1)  # h_j
    s, logits, attention = np.tanh(dense(backwards[0], "first_hidden")), [], []
    (W_z, W_r, W), (U_z, U_r, U), (C_z, C_r, C) = (
        np.split(w[f"decoder/{part}"], 3, -1) for part in ("kernel/kernel", "recurrent", "context")
    )
    b_z, b_r, b = np.split(w["decoder/kernel/bias"], 3)
    for y in w["target_embedding/embeddings"][target]:
        e = [
            w["decoder/attention/score"]
            @ np.tanh(s @ w["decoder/attention/query"] + dense(h, "decoder/attention/keys"))
            for h in annotations
        ]
        alpha = softmax(np.array(e))
        c = alpha @ annotations
        t = maxout(dense(np.concatenate([s, y, c]), "readout/linear"))  # s before the step
        logits.append(dense(t, "output"))
        attention.append(alpha)
        z = 1 - sigmoid(y @ W_z + s @ U_z + c @ C_z + b_z)  # the paper's z weighs the new state
        r = sigmoid(y @ W_r + s @ U_r + c @ C_r + b_r)
        s = (1 - z) * s + z * np.tanh(y @ W + (r * s) @ U + c @ C + b)
    return np.stack(logits), np.stack(attention)
