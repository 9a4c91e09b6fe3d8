"""Vaswani et al. 2017, and what its descendants share with it."""

import math

import numpy as np

from tests.models.reference.parts import softmax, weights


def attend(queries, memory, w, name, heads, scale, bias, positions=None):
    """Multi-head attention: Vaswani et al. 2017, section 3.2. Returns outputs [T, D] and weights
    [H, T, S].

    `positions` of queries and memory, a pair, rotate them: Su et al. 2021, equation 34.
    """
    project = lambda x, part: x @ w[f"{name}/{part}/kernel"] + w.get(f"{name}/{part}/bias", 0.0)
    split = lambda x: np.stack(np.split(x, heads, -1))  # [H, T, E]
    q, k, v = (
        split(project(queries, "query")),
        split(project(memory, "key")),
        split(project(memory, "value")),
    )
    if positions is not None:
        q, k = (
            np.stack([[rotated(row, p) for row, p in zip(head, places)] for head in x])
            for x, places in zip((q, k), positions)
        )
    alpha = softmax(q @ k.transpose(0, 2, 1) * (q.shape[-1] ** -0.5 if scale else 1.0) + bias)
    return project(np.concatenate(list(alpha @ v), -1), "output"), alpha


def rotated(x, position):
    """Pair i, of elements i and i + E/2, turned by position / 10000^(2i/E)."""
    half = len(x) // 2
    out = np.empty_like(x)
    for i in range(half):
        angle = position / 10000 ** (2 * i / len(x))
        out[i] = x[i] * math.cos(angle) - x[i + half] * math.sin(angle)
        out[i + half] = x[i] * math.sin(angle) + x[i + half] * math.cos(angle)
    return out


ACTIVATIONS = {
    "relu": lambda x: np.maximum(0, x),
    "swish": lambda x: x / (1 + np.exp(-x)),
    "gelu": lambda x: x * (1 + np.vectorize(math.erf)(x / math.sqrt(2))) / 2,
    "gelu_tanh": lambda x: x * (1 + np.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x**3))) / 2,
}


def feed_forward(x, w, name, activation="relu"):
    """Gated where there is a gate: Shazeer 2020, section 2."""
    project = lambda z, part: z @ w[f"{name}/{part}/kernel"] + w.get(f"{name}/{part}/bias", 0.0)
    inner, f = project(x, "inner"), ACTIVATIONS[activation]
    inner = f(project(x, "gate")) * inner if f"{name}/gate/kernel" in w else f(inner)
    return project(inner, "outer")


def layer_norm(x, w, name, epsilon=1e-6):
    centred = x - x.mean(-1, keepdims=True)
    return (
        centred / np.sqrt(centred.var(-1, keepdims=True) + epsilon) * w[f"{name}/gamma"]
        + w[f"{name}/beta"]
    )


def rms_norm(x, w, name):
    return x / np.sqrt((x**2).mean(-1, keepdims=True) + 1e-6) * w[f"{name}/scale"]


def causal(length):
    return np.where(np.tril(np.ones((length, length), bool)), 0.0, -np.inf)


def stack(x, w, name, depth, norm, norm_first, parts):
    """Residual blocks. `parts` makes each sub-layer: (norm name, function of block name and x)."""
    for i in range(depth):
        for norm_name, sublayer in parts:
            block = f"{name}/block_{i}"
            if norm_first:
                x = x + sublayer(block, norm(x, w, f"{block}/{norm_name}"))
            else:
                x = norm(x + sublayer(block, x), w, f"{block}/{norm_name}")
    return x


def encoder_decoder(
    model,
    w,
    x,
    y,
    norm,
    norm_first=False,
    scale=True,
    encoder_bias=0.0,
    decoder_bias=0.0,
    activation="relu",
    rotary=False,
):
    """Both stacks: embedded source and target -> decoder output, and the last block's attention
    over the memory.
    """
    seen = []

    def attention(part, memory, bias):
        def run(block, z):
            positions = (range(len(z)),) * 2 if rotary and memory is None else None
            out, alpha = attend(
                z,
                z if memory is None else memory,
                w,
                f"{block}/{part}",
                model.heads,
                scale,
                bias,
                positions,
            )
            seen.append(alpha)
            return out

        return run

    feed = ("feed_norm", lambda block, z: feed_forward(z, w, f"{block}/feed_forward", activation))
    memory = stack(
        x,
        w,
        "encoder",
        model.depth,
        norm,
        norm_first,
        [("self_norm", attention("self_attention", None, encoder_bias)), feed],
    )
    memory = norm(memory, w, "encoder_norm") if norm_first else memory
    y = stack(
        y,
        w,
        "decoder",
        model.decoder_depth or model.depth,
        norm,
        norm_first,
        [
            ("self_norm", attention("self_attention", None, decoder_bias + causal(len(y)))),
            ("cross_norm", attention("cross_attention", memory, 0.0)),
            feed,
        ],
    )
    return (norm(y, w, "decoder_norm") if norm_first else y), seen[-1].mean(0)


def table(model, w, side):
    """Embeddings of "source" or "target"."""
    shared = model.tied_embeddings in ("all", "inputs")
    return w["target_embedding/embeddings" if shared else f"{side}_embedding/embeddings"]


def waves(length, units, interleaved=True):
    """PE(p, 2i) = sin(p / 10000^(2i/D)), PE(p, 2i+1) = cos; or all sines before all cosines."""
    out = np.empty((length, units))
    for position in range(length):
        for i in range(units // 2):
            angle = position / 10000 ** (2 * i / units)
            out[position, 2 * i if interleaved else i] = math.sin(angle)
            out[position, 2 * i + 1 if interleaved else units // 2 + i] = math.cos(angle)
    return out


def relative_bias(w, name, length, bidirectional, buckets=32, max_distance=128):
    """Raffel et al. 2020, section 2.1: [H, T, T]."""
    from tests.layers.test_positions import bucket

    of = lambda distance: w[f"{name}/table"][bucket(distance, bidirectional, buckets, max_distance)]
    return np.array([[of(k - q) for k in range(length)] for q in range(length)]).transpose(2, 0, 1)


def transformer(model, source, target):
    """Vaswani et al. 2017, with the options of other papers."""
    w, relative = weights(model), model.positions == "relative"

    def embed(ids, side):
        x = table(model, w, side)[ids] * math.sqrt(model.units)
        if model.positions == "sinusoidal":
            x = x + waves(len(ids), model.units)
        if model.positions == "learned":
            x = x + w[f"{side}_positions/table"][: len(ids)]
        return x

    y, attention = encoder_decoder(
        model,
        w,
        embed(source, "source"),
        embed(target, "target"),
        layer_norm,
        model.norm_first,
        encoder_bias=relative_bias(w, "encoder/encoder_bias", len(source), True)
        if relative
        else 0.0,
        decoder_bias=relative_bias(w, "decoder/decoder_bias", len(target), False)
        if relative
        else 0.0,
        activation=model.activation,
        rotary=model.positions == "rotary",
    )
    return y @ output_matrix(model, w), attention


def output_matrix(model, w):
    """[D, V]: the target embedding transposed, or a matrix of its own."""
    untied = model.tied_embeddings in ("none", "inputs")
    return (
        w["target_embedding/reverse_embeddings"] if untied else w["target_embedding/embeddings"].T
    )
