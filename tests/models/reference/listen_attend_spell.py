"""Chan et al. 2016, section 3."""

import numpy as np

from tests.models.reference.parts import lstm_run, lstm_step, softmax, weights


def listen_attend_spell(model, source, target):
    """Logits, and attention of which a state's places have equal shares."""
    w = weights(model)
    xs = list(w["source_embedding/embeddings"][source])
    for layer in range(model.halvings + 1):
        if layer:
            zero = np.zeros(2 * model.units)
            xs = xs + [zero] * (len(xs) % 2)
            xs = [np.concatenate(xs[i : i + 2]) for i in range(0, len(xs), 2)]
        forwards, _ = lstm_run(xs, model.units, w, f"forwards_{layer}/cell")
        backwards, _ = lstm_run(xs[::-1], model.units, w, f"backwards_{layer}/cell")
        xs = [np.concatenate(pair) for pair in zip(forwards, backwards[::-1])]
    h = np.stack(xs)  # [R, 2 units]
    psi = np.tanh(h @ w["speller/keys/kernel"] + w["speller/keys/bias"])
    zeros = np.zeros(model.speller_units)
    states, c, logits, attention = [(zeros, zeros)] * model.depth, np.zeros(h.shape[1]), [], []
    for y in w["target_embedding/embeddings"][target]:
        x = np.concatenate([y, c])
        for layer in range(model.depth):
            states[layer] = lstm_step(x, *states[layer], w, f"speller/lstm_{layer}/cell")
            x = states[layer][0]
        alpha = softmax(psi @ np.tanh(x @ w["speller/query"] + w["speller/query_bias"]))
        c = alpha @ h
        read = np.tanh(np.concatenate([x, c]) @ w["readout/kernel"] + w["readout/bias"])
        logits.append(read @ w["output/kernel"] + w["output/bias"])
        attention.append(alpha)
    rate, count = 2**model.halvings, len(source)
    size = [min(rate, count - i * rate) for i in range(len(h))]
    shared = [np.array(attention)[:, i // rate] / size[i // rate] for i in range(count)]
    return np.stack(logits), np.stack(shared, 1)
