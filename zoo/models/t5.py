"""T5 v1.0: the text-to-text Transformer.

Raffel, Shazeer, Roberts, Lee, Narang, Matena, Zhou, Li, Liu: "Exploring the Limits of Transfer Learning with a Unified
Text-to-Text Transformer", 2020, https://arxiv.org/abs/1910.10683.

What sets it apart from the Transformer of 2017: normalisation before each sub-layer that only rescales (RMSNorm), no biases,
relative position biases computed once and shared by all blocks of a stack instead of position embeddings, scores that are
not divided by sqrt(E) (the query initializer makes up for it), and tied logits scaled by D^-1/2.

Its optimizer belongs to it: the scores are not scaled, so the query weights start at (D E)^-1/2, and Adam, whose steps do not
depend on the size of a weight, moves them too far. Adafactor (section 3.1.2) steps relative to each weight's size.

Where we differ: `tied_embeddings="target"` serves tasks whose two sides have vocabularies of their own; training from
scratch opens targets with the start token, the published checkpoints with the padding token (`start_id=0`).
"""

import keras
from keras import ops

from zoo.errors import ZooError, check_choice, check_fraction, check_positive
from zoo.layers.dropout import Dropout
from zoo.layers.position import RelativePositionBias
from zoo.layers.transformer import TransformerStack
from zoo.models.transformer import TransformerSeq2Seq
from zoo.registry import Paper, Size, register_model

RAFFEL_2020 = Paper("Raffel et al.", "Exploring the Limits of Transfer Learning with a Unified Text-to-Text Transformer", 2020,
                    "https://arxiv.org/abs/1910.10683")


@register_model(
    "t5", paper=RAFFEL_2020, encoder="Transformer, RMSNorm first", decoder="Transformer, RMSNorm first",
    attention="multi-head, relative",
    expect="As good as the Transformer when trained from scratch with its own optimizer; made to be pre-trained.",
    recipe={"optimizer": "adafactor", "learning_rate": 0.03},  # the paper's optimizer; see the note on it above
    sizes={"nano": Size((32, 32), units=16, depth=2, heads=2, head_units=8, inner_units=32, tied_embeddings="target"),
           "mini": Size((33, 43), units=96, depth=2, heads=4, head_units=24, inner_units=256, tied_embeddings="target"),
           "base": Size((32_128, 32_128), units=768, depth=12, heads=12, head_units=64, inner_units=3072, dropout=0.1)})
class T5(TransformerSeq2Seq):
    """T5 v1.0 encoder-decoder.

    Args:
        source_vocabulary, target_vocabulary: int, number of token ids.
        units: int, D.
        depth: int, blocks in the encoder and in the decoder.
        heads: int, H.
        head_units: int, E; H E need not be D.
        inner_units: int, width of the feed-forward layers.
        dropout: float, rate everywhere the paper drops: embeddings, sub-layers, attention weights, inner layer, last norm.
        buckets: int, relative position buckets.
        max_distance: int, distance from which on positions share the last bucket.
        tied_embeddings: "all" (source, target and output), "target" (target and output) or "none"; logits are scaled by
            D^-1/2 where the output is tied.
        start_id, end_id, **kwargs: see `Seq2Seq`.

    Source: https://arxiv.org/abs/1910.10683
    """

    def __init__(self, source_vocabulary, target_vocabulary, units=768, depth=12, heads=12, head_units=64, inner_units=3072,
                 dropout=0.0, buckets=32, max_distance=128, tied_embeddings="all", start_id=1, end_id=2, **kwargs):
        super().__init__(source_vocabulary, target_vocabulary, start_id, end_id, **kwargs)
        check_positive(units=units, depth=depth, heads=heads, head_units=head_units, inner_units=inner_units,
                       max_distance=max_distance)
        check_fraction(dropout=dropout)
        check_choice(("all", "target", "none"), tied_embeddings=tied_embeddings)
        if isinstance(buckets, bool) or not isinstance(buckets, int) or buckets < 4 or buckets % 2:
            raise ZooError(f"buckets must be an even number of at least 4, got {buckets!r}")
        if max_distance <= buckets // 2:
            raise ZooError(f"max_distance {max_distance} must be above half of the {buckets} buckets")
        if tied_embeddings == "all" and source_vocabulary != target_vocabulary:
            raise ZooError(f"tied_embeddings='all' needs one vocabulary, got {source_vocabulary} source and "
                           f"{target_vocabulary} target ids; use tied_embeddings='target'")
        self.units, self.depth, self.heads, self.head_units, self.inner_units = units, depth, heads, head_units, inner_units
        self.dropout, self.buckets, self.max_distance, self.tied_embeddings = dropout, buckets, max_distance, tied_embeddings
        dtype = self.dtype_policy

        # Standard deviations of the Mesh TensorFlow implementation: unscaled scores start with unit variance.
        deviations = {"query": (units * head_units)**-0.5, "key": units**-0.5, "value": units**-0.5,
                      "output": (heads * head_units)**-0.5, "inner": units**-0.5, "outer": inner_units**-0.5}

        def initializers(name):
            return keras.initializers.RandomNormal(stddev=deviations[name])

        def norm(name, dtype):
            return keras.layers.RMSNormalization(epsilon=1e-6, name=name, dtype=dtype)

        unit_normal = keras.initializers.RandomNormal(stddev=1.0)
        self.target_embedding = keras.layers.ReversibleEmbedding(
            target_vocabulary, units, tie_weights=tied_embeddings != "none", embeddings_initializer=unit_normal,
            name="target_embedding", dtype=dtype)
        self.source_embedding = self.target_embedding if tied_embeddings == "all" else keras.layers.Embedding(
            source_vocabulary, units, embeddings_initializer=keras.initializers.RandomNormal(stddev=1.0),
            name="source_embedding", dtype=dtype)
        block = dict(units=units, heads=heads, head_units=head_units, inner_units=inner_units, norm_first=True, norm=norm,
                     scale=False, use_bias=False, dropout=dropout, inner_dropout=dropout, initializers=initializers,
                     dtype=dtype)
        self.encoder = TransformerStack(depth, cross=False, name="encoder", **block)
        self.decoder = TransformerStack(depth, cross=True, name="decoder", **block)

        def relative(name, bidirectional):
            return RelativePositionBias(heads, bidirectional, buckets, max_distance,
                                        keras.initializers.RandomNormal(stddev=units**-0.5), name=name, dtype=dtype)

        self.encoder_bias, self.decoder_bias = relative("encoder_bias", True), relative("decoder_bias", False)
        self.encoder_norm, self.decoder_norm = norm("encoder_norm", dtype), norm("decoder_norm", dtype)
        self.dropouts = [Dropout(dropout, dtype=dtype) for _ in range(4)]

    def encoder_positions(self, positions):
        return self.encoder_bias(positions, keys=positions)

    def decoder_positions(self, queries, keys):
        return self.decoder_bias(queries, keys=keys)

    def logits(self, x, training=False):
        x = self.dropouts[3](self.decoder_norm(x), training=training)
        if self.tied_embeddings != "none":
            x = x * self.units**-0.5
        return ops.cast(self.target_embedding(x, reverse=True), "float32")
