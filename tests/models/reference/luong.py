"""Luong et al. 2015."""

import math

import numpy as np

from tests.models.reference.parts import lstm_run, lstm_step, sigmoid, softmax, weights


def bilstm_luong(model, source, target):
    """Luong et al. 2015, section 3, with an encoder that reads both ways. Returns logits and
    attention that sums to 1.
    """
    w, half = weights(model), model.units // 2
    xs, states = list(w["source_embedding/embeddings"][source]), []
    for layer in range(model.depth):
        forwards, last = lstm_run(xs, half, w, f"forwards_{layer}/cell")
        backwards, first = lstm_run(xs[::-1], half, w, f"backwards_{layer}/cell")
        xs = [np.concatenate(pair) for pair in zip(forwards, backwards[::-1])]
        states.append(tuple(np.concatenate(pair) for pair in zip(last, first)))
    fed, logits, attention = np.zeros(model.units), [], []
    for y in w["target_embedding/embeddings"][target]:
        h = np.concatenate([y, fed]) if model.input_feeding else y
        for layer in range(model.depth):
            states[layer] = lstm_step(h, *states[layer], w, f"decoder/lstm_{layer}/cell")
            h = states[layer][0]
        a = align(model, w, h, xs)
        c = sum(weight * x for weight, x in zip(a, xs))
        fed = np.tanh(np.concatenate([c, h]) @ w["decoder/attention/combine"])
        logits.append(fed @ w["output/kernel"] + w["output/bias"])
        attention.append(a / a.sum())
    return np.stack(logits), np.stack(attention)


def align(model, w, h, memory):
    """a_t over all source positions; what lies outside of the local window gets 0."""
    if model.score == "dot":
        score = lambda m: h @ m
    elif model.score == "general":
        score = lambda m: h @ (m @ w["decoder/attention/keys/kernel"])
    else:
        both = np.concatenate(
            [w["decoder/attention/query"], w["decoder/attention/keys/kernel"]]
        )  # W_a [h; m]
        score = lambda m: (
            np.tanh(np.concatenate([h, m]) @ both + w["decoder/attention/keys/bias"])
            @ w["decoder/attention/score"][:, 0]
        )
    if model.window == "global":
        return softmax(np.array([score(m) for m in memory]))
    p = len(memory) * sigmoid(
        np.tanh(h @ w["decoder/attention/position"]) @ w["decoder/attention/position_score"][:, 0]
    )
    inside = [s for s in range(len(memory)) if p - model.half_width <= s <= p + model.half_width]
    a = np.zeros(len(memory))
    a[inside] = softmax(np.array([score(memory[s]) for s in inside]))
    deviation = model.half_width / 2
    return a * [math.exp(-((s - p) ** 2) / (2 * deviation**2)) for s in range(len(memory))]
