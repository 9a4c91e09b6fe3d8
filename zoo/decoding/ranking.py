"""The numbers by which finished hypotheses are ranked.

N rows, K hypotheses each, S source length, L maximum target length.
"""

from keras import ops

from zoo.layers.gather import gather


def length_penalty(length, formula, exponent):
    """What the log-probability of an output is divided by.

    Args:
        length: int [...], tokens of the output.
        formula: "gnmt" for ((5 + length) / 6) ** exponent (Wu et al. 2016, equation 14), or
            "power" for length ** exponent.
        exponent: float.

    Returns:
        float32 [...].
    """
    length = ops.cast(length, "float32")
    base = (5.0 + length) / 6.0 if formula == "gnmt" else length
    return base**exponent


def coverage(seen, lengths):
    """The coverage term of Wu et al. 2016, equation 14: 0 if every source token was fully attended.

    Args:
        seen: float32 [N, K, S], the attention that each source token got in all steps.
        lengths: int32 [N], tokens of each source.

    Returns:
        float32 [N, K], the sum over real tokens of log(min(seen, 1)), with seen at least 1e-9.
    """
    real = ops.arange(ops.shape(seen)[-1]) < lengths[:, None, None]
    return ops.sum(ops.where(real, ops.log(ops.clip(seen, 1e-9, 1.0)), 0.0), -1)


def best_of(count, outputs, scores, log_probabilities):
    """The `count` hypotheses with the highest scores, the best first.

    Args:
        count: int.
        outputs, scores, log_probabilities: [N, K, L], [N, K] and [N, K].
    """
    order = ops.cast(ops.top_k(scores, count)[1], "int32")
    return tuple(gather(x, order) for x in (outputs, scores, log_probabilities))
