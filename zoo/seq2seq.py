"""The contract that every variant meets.

B batch, S source length, T target length, K hypotheses per source, V target vocabulary, F numbers
per frame. Id 0 pads, on the right only. `start_id` opens a target; `end_id` closes sources and
targets. A source is ids, int [B, S], or `Frames`, which have no end token.
"""

import inspect
from typing import Any, NamedTuple

import keras
from keras import ops, tree

from zoo.errors import ZooError, check_positive
from zoo.frames import Frames, check_source, source_like
from zoo.layers.frames import FrameProjection

PAD_ID = 0


class Memory(NamedTuple):
    """What the encoder hands to the decoder.

    Attributes:
        states: the encoded source, tensors [B, S, ...], or shorter (`zoo.layers.shortening`).
        mask: bool [B, S], True at real tokens.
        final: what has no source axis, such as the encoder's last state: leaves [B, ...], or ().
    """

    states: Any
    mask: Any
    final: Any = ()


class State(NamedTuple):
    """A decoder between two steps, for B sources with K hypotheses each.

    Attributes:
        source: what belongs to a source and never changes: leaves [B, ...].
        carried: what each hypothesis carries to its next step: leaves [B, K, ...]. A search
            moves it with the hypothesis.
        cache: a `KeyValueCache` of all earlier steps, which is written in place, or ().
        position: int32 [B], the number of tokens that each source's hypotheses have taken.
    """

    source: Any
    carried: Any
    cache: Any
    position: Any

    @classmethod
    def begin(cls, memory: Memory, source: Any = (), carried: Any = (), cache: Any = ()) -> "State":
        """The state before the first step, with one hypothesis per source.

        Args:
            memory: the `Memory` that is decoded.
            source, cache: as the attributes.
            carried: leaves [B, ...], which become [B, 1, ...].
        """
        carried = tree.map_structure(lambda x: ops.expand_dims(x, 1), carried)
        position = ops.zeros((ops.shape(memory.mask)[0],), dtype="int32")
        return cls(source, carried, cache, position)

    def next(self, carried: Any = (), cache: Any = ()) -> "State":
        """The state after a step that leaves `carried` and `cache`."""
        return State(self.source, carried, cache, self.position + 1)


class Seq2Seq(keras.Model):
    """Base of every variant.

    A subclass defines `encode`, `decode`, `start` and `step`. It takes its options as keyword
    arguments and stores each under its own name, from which `get_config` is made.

    Args:
        source_vocabulary: int, number of source token ids, specials included; None for frames.
        target_vocabulary: int, number of target token ids, specials included.
        start_id: int, the token that opens every target.
        end_id: int, the token that closes every source and target.
        source_features: int, F, numbers per frame of a source; None for ids.
        **kwargs: `name` and `dtype` (such as "mixed_bfloat16") of `keras.Model`.
    """

    built: bool  # set by Keras

    def __init__(
        self,
        source_vocabulary: int | None,
        target_vocabulary: int,
        start_id: int = 1,
        end_id: int = 2,
        source_features: int | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**{key: value for key, value in kwargs.items() if value is not None})
        check_source(source_vocabulary, source_features)
        check_positive(target_vocabulary=target_vocabulary)
        start_fits = 0 <= start_id < target_vocabulary
        end_below = min(source_vocabulary or target_vocabulary, target_vocabulary)
        if not (start_fits and 0 < end_id < end_below):
            raise ZooError(
                f"start_id must be in 0..{target_vocabulary - 1} and end_id in 1..{end_below - 1}, "
                f"the ids of the vocabularies, got {start_id} and {end_id}"
            )
        self.source_vocabulary = source_vocabulary
        self.source_features = source_features
        self.target_vocabulary = target_vocabulary
        self.start_id = start_id
        self.end_id = end_id

    # The contract ---------------------------------------------------------------------------------

    def encode(self, source: Any, training: bool = False) -> Memory:
        """Reads the source.

        Args:
            source: int [B, S], or `Frames`. `padding_mask` gives the mask of either.
            training: bool, whether dropout is active.
        """
        raise NotImplementedError(f"{type(self).__name__} must define encode")

    def decode(self, target: Any, memory: Memory, training: bool = False) -> tuple[Any, Any]:
        """Predicts the token after each target token, by teacher forcing.

        Args:
            target: int [B, T], opened by `start_id`.
            memory: from `encode`.
            training: bool, whether dropout is active.

        Returns:
            float32 logits [B, T, V], and the attention over the source, float32 [B, T, S] with
            rows that sum to 1, or None for a variant without attention.
        """
        raise NotImplementedError(f"{type(self).__name__} must define decode")

    def start(self, memory: Memory, room: int) -> State:
        """The state before the first step.

        Args:
            memory: from `encode`.
            room: int, the maximum number of steps that follow.
        """
        raise NotImplementedError(f"{type(self).__name__} must define start")

    def step(self, token: Any, state: State) -> tuple[Any, State, Any]:
        """Takes one token per hypothesis.

        Args:
            token: int [B, K].
            state: from `start` or the last step.

        Returns:
            float32 logits [B, K, V] of the next token, the next state, and the attention over the
            source, float32 [B, K, S] or None.
        """
        raise NotImplementedError(f"{type(self).__name__} must define step")

    def longest_source(self, room: int) -> int | None:
        """Longest source the model can read before `room` steps, or None for no limit."""
        return None

    def longest_target(self) -> int | None:
        """Longest output the model can write, or None for no limit; here `longest_source(1)`."""
        return self.longest_source(1)

    # What follows from it -------------------------------------------------------------------------

    def call(self, inputs: tuple[Any, Any], training: bool = False) -> Any:
        """`(source, target [B, T])` -> logits [B, T, V]; the source as in `encode`."""
        source, target = inputs
        memory = self.encode(source, training=training)
        logits, attention = self.decode(target, memory, training=training)
        self._attentive = attention is not None
        return logits

    @property
    def attentive(self) -> bool:
        """Whether the variant has attention over the source."""
        self.build()
        return self._attentive

    def align(self, source: Any, target: Any) -> Any:
        """Attention of each target position over the source.

        Args:
            source: as in `encode`.
            target: int [B, T], the decoder's input, opened by `start_id`.

        Returns:
            float32 [B, T, S]; rows sum to 1.

        Raises:
            ZooError: the variant has no attention.
        """
        _, attention = self.decode(target, self.encode(source))
        if attention is None:
            raise ZooError(f"{type(self).__name__} has no attention; `zoo list` says which have")
        return attention

    def source_layer(self, units: int, initializer: Any = None) -> keras.layers.Layer:
        """The layer that embeds a source as [B, S, D]: a table for ids, a projection for frames.

        Args:
            units: int, D.
            initializer: of the table, Keras' own if None; `FrameProjection` starts from it, too.
        """
        options = dict(name="source_embedding", dtype=self.dtype_policy)
        if self.source_features is not None:
            return FrameProjection(self.source_features, units, initializer, **options)
        table = dict(embeddings_initializer=initializer) if initializer else {}
        return keras.layers.Embedding(self.source_vocabulary, units, **table, **options)

    def build(self, input_shape: Any = None) -> None:
        """Creates every weight by calling the model on a few tokens: faster than Keras' own way."""
        if self.built:
            return
        ids = ops.full((1, 3), self.end_id, dtype="int32")
        source = source_like(ops.ones, (1, 3), self.source_features)
        self.call((source, ids))
        self.built = True

    @classmethod
    def arguments(cls) -> list[str]:
        """Names of the constructor's arguments, those of its bases up to `Seq2Seq` included."""
        found: dict[str, None] = {}
        for base in cls.__mro__[: cls.__mro__.index(Seq2Seq) + 1]:
            for parameter in inspect.signature(base).parameters.values():
                if parameter.kind != parameter.VAR_KEYWORD:
                    found[parameter.name] = None
        return list(found)

    def get_config(self) -> dict[str, Any]:
        config = {name: getattr(self, name) for name in self.arguments()}
        dtype = keras.dtype_policies.serialize(self.dtype_policy)
        return config | {"name": self.name, "dtype": dtype}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> "Seq2Seq":
        dtype = keras.dtype_policies.get(config.get("dtype"))
        model = cls(**config | {"dtype": dtype})
        model.build()
        return model


def padding_mask(source: Any) -> Any:
    """int [B, S] or `Frames` -> bool [B, S], True at real tokens or frames."""
    if isinstance(source, Frames):
        return ops.convert_to_tensor(source.mask)
    return ops.not_equal(source, PAD_ID)
