"""LSTM Seq2Seq: a deep LSTM reads the reversed source into one fixed-size state, another unrolls the target from it.

Sutskever, Vinyals, Le: "Sequence to Sequence Learning with Neural Networks", 2014, https://arxiv.org/abs/1409.3215.

Line by line: the source is read in reverse order (section 3.3), each of the layers hands its last hidden and cell state to
the same layer of the decoder (section 2), and all weights start uniform in [-0.08, 0.08] in the paper's own size
(section 3.4). `reverse=False` reads forwards, for the paper's ablation.

Where we differ: sources end with an end token, which the reversed encoder reads first; the smaller sizes start from Keras'
initializers, since 0.08 is a good deviation for 1000 units and far too small a one for 100.
"""

import keras
from keras import ops

from zoo.errors import check_fraction, check_positive
from zoo.layers.dropout import Dropout
from zoo.layers.recurrent import LSTM
from zoo.registry import Paper, Size, register_model
from zoo.seq2seq import Memory, Seq2Seq, State, first_position, padding_mask

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
    expect="One fixed-size state holds the whole source: good on short sequences, falls as they grow.",
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
        uniform: float or None, weights start uniform in [-uniform, uniform]; None takes Keras' own initializers.
        start_id, end_id, **kwargs: see `Seq2Seq`.

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
        start_id=1,
        end_id=2,
        **kwargs,
    ):
        super().__init__(source_vocabulary, target_vocabulary, start_id, end_id, **kwargs)
        check_positive(units=units, depth=depth)
        check_fraction(dropout=dropout, uniform=uniform or 0.0)
        self.units, self.depth, self.reverse, self.dropout, self.uniform = (
            units,
            depth,
            reverse,
            dropout,
            uniform,
        )
        dtype = self.dtype_policy

        def initializer():
            return keras.initializers.RandomUniform(-uniform, uniform) if uniform else None

        def embedding(vocabulary, name):
            return keras.layers.Embedding(
                vocabulary,
                units,
                embeddings_initializer=initializer() or "uniform",
                name=name,
                dtype=dtype,
            )

        self.source_embedding = embedding(source_vocabulary, "source_embedding")
        self.target_embedding = embedding(target_vocabulary, "target_embedding")
        self.encoder = [
            LSTM(
                units,
                backwards=reverse,
                initializer=initializer(),
                name=f"encoder_{i}",
                dtype=dtype,
            )
            for i in range(depth)
        ]
        self.decoder = [
            LSTM(units, initializer=initializer(), name=f"decoder_{i}", dtype=dtype)
            for i in range(depth)
        ]
        self.output_projection = keras.layers.Dense(
            target_vocabulary,
            kernel_initializer=initializer() or "glorot_uniform",
            name="output",
            dtype=dtype,
        )
        self.dropouts = [Dropout(dropout, dtype=dtype) for _ in range(2 * depth + 1)]

    def encode(self, source, training=False):
        mask, x, final = padding_mask(source), self.source_embedding(source), []
        for lstm, dropout in zip(self.encoder, self.dropouts):
            x, state = lstm(dropout(x, training=training), mask=mask)  # [B, S, D], ([B, D], [B, D])
            final.append(state)
        return Memory(x, mask, tuple(final))

    def decode(self, target, memory, training=False):
        x = self.target_embedding(target)
        for lstm, state, dropout in zip(self.decoder, memory.final, self.dropouts[self.depth :]):
            x, _ = lstm(dropout(x, training=training), state=state)  # [B, T, D]
        return ops.cast(self.output_projection(self.dropouts[-1](x, training=training)), "float32")

    def start(self, memory, max_length):
        return State(
            memory=(), cache=memory.final, position=first_position(ops.shape(memory.states)[0])
        )

    def step(self, token, state):
        x, cache = self.target_embedding(token), []
        for lstm, layer_state in zip(self.decoder, state.cache):
            x, layer_state = lstm.step(x, layer_state)  # [B, D]
            cache.append(layer_state)
        return ops.cast(self.output_projection(x), "float32"), State(
            (), tuple(cache), state.position + 1
        )
