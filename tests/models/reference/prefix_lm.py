"""Dong et al. 2019, the sequence-to-sequence mask, over the blocks of GPT-2: one sequence, one
pass.
"""

import functools

import numpy as np

from tests.models.reference.parts import weights
from tests.models.reference.transformer import attend, feed_forward, layer_norm, stack

norm = functools.partial(layer_norm, epsilon=1e-5)


def gpt2(model, source, target):
    """Source and target joined; every position sees what comes before it, and itself."""
    return prefix_lm(model, source, target, causal=True)


def gpt2_going_on(model, source, target):
    """The logits alone where the target goes on after the text of the source."""
    *text, last = source[:-1] if len(source) > 1 else source  # without the end token, if any
    text, target = np.array(text, int), np.array([last, *target[1:]])
    with np.errstate(invalid="ignore"):  # shares of a text of one token
        return gpt2(model, text, target)[0]


def prefix_lm(model, source, target, causal=False):
    """Source and target joined; every position sees the source, a target position also the target
    up to itself.
    """
    w, count, length = weights(model), len(source), len(source) + len(target)
    of_target = w["target_embedding/embeddings"]
    of_source = of_target if model.tied_embeddings == "all" else w["source_embedding/embeddings"]
    x, rotary = np.concatenate([of_source[source], of_target[target]]), model.positions == "rotary"
    if not rotary:
        x = x + w["positions/table"][:length]
    seen = np.array(
        [
            [k <= q if causal else k < count or (q >= count and k <= q) for k in range(length)]
            for q in range(length)
        ]
    )
    kept = []

    def attention(block, z):
        out, alpha = attend(
            z,
            z,
            w,
            f"{block}/self_attention",
            model.heads,
            True,
            np.where(seen, 0.0, -np.inf),
            (range(length),) * 2 if rotary else None,
        )
        kept.append(alpha)
        return out

    x = stack(
        x,
        w,
        "stack",
        model.depth,
        norm,
        model.norm_first,
        [
            ("self_norm", attention),
            ("feed_norm", lambda b, z: feed_forward(z, w, f"{b}/feed_forward", model.activation)),
        ],
    )
    x = norm(x, w, "last_norm") if model.norm_first else x
    over_source = kept[-1].mean(0)[count:, :count]
    return x[count:] @ of_target.T, over_source / over_source.sum(-1, keepdims=True)
