"""What a run needs to be repeated, in one validated object."""

import dataclasses
from typing import Any

from zoo import registry
from zoo.backend import default_precision
from zoo.errors import UnknownName, ZooError, check_choice, check_fraction, check_positive
from zoo.registry.overrides import python_value

DECAYS = ("linear", "cosine", "inverse_sqrt", "constant")
OPTIMIZERS = ("adam", "adamw", "adafactor", "sgd")
DISTRIBUTIONS = ("mirrored", "workers")  # of several devices; see zoo.training.devices
SEEN = 8_000_000  # target tokens, without padding, that a training sees if nothing else is said
EPOCHS = (5, 50)  # the fewest and the most passes over the training pairs
PRECISIONS = ("auto", "float32", "mixed_bfloat16", "mixed_float16")


@dataclasses.dataclass(frozen=True)
class Recipe:
    """How a model is trained.

    Args:
        epochs: passes over the training pairs; 0 takes as many as see 8 million target tokens, but
            at least 5 and at most 50.
        steps: updates of the weights, in place of `epochs`; 0 trains for `epochs`.
        minutes: training ends with a validation once its steps have taken this long; 0 has no
            limit. The schedule is that of the epochs or steps.
        tokens: padded target tokens per batch, from which each length bucket gets its rows.
        buckets: the maximum number of batch shapes, each compiled once; 0 takes as many as save
            more padding over the whole training than their compilation costs.
        accumulate: batches whose gradients make an update together; each token has the same weight.
        optimizer: "adam"; "adamw", which is Adam and asks for `weight_decay`; "sgd" with Nesterov's
            momentum; or T5's own "adafactor" (Shazeer and Stern 2018), whose steps are relative to
            the size of the weights. Keras' Adafactor never takes a rate above 1 / sqrt(update): a
            schedule above that is cut to it.
        learning_rate: the highest one, reached after the warm-up.
        warmup: share of all updates over which the rate rises linearly to its highest value.
        decay: "linear" or "cosine" to zero just after the last update, "inverse_sqrt" of the step,
            or "constant".
        label_smoothing: share of the target's probability spread over the whole vocabulary.
        clip_norm: the gradient's global norm is clipped to this.
        beta_2: of Adam; 0.98 for all variants, as in the Transformer's paper.
        momentum: of SGD.
        weight_decay: decoupled, times the learning rate, of all weights except biases and scales of
            normalisation.
        moving_average: momentum of an exponential moving average of the weights, which is validated
            and kept in their place; 0 keeps none.
        average: epochs whose last weights (or moving averages) are averaged to be validated and
            kept; 1 averages none.
        r_drop: weight of the divergence between two passes with different dropout (Wu et al. 2021,
            their alpha); 0 runs a single pass; needs a model with dropout.
        scheduled_sampling: share of the decoder's inputs that are the model's own at the end of the
            training, rising linearly from 0 (Bengio et al. 2015).
        patience: training stops at the end of an epoch if the last validations, this many or more,
            have not improved the task's first metric; 0 never stops.
        validations: how often the model is validated per epoch, at equal distances; the last time
            is at the epoch's end.
        validation_limit: validation examples decoded each time; 0 takes all.
        precision: "float32", "mixed_bfloat16", or "mixed_float16" with a loss scale that adapts;
            "auto" is bfloat16 on GPUs that compute in it, and float32 elsewhere.
        compiled: whether steps are compiled by XLA.
        deterministic: whether a GPU computes everything in the same order each time, which is
            slower; a CPU always does.
        seed: of weights, dropout and the order of batches.

    Raises:
        ZooError: a value out of range; the message names the field.
    """

    epochs: int = 0
    steps: int = 0
    minutes: float = 0.0
    tokens: int = 2048
    buckets: int = 0
    accumulate: int = 1
    optimizer: str = "adam"
    learning_rate: float = 3e-3
    warmup: float = 0.05
    decay: str = "linear"
    label_smoothing: float = 0.1
    clip_norm: float = 1.0
    beta_2: float = 0.98
    momentum: float = 0.9
    weight_decay: float = 0.0
    moving_average: float = 0.0
    average: int = 1
    r_drop: float = 0.0
    scheduled_sampling: float = 0.0
    patience: int = 0
    validations: int = 1
    validation_limit: int = 1000
    precision: str = "auto"
    compiled: bool = True
    deterministic: bool = False
    seed: int = 0

    def __post_init__(self):
        for field in dataclasses.fields(self):
            object.__setattr__(self, field.name, python_value(getattr(self, field.name)))
        check_positive(
            tokens=self.tokens,
            accumulate=self.accumulate,
            average=self.average,
            validations=self.validations,
        )
        check_fraction(
            warmup=self.warmup,
            label_smoothing=self.label_smoothing,
            beta_2=self.beta_2,
            momentum=self.momentum,
            moving_average=self.moving_average,
            scheduled_sampling=self.scheduled_sampling,
        )
        check_choice(OPTIMIZERS, optimizer=self.optimizer)
        check_choice(DECAYS, decay=self.decay)
        check_choice(PRECISIONS, precision=self.precision)
        for name in ("learning_rate", "clip_norm", "minutes", "weight_decay", "r_drop"):
            value, zero = getattr(self, name), name not in ("learning_rate", "clip_norm")
            number = isinstance(value, (int, float)) and not isinstance(value, bool)
            if not number or not (0 < value < float("inf") or value == 0 and zero):
                raise ZooError(
                    f"{name} must be a number {'from 0' if zero else 'above 0'}, got {value!r}"
                )
        for name in ("epochs", "steps", "buckets", "patience", "validation_limit", "seed"):
            value = getattr(self, name)
            if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < 2**31:
                raise ZooError(f"{name} must be a whole number from 0 to 2^31 - 1, got {value!r}")
        for name in ("compiled", "deterministic"):
            if not isinstance(getattr(self, name), bool):
                raise ZooError(f"{name} must be true or false, got {getattr(self, name)!r}")

    def with_defaults(self, target_tokens: int) -> "Recipe":
        """This recipe with epochs and precision settled, if it leaves them open.

        Args:
            target_tokens: of the train split, without padding.
        """
        fewest, most = EPOCHS
        epochs = 0 if self.steps else min(most, max(fewest, round(SEEN / max(1, target_tokens))))
        precision = default_precision() if self.precision == "auto" else self.precision
        return dataclasses.replace(self, epochs=self.epochs or epochs, precision=precision)

    @classmethod
    def fields(cls) -> dict[str, Any]:
        """Names of the recipe's fields with their defaults."""
        return {field.name: field.default for field in dataclasses.fields(cls)}

    @classmethod
    def of_model(cls, name: str, task: str | None = None, **values: Any) -> "Recipe":
        """The recipe of a registered model's family, with `values` in place of what it says.

        A registered task's recipe, if it has one, goes before that of the family.
        """
        known = task in registry.list_tasks() and registry.tasks.entry(task).card["recipe"]
        return cls.from_dict(registry.card(name)["recipe"] | (known or {}) | values)

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> "Recipe":
        """A recipe from a mapping. Raises `UnknownName` for an unknown field."""
        for name in values:
            if name not in cls.fields():
                raise UnknownName("recipe field", name, list(cls.fields()))
        return cls(**values)

    def to_dict(self) -> dict[str, Any]:
        """All fields as JSON types."""
        return dataclasses.asdict(self)
