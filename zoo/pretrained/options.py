"""A config.json, read option by option; one error names every option that the zoo cannot follow."""

import reprlib

from zoo.errors import ZooError
from zoo.pretrained.weights import listed

ACTIVATIONS = {
    "relu": "relu",
    "gelu": "gelu",
    "gelu_new": "gelu_tanh",
    "gelu_pytorch_tanh": "gelu_tanh",
    "swish": "swish",
    "silu": "swish",
}  # names of transformers to those of `zoo.layers.feed_forward`
NAMES = {"relu": "relu", "gelu": "gelu", "gelu_tanh": "gelu_new", "swish": "swish"}  # and back


class Options:
    """The options of a config.

    Args:
        config: dict, what config.json holds.
        model: str, what messages call the model, such as "BART".
    """

    def __init__(self, config, model):
        self.config, self.model, self.refused, self.broken = config, model, [], []

    def number(self, key, default=None):
        """A whole number above 0."""
        value = self.config.get(key, default)
        if isinstance(value, bool) or not isinstance(value, int) or value < 1:
            self.broken.append(
                f"{key} is {reprlib.repr(value)}" if key in self.config else f"{key} is missing"
            )
            return 1
        return value

    def rate(self, key, default=0.0):
        """A dropout rate."""
        value = self.config.get(key, default)
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value < 1:
            self.broken.append(f"{key} is {reprlib.repr(value)}")
            return 0.0
        return float(value)

    def token(self, key, default, vocabulary):
        """A token id below `vocabulary`; a list of a single id is that id."""
        value = self.config.get(key)
        value = default if value is None else value
        value = value[0] if isinstance(value, list) and len(value) == 1 else value
        if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < vocabulary:
            self.broken.append(f"{key} is {reprlib.repr(value)}")
            return 0
        return value

    def activation(self, key, default):
        """The zoo's name of an activation."""
        value = self.text(key, default)
        if value not in ACTIVATIONS:
            self.refused.append(f"{key} {value!r}")
        return ACTIVATIONS.get(value, "relu")

    def text(self, key, default):
        """A text."""
        value = self.config.get(key, default)
        if not isinstance(value, str):
            self.broken.append(f"{key} is {reprlib.repr(value)}")
            return ""
        return value

    def flag(self, key, default):
        """True or false."""
        value = self.config.get(key, default)
        if not isinstance(value, bool):
            self.broken.append(f"{key} is {reprlib.repr(value)}")
            return False
        return value

    def same(self, key, other):
        """A whole number that `key` and `other` must both have."""
        value, found = self.number(key), self.number(other)
        if found != value:
            self.refused.append(f"{other} {found} beside {key} {value}")
        return value

    def only(self, **allowed):
        """Refuses each option whose value is neither the allowed one nor absent."""
        for key, value in allowed.items():
            if self.config.get(key, value) not in (value, None):
                self.refused.append(f"{key} {reprlib.repr(self.config[key])}")

    def finish(self):
        """Raises `ZooError` for what was missing, broken or refused."""
        if self.broken:
            raise ZooError(f"config.json is broken: {listed(self.broken, 8)}")
        if self.refused:
            raise ZooError(
                f"config.json asks for what the zoo's {self.model} lacks: {listed(self.refused, 8)}"
            )


def require(model, kind, **allowed):
    """Raises `ZooError` for an argument of a model that transformers has no option for.

    Args:
        kind: what the message calls the model, such as "GPT-2".
        allowed: the values that transformers can represent, a tuple per argument.
    """
    for key, values in allowed.items():
        if getattr(model, key) not in values:
            raise ZooError(
                f"a {kind} with {key}={getattr(model, key)!r} cannot be written for transformers; "
                f"train it with {' or '.join(map(repr, values))}"
            )


def swapped(i, pad):
    """An id of a checkpoint that pads with `pad` -> the zoo's, which pads with 0, and back."""
    return {0: pad, pad: 0}.get(i, i)
