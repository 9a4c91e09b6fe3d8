"""Several models that decode as one."""

import math
from collections.abc import Sequence
from typing import Any

from keras import ops

from zoo.errors import ZooError
from zoo.seq2seq import Memory, Seq2Seq, State


class Ensemble:
    """Models with the same vocabularies that vote on every token (Sutskever et al. 2014).

    The vote is the mean of their probabilities. An ensemble has what strategies and scores need of
    a `Seq2Seq`; its logits are log-probabilities, and its memory and state hold tuples with one
    member per model.

    Args:
        models: sequence of `Seq2Seq`.

    Raises:
        ZooError: no model, or models whose vocabularies, start or end tokens differ.
    """

    source_vocabulary: int | None
    source_features: int | None
    target_vocabulary: int
    start_id: int
    end_id: int
    shared = ("source_vocabulary", "source_features", "target_vocabulary", "start_id", "end_id")

    def __init__(self, models: "Sequence[Seq2Seq | Ensemble]") -> None:
        self.models = tuple(models)
        if not self.models:
            raise ZooError("an ensemble needs at least one model")
        for name in self.shared:
            values = [getattr(model, name) for model in self.models]
            if len(set(values)) > 1:
                listed = ", ".join(map(str, values))
                raise ZooError(f"the models of an ensemble must agree on {name}, got {listed}")
            setattr(self, name, values[0])

    @property
    def members(self) -> list[Seq2Seq]:
        """The models, with those of an ensemble in its place."""
        nested = [getattr(model, "members", [model]) for model in self.models]
        return [one for models in nested for one in models]

    @property
    def attentive(self) -> bool:
        """Whether all models have attention over the source."""
        return all(model.attentive for model in self.models)

    def __call__(self, inputs: tuple[Any, Any], training: bool = False) -> Any:
        """`(source, target [B, T])` -> log of the mean probability, float32 [B, T, V]."""
        return log_mean([model(inputs, training=training) for model in self.models])

    def align(self, source: Any, target: Any) -> Any:
        """The mean of the models' attention, as `Seq2Seq.align`."""
        return sum(model.align(source, target) for model in self.models) / len(self.models)

    def encode(self, source: Any) -> Memory:
        """A source -> one `Memory` that holds those of all models."""
        memories = [model.encode(source) for model in self.models]
        states = tuple((memory.states, memory.mask) for memory in memories)
        return Memory(states, memories[0].mask, tuple(memory.final for memory in memories))

    def start(self, memory: Memory, room: int) -> State:
        """As `Seq2Seq.start`."""
        memories = [
            Memory(states, mask, final)
            for (states, mask), final in zip(memory.states, memory.final)
        ]
        return joined([model.start(own, room) for model, own in zip(self.models, memories)])

    def step(self, token: Any, state: State) -> tuple[Any, State, Any]:
        """As `Seq2Seq.step`, with the log of the mean probability for logits."""
        members = zip(self.models, state.source, state.carried, state.cache)
        found = [
            model.step(token, State(source, carried, cache, state.position))
            for model, source, carried, cache in members
        ]
        logits, states, attention = zip(*found)
        if any(weights is None for weights in attention):
            mean_attention = None
        else:
            mean_attention = sum(attention) / len(attention)
        return log_mean(logits), joined(states), mean_attention

    def longest_source(self, room: int) -> int | None:
        """The shortest of the models' limits, or None if none has one."""
        return lowest(model.longest_source(room) for model in self.models)

    def longest_target(self) -> int | None:
        """The shortest of the models' limits, or None if none has one."""
        return lowest(model.longest_target() for model in self.models)


def lowest(limits):
    """The lowest of limits, None standing for no limit."""
    return min((limit for limit in limits if limit is not None), default=None)


def joined(states):
    """One `State` that holds tuples of the members' parts. All members stand at one position."""
    source, carried, cache, positions = zip(*states)
    return State(source, carried, cache, positions[0])


def log_mean(logits):
    """Logits of several models -> the log of their mean probability."""
    shares = ops.stack([ops.log_softmax(x, axis=-1) for x in logits])
    return ops.logsumexp(shares, axis=0) - math.log(len(logits))
