"""BART: a Transformer pre-trained to undo noise.

Lewis, Liu, Goyal, Ghazvininejad, Mohamed, Levy, Stoyanov, Zettlemoyer: "BART: Denoising
Sequence-to-Sequence Pre-training for Natural Language Generation, Translation, and Comprehension",
2020, https://arxiv.org/abs/1910.13461.

What sets it apart from the Transformer of 2017 (section 2.1): GELU for ReLU, learned positions, and
weights drawn from a normal distribution with standard deviation 0.02. Its checkpoints add what the
paper does not mention: a norm after the embeddings, which are not multiplied by sqrt(D), and a
position table whose first two rows are never used. The rest is post-norm, as in 2017.

Where we differ: `tied_embeddings="target"` serves tasks with two vocabularies. The checkpoints have
an untrained bias on the logits, which is mostly zero; this model keeps it (`output_bias`).
"""

import keras
from keras import ops

from zoo.errors import ZooError, check_choice, check_fraction, check_positive
from zoo.layers.feed_forward import ACTIVATIONS
from zoo.layers.positions import LearnedPositions
from zoo.models.transformer_stacks import TransformerSeq2Seq, layer_norm
from zoo.registry import Paper, Size, register_model

LEWIS_2020 = Paper(
    "Lewis et al.",
    "BART: Denoising Sequence-to-Sequence Pre-training for Natural Language Generation, "
    "Translation, and Comprehension",
    2020,
    "https://arxiv.org/abs/1910.13461",
)
UNUSED_POSITIONS = 2  # rows of the checkpoints' position tables before that of position 0


@register_model(
    "bart",
    paper=LEWIS_2020,
    encoder="Transformer",
    decoder="Transformer",
    attention="multi-head",
    expect="Trained from scratch, as good as the Transformer; made for pre-training by denoising.",
    sizes={
        "nano": Size(
            (32, 32),
            units=16,
            depth=2,
            heads=2,
            inner_units=32,
            max_positions=64,
            tied_embeddings="target",
        ),
        "mini": Size(
            (33, 43),
            units=96,
            depth=2,
            heads=4,
            inner_units=236,
            max_positions=64,
            tied_embeddings="target",
        ),
        "midi": Size(
            (10_000, 10_000),
            units=256,
            depth=3,
            heads=8,
            inner_units=960,
            max_positions=512,
            dropout=0.2,
        ),
        "base": Size((50_265, 50_265), units=768, depth=6, heads=12, inner_units=3072, dropout=0.1),
        "large": Size(
            (50_265, 50_265), units=1024, depth=12, heads=16, inner_units=4096, dropout=0.1
        ),
    },
)
class BART(TransformerSeq2Seq):
    """BART encoder-decoder.

    Args:
        source_vocabulary, target_vocabulary: int, number of token ids.
        units: int, D, a multiple of `heads`.
        depth: int, blocks in the encoder, and in the decoder unless `decoder_depth` is given.
        heads: int, H.
        inner_units: int, width of the feed-forward layers.
        decoder_depth: int, blocks in the decoder; None is `depth`.
        max_positions: int, the longest source or target.
        dropout: float, rate on embeddings and on every sub-layer's output.
        attention_dropout, inner_dropout: float, rates on attention weights and inside the
            feed-forward layers.
        tied_embeddings: "all" (source, target and output), "target" (target and output), "inputs"
            (source and target), "none".
        activation: "gelu" as in the paper, "gelu_tanh", "relu" or "swish".
        scale_embeddings: bool, embeddings are multiplied by sqrt(D), as in some of the checkpoints.
        **kwargs: `start_id`, `end_id`, `name`, `dtype`; see `Seq2Seq`.

    Source: https://arxiv.org/abs/1910.13461
    """

    def __init__(
        self,
        source_vocabulary,
        target_vocabulary,
        units=768,
        depth=6,
        heads=12,
        inner_units=3072,
        decoder_depth=None,
        max_positions=1024,
        dropout=0.0,
        attention_dropout=0.0,
        inner_dropout=0.0,
        tied_embeddings="all",
        activation="gelu",
        scale_embeddings=False,
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
        check_fraction(
            dropout=dropout, attention_dropout=attention_dropout, inner_dropout=inner_dropout
        )
        check_choice(ACTIVATIONS, activation=activation)
        if units % heads:
            raise ZooError(f"units {units} must be a multiple of heads {heads}")
        self.units, self.depth, self.heads, self.inner_units = units, depth, heads, inner_units
        self.decoder_depth, self.max_positions = decoder_depth, max_positions
        self.activation, self.dropout = activation, dropout
        self.attention_dropout, self.inner_dropout = attention_dropout, inner_dropout
        self.tied_embeddings, self.scale_embeddings = tied_embeddings, scale_embeddings
        dtype, norm = self.dtype_policy, layer_norm(1e-5)

        def initializer(name=None):
            return keras.initializers.RandomNormal(stddev=0.02)

        def positions(name):
            return LearnedPositions(
                max_positions, units, UNUSED_POSITIONS, initializer(), name=name, dtype=dtype
            )

        self.embedding_scale = units**0.5 if scale_embeddings else 1.0
        self.make_embeddings(tied_embeddings, initializer())
        self.source_positions = positions("source_positions")
        self.target_positions = positions("target_positions")
        self.source_norm, self.target_norm = norm("source_norm", dtype), norm("target_norm", dtype)
        self.make_stacks(
            depth,
            decoder_depth or depth,
            norm,
            False,
            (dropout, 0.0, dropout, 0.0),
            heads=heads,
            inner_units=inner_units,
            norm_first=False,
            activation=activation,
            dropout=dropout,
            attention_dropout=attention_dropout,
            inner_dropout=inner_dropout,
            initializers=initializer,
        )
        self.output_bias = self.add_weight(
            name="output_bias",
            shape=(target_vocabulary,),
            initializer="zeros",
            trainable=False,
            autocast=False,  # stays float32, like the logits
        )

    def embed_source(self, source, at):
        return self.source_norm(super().embed_source(source, at))

    def embed_target(self, ids, at):
        return self.target_norm(super().embed_target(ids, at))

    def longest_source(self, room):
        return self.max_positions

    def logits(self, x, training=False):
        return super().logits(x, training) + ops.cast(self.output_bias, "float32")
