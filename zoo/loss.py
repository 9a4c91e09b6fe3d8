"""Cross-entropy over real target tokens: summed, then divided by their number; padding never enters."""

import keras
from keras import ops

from zoo.seq2seq import PAD_ID


@keras.saving.register_keras_serializable("zoo")
class TokenCrossentropy(keras.losses.Loss):
    """Label-smoothed cross-entropy a real target token, for `compile` and for the zoo's own loop.

    Args:
        label_smoothing: float in [0, 1), share of the target's probability that is spread over the whole vocabulary
            (Szegedy et al. 2016; Vaswani et al. 2017, section 5.4).

    Call arguments:
        y_true: int [B, T], 0 at padding.
        y_pred: float [B, T, V], logits.

    Returns:
        Scalar: the sum over real tokens over their number; 0 where there is none.
    """

    def __init__(self, label_smoothing=0.0, name="token_crossentropy", reduction="sum", dtype=None):
        super().__init__(name=name, reduction="sum", dtype=dtype)
        self.label_smoothing = label_smoothing

    def __call__(self, y_true, y_pred, sample_weight=None):
        if sample_weight is not None:
            raise ValueError("TokenCrossentropy weighs by tokens itself and takes no sample_weight")
        total, tokens = summed_crossentropy(y_true, y_pred, self.label_smoothing)
        return total / ops.maximum(tokens, 1.0)

    def get_config(self):
        return {"name": self.name, "label_smoothing": self.label_smoothing}


def summed_crossentropy(target, logits, label_smoothing=0.0):
    """Sum over real tokens, and their number, both float32 scalars: int [B, T] and float [B, T, V]."""
    logits = ops.cast(logits, "float32")
    log_total = ops.logsumexp(logits, axis=-1)  # [B, T]
    hit = ops.cast(
        target[..., None] == ops.arange(logits.shape[-1]), "float32"
    )  # [B, T, V]; cheaper than a gather's gradient
    loss = (
        log_total
        - (1 - label_smoothing) * ops.sum(hit * logits, -1)
        - label_smoothing * ops.mean(logits, -1)
    )
    real = ops.cast(target != PAD_ID, "float32")
    return ops.sum(loss * real), ops.sum(real)
