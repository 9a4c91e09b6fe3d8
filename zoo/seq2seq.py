"""The contract every variant meets. B batch, S source length, T target length, V target vocabulary, D model width.

Token ids: 0 pads, on the right only; `start_id` opens a target, `end_id` closes sources and targets. A `State` tells what
belongs to a source and what to a hypothesis of it, so that every search is written once, for all variants.
"""

import inspect
from typing import Any, NamedTuple

import keras
from keras import ops, tree

from zoo.errors import ZooError, check_positive

PAD_ID = 0


class Memory(NamedTuple):
    """What the encoder hands to the decoder.

    Attributes:
        states: float tensor [B, S, D], one state a source token.
        mask: bool tensor [B, S], True at real tokens.
        final: a tensor or tuple of tensors [B, ...], the encoder's last state; `()` where the variant has none.
    """

    states: Any
    mask: Any
    final: Any = ()


class State(NamedTuple):
    """Where the decoding of B sources with K hypotheses each stands between two steps; N = B K, those of a source side by side.

    Attributes:
        memory: what was computed from each source once; leaves [B, ...], shared by its hypotheses.
        cache: what each hypothesis carries on to its next step; leaves [N, ...], which a search moves with the hypothesis.
        position: int32 [B], tokens that the hypotheses of each source have taken so far.
        history: a `zoo.layers.history.History` of what every step leaves behind for all later ones, such as keys and values,
            which a search does not move; `()` where there is none.
        attention: float32 [N, S], how much the last step looked at each source token, as `Seq2Seq.align` tells it; `()` before
            the first step, and in a variant without attention.
    """

    memory: Any
    cache: Any
    position: Any
    history: Any = ()
    attention: Any = ()

    def resized(self, sources, count, room):
        """Places for so many sources with `count` hypotheses each, none of them begun, and `room` steps."""
        empty = lambda rows: lambda x: ops.zeros((rows, *x.shape[1:]), x.dtype)
        return State(
            tree.map_structure(empty(sources), self.memory),
            tree.map_structure(empty(sources * count), self.cache),
            ops.zeros((sources,), "int32"),
            self.history and self.history.resized(sources, count, room),
        )

    def looked(self):
        """The last step's attention, and the same state without it, as it goes into the next step."""
        return self.attention, self._replace(attention=())

    def refitted(self, other):
        """The same with the shapes of another, whose memory or history are smaller or larger, but for what they must hold."""
        memory, cache = (
            tree.map_structure(fitted, *pair)
            for pair in ((self.memory, other.memory), (self.cache, other.cache))
        )
        return State(
            memory, cache, self.position, self.history and self.history.refitted(other.history)
        )

    def followed(self, parents):
        """Each hypothesis goes on from the one of the same source in `parents`, int [B, K]."""
        rows = ops.reshape(
            ops.arange(ops.shape(parents)[0])[:, None] * ops.shape(parents)[1] + parents, (-1,)
        )
        cache = tree.map_structure(lambda x: ops.take(x, rows, axis=0), self.cache)
        return self._replace(cache=cache, history=self.history and self.history.followed(rows))

    def resting(self, idle):
        """The sources in `idle`, bool [B], take no position further; what their steps give is not looked at."""
        return self._replace(position=ops.where(idle, 0, self.position))

    def restarted(self, new, fresh, index):
        """The sources in `new`, bool [B], begin anew, each from row `index`, int [B], of a `fresh` state of one hypothesis."""

        def pick(old, other):
            count = old.shape[0] // new.shape[0]
            return where_rows(
                ops.repeat(new, count), ops.take(other, ops.repeat(index, count), axis=0), old
            )

        return State(
            tree.map_structure(pick, self.memory, fresh.memory),
            tree.map_structure(pick, self.cache, fresh.cache),
            ops.where(new, 0, self.position),
            self.history and self.history.restarted(new),
        )


class Seq2Seq(keras.Model):
    """Base of every variant.

    A subclass implements `encode`, `decode`, `start` and `step`, takes its options as keyword arguments, and stores each under
    its own name, from which `get_config` is made.

    Args:
        source_vocabulary: int, number of source token ids, specials included.
        target_vocabulary: int, number of target token ids, specials included.
        start_id: int, the token that opens every target.
        end_id: int, the token that closes it.
        **kwargs: `name` and `dtype` (such as "mixed_bfloat16") of `keras.Model`.
    """

    def __init__(self, source_vocabulary, target_vocabulary, start_id=1, end_id=2, **kwargs):
        super().__init__(**{key: value for key, value in kwargs.items() if value is not None})
        check_positive(source_vocabulary=source_vocabulary, target_vocabulary=target_vocabulary)
        if not (
            0 <= start_id < target_vocabulary
            and 0 < end_id < min(source_vocabulary, target_vocabulary)
        ):
            raise ZooError(
                f"start_id {start_id} and end_id {end_id} must lie inside the vocabularies "
                f"({source_vocabulary} source, {target_vocabulary} target ids) and end_id above 0"
            )
        self.source_vocabulary, self.target_vocabulary = source_vocabulary, target_vocabulary
        self.start_id, self.end_id = start_id, end_id

    # The contract -----------------------------------------------------------------------------------------------------

    def encode(self, source, training=False):
        """Reads the source. int [B, S] -> `Memory`."""
        raise NotImplementedError(f"{type(self).__name__} must define encode")

    def decode(self, target, memory, training=False):
        """Teacher forcing: int [B, T], opening with `start_id` -> float32 logits [B, T, V] of the token after each."""
        raise NotImplementedError(f"{type(self).__name__} must define decode")

    def start(self, memory, max_length):
        """The `State` of one hypothesis a source before the first step, with room for `max_length` (a Python int) steps."""
        raise NotImplementedError(f"{type(self).__name__} must define start")

    def step(self, token, state):
        """One step: int [N] -> float32 logits [N, V] of the next token, and the next `State`; N rows are B sources times K."""
        raise NotImplementedError(f"{type(self).__name__} must define step")

    def longest_source(self, max_length):
        """int, the most source tokens beside an output of `max_length`; None where there is no limit."""
        return None

    def stepper(self, rows):
        """A function as `step` for a loop of N = `rows`, before which it computes once what it needs of the weights alone."""
        return self.step

    def padded(self, memory, length):
        """The `Memory` of sources padded to `length`; a variant whose `final` has an axis of source tokens pads that, too."""
        missing = ((0, 0), (0, length - ops.shape(memory.mask)[1]))
        return memory._replace(
            states=ops.pad(memory.states, (*missing, (0, 0))), mask=ops.pad(memory.mask, missing)
        )

    def align(self, source, target):
        """Attention of each target position over the source: float [B, T, S], rows sum to 1.

        Args:
            source: int [B, S].
            target: int [B, T], the decoder's input, opening with `start_id`.

        Raises:
            ZooError: the variant has no attention.
        """
        raise ZooError(f"{type(self).__name__} has no attention, so there is no alignment to show")

    @property
    def attentive(self):
        """Whether the variant has attention over the source."""
        return type(self).align is not Seq2Seq.align

    def call(self, inputs, training=False):
        """`(source [B, S], target [B, T])` -> logits [B, T, V]."""
        source, target = inputs
        return self.decode(target, self.encode(source, training=training), training=training)

    # Keras ------------------------------------------------------------------------------------------------------------

    def build(self, input_shape=None):
        """Creates every weight, by tracing `call` on symbolic ids; nothing is computed."""
        if self.built:
            return
        ids = keras.KerasTensor((2, 3), dtype="int32")
        keras.Model.compute_output_spec(self, (ids, ids))
        self.built = True

    @classmethod
    def arguments(cls):
        """Names of the constructor's own arguments, the base's included."""
        own = [
            p.name
            for p in inspect.signature(cls.__init__).parameters.values()
            if p.kind != p.VAR_KEYWORD
        ]
        base = [p for p in inspect.signature(Seq2Seq.__init__).parameters if p not in own]
        return [name for name in own + base if name not in ("self", "kwargs")]

    def get_config(self):
        config = {name: getattr(self, name) for name in self.arguments()}
        return config | {
            "name": self.name,
            "dtype": keras.dtype_policies.serialize(self.dtype_policy),
        }

    @classmethod
    def from_config(cls, config):
        config = dict(config)
        if isinstance(config.get("dtype"), dict):
            config["dtype"] = keras.dtype_policies.deserialize(config["dtype"])
        model = cls(**config)
        model.build()
        return model


def padding_mask(ids):
    """int [B, S] -> bool [B, S], True at real tokens."""
    return ops.not_equal(ids, PAD_ID)


def where_rows(mask, x, other):
    """Rows of x [N, ...] where the mask, bool [N], is True, else of the other."""
    return ops.where(ops.reshape(mask, (-1,) + (1,) * (len(x.shape) - 1)), x, other)


def fitted(x, other):
    """A tensor cut off at its ends, or filled up with zeros, to the shape of another."""
    x = x[tuple(slice(size) for size in other.shape)]
    return ops.pad(x, [(0, size - own) for own, size in zip(x.shape, other.shape)])


def by_source(x, state):
    """Rows [N, ...] of hypotheses as [B, K, ...]."""
    return ops.reshape(x, (ops.shape(state.position)[0], -1, *x.shape[1:]))


def per_hypothesis(memory, token):
    """Nested tensors [B, ...] repeated for the N = B K rows of `token`, [N]: what a step takes that knows no sources."""

    def repeated(x):
        return ops.repeat(x, ops.shape(token)[0] // ops.shape(x)[0], axis=0)

    return tree.map_structure(repeated, memory)


def first_position(batch):
    """int32 zeros [B]: `State.position` before the first step."""
    return ops.zeros((batch,), dtype="int32")
