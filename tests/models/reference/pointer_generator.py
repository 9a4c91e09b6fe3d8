"""See et al. 2017, sections 2.1 and 2.2, with what the authors' code adds."""

import numpy as np

from tests.models.reference.parts import lstm_run, lstm_step, sigmoid, softmax, weights


def pointer_generator(model, source, target):
    """log P(w), or the baseline's logits where nothing can be copied; and attention."""
    w, units = weights(model), model.units
    dense = lambda x, name: x @ w[f"{name}/kernel"] + w[f"{name}/bias"]
    table = "target_embedding" if model.copies else "source_embedding"
    xs = list(w[f"{table}/embeddings"][source])
    forwards, forth = lstm_run(xs, units, w, "forwards/cell")
    backwards, back = lstm_run(xs[::-1], units, w, "backwards/cell")
    memory = np.concatenate([np.stack(forwards), np.stack(backwards[::-1])], -1)  # h_i
    h, c = (
        np.maximum(0, dense(np.concatenate(pair), name))
        for pair, name in zip(zip(forth, back), ("first_hidden", "first_cell"))
    )
    context, logits, attention = np.zeros(2 * units), [], []
    keys = dense(memory, "decoder/attention/keys")
    for y in w["target_embedding/embeddings"][target]:
        x = dense(np.concatenate([y, context]), "decoder/merge")
        h, c = lstm_step(x, h, c, w, "decoder/cell")
        s = np.concatenate([c, h])
        e = np.tanh(keys + s @ w["decoder/attention/query"]) @ w["decoder/attention/score"]
        alpha = softmax(e)
        context = alpha @ memory
        z = dense(dense(np.concatenate([h, context]), "readout"), "output")
        if model.copies:
            p_gen = sigmoid(dense(np.concatenate([context, s, x]), "pointer"))
            p = p_gen * softmax(z)
            for place, token in enumerate(source):
                p[token] += (1 - p_gen[0]) * alpha[place]
            z = np.log(p)
        logits.append(z)
        attention.append(alpha)
    return np.stack(logits), np.stack(attention)
