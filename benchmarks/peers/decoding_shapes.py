"""The models whose decoding is compared: what is trained, who decodes it, and how much of it."""

from typing import Any, NamedTuple


class Shape(NamedTuple):
    """A model that the zoo and others decode with the same weights.

    Attributes:
        variant: str, a registered name.
        options: dict, the constructor arguments that differ from the variant's.
        peers: tuple of str, names of `benchmarks.peers.decoding.PEERS`.
        sources: dict of batch size to number of sources. A round of the slowest library should
            take seconds; if it does, there are two batches or more, so a library can decode two at
            once.
        vocabulary: int, token ids; those from `benchmarks.peers.weights.PIECES` on never occur.
        steps, batch, rate: training steps (a multiple of 100), sentences in each, and Adam's peak
            learning rate.
        damping: float, factor of the last weights of each residual branch from the third block on,
            applied before training. Near 0, a deep post-norm Transformer learns as fast as one of
            two blocks (compare Zhang et al. 2019, https://arxiv.org/abs/1908.11365).
    """

    variant: str
    options: dict
    peers: tuple
    sources: Any = {64: 512, 16: 256, 1: 32}
    vocabulary: int = 8000
    steps: int = 300
    batch: int = 64
    rate: float = 1e-3
    damping: float = 1.0


SMALL = dict(units=256, depth=3, heads=8, inner_units=1024, dropout=0.0)
CHECKPOINT_PEERS = (
    "transformers",
    "CTranslate2",
    "CTranslate2, one stream per core",
    "CTranslate2 int8",
)
LARGE = dict(sources={64: 256, 16: 64, 1: 8}, steps=400, batch=16)
LONGER = dict(steps=1000, batch=32)
RECURRENT = LONGER | dict(rate=2e-3)
SHAPES = {
    "marian 3+3, d 256": Shape(
        "marian_base", SMALL, CHECKPOINT_PEERS, sources={64: 1000, 16: 500, 1: 50}
    ),
    "T5-small": Shape("t5_small", dict(dropout=0.0), CHECKPOINT_PEERS, vocabulary=32_128, **LARGE),
    "BART 3+3, d 256": Shape("bart_base", SMALL | dict(max_positions=128), ("KerasHub",), **LONGER),
    "Transformer 3+3, d 256": Shape("transformer_base", SMALL, ("Joey NMT",), **LONGER),
    "LSTM 2+2, d 512": Shape(
        "lstm_seq2seq_base", dict(units=512, depth=2, uniform=None), ("PyTorch loop",), **RECURRENT
    ),
    "Bahdanau, d 512": Shape(
        "bilstm_bahdanau_base",
        dict(units=512, embedding_units=512, readout_units=512, dropout=0.0),
        ("PyTorch loop",),
        **RECURRENT,
    ),
    "marian 6+6, d 512": Shape(
        "marian_base",
        dict(dropout=0.0),
        CHECKPOINT_PEERS,
        damping=0.02,
        **LARGE | dict(batch=32, rate=5e-4),
    ),
}
