"""Vaswani et al. 2017, and what its descendants share with it."""

import math

import numpy as np

from tests.models.reference.parts import softmax, weights


def attend(queries, memory, w, name, heads, scale, bias):
    """Multi-head attention: Vaswani et al. 2017, section 3.2. Returns outputs [T, D] and weights [H, T, S]."""
    project = lambda x, part: x @ w[f"{name}/{part}/kernel"] + w.get(f"{name}/{part}/bias", 0.0)
    split = lambda x: np.stack(np.split(x, heads, -1))  # [H, T, E]
    q, k, v = split(project(queries, "query")), split(project(memory, "key")), split(project(memory, "value"))
    alpha = softmax(q @ k.transpose(0, 2, 1) * (q.shape[-1]**-0.5 if scale else 1.0) + bias)
    return project(np.concatenate(list(alpha @ v), -1), "output"), alpha


def feed_forward(x, w, name):
    inner = np.maximum(0, x @ w[f"{name}/inner/kernel"] + w.get(f"{name}/inner/bias", 0.0))
    return inner @ w[f"{name}/outer/kernel"] + w.get(f"{name}/outer/bias", 0.0)


def layer_norm(x, w, name):
    centred = x - x.mean(-1, keepdims=True)
    return centred / np.sqrt(centred.var(-1, keepdims=True) + 1e-6) * w[f"{name}/gamma"] + w[f"{name}/beta"]


def rms_norm(x, w, name):
    return x / np.sqrt((x**2).mean(-1, keepdims=True) + 1e-6) * w[f"{name}/scale"]


def causal(length):
    return np.where(np.tril(np.ones((length, length), bool)), 0.0, -np.inf)


def stack(x, w, name, depth, norm, norm_first, parts):
    """Residual blocks; `parts` makes each sub-layer as (norm name, function of block name and x)."""
    for i in range(depth):
        for norm_name, sublayer in parts:
            block = f"{name}/block_{i}"
            if norm_first:
                x = x + sublayer(block, norm(x, w, f"{block}/{norm_name}"))
            else:
                x = norm(x + sublayer(block, x), w, f"{block}/{norm_name}")
    return x


def encoder_decoder(model, w, x, y, norm, norm_first, scale, encoder_bias, decoder_bias):
    """Both stacks: embedded source and target -> decoder output, and the last block's attention over the memory."""
    seen = []

    def attention(part, memory, bias):
        def run(block, z):
            out, alpha = attend(z, z if memory is None else memory, w, f"{block}/{part}", model.heads, scale, bias)
            seen.append(alpha)
            return out
        return run

    feed = ("feed_norm", lambda block, z: feed_forward(z, w, f"{block}/feed_forward"))
    memory = stack(x, w, "encoder", model.depth, norm, norm_first,
                   [("self_norm", attention("self_attention", None, encoder_bias)), feed])
    memory = norm(memory, w, "encoder_norm") if norm_first else memory
    y = stack(y, w, "decoder", model.depth, norm, norm_first,
              [("self_norm", attention("self_attention", None, decoder_bias + causal(len(y)))),
               ("cross_norm", attention("cross_attention", memory, 0.0)), feed])
    return (norm(y, w, "decoder_norm") if norm_first else y), seen[-1].mean(0)


def transformer(model, source, target):
    """Vaswani et al. 2017."""
    w = weights(model)

    def embed(ids, side):
        table = w["target_embedding/embeddings" if model.tied_embeddings == "all" else f"{side}_embedding/embeddings"]
        x = table[ids] * math.sqrt(model.units)
        for position in range(len(ids)):
            for i in range(0, model.units, 2):
                angle = position / 10000 ** (i / model.units)
                x[position, i] += math.sin(angle)
                x[position, i + 1] += math.cos(angle)
        return x

    y, attention = encoder_decoder(model, w, embed(source, "source"), embed(target, "target"), layer_norm, model.norm_first,
                                   True, 0.0, 0.0)
    return y @ output_matrix(model, w), attention


def output_matrix(model, w):
    """[D, V]: the target embedding transposed, or a matrix of its own."""
    untied = model.tied_embeddings == "none"
    return w["target_embedding/reverse_embeddings"] if untied else w["target_embedding/embeddings"].T
