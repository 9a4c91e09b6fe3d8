"""Transformer: attention only, no recurrence.

Vaswani, Shazeer, Parmar, Uszkoreit, Jones, Gomez, Kaiser, Polosukhin: "Attention Is All You Need",
2017, https://arxiv.org/abs/1706.03762.

Line by line: embeddings times sqrt(D) plus sinusoids (sections 3.4 and 3.5); norm(x + f(x)) around
self-attention, attention to the memory and max(0, x W1 + b1) W2 + b2 (sections 3.1 to 3.3); dropout
on embeddings and sub-layers (section 5.4).

Where we differ: source, target and output share one matrix only where both sides have one
vocabulary (`tied_embeddings="all"`, the paper's own). A task with two vocabularies ties the
target's matrix with the output.
"""

import keras

from zoo.errors import ZooError, check_choice, check_fraction, check_positive
from zoo.layers.feed_forward import ACTIVATIONS
from zoo.layers.positions import (
    LearnedPositions,
    RelativePositions,
    RotaryPositions,
    SinusoidalPositions,
)
from zoo.models.transformer_stacks import TransformerSeq2Seq, layer_norm
from zoo.registry import Paper, Size, register_model

VASWANI_2017 = Paper(
    "Vaswani et al.", "Attention Is All You Need", 2017, "https://arxiv.org/abs/1706.03762"
)
POSITIONS = ("sinusoidal", "learned", "relative", "rotary")


@register_model(
    "transformer",
    paper=VASWANI_2017,
    encoder="Transformer",
    decoder="Transformer",
    attention="multi-head",
    expect="Trains on all positions at once, and every target step sees the whole source.",
    sizes={
        "nano": Size(
            (32, 32), units=16, depth=2, heads=2, inner_units=32, tied_embeddings="target"
        ),
        "mini": Size(
            (33, 43), units=96, depth=2, heads=4, inner_units=256, tied_embeddings="target"
        ),
        "midi": Size((10_000, 10_000), units=256, depth=3, heads=8, inner_units=1024, dropout=0.2),
        "tiny": Size((10_000, 10_000), units=128, depth=4, heads=4, inner_units=256, dropout=0.3),
        "base": Size((37_000, 37_000), units=512, depth=6, heads=8, inner_units=2048, dropout=0.1),
        "big": Size((37_000, 37_000), units=1024, depth=6, heads=16, inner_units=4096, dropout=0.3),
    },
)
class Transformer(TransformerSeq2Seq):
    """Encoder and decoder of Transformer blocks.

    Args:
        source_vocabulary, target_vocabulary: int, numbers of token ids, the first None for frames.
        units: int, D, even and a multiple of `heads`.
        depth: int, blocks in the encoder, and in the decoder unless `decoder_depth` is given.
        heads: int, H.
        inner_units: int, width of the feed-forward layers.
        decoder_depth: int, blocks in the decoder; None is `depth`.
        dropout: float, rate on embeddings and on every sub-layer's output.
        norm_first: bool, pre-norm with a last norm after the stack, instead of the paper's
            post-norm.
        tied_embeddings: "all" (source, target and output), "target" (target and output), "inputs"
            (source and target), "none".
        positions: "sinusoidal" as in the paper, "learned" (Gehring et al. 2017), "relative" (T5's
            biases), "rotary" (RoFormer).
        max_positions: int, the longest sequence where positions are learned.
        activation: "relu" as in the paper, "gelu", "gelu_tanh" or "swish".
        gated: bool, gated feed-forward layers (Shazeer 2020).
        **kwargs: `start_id`, `end_id`, `source_features`, `name`, `dtype`; see `Seq2Seq`.

    Source: https://arxiv.org/abs/1706.03762
    """

    epsilon = 1e-6
    interleaved = True  # sines and cosines alternate

    def __init__(
        self,
        source_vocabulary,
        target_vocabulary,
        units=512,
        depth=6,
        heads=8,
        inner_units=2048,
        decoder_depth=None,
        dropout=0.0,
        norm_first=False,
        tied_embeddings="all",
        positions="sinusoidal",
        max_positions=1024,
        activation="relu",
        gated=False,
        **kwargs,
    ):
        super().__init__(source_vocabulary, target_vocabulary, **kwargs)
        check_positive(
            units=units,
            depth=depth,
            heads=heads,
            inner_units=inner_units,
            max_positions=max_positions,
            decoder_depth=depth if decoder_depth is None else decoder_depth,
        )
        check_fraction(dropout=dropout)
        check_choice(POSITIONS, positions=positions)
        check_choice(ACTIVATIONS, activation=activation)
        if units % heads or units % 2:
            raise ZooError(f"units {units} must be even and a multiple of heads {heads}")
        if positions == "rotary" and units // heads % 2:
            raise ZooError(
                f"rotary positions turn pairs: units {units} over heads {heads} must be even"
            )
        self.units, self.depth, self.heads = units, depth, heads
        self.inner_units, self.decoder_depth = inner_units, decoder_depth
        self.dropout, self.norm_first = dropout, norm_first
        self.tied_embeddings = tied_embeddings
        self.positions, self.max_positions = positions, max_positions
        self.activation, self.gated = activation, gated
        self.embedding_scale = units**0.5
        self.make_embeddings(tied_embeddings, keras.initializers.RandomNormal(stddev=units**-0.5))
        self.make_stacks(
            depth,
            decoder_depth or depth,
            layer_norm(self.epsilon),
            norm_first,
            (dropout, 0.0, dropout, 0.0),
            heads=heads,
            inner_units=inner_units,
            norm_first=norm_first,
            activation=activation,
            gated=gated,
            dropout=dropout,
        )
        self.source_positions = self.make_positions("source_positions", bidirectional=True)
        self.target_positions = self.make_positions("target_positions", bidirectional=False)

    def make_positions(self, name, bidirectional):
        """The `Positions` of a stack."""
        dtype = self.dtype_policy
        if self.positions == "sinusoidal":
            return SinusoidalPositions(self.interleaved, dtype=dtype)
        if self.positions == "rotary":
            return RotaryPositions(dtype=dtype)
        if self.positions == "relative":
            bias = "encoder_bias" if bidirectional else "decoder_bias"
            return RelativePositions(self.heads, bidirectional, name=bias, dtype=dtype)
        initializer = keras.initializers.RandomNormal(stddev=1.0)
        return LearnedPositions(
            self.max_positions, self.units, initializer=initializer, name=name, dtype=dtype
        )

    def longest_source(self, room):
        return self.max_positions if self.positions == "learned" else None
