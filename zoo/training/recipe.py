"""What a run needs to be repeated, in one validated object."""

import dataclasses

from zoo import registry
from zoo.errors import UnknownName, ZooError, check_choice, check_fraction, check_positive

DECAYS = ("linear", "cosine", "inverse_sqrt", "constant")
OPTIMIZERS = ("adam", "adafactor")
PRECISIONS = ("float32", "mixed_bfloat16")


@dataclasses.dataclass(frozen=True)
class Recipe:
    """How a model is trained.

    Args:
        epochs: passes over the training pairs.
        tokens: padded target tokens a batch, the budget from which each length bucket gets its rows.
        buckets: number of fixed batch shapes; each is compiled once.
        optimizer: "adam", or T5's own "adafactor" (Shazeer and Stern 2018), whose steps are relative to the size of the
            weights.
        learning_rate: the highest one, reached after the warm-up.
        warmup: share of all steps in which the rate rises linearly from zero.
        decay: "linear" or "cosine" to zero at the last step, "inverse_sqrt" of the step, or "constant".
        label_smoothing: share of the target's probability spread over the whole vocabulary.
        clip_norm: the gradient's global norm is clipped to this.
        beta_2: of Adam; 0.98 for all variants, as in the Transformer's paper.
        patience: validations without improvement of the task's first metric before training stops; 0 never stops.
        validation_limit: validation examples decoded after each epoch; 0 takes all.
        precision: "float32" or "mixed_bfloat16".
        compiled: whether steps are compiled by XLA.
        seed: of weights, dropout and the order of batches.

    Raises:
        ZooError: a value out of range; the message names the field.
    """

    epochs: int = 10
    tokens: int = 2048
    buckets: int = 3
    optimizer: str = "adam"
    learning_rate: float = 3e-3
    warmup: float = 0.05
    decay: str = "linear"
    label_smoothing: float = 0.1
    clip_norm: float = 1.0
    beta_2: float = 0.98
    patience: int = 0
    validation_limit: int = 1000
    precision: str = "float32"
    compiled: bool = True
    seed: int = 0

    def __post_init__(self):
        check_positive(epochs=self.epochs, tokens=self.tokens, buckets=self.buckets)
        check_fraction(warmup=self.warmup, label_smoothing=self.label_smoothing, beta_2=self.beta_2)
        check_choice(OPTIMIZERS, optimizer=self.optimizer)
        check_choice(DECAYS, decay=self.decay)
        check_choice(PRECISIONS, precision=self.precision)
        for name in ("learning_rate", "clip_norm"):
            value = getattr(self, name)
            if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 < value < float("inf"):
                raise ZooError(f"{name} must be a number above 0, got {value!r}")
        for name in ("patience", "validation_limit", "seed"):
            value = getattr(self, name)
            if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < 2**31:
                raise ZooError(f"{name} must be a whole number from 0 to 2^31 - 1, got {value!r}")
        if not isinstance(self.compiled, bool):
            raise ZooError(f"compiled must be true or false, got {self.compiled!r}")

    @classmethod
    def fields(cls):
        """Names of the recipe's fields with their defaults."""
        return {field.name: field.default for field in dataclasses.fields(cls)}

    @classmethod
    def of_model(cls, name, **values):
        """The recipe of a registered model's family, with `values` in place of what it says."""
        return cls.from_dict(registry.card(name)["recipe"] | values)

    @classmethod
    def from_dict(cls, values):
        """A recipe from a mapping. Raises `UnknownName` for a field that is none."""
        for name in values:
            if name not in cls.fields():
                raise UnknownName("recipe field", name, list(cls.fields()))
        return cls(**values)

    def to_dict(self):
        """All fields as JSON types."""
        return dataclasses.asdict(self)
