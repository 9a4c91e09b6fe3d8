"""What a model costs: operations a token and memory, each figure with what it counts."""

from zoo.inspection.flops import source_token_flops, target_token_flops
from zoo.inspection.memory import activation_bytes, state_bytes, training_bytes, weight_bytes


def cost_table(found):
    """Rows (name, figure, what is counted) of a `zoo.inspection.trace.Trace`; the words hold for its B, S and T."""
    source, target = source_token_flops(found), target_token_flops(found)
    return [
        (
            "FLOPs a source token",
            f"{source:,.0f}",
            "matrix products of encode and start, 2 a multiply-add, a token's share",
        ),
        (
            "FLOPs a target token",
            f"{target:,.0f}",
            "matrix products of one step, attention to all places of its caches",
        ),
        ("weights", readable(weight_bytes(found.model)), "as they are stored, float32"),
        (
            "training state",
            readable(training_bytes(found.model)),
            "weights, gradients and Adam's two moments, float32",
        ),
        (
            "decoding state",
            readable(state_bytes(found)),
            "all that a step is given but its tokens, without a beam",
        ),
        (
            "activations",
            readable(activation_bytes(found)),
            "at most: every result of a training pass forwards, nothing fused or freed",
        ),
    ]


def readable(number):
    """Bytes -> such as "850.3 MiB", or "47.5 KiB" where there is less than one MiB."""
    return f"{number / 2**20:,.1f} MiB" if number >= 2**20 else f"{number / 2**10:,.1f} KiB"
