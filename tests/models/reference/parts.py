"""What several papers' equations share."""

import numpy as np


def weights(model):
    """Trainable variables by path without the model's name, in float64."""
    return {v.path.split("/", 1)[1]: np.asarray(v, "float64") for v in model.trainable_variables}


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def softmax(x):
    e = np.exp(x - x.max(-1, keepdims=True))
    return e / e.sum(-1, keepdims=True)


def lstm_step(x, h, c, w, name):
    """Gates in the order input, forget, candidate, output."""
    z = x @ w[f"{name}/kernel"] + h @ w[f"{name}/recurrent_kernel"] + w[f"{name}/bias"]
    i, f, g, o = np.split(z, 4)
    c = sigmoid(f) * c + sigmoid(i) * np.tanh(g)
    return sigmoid(o) * np.tanh(c), c


def lstm_run(xs, units, w, name, state=None):
    """All states in reading order, and the last pair."""
    h, c = state or (np.zeros(units), np.zeros(units))
    hs = []
    for x in xs:
        h, c = lstm_step(x, h, c, w, name)
        hs.append(h)
    return hs, (h, c)
