"""The papers' equations in NumPy float64, one source at a time and without padding: what the variants must equal."""

import math

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


def lstm_seq2seq(model, source, target):
    """Sutskever et al. 2014: reversed source, each layer's last state to the same decoder layer."""
    w, xs, states = weights(model), None, []
    xs = list(w["source_embedding/embeddings"][source[::-1] if model.reverse else source])
    for layer in range(model.depth):
        xs, last = lstm_run(xs, model.units, w, f"encoder_{layer}/cell")
        states.append(last)
    ys = list(w["target_embedding/embeddings"][target])
    for layer in range(model.depth):
        ys, _ = lstm_run(ys, model.units, w, f"decoder_{layer}/cell", states[layer])
    return np.stack(ys) @ w["output/kernel"] + w["output/bias"]


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


def t5(model, source, target):
    """Raffel et al. 2020, version 1.0 of the checkpoints."""
    from tests.layers.test_position import bucket

    w = weights(model)

    def bias(name, length, bidirectional):
        table = w[f"{name}/table"]
        of = lambda distance: table[bucket(distance, bidirectional, model.buckets, model.max_distance)]
        return np.array([[of(k - q) for k in range(length)] for q in range(length)]).transpose(2, 0, 1)

    shared = w["target_embedding/embeddings"]
    embedded = shared[source] if model.tied_embeddings == "all" else w["source_embedding/embeddings"][source]
    y, attention = encoder_decoder(model, w, embedded, shared[target], rms_norm, True, False,
                                   bias("encoder_bias", len(source), True), bias("decoder_bias", len(target), False))
    return y * (1.0 if model.tied_embeddings == "none" else model.units**-0.5) @ output_matrix(model, w), attention
