"""Marian: the Transformer of the Marian toolkit, and the shape of the OPUS-MT checkpoints.

Junczys-Dowmunt, Grundkiewicz, Dwojak, Hoang, Heafield, Neckermann, Seide, Germann, Aji, Bogoychev,
Martins, Birch: "Marian: Fast Neural Machine Translation in C++", 2018,
https://arxiv.org/abs/1804.00344.
Tiedemann, Thottingal: "OPUS-MT: Building open translation services for the World", 2020.

What sets it apart from the Transformer of 2017: a bias on the logits, all sines of a position
before all cosines, and, in the OPUS-MT models, swish for ReLU. OPUS-MT opens targets with the
padding token (`start_id=0`).
"""

from keras import ops

from zoo.models.transformer import Transformer
from zoo.registry import Paper, Size, register_model

JUNCZYS_DOWMUNT_2018 = Paper(
    "Junczys-Dowmunt et al.",
    "Marian: Fast Neural Machine Translation in C++",
    2018,
    "https://arxiv.org/abs/1804.00344",
)


@register_model(
    "marian",
    paper=JUNCZYS_DOWMUNT_2018,
    encoder="Transformer, swish",
    decoder="Transformer, swish",
    attention="multi-head",
    expect="As the Transformer; reads the OPUS-MT translation models.",
    sizes={
        "nano": Size(
            (32, 32), units=16, depth=2, heads=2, inner_units=32, tied_embeddings="target"
        ),
        "mini": Size(
            (33, 43), units=96, depth=2, heads=4, inner_units=256, tied_embeddings="target"
        ),
        "midi": Size((10_000, 10_000), units=256, depth=3, heads=8, inner_units=1024, dropout=0.2),
        "base": Size(
            (58_101, 58_101), units=512, depth=6, heads=8, inner_units=2048, dropout=0.1, start_id=0
        ),
    },
)
class Marian(Transformer):
    """Marian's Transformer.

    Args:
        source_vocabulary, target_vocabulary: int, number of token ids.
        units, depth, heads, inner_units: see `Transformer`.
        decoder_depth, dropout, tied_embeddings: see `Transformer`.
        activation: "swish" as in OPUS-MT, "relu", "gelu" or "gelu_tanh".
        **kwargs: `start_id`, `end_id`, `name`, `dtype`; see `Seq2Seq`.

    Source: https://arxiv.org/abs/1804.00344
    """

    epsilon = 1e-5
    interleaved = False  # all sines before all cosines

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
        tied_embeddings="all",
        activation="swish",
        **kwargs,
    ):
        super().__init__(
            source_vocabulary,
            target_vocabulary,
            units,
            depth,
            heads,
            inner_units,
            decoder_depth,
            dropout,
            tied_embeddings=tied_embeddings,
            activation=activation,
            **kwargs,
        )
        self.output_bias = self.add_weight(
            name="output_bias",
            shape=(target_vocabulary,),
            initializer="zeros",
            autocast=False,  # in float32 like the logits, whoever reads it
        )

    def logits(self, x, training=False):
        return super().logits(x, training) + ops.cast(self.output_bias, "float32")
