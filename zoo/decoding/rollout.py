"""One token after another, without a search: what greedy decoding and sampling share. N rows, L maximum length."""

from keras import ops

from zoo.seq2seq import PAD_ID


def roll_out(model, state, rules, choose, rows, max_length):
    """Extends every row by the token that is chosen for it, until each has ended.

    Args:
        model: `Seq2Seq`.
        state: `State` of N rows, from `model.start`.
        rules: `Rules` for N rows.
        choose: function of log-probabilities [N, V] and the position t to tokens int32 [N].
        rows: int, N.
        max_length: int, L.

    Returns:
        tokens int32 [N, L], padded after the end, and their summed log-probabilities float32 [N].
    """
    column = ops.arange(max_length)[None]

    def step(t, token, tokens, total, finished, state):
        logits, state = model.step(token, state)
        log_p = rules.log_probabilities(logits, tokens, t)  # [N, V]
        chosen = choose(log_p, t)
        picked = ops.take_along_axis(log_p, chosen[:, None], axis=-1)[:, 0]
        total = total + ops.where(finished, 0.0, picked)
        token = ops.where(finished, PAD_ID, chosen)
        tokens = ops.where(column == t, token[:, None], tokens)
        return t + 1, token, tokens, total, ops.logical_or(finished, rules.ends(token, t)), state

    def unfinished(t, token, tokens, total, finished, state):
        return ops.logical_and(t < max_length, ops.logical_not(ops.all(finished)))

    start = (ops.convert_to_tensor(0, "int32"), ops.full((rows,), model.start_id, "int32"),
             ops.zeros((rows, max_length), "int32"), ops.zeros((rows,), "float32"), ops.zeros((rows,), "bool"), state)
    _, _, tokens, total, _, _ = ops.while_loop(unfinished, step, start)
    return tokens, total
