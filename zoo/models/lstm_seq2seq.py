"""LSTM Seq2Seq: one deep LSTM reads the reversed source, another writes the target from its state.

Sutskever, Vinyals, Le: "Sequence to Sequence Learning with Neural Networks", 2014,
https://arxiv.org/abs/1409.3215.

Line by line: the source is read in reverse order (section 3.3). Each layer hands its last hidden
and cell state to the same layer of the decoder (section 2), which is all that the decoder gets. In
the paper's own size all kernels and tables start uniform in [-0.08, 0.08] (section 3.4, which says
so of all parameters); biases start at 0, and the forget gate's at 1. `reverse=False` reads
forwards, for the paper's ablation.

Where we differ: sources end with an end token, which the reversed encoder reads first. The smaller
sizes start from Keras' initializers, since a deviation that suits 1000 units is too small for 100.
"""

import keras
from keras import ops

from zoo.errors import check_fraction, check_positive
from zoo.layers.dropout import Dropout
from zoo.layers.lstm import LSTM
from zoo.registry import Paper, Size, register_model
from zoo.seq2seq import Memory, Seq2Seq, State, padding_mask

SUTSKEVER_2014 = Paper(
    "Sutskever et al.",
    "Sequence to Sequence Learning with Neural Networks",
    2014,
    "https://arxiv.org/abs/1409.3215",
)


@register_model(
    "lstm_seq2seq",
    paper=SUTSKEVER_2014,
    encoder="LSTM, source reversed",
    decoder="LSTM",
    attention="none",
    expect="One fixed-size state holds the source: good on short sequences, falls as they grow.",
    sizes={
        "nano": Size((32, 32), units=16, depth=2),
        "mini": Size((33, 43), units=112, depth=2),
        "midi": Size((10_000, 10_000), units=216, depth=2, dropout=0.2),
        "base": Size((160_000, 80_000), units=1000, depth=4, uniform=0.08),
    },
)
class LSTMSeq2Seq(Seq2Seq):
    """Deep LSTM encoder and decoder without attention.

    Args:
        source_vocabulary, target_vocabulary: int, number of token ids.
        units: int, D, width of embeddings and LSTM layers.
        depth: int, LSTM layers in the encoder and in the decoder.
        reverse: bool, reads the source from its last token to its first.
        dropout: float, rate between layers (Zaremba et al. 2014: never from step to step).
        uniform: float or None, weights start uniform in [-uniform, uniform]; None takes Keras' own
            initializers.
        **kwargs: `start_id`, `end_id`, `name`, `dtype`; see `Seq2Seq`.

    Source: https://arxiv.org/abs/1409.3215
    """

    def __init__(
        self,
        source_vocabulary,
        target_vocabulary,
        units=1000,
        depth=4,
        reverse=True,
        dropout=0.0,
        uniform=None,
        **kwargs,
    ):
        super().__init__(source_vocabulary, target_vocabulary, **kwargs)
        check_positive(units=units, depth=depth)
        check_fraction(dropout=dropout, uniform=uniform or 0.0)
        self.units, self.depth, self.reverse = units, depth, reverse
        self.dropout, self.uniform = dropout, uniform
        dtype = self.dtype_policy

        def initializer(default=None):
            return keras.initializers.RandomUniform(-uniform, uniform) if uniform else default

        def lstms(name, backwards=False):
            return [
                LSTM(units, backwards, initializer(), name=f"{name}_{i}", dtype=dtype)
                for i in range(depth)
            ]

        self.source_embedding = self.source_layer(units, initializer())
        self.target_embedding = keras.layers.Embedding(
            target_vocabulary,
            units,
            embeddings_initializer=initializer("uniform"),
            name="target_embedding",
            dtype=dtype,
        )
        self.encoder = lstms("encoder", backwards=reverse)
        self.decoder = lstms("decoder")
        self.output_projection = keras.layers.Dense(
            target_vocabulary,
            kernel_initializer=initializer("glorot_uniform"),
            name="output",
            dtype=dtype,
        )
        self.dropouts = [Dropout(dropout, dtype=dtype) for _ in range(2 * depth + 1)]

    def encode(self, source, training=False):
        mask, final = padding_mask(source), []
        x = self.source_embedding(source)  # [B, S, D]
        for lstm, dropout in zip(self.encoder, self.dropouts):
            x, state = lstm(dropout(x, training=training), mask=mask)  # [B, S, D], ([B, D], [B, D])
            final.append(state)
        return Memory(x, mask, tuple(final))

    def decode(self, target, memory, training=False):
        x = self.target_embedding(target)  # [B, T, D]
        for lstm, state, dropout in zip(self.decoder, memory.final, self.dropouts[self.depth :]):
            x, _ = lstm(dropout(x, training=training), state=state)  # [B, T, D]
        return self.logits(self.dropouts[-1](x, training=training)), None

    def logits(self, x):
        """The top layer through the output projection, float32."""
        return ops.cast(self.output_projection(x), "float32")

    def start(self, memory, room):
        return State.begin(memory, carried=memory.final)

    def step(self, token, state):
        x, carried = self.target_embedding(token), []  # [B, K, D]
        for lstm, layer_state in zip(self.decoder, state.carried):
            x, layer_state = lstm.step(x, layer_state)  # [B, K, D]
            carried.append(layer_state)
        return self.logits(x), state.next(tuple(carried)), None
