"""The learning rate as a function of the step."""

import keras
from keras import ops


@keras.saving.register_keras_serializable("zoo")
class WarmupDecay(keras.optimizers.schedules.LearningRateSchedule):
    """Linear warm-up to `peak`, then decay.

    Args:
        peak: float, the highest rate.
        warmup_steps: int, steps over which the rate rises from peak / warmup_steps to the peak.
        total_steps: int, the step at which "linear" and "cosine" reach zero.
        decay: "linear", "cosine", "inverse_sqrt" or "constant".
    """

    def __init__(self, peak, warmup_steps, total_steps, decay):
        self.peak = peak
        self.warmup_steps = max(1, warmup_steps)
        self.total_steps = total_steps
        self.decay = decay

    def __call__(self, step):
        step = ops.cast(step, "float32") + 1.0
        warmup = float(self.warmup_steps)
        total = float(max(self.total_steps, self.warmup_steps + 1))
        left = ops.clip((total + 1.0 - step) / (total + 1.0 - warmup), 0.0, 1.0)
        after = {
            "linear": left,
            "cosine": 0.5 - 0.5 * ops.cos(left * 3.141592653589793),
            "inverse_sqrt": ops.sqrt(warmup / ops.maximum(step, warmup)),
            "constant": 1.0,
        }[self.decay]
        return self.peak * ops.minimum(step / warmup, 1.0) * after

    def get_config(self):
        return dict(
            peak=self.peak,
            warmup_steps=self.warmup_steps,
            total_steps=self.total_steps,
            decay=self.decay,
        )
