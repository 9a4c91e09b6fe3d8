"""The models whose training is compared with PyTorch."""

from typing import NamedTuple


class Shape(NamedTuple):
    """A model that is trained in both libraries.

    Attributes:
        variant: str, a registered name; options: dict of its constructor.
        peer: str, a model of `benchmarks.peers.pytorch_models`, or `SELF`; arguments: dict of its
            constructor but for the vocabulary.
        task: str, a registered task, and its options.
        tokens: int, target tokens of a batch, padding included; batches: int, batches per
            round; buckets: int, their shapes at most, 0 for as many as save time.
        vocabulary: int, token ids of each side.
        start_id: int, what opens a target.
        precision: of the zoo, as in `zoo.Recipe`; the peer computes in float32.
    """

    variant: str
    options: dict
    peer: str
    arguments: dict
    task: tuple = ("multi30k", {})
    tokens: int = 2048
    batches: int = 24
    buckets: int = 0
    vocabulary: int = 8000
    start_id: int = 1
    precision: str = "float32"


SELF = "the zoo in float32"


def transformer(units, inner_units, heads):
    """The options of a Transformer with three blocks per side, as both libraries take them."""
    return dict(units=units, depth=3, heads=heads, inner_units=inner_units, dropout=0.1)


T5 = dict(units=512, depth=6, heads=8, inner_units=2048, dropout=0.1)
SHAPES = {
    "LSTM 2+2, d 512": Shape(
        "lstm_seq2seq_base",
        dict(units=512, depth=2, uniform=None),
        "LSTM",
        dict(units=512, depth=2),
    ),
    "Bi-LSTM attention, d 512": Shape(
        "bilstm_bahdanau_base",
        dict(units=512, embedding_units=512, readout_units=512),
        "Bahdanau",
        dict(units=512),
    ),
    "Transformer 3+3, d 256": Shape(
        "transformer_base", transformer(256, 1024, 8), "nn.Transformer", transformer(256, 1024, 8)
    ),
    "T5-small": Shape(
        "t5_small",
        dict(dropout=0.1),
        "transformers T5",
        T5,
        batches=8,
        vocabulary=32_128,
        start_id=0,
    ),
    "Transformer 3+3, d 128, spelling": Shape(
        "transformer_base",
        transformer(128, 512, 4),
        "nn.Transformer",
        transformer(128, 512, 4),
        ("cmudict", {}),
        vocabulary=80,
    ),
    "Transformer 3+3, d 256, bfloat16": Shape(
        "transformer_base", transformer(256, 1024, 8), SELF, {}, precision="mixed_bfloat16"
    ),
}
