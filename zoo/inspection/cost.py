"""What a model costs: operations per token and memory, each with what is counted."""

from zoo.backend import readable
from zoo.inspection.flops import source_token_flops, target_token_flops
from zoo.inspection.memory import activation_bytes, state_bytes, training_bytes, weight_bytes


def cost_table(found):
    """Rows (name, figure, what is counted) of a `Trace`, at its batch and lengths."""
    source = source_token_flops(found)
    target = target_token_flops(found)
    return [
        (
            "FLOPs per source token",
            f"{source:,.0f}",
            "matrix products of encode and start, a multiply-add counted as 2, per token",
        ),
        (
            "FLOPs per target token",
            f"{target:,.0f}",
            "matrix products of one step with full caches",
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
            "everything that a step reads except its tokens, one hypothesis per source",
        ),
        (
            "activations",
            readable(activation_bytes(found)),
            "every result of a forward pass in training, nothing fused or freed; a lower bound for "
            "rnnsearch and rnn_encoder_decoder, whose Keras loops keep more for the gradient",
        ),
    ]
