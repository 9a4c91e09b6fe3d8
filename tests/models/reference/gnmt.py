"""Wu et al. 2016."""

import numpy as np

from tests.models.reference.parts import lstm_run, lstm_step, softmax, weights


def gnmt(model, source, target):
    """Wu et al. 2016, sections 3 to 3.2. Returns logits and attention."""
    w, units = weights(model), model.units
    xs = list(w["source_embedding/embeddings"][source])
    both = (
        lstm_run(xs, units, w, "forwards/cell")[0],
        lstm_run(xs[::-1], units, w, "backwards/cell")[0][::-1],
    )
    xs = [np.concatenate(pair) for pair in zip(*both)]
    for layer in range(2, model.depth + 1):  # counted from 1, as in the paper
        ms, _ = lstm_run(xs, units, w, f"encoder_{layer - 1}/cell")
        xs = [m + x for m, x in zip(ms, xs)] if layer >= 3 else ms
    zeros = np.zeros(units)
    states, logits, attention = [(zeros, zeros)] * model.depth, [], []
    for x in w["target_embedding/embeddings"][target]:
        bottom = states[0][0]  # of the step before
        e = [
            w["decoder_0/attention/score"]
            @ np.tanh(
                bottom @ w["decoder_0/attention/query"]
                + m @ w["decoder_0/attention/keys/kernel"]
                + w["decoder_0/attention/keys/bias"]
            )
            for m in xs
        ]
        p = softmax(np.array(e))
        a = p @ np.stack(xs)
        for layer in range(1, model.depth + 1):
            cell = "decoder_0/cell" if layer == 1 else f"decoder_{layer - 1}/cell"
            states[layer - 1] = lstm_step(np.concatenate([x, a]), *states[layer - 1], w, cell)
            m = states[layer - 1][0]
            x = m + x if layer >= 3 else m
        logits.append(x @ w["output/kernel"] + w["output/bias"])
        attention.append(p)
    return np.stack(logits), np.stack(attention)
