"""Several models that decode as one."""

import math
from typing import NamedTuple

from keras import ops

from zoo.errors import ZooError


class Ensemble:
    """Models with the same vocabularies that vote on every token: the mean of their probabilities (Sutskever et al. 2014).

    It has what strategies and scores need of a `Seq2Seq`; its logits are log-probabilities.

    Args:
        models: sequence of `Seq2Seq`.

    Raises:
        ZooError: no model, or models whose vocabularies, start or end tokens differ.
    """

    shared = ("source_vocabulary", "target_vocabulary", "start_id", "end_id")

    def __init__(self, models):
        self.models = tuple(models)
        if not self.models:
            raise ZooError("an ensemble needs at least one model")
        for name in self.shared:
            values = [getattr(model, name) for model in self.models]
            if len(set(values)) > 1:
                raise ZooError(
                    f"the models of an ensemble must have one {name}, and have {', '.join(map(str, values))}"
                )
            setattr(self, name, values[0])

    @property
    def attentive(self):
        """Whether all have attention over the source."""
        return all(model.attentive for model in self.models)

    def __call__(self, inputs, training=False):
        """`(source [B, S], target [B, T])` -> log of the mean probability, float32 [B, T, V], by teacher forcing."""
        return log_mean([model(inputs, training=training) for model in self.models])

    def align(self, source, target):
        """The mean of the models' attention, as `Seq2Seq.align`. Raises `ZooError` where one has none."""
        return sum(model.align(source, target) for model in self.models) / len(self.models)

    def encode(self, source):
        """int [B, S] -> a memory of each model."""
        return tuple(model.encode(source) for model in self.models)

    def longest_source(self, max_length):
        """As `Seq2Seq.longest_source`, of all models."""
        limits = [model.longest_source(max_length) for model in self.models]
        return min((limit for limit in limits if limit is not None), default=None)

    def padded(self, memory, length):
        """As `Seq2Seq.padded`, the memories of all models."""
        return tuple(model.padded(part, length) for model, part in zip(self.models, memory))

    def start(self, memory, max_length):
        """As `Seq2Seq.start`, from the memories of all models."""
        return States(
            tuple(model.start(part, max_length) for model, part in zip(self.models, memory))
        )

    def stepper(self, rows):
        """As `Seq2Seq.stepper`: int [N] and a state -> log of the mean probability, float32 [N, V], and the next state."""
        steppers = [model.stepper(rows) for model in self.models]

        def step(token, state):
            logits, states = zip(
                *(stepper(token, own) for stepper, own in zip(steppers, state.members))
            )
            return log_mean(logits), States(states)

        return step


class States(NamedTuple):
    """A `State` of each model, which are moved as one."""

    members: tuple

    @property
    def position(self):
        return self.members[0].position

    def looked(self):
        """The mean of the members' attention, `()` where one has none, and the states without it."""
        seen, members = zip(*(state.looked() for state in self.members))
        return () if any(isinstance(x, tuple) for x in seen) else sum(seen) / len(seen), States(
            members
        )

    def resized(self, sources, count, room):
        return States(tuple(state.resized(sources, count, room) for state in self.members))

    def refitted(self, other):
        return States(tuple(state.refitted(own) for state, own in zip(self.members, other.members)))

    def followed(self, parents):
        return States(tuple(state.followed(parents) for state in self.members))

    def resting(self, idle):
        return States(tuple(state.resting(idle) for state in self.members))

    def restarted(self, new, fresh, index):
        return States(
            tuple(
                state.restarted(new, other, index)
                for state, other in zip(self.members, fresh.members)
            )
        )


def log_mean(logits):
    """Logits of several models -> the log of their mean probability."""
    return ops.logsumexp(
        ops.stack([ops.log_softmax(x, axis=-1) for x in logits]), axis=0
    ) - math.log(len(logits))
