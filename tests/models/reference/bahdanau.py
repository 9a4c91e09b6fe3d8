"""Bahdanau et al. 2015."""

import numpy as np

from tests.models.reference.parts import lstm_run, lstm_step, softmax, weights


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
        e = [w["decoder/score"] @ np.tanh(s @ w["decoder/query"] + dense(h, "decoder/keys")) for h in annotations]
        alpha = softmax(np.array(e))
        context = alpha @ annotations
        s, c = lstm_step(np.concatenate([y, context]), s, c, w, "decoder/cell")
        logits.append(dense(np.tanh(dense(np.concatenate([s, y, context]), "readout")), "output"))
        attention.append(alpha)
    return np.stack(logits), np.stack(attention)
