"""T5: the text-to-text Transformer, versions 1.0 and 1.1.

Raffel, Shazeer, Roberts, Lee, Narang, Matena, Zhou, Li, Liu: "Exploring the Limits of Transfer
Learning with a Unified Text-to-Text Transformer", 2020, https://arxiv.org/abs/1910.10683.
Shazeer: "GLU Variants Improve Transformer", 2020, https://arxiv.org/abs/2002.05202.

What sets it apart from the Transformer of 2017: normalisation stands before each sub-layer and only
rescales (RMSNorm). There are no biases. Relative position biases, computed once and shared by all
blocks of a stack, replace position embeddings. Scores are not divided by sqrt(E); the query
initializer makes up for it. Tied logits are scaled by D^-1/2.

Version 1.1 (`t5_v1_1`, the shape of FLAN-T5 and ByT5) gates its feed-forward layers by GELU and has
an output matrix of its own, which starts with deviation D^-1/2 and whose logits are not scaled.

It trains with Adafactor (section 3.1.2), whose steps are relative to the size of each weight. Query
weights start small, at (D E)^-1/2, since scores are not scaled; Adam, whose steps do not depend on
the size of a weight, moves them too far.

Where we differ: `tied_embeddings="target"` serves tasks with two vocabularies. Training from
scratch opens targets with the start token; the published checkpoints take the padding token
(`start_id=0`).
"""

import keras

from zoo.errors import ZooError, check_choice, check_fraction, check_positive
from zoo.layers.feed_forward import ACTIVATIONS
from zoo.layers.positions import RelativePositions
from zoo.models.transformer_stacks import TransformerSeq2Seq
from zoo.registry import Paper, Size, register_model

RAFFEL_2020 = Paper(
    "Raffel et al.",
    "Exploring the Limits of Transfer Learning with a Unified Text-to-Text Transformer",
    2020,
    "https://arxiv.org/abs/1910.10683",
)
SHAZEER_2020 = Paper(
    "Shazeer", "GLU Variants Improve Transformer", 2020, "https://arxiv.org/abs/2002.05202"
)
ADAFACTOR = {"optimizer": "adafactor", "learning_rate": 0.03}
GATED = {"activation": "gelu_tanh", "gated": True}
PUBLISHED = {"dropout": 0.1, "start_id": 0, "end_id": 1}  # the ids of the released checkpoints
SYMBOLS, WORDS = (33, 43), (10_000, 10_000)  # vocabularies
PIECES = (32_128, 32_128)  # the vocabularies of the released checkpoints


def size(vocabulary, units, depth, heads, head_units, inner_units, **arguments):
    """A `Size` from its numbers in the order in which T5's papers list them."""
    return Size(
        vocabulary,
        units=units,
        depth=depth,
        heads=heads,
        head_units=head_units,
        inner_units=inner_units,
        **arguments,
    )


NO_TIE = {"tied_embeddings": "none"} | GATED
TIED_INPUTS = {"tied_embeddings": "inputs"} | GATED


@register_model(
    "t5",
    paper=RAFFEL_2020,
    encoder="Transformer, pre-norm",
    decoder="Transformer, pre-norm",
    attention="multi-head, relative",
    expect="As good as the Transformer, with its own optimizer; made for pre-training.",
    recipe=ADAFACTOR,
    sizes={
        "nano": size((32, 32), 16, 2, 2, 8, 32, tied_embeddings="target"),
        "mini": size(SYMBOLS, 96, 2, 4, 24, 256, tied_embeddings="target"),
        "midi": size(WORDS, 256, 3, 8, 32, 1024, dropout=0.2),
        "small": size(PIECES, 512, 6, 8, 64, 2048, **PUBLISHED),
        "base": size(PIECES, 768, 12, 12, 64, 3072, **PUBLISHED),
        "large": size(PIECES, 1024, 24, 16, 64, 4096, **PUBLISHED),
        "3b": size(PIECES, 1024, 24, 32, 128, 16_384, **PUBLISHED),
        "11b": size(PIECES, 1024, 24, 128, 128, 65_536, **PUBLISHED),
    },
)
@register_model(
    "t5_v1_1",
    paper=SHAZEER_2020,
    encoder="Transformer, pre-norm, gated",
    decoder="Transformer, pre-norm, gated",
    attention="multi-head, relative",
    expect="Version 1.1 of T5, pre-trained without dropout; the shape of FLAN-T5 and ByT5.",
    recipe=ADAFACTOR,
    sizes={
        "nano": size((32, 32), 16, 2, 2, 8, 24, **NO_TIE),
        "mini": size(SYMBOLS, 96, 2, 4, 24, 160, **NO_TIE),
        "midi": size(WORDS, 192, 3, 6, 32, 832, dropout=0.2, **TIED_INPUTS),
        "small": size(PIECES, 512, 8, 6, 64, 1024, **PUBLISHED, **TIED_INPUTS),
        "base": size(PIECES, 768, 12, 12, 64, 2048, **PUBLISHED, **TIED_INPUTS),
        "large": size(PIECES, 1024, 24, 16, 64, 2816, **PUBLISHED, **TIED_INPUTS),
        "xl": size(PIECES, 2048, 24, 32, 64, 5120, **PUBLISHED, **TIED_INPUTS),
        "xxl": size(PIECES, 4096, 24, 64, 64, 10_240, **PUBLISHED, **TIED_INPUTS),
    },
)
class T5(TransformerSeq2Seq):
    """T5 encoder-decoder.

    Args:
        source_vocabulary, target_vocabulary: int, number of token ids; the first is None for
            frames.
        units: int, D.
        depth: int, blocks in the encoder, and in the decoder unless `decoder_depth` is given.
        heads: int, H.
        head_units: int, E; H E need not be D.
        inner_units: int, width of the feed-forward layers.
        decoder_depth: int, blocks in the decoder; None is `depth`.
        dropout: float, rate everywhere the paper drops: embeddings, sub-layers, attention weights,
            inner layer and last norm.
        buckets: int, relative position buckets.
        max_distance: int, the distance from which positions share the last bucket.
        tied_embeddings: "all" (source, target and output), "target" (target and output), "inputs"
            (source and target) or "none". A tied output scales its logits by D^-1/2.
        activation: "relu" as in version 1.0, "gelu_tanh" as in 1.1, "gelu" or "swish".
        gated: bool, gated feed-forward layers, as in version 1.1.
        **kwargs: `start_id`, `end_id`, `source_features`, `name`, `dtype`; see `Seq2Seq`.

    Source: https://arxiv.org/abs/1910.10683, https://arxiv.org/abs/2002.05202
    """

    def __init__(
        self,
        source_vocabulary,
        target_vocabulary,
        units=768,
        depth=12,
        heads=12,
        head_units=64,
        inner_units=3072,
        decoder_depth=None,
        dropout=0.0,
        buckets=32,
        max_distance=128,
        tied_embeddings="all",
        activation="relu",
        gated=False,
        **kwargs,
    ):
        super().__init__(source_vocabulary, target_vocabulary, **kwargs)
        check_positive(
            units=units,
            depth=depth,
            heads=heads,
            head_units=head_units,
            inner_units=inner_units,
            max_distance=max_distance,
            buckets=buckets,
            decoder_depth=depth if decoder_depth is None else decoder_depth,
        )
        check_fraction(dropout=dropout)
        check_choice(ACTIVATIONS, activation=activation)
        if buckets < 4 or buckets % 2:
            raise ZooError(f"buckets must be an even number of at least 4, got {buckets!r}")
        if max_distance <= buckets // 2:
            raise ZooError(
                f"max_distance {max_distance} must be above half of the {buckets} buckets"
            )
        self.units, self.depth, self.decoder_depth = units, depth, decoder_depth
        self.heads, self.head_units, self.inner_units = heads, head_units, inner_units
        self.activation, self.gated, self.dropout = activation, gated, dropout
        self.buckets, self.max_distance = buckets, max_distance
        self.tied_embeddings = tied_embeddings
        dtype = self.dtype_policy

        # Standard deviations of the Mesh TensorFlow implementation, with which unscaled scores
        # start with unit variance.
        deviations = {
            "query": (units * head_units) ** -0.5,
            "key": units**-0.5,
            "value": units**-0.5,
            "output": (heads * head_units) ** -0.5,
            "inner": units**-0.5,
            "outer": inner_units**-0.5,
        }

        def initializers(name):
            return keras.initializers.RandomNormal(stddev=deviations[name])

        def norm(name, dtype):
            return keras.layers.RMSNormalization(epsilon=1e-6, name=name, dtype=dtype)

        def relative(name, bidirectional):
            return RelativePositions(
                heads,
                bidirectional,
                buckets,
                max_distance,
                keras.initializers.RandomNormal(stddev=units**-0.5),
                name=name,
                dtype=dtype,
            )

        embeddings, output = keras.initializers.RandomNormal(stddev=1.0), None
        if tied_embeddings not in ("all", "target"):
            output = keras.initializers.RandomNormal(stddev=units**-0.5)
        self.make_embeddings(tied_embeddings, embeddings, output)
        self.make_stacks(
            depth,
            decoder_depth or depth,
            norm,
            True,
            (dropout,) * 4,
            heads=heads,
            head_units=head_units,
            inner_units=inner_units,
            norm_first=True,
            scale=False,
            use_bias=False,
            activation=activation,
            gated=gated,
            dropout=dropout,
            attention_dropout=dropout,
            inner_dropout=dropout,
            initializers=initializers,
        )
        self.source_positions = relative("encoder_bias", bidirectional=True)
        self.target_positions = relative("decoder_bias", bidirectional=False)

    def logits(self, x, training=False):
        x = self.dropouts[3](self.decoder_norm(x), training=training)
        if self.tied_embeddings in ("all", "target"):
            x = x * self.units**-0.5
        return self.target_embedding.logits(x)
