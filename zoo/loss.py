"""Cross-entropy over real target tokens: the sum over their number. Padding never counts."""

from typing import Any

import keras
from keras import ops

from zoo.errors import check_fraction
from zoo.seq2seq import PAD_ID


@keras.saving.register_keras_serializable("zoo")
class TokenCrossentropy(keras.losses.Loss):
    """Label-smoothed cross-entropy per real target token, for `compile` and for the zoo's own loop.

    Args:
        label_smoothing: share in [0, 1) of the target's probability that is spread over the whole
            vocabulary (Szegedy et al. 2016; Vaswani et al. 2017, section 5.4).
        name: the name of the loss in Keras' logs.
        reduction: accepted because Keras passes it; the result is always the mean over real tokens.
        dtype: as in `keras.losses.Loss`.

    Call arguments:
        y_true: int [B, T], 0 at padding.
        y_pred: float [B, T, V], logits.

    Returns:
        Scalar; 0 if there is no real token.

    Raises:
        ZooError: `label_smoothing` is out of range.

    Example:
        >>> loss = zoo.TokenCrossentropy(label_smoothing=0.1)
        >>> round(float(loss(np.array([[3, 0]]), np.zeros((1, 2, 4)))), 4)  # log 4
        1.3863
    """

    def __init__(
        self,
        label_smoothing: float = 0.0,
        name: str = "token_crossentropy",
        reduction: str = "sum",
        dtype: Any = None,
    ) -> None:
        check_fraction(label_smoothing=label_smoothing)
        super().__init__(name=name, reduction="sum", dtype=dtype)
        self.label_smoothing = label_smoothing

    def __call__(self, y_true: Any, y_pred: Any, sample_weight: None = None) -> Any:
        if sample_weight is not None:
            raise ValueError("TokenCrossentropy weighs by tokens itself and takes no sample_weight")
        total, tokens = summed_crossentropy(y_true, y_pred, self.label_smoothing)
        return total / ops.maximum(tokens, 1.0)

    def get_config(self) -> dict[str, Any]:
        return {"name": self.name, "label_smoothing": self.label_smoothing}


def summed_crossentropy(target: Any, logits: Any, label_smoothing: float = 0.0) -> tuple[Any, Any]:
    """Label-smoothed cross-entropy, summed over real tokens.

    Args:
        target: int [B, T], 0 at padding.
        logits: float [B, T, V].
        label_smoothing: as in `TokenCrossentropy`.

    Returns:
        The sum and the number of real tokens, float32 scalars.
    """
    logits = ops.cast(logits, "float32")
    log_total = ops.logsumexp(logits, axis=-1)  # [B, T]
    # A comparison with all ids is cheaper than the gradient of a gather.
    hit = ops.equal(target[..., None], ops.arange(logits.shape[-1]))  # [B, T, V]
    hit = ops.cast(hit, "float32")
    loss = (
        log_total
        - (1 - label_smoothing) * ops.sum(hit * logits, -1)
        - label_smoothing * ops.mean(logits, -1)
    )
    real = ops.cast(target != PAD_ID, "float32")
    return ops.sum(loss * real), ops.sum(real)
