"""Bahdanau attention: every target step looks at the whole source again.

Bahdanau, Cho, Bengio: "Neural Machine Translation by Jointly Learning to Align and Translate",
2015, https://arxiv.org/abs/1409.0473.

Line by line: the annotation h_j joins a forward and a backward state (section 3.2). The decoder
starts from s_0 = tanh(W_s h_1), h_1 being the backward part (appendix A.2.2). e_ij = v^T tanh(W
s_{i-1} + U h_j), with U h_j computed once per sentence (appendix A.1.2); s_i reads y_{i-1} and c_i.

`rnnsearch` is the paper's own model: gated units (A.1.1, A.2.2), and an output that takes the
larger of each pair of U_o s_{i-1} + V_o e(y_{i-1}) + C_o c_i, the state being that before the step
(A.2.2). Where we differ: gates, keys and output have biases, which the paper leaves out of its
equations; the update gate weighs the old state, as in Cho et al. 2014, where this paper's weighs
the new one, which is the same with the sign of its weights turned; kernels start from Keras'
initializers.

`bilstm_bahdanau` is what the name has come to mean. Where it differs: an LSTM replaces the gated
unit, with a cell state that starts at a second projection of the same state; the output layer is
tanh, not maxout, and reads the new state s_i. Attention has as many units as the decoder, as in the
paper.
"""

import keras
from keras import ops

from zoo.errors import check_fraction, check_positive
from zoo.layers.attentive_lstm import AttentiveLSTM
from zoo.layers.dropout import Dropout
from zoo.layers.gru import AttentiveGRU
from zoo.layers.lstm import LSTM, exact
from zoo.layers.maxout import Maxout
from zoo.registry import Paper, Size, register_model
from zoo.seq2seq import Memory, Seq2Seq, State, padding_mask

BAHDANAU_2015 = Paper(
    "Bahdanau et al.",
    "Neural Machine Translation by Jointly Learning to Align and Translate",
    2015,
    "https://arxiv.org/abs/1409.0473",
)


class BahdanauSeq2Seq(Seq2Seq):
    """What both models share: a memory of annotations, and a decoder that looks before each step.

    A subclass makes `decoder`, `readout`, `output_projection` and four `dropouts` (source
    embeddings, memory, target embeddings, readout), and defines `annotate`. Its arguments are those
    of this class.
    """

    def __init__(
        self,
        source_vocabulary,
        target_vocabulary,
        units=1000,
        embedding_units=None,
        readout_units=None,
        dropout=0.0,
        **kwargs,
    ):
        super().__init__(source_vocabulary, target_vocabulary, **kwargs)
        self.units, self.dropout = units, dropout
        self.embedding_units = units if embedding_units is None else embedding_units
        self.readout_units = units if readout_units is None else readout_units
        check_positive(
            units=units, embedding_units=self.embedding_units, readout_units=self.readout_units
        )
        check_fraction(dropout=dropout)
        width, dtype = self.embedding_units, self.dtype_policy
        self.source_embedding = self.source_layer(width)
        self.target_embedding = keras.layers.Embedding(
            target_vocabulary, width, name="target_embedding", dtype=dtype
        )

    def annotate(self, x, mask):
        """Annotations [B, S, 2D] and the decoder's first state.

        Args:
            x: float [B, S, E], the embedded source.
            mask: bool [B, S].
        """
        raise NotImplementedError(f"{type(self).__name__} must define annotate")

    def encode(self, source, training=False):
        mask = padding_mask(source)
        states, first = self.annotate(
            self.dropouts[0](self.source_embedding(source), training=training), mask
        )
        return Memory(self.dropouts[1](states, training=training), mask, first)

    def decode(self, target, memory, training=False):
        embedded = self.dropouts[2](self.target_embedding(target), training=training)  # [B, T, E]
        attended = self.decoder.prepare(memory)
        hidden, contexts, attention = self.decoder(embedded, memory=attended, state=memory.final)
        logits = self.logits(hidden, embedded, contexts, training)
        return logits, ops.cast(attention, "float32")

    def logits(self, hidden, embedded, context, training=False):
        """The readout of U s + V y_{i-1} + C c_i through the output projection, float32."""
        x = self.readout(ops.concatenate([hidden, embedded, context], -1))
        return ops.cast(self.output_projection(self.dropouts[3](x, training=training)), "float32")

    def start(self, memory, room):
        return State.begin(memory, source=self.decoder.prepare(memory), carried=memory.final)

    def step(self, token, state):
        embedded = self.target_embedding(token)  # [B, K, E]
        hidden, context, attention, carried = self.decoder.step(
            embedded, state.source, state.carried
        )
        logits = self.logits(hidden, embedded, context)
        return logits, state.next(carried), ops.cast(attention, "float32")


@register_model(
    "rnnsearch",
    paper=BAHDANAU_2015,
    encoder="Bi-GRU",
    decoder="GRU",
    attention="additive",
    expect="The first attention: the score holds past 50 words, where a fixed-size state falls.",
    sizes={
        "nano": Size((32, 32), units=16),
        "mini": Size((33, 43), units=106),
        "midi": Size(
            (10_000, 10_000), units=344, embedding_units=160, readout_units=160, dropout=0.2
        ),
        "base": Size((30_000, 30_000), units=1000, embedding_units=620, readout_units=500),
    },
)
class RNNSearch(BahdanauSeq2Seq):
    """Bi-GRU encoder and GRU decoder with additive attention and maxout: the paper's own model.

    Args:
        source_vocabulary, target_vocabulary: int, number of token ids.
        units: int, D, width of each direction, of the decoder and of the attention; the memory is
            [B, S, 2D].
        embedding_units: int, width of the embeddings; None is D.
        readout_units: int, number of maxout units, each the larger of two; None is D.
        dropout: float, rate on embeddings, memory and readout.
        **kwargs: `start_id`, `end_id`, `name`, `dtype`; see `Seq2Seq`.

    Source: https://arxiv.org/abs/1409.0473
    """

    def __init__(self, source_vocabulary, target_vocabulary, **kwargs):
        super().__init__(source_vocabulary, target_vocabulary, **kwargs)
        units, dropout, dtype = self.units, self.dropout, self.dtype_policy

        def reader(name, backwards):
            return keras.layers.GRU(
                units,
                reset_after=False,
                return_sequences=True,
                return_state=True,
                go_backwards=backwards,
                use_cudnn=False,
                name=name,
                dtype=dtype,
            )

        self.forwards = reader("forwards", backwards=False)
        self.backwards = reader("backwards", backwards=True)
        self.first_hidden = keras.layers.Dense(units, "tanh", name="first_hidden", dtype=dtype)
        self.decoder = AttentiveGRU(
            units, units, 2 * units, self.embedding_units, name="decoder", dtype=dtype
        )
        self.readout = Maxout(self.readout_units, name="readout", dtype=dtype)
        self.output_projection = keras.layers.Dense(target_vocabulary, name="output", dtype=dtype)
        self.dropouts = [Dropout(dropout, dtype=dtype) for _ in range(4)]

    def annotate(self, x, mask):
        forwards, _ = self.forwards(x, mask=mask)
        # In the order of reading: `first` has read back to the first token.
        backwards, first = self.backwards(x, mask=mask)
        return ops.concatenate([forwards, ops.flip(backwards, 1)], -1), (self.first_hidden(first),)


@register_model(
    "bilstm_bahdanau",
    paper=BAHDANAU_2015,
    encoder="Bi-LSTM",
    decoder="LSTM",
    attention="additive",
    expect="Attention frees it from the fixed-size state: the score holds as sequences grow.",
    sizes={
        "nano": Size((32, 32), units=16),
        "mini": Size((33, 43), units=100),
        "midi": Size(
            (10_000, 10_000), units=312, embedding_units=160, readout_units=160, dropout=0.2
        ),
        "base": Size((30_000, 30_000), units=1000, embedding_units=620, readout_units=500),
    },
)
class BiLSTMBahdanau(BahdanauSeq2Seq):
    """Bidirectional LSTM encoder and LSTM decoder with additive attention.

    Args:
        source_vocabulary, target_vocabulary: int, number of token ids.
        units: int, D, width of each direction, of the decoder and of the attention; the memory is
            [B, S, 2D].
        embedding_units: int, width of the embeddings; None is D.
        readout_units: int, width of the output layer; None is D.
        dropout: float, rate on embeddings, memory and readout.
        **kwargs: `start_id`, `end_id`, `name`, `dtype`; see `Seq2Seq`.

    Source: https://arxiv.org/abs/1409.0473
    """

    def __init__(self, source_vocabulary, target_vocabulary, **kwargs):
        super().__init__(source_vocabulary, target_vocabulary, **kwargs)
        units, dropout, dtype = self.units, self.dropout, self.dtype_policy
        self.forwards = LSTM(units, name="forwards", dtype=dtype)
        self.backwards = LSTM(units, backwards=True, name="backwards", dtype=dtype)
        self.first_hidden = keras.layers.Dense(units, "tanh", name="first_hidden", dtype=dtype)
        self.first_cell = keras.layers.Dense(units, "tanh", name="first_cell", dtype=dtype)
        self.decoder = AttentiveLSTM(
            units, units, 2 * units, self.embedding_units, name="decoder", dtype=dtype
        )
        self.readout = keras.layers.Dense(self.readout_units, "tanh", name="readout", dtype=dtype)
        self.output_projection = keras.layers.Dense(target_vocabulary, name="output", dtype=dtype)
        self.dropouts = [Dropout(dropout, dtype=dtype) for _ in range(4)]

    def annotate(self, x, mask):
        forwards, _ = self.forwards(x, mask=mask)
        # `first` has read back to the first token.
        backwards, (first, _) = self.backwards(x, mask=mask)
        return ops.concatenate([forwards, backwards], -1), (
            self.first_hidden(first),
            exact(self.first_cell(first)),
        )
