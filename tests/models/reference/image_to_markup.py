"""Deng et al. 2017, section 4, cell by cell."""

import numpy as np

from tests.models.reference.parts import lstm_run, lstm_step, softmax, weights

SHAPES = ((2, 2), (2, 2), (1, 1), (2, 1), (1, 2), (1, 1))  # pooling after each convolution


def convolution(x, w, name):
    """3 x 3 with zeros around the picture [width, height, channels], then ReLU."""
    padded, kernel = np.pad(x, ((1, 1), (1, 1), (0, 0))), w[f"{name}/kernel"]
    width, height, _ = x.shape
    found = sum(
        padded[i : i + width, j : j + height] @ kernel[i, j] for i in range(3) for j in range(3)
    )
    return np.maximum(0, found + w[f"{name}/bias"])


def pooled(x, wide, high):
    return np.array(
        [
            [x[i : i + wide, j : j + high].max((0, 1)) for j in range(0, x.shape[1], high)]
            for i in range(0, x.shape[0], wide)
        ]
    )


def image_to_markup(model, source, target):
    """Logits, and the attention of columns of cells, shared by the places that they stand for."""
    w, half = weights(model), model.units // 2
    x = w["source_embedding/embeddings"][source].reshape(-1, model.height)[..., None]
    left = [model.halvings, model.halvings]
    for i, shape in enumerate(SHAPES):
        x, sizes = convolution(x, w, f"convolution_{i}"), [1, 1]
        for side in (0, 1):
            if shape[side] > 1 and left[side]:
                sizes[side], left[side] = 2, left[side] - 1
        x = pooled(x, *sizes)
    width, height, _ = x.shape
    grid = np.zeros((width, height, model.units))
    zeros = np.zeros(half)
    for row in range(height):
        xs = list(x[:, row])
        forwards, _ = lstm_run(xs, half, w, "forwards/cell", (w["row_states"][0, row], zeros))
        backwards, _ = lstm_run(
            xs[::-1], half, w, "backwards/cell", (w["row_states"][1, row], zeros)
        )
        grid[:, row] = np.concatenate([forwards, backwards[::-1]], -1)
    cells = grid.reshape(-1, model.units)
    keys = cells @ w["decoder/attention/keys/kernel"] + w["decoder/attention/keys/bias"]
    h = c = o = np.zeros(model.units)
    logits, attention = [], []
    for y in w["target_embedding/embeddings"][target]:
        h, c = lstm_step(np.concatenate([y, o]), h, c, w, "decoder/lstm_0/cell")
        inner = np.tanh(h @ w["decoder/attention/query"] + keys)
        alpha = softmax(inner @ w["decoder/attention/score"][:, 0])
        o = np.tanh(np.concatenate([alpha @ cells, h]) @ w["decoder/attention/combine"])
        logits.append(o @ w["output/kernel"] + w["output/bias"])
        attention.append(alpha.reshape(width, height).sum(1))
    rate, count = 2**model.halvings // model.columns, len(source)
    size = [min(rate, count - i * rate) for i in range(width)]
    shared = [np.array(attention)[:, i // rate] / size[i // rate] for i in range(count)]
    return np.stack(logits), np.stack(shared, 1)
