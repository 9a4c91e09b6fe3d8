"""Gehring et al. 2017."""

import math

import numpy as np

from tests.models.reference.parts import sigmoid, softmax, weights


def conv_seq2seq(model, source, target):
    """Gehring et al. 2017, sections 3.1 to 3.4, a position at a time. Returns logits and the mean
    attention of all layers.
    """
    w = weights(model)

    def linear(x, name):
        v = w[f"{name}/kernel"]
        normal = v * w[f"{name}/scale"] / np.sqrt((v**2).sum(0)) if f"{name}/scale" in w else v
        return x @ normal + w[f"{name}/bias"]

    def across(x, name):
        """x, through a matrix where the paper adds vectors of different widths."""
        return linear(x, name) if f"{name}/kernel" in w else x

    def convolve(xs, name, kernel, before):
        """Windows that reach `before` positions back; zeros beyond the ends."""
        at = lambda i: xs[i] if 0 <= i < len(xs) else np.zeros_like(xs[0])
        out = []
        for i, x in enumerate(xs):
            y = linear(
                np.concatenate([at(i - before + j) for j in range(kernel)]), f"{name}/convolution"
            )
            a, b = np.split(y, 2)
            out.append((a * sigmoid(b) + across(x, f"{name}/residual")) * math.sqrt(0.5))
        return out

    def embed(ids, side):
        return [
            w[f"{side}_embedding/embeddings"][token] + w[f"{side}_positions/embeddings"][i]
            for i, token in enumerate(ids)
        ]

    kernels = [pair[1] for pair in model.blocks or [(model.units, model.kernel)] * model.depth]
    e, g = embed(source, "source"), embed(target, "target")
    z = [linear(x, "encoder_input") for x in e]
    for layer, kernel in enumerate(kernels):
        z = convolve(z, f"encoder_{layer}", kernel, (kernel - 1) // 2)
    z, m = [linear(x, "encoder_output") for x in z], len(source)
    h, attention = [linear(x, "decoder_input") for x in g], []
    for layer, kernel in enumerate(kernels):
        h, rows = convolve(h, f"decoder_{layer}/convolution", kernel, kernel - 1), []
        for i in range(len(h)):
            d = linear(h[i], f"decoder_{layer}/query") + g[i]
            a = softmax(np.array([d @ z[j] for j in range(m)]))
            c = sum(a[j] * (z[j] + e[j]) for j in range(m)) * m * math.sqrt(1 / m)
            h[i] = h[i] + across(c, f"decoder_{layer}/context")
            rows.append(a)
        attention.append(np.stack(rows))
    return linear(np.stack([linear(x, "decoder_output") for x in h]), "output"), np.mean(
        attention, 0
    )
