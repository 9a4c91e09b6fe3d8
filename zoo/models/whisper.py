"""Whisper: a Transformer that reads recordings, trained on many of them with weak supervision.

Radford, Kim, Xu, Brockman, McLeavey, Sutskever: "Robust Speech Recognition via Large-Scale Weak
Supervision", 2022, https://arxiv.org/abs/2212.04356.

Line by line (section 2.2): the source is log-mel frames, 80 numbers each, 100 per second. Two
convolutions of width 3 with GELU, of which the second moves in steps of two, halve their number.
Sinusoids are added, blocks and a last norm follow; all blocks are pre-norm. The decoder has
learned positions, and its token embeddings are the output matrix. As in the released code, keys
have no bias, and sinusoids have all sines before all cosines, with wavelengths from 2 pi to exactly
20,000 pi.

The first tokens of a target state the language, and ask for a transcription or a translation, with
or without times (section 2.3). `Constraints(prefix=...)` forces them.

Where we differ: padding is masked. The released models read 30 seconds always, silence included,
which their front end (`zoo.data.front_ends.whisper`) makes of every recording. A source of ids is
embedded in place of its frames. The published vocabulary lacks a padding token, which the zoo
needs: `padding_token=False` says that id 0 is padding and never a prediction.
"""

import keras
import numpy as np
from keras import ops

from zoo.errors import ZooError, check_choice, check_fraction, check_positive
from zoo.frames import Frames
from zoo.layers.embeddings import OutputEmbedding, without_padding
from zoo.layers.feed_forward import ACTIVATIONS
from zoo.layers.positions import LearnedPositions
from zoo.layers.shortening import over_source, shares, short_length, short_mask, short_memory
from zoo.models.transformer_stacks import TransformerSeq2Seq, layer_norm
from zoo.registry import Paper, Size, register_model
from zoo.seq2seq import padding_mask

RADFORD_2022 = Paper(
    "Radford et al.",
    "Robust Speech Recognition via Large-Scale Weak Supervision",
    2022,
    "https://arxiv.org/abs/2212.04356",
)
RATE = 2  # places of the source that become one
END, START = 50_257, 50_258  # of the released multilingual vocabulary


def released(units, depth, heads):
    """A `Size` of the released checkpoints, which read log-mel frames."""
    return Size(
        (None, 51_866),  # the published ids, and one for padding
        source_features=80,
        units=units,
        depth=depth,
        heads=heads,
        inner_units=4 * units,
        padding_token=False,
        start_id=START,
        end_id=END,
    )


@register_model(
    "whisper",
    paper=RADFORD_2022,
    encoder="convolutions, Transformer",
    decoder="Transformer, pre-norm",
    attention="multi-head",
    expect="Made for recordings: reads half as many places as the source has frames.",
    sizes={
        "nano": Size(
            (32, 32), units=16, depth=2, heads=2, inner_units=32, max_source=128, max_positions=64
        ),
        "mini": Size((33, 43), units=96, depth=2, heads=4, inner_units=164, max_positions=64),
        "midi": Size((10_000, 10_000), units=208, depth=3, heads=8, inner_units=732, dropout=0.2),
        "tiny": released(384, 4, 6),
        "base": released(512, 6, 8),
        "small": released(768, 12, 12),
        "medium": released(1024, 24, 16),
        "large": released(1280, 32, 20),
    },
)
class Whisper(TransformerSeq2Seq):
    """Convolutions and a Transformer over frames, and a Transformer that writes.

    Args:
        source_vocabulary, target_vocabulary: int, number of token ids; the first is None for
            frames.
        units: int, D, a multiple of `heads` and even.
        depth: int, blocks in the encoder, and in the decoder unless `decoder_depth` is given.
        heads: int, H.
        inner_units: int, width of the feed-forward layers.
        decoder_depth: int, blocks in the decoder; None is `depth`.
        max_source: int, the longest source, in frames or ids.
        max_positions: int, the longest target.
        dropout: float, rate on embeddings and on every sub-layer's output.
        attention_dropout, inner_dropout: float, rates on attention weights and inside the
            feed-forward layers.
        activation: "gelu" as in the paper, "gelu_tanh", "relu" or "swish".
        padding_token: bool; False gives id 0 a probability of 0.
        **kwargs: `start_id`, `end_id`, `source_features`, `name`, `dtype`; see `Seq2Seq`.

    Source: https://arxiv.org/abs/2212.04356
    """

    def __init__(
        self,
        source_vocabulary,
        target_vocabulary,
        units=384,
        depth=4,
        heads=6,
        inner_units=1536,
        decoder_depth=None,
        max_source=3000,
        max_positions=448,
        dropout=0.0,
        attention_dropout=0.0,
        inner_dropout=0.0,
        activation="gelu",
        padding_token=True,
        **kwargs,
    ):
        super().__init__(source_vocabulary, target_vocabulary, **kwargs)
        check_positive(
            units=units,
            depth=depth,
            heads=heads,
            inner_units=inner_units,
            decoder_depth=depth if decoder_depth is None else decoder_depth,
            max_source=max_source,
            max_positions=max_positions,
        )
        check_fraction(
            dropout=dropout, attention_dropout=attention_dropout, inner_dropout=inner_dropout
        )
        check_choice(ACTIVATIONS, activation=activation)
        if units % heads or units % 2:
            raise ZooError(f"units {units} must be even and a multiple of heads {heads}")
        self.units, self.depth, self.heads, self.inner_units = units, depth, heads, inner_units
        self.decoder_depth = decoder_depth
        self.max_source, self.max_positions = max_source, max_positions
        self.dropout, self.activation, self.padding_token = dropout, activation, padding_token
        self.attention_dropout, self.inner_dropout = attention_dropout, inner_dropout
        dtype = self.dtype_policy

        def initializer(name=None):
            return keras.initializers.RandomNormal(stddev=0.02)

        of_ids = self.source_features is None
        self.source_embedding = self.source_layer(units) if of_ids else None
        self.convolutions = [
            keras.layers.Conv1D(units, 3, padding="same", name="convolution_1", dtype=dtype),
            keras.layers.Conv1D(units, 3, strides=RATE, name="convolution_2", dtype=dtype),
        ]
        self.target_embedding = OutputEmbedding(
            target_vocabulary,
            units,
            embeddings_initializer=initializer(),
            name="target_embedding",
            dtype=dtype,
        )
        self.source_positions = SourcePositions(
            short_length(max_source, RATE),
            units,
            initializer=waves,
            name="source_positions",
            dtype=dtype,
        )
        self.source_positions.trainable = False
        self.target_positions = LearnedPositions(
            max_positions, units, initializer=initializer(), name="target_positions", dtype=dtype
        )
        self.make_stacks(
            depth,
            decoder_depth or depth,
            layer_norm(1e-5),
            True,
            (dropout, 0.0, dropout, 0.0),
            heads=heads,
            inner_units=inner_units,
            norm_first=True,
            key_bias=False,
            activation=activation,
            dropout=dropout,
            attention_dropout=attention_dropout,
            inner_dropout=inner_dropout,
            initializers=initializer,
        )

    def convolved(self, source, mask):
        """A source [B, S] -> [B, ceil(S / 2), D]."""
        x = source.values if self.source_embedding is None else self.source_embedding(source)
        real = ops.cast(mask, self.compute_dtype)[..., None]  # [B, S, 1]
        first, second = self.convolutions
        activate = ACTIVATIONS[self.activation]
        x = activate(first(ops.cast(x, real.dtype) * real)) * real  # [B, S, D]
        return activate(second(ops.pad(x, ((0, 0), (1, 1), (0, 0)))))

    def embed_source(self, source, at):
        return self.source_positions.embedded(source.values, at)

    def encode(self, source, training=False):
        mask = padding_mask(source)
        short = Frames(self.convolved(source, mask), short_mask(mask, RATE))
        return super().encode(short, training)._replace(mask=mask)

    def decode(self, target, memory, training=False):
        logits, attention = super().decode(target, short_memory(memory, RATE), training)
        return logits, over_source(attention, shares(memory.mask, RATE), RATE)

    def start(self, memory, room):
        state = super().start(short_memory(memory, RATE), room)
        return state._replace(source=(state.source, shares(memory.mask, RATE)))

    def step(self, token, state):
        memory, shared = state.source
        logits, after, attention = super().step(token, state._replace(source=memory))
        return logits, after._replace(source=state.source), over_source(attention, shared, RATE)

    def logits(self, x, training=False):
        logits = super().logits(x, training)
        return logits if self.padding_token else without_padding(logits)

    def longest_source(self, room):
        return self.max_source

    def longest_target(self):
        return self.max_positions


class SourcePositions(LearnedPositions):
    """A table of vectors, one per two places of the source, which is not trained."""

    def check(self, length):
        if isinstance(length, int) and length > self.length:
            raise ZooError(
                f"a source of up to {RATE * length} frames or ids is longer than the "
                f"{RATE * self.length} that the model has positions for; create it with "
                f"max_source={RATE * length}"
            )


def waves(shape, dtype=None):
    """The released code's sinusoids, [length, D]: the sines, then the cosines."""
    length, units = shape
    rates = 10_000.0 ** (-np.arange(units // 2) / max(1, units // 2 - 1))
    angles = np.arange(length)[:, None] * rates
    return ops.convert_to_tensor(np.concatenate([np.sin(angles), np.cos(angles)], 1), dtype)
