"""T5: the text-to-text Transformer, version 1.0 and 1.1.

Raffel, Shazeer, Roberts, Lee, Narang, Matena, Zhou, Li, Liu: "Exploring the Limits of Transfer Learning with a Unified
Text-to-Text Transformer", 2020, https://arxiv.org/abs/1910.10683.
Shazeer: "GLU Variants Improve Transformer", 2020, https://arxiv.org/abs/2002.05202.

What sets it apart from the Transformer of 2017: normalisation before each sub-layer that only rescales (RMSNorm), no biases,
relative position biases computed once and shared by all blocks of a stack instead of position embeddings, scores that are
not divided by sqrt(E) (the query initializer makes up for it), and tied logits scaled by D^-1/2.

Version 1.1 (`t5_v1_1`; FLAN-T5 and ByT5 are of this shape) has a feed-forward layer gated by GELU and an output matrix of its
own, whose logits are not scaled.

Its optimizer belongs to it: the scores are not scaled, so the query weights start at (D E)^-1/2, and Adam, whose steps do not
depend on the size of a weight, moves them too far. Adafactor (section 3.1.2) steps relative to each weight's size.

Where we differ: `tied_embeddings="target"` serves tasks whose two sides have vocabularies of their own; training from
scratch opens targets with the start token, the published checkpoints with the padding token (`start_id=0`).
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
ADAFACTOR = {
    "optimizer": "adafactor",
    "learning_rate": 0.03,
}  # the paper's optimizer; see the note on it above
PUBLISHED = dict(dropout=0.1, start_id=0, end_id=1)  # the released checkpoints' ids
GATED = dict(activation="gelu_tanh", gated=True)


def size(units, depth, heads, head_units, inner_units, vocabulary=32_128, **arguments):
    """A size of the released checkpoints, whose two sides share one vocabulary."""
    return Size(
        (vocabulary, vocabulary),
        units=units,
        depth=depth,
        heads=heads,
        head_units=head_units,
        inner_units=inner_units,
        **(PUBLISHED | arguments),
    )


@register_model(
    "t5",
    paper=RAFFEL_2020,
    encoder="Transformer, pre-norm",
    decoder="Transformer, pre-norm",
    attention="multi-head, relative",
    expect="As good as the Transformer when trained from scratch with its own optimizer; made to be pre-trained.",
    recipe=ADAFACTOR,
    sizes={
        "nano": Size(
            (32, 32),
            units=16,
            depth=2,
            heads=2,
            head_units=8,
            inner_units=32,
            tied_embeddings="target",
        ),
        "mini": Size(
            (33, 43),
            units=96,
            depth=2,
            heads=4,
            head_units=24,
            inner_units=256,
            tied_embeddings="target",
        ),
        "midi": Size(
            (10_000, 10_000),
            units=256,
            depth=3,
            heads=8,
            head_units=32,
            inner_units=1024,
            dropout=0.2,
        ),
        "small": size(512, 6, 8, 64, 2048),
        "base": size(768, 12, 12, 64, 3072),
        "large": size(1024, 24, 16, 64, 4096),
        "3b": size(1024, 24, 32, 128, 16_384),
        "11b": size(1024, 24, 128, 128, 65_536),
    },
)
@register_model(
    "t5_v1_1",
    paper=SHAZEER_2020,
    encoder="Transformer, pre-norm, gated",
    decoder="Transformer, pre-norm, gated",
    attention="multi-head, relative",
    expect="Version 1.1 of T5, pre-trained without dropout; the shape of FLAN-T5 and, with bytes, of ByT5.",
    recipe=ADAFACTOR,
    sizes={
        "nano": Size(
            (32, 32),
            units=16,
            depth=2,
            heads=2,
            head_units=8,
            inner_units=24,
            tied_embeddings="none",
            **GATED,
        ),
        "mini": Size(
            (33, 43),
            units=96,
            depth=2,
            heads=4,
            head_units=24,
            inner_units=160,
            tied_embeddings="none",
            **GATED,
        ),
        "midi": Size(
            (10_000, 10_000),
            units=192,
            depth=3,
            heads=6,
            head_units=32,
            inner_units=832,
            dropout=0.2,
            tied_embeddings="inputs",
            **GATED,
        ),
    }
    | {
        name: size(*shape, tied_embeddings="inputs", **GATED)
        for name, shape in {
            "small": (512, 8, 6, 64, 1024),
            "base": (768, 12, 12, 64, 2048),
            "large": (1024, 24, 16, 64, 2816),
            "xl": (2048, 24, 32, 64, 5120),
            "xxl": (4096, 24, 64, 64, 10_240),
        }.items()
    },
)
class T5(TransformerSeq2Seq):
    """T5 encoder-decoder.

    Args:
        source_vocabulary, target_vocabulary: int, number of token ids.
        units: int, D.
        depth: int, blocks in the encoder, and in the decoder unless `decoder_depth` is given.
        heads: int, H.
        head_units: int, E; H E need not be D.
        inner_units: int, width of the feed-forward layers.
        decoder_depth: int, blocks in the decoder; None is `depth`.
        dropout: float, rate everywhere the paper drops: embeddings, sub-layers, attention weights, inner layer, last norm.
        buckets: int, relative position buckets.
        max_distance: int, distance from which on positions share the last bucket.
        tied_embeddings: "all" (source, target and output), "target" (target and output), "inputs" (source and target) or
            "none"; logits are scaled by D^-1/2 where the output is tied.
        activation: "relu" as in version 1.0, "gelu_tanh" as in 1.1, "gelu" or "swish".
        gated: bool, gated feed-forward layers, as in version 1.1.
        start_id, end_id, **kwargs: see `Seq2Seq`.

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
        start_id=1,
        end_id=2,
        **kwargs,
    ):
        super().__init__(source_vocabulary, target_vocabulary, start_id, end_id, **kwargs)
        check_positive(
            units=units,
            depth=depth,
            heads=heads,
            head_units=head_units,
            inner_units=inner_units,
            max_distance=max_distance,
            decoder_depth=depth if decoder_depth is None else decoder_depth,
        )
        check_fraction(dropout=dropout)
        check_choice(ACTIVATIONS, activation=activation)
        if isinstance(buckets, bool) or not isinstance(buckets, int) or buckets < 4 or buckets % 2:
            raise ZooError(f"buckets must be an even number of at least 4, got {buckets!r}")
        if max_distance <= buckets // 2:
            raise ZooError(
                f"max_distance {max_distance} must be above half of the {buckets} buckets"
            )
        self.units, self.depth, self.heads, self.head_units, self.inner_units = (
            units,
            depth,
            heads,
            head_units,
            inner_units,
        )
        self.decoder_depth, self.activation, self.gated = decoder_depth, activation, gated
        self.dropout, self.buckets, self.max_distance, self.tied_embeddings = (
            dropout,
            buckets,
            max_distance,
            tied_embeddings,
        )
        dtype = self.dtype_policy

        # Standard deviations of the Mesh TensorFlow implementation: unscaled scores start with unit variance.
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

        def relative(bidirectional):
            return RelativePositions(
                heads,
                bidirectional,
                buckets,
                max_distance,
                keras.initializers.RandomNormal(stddev=units**-0.5),
                name="relative_bias",
                dtype=dtype,
            )

        self.make_embeddings(tied_embeddings, keras.initializers.RandomNormal(stddev=1.0))
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
        self.source_positions = relative(bidirectional=True)
        self.target_positions = relative(bidirectional=False)

    def logits(self, x, training=False):
        x = self.dropouts[3](self.decoder_norm(x), training=training)
        if self.tied_embeddings in ("all", "target"):
            x = x * self.units**-0.5
        return self.target_embedding.logits(x)
