"""Bi-LSTM with Bahdanau attention: every target step looks at the whole source again.

Bahdanau, Cho, Bengio: "Neural Machine Translation by Jointly Learning to Align and Translate", 2015,
https://arxiv.org/abs/1409.0473.

Line by line: the annotation h_j joins a forward and a backward state (section 3.2); the decoder starts from
s_0 = tanh(W_s h_1, backward part) (appendix A.2.2); e_ij = v^T tanh(W s_{i-1} + U h_j) with U h_j once a sentence
(appendix A.1.2); s_i reads y_{i-1} and c_i; the output reads s_i, y_{i-1} and c_i.

Where we differ: LSTM in place of the paper's gated unit, with a cell state that starts at a second projection of the same
state; the output layer is tanh, not maxout, and reads the new state s_i. Attention units are as many as the decoder's, as in
the paper.
"""

import keras
from keras import ops

from zoo.errors import check_fraction, check_positive
from zoo.layers.additive_attention import AdditiveAttentionLSTM
from zoo.layers.dropout import Dropout
from zoo.layers.recurrent import LSTM
from zoo.registry import Paper, Size, register_model
from zoo.seq2seq import Memory, Seq2Seq, State, first_position, padding_mask

BAHDANAU_2015 = Paper("Bahdanau et al.", "Neural Machine Translation by Jointly Learning to Align and Translate", 2015,
                      "https://arxiv.org/abs/1409.0473")


@register_model(
    "bilstm_bahdanau", paper=BAHDANAU_2015, encoder="Bi-LSTM", decoder="LSTM", attention="additive",
    expect="Attention frees it from the fixed-size state: the score holds as sequences grow.",
    sizes={"nano": Size((32, 32), units=16),
           "mini": Size((33, 43), units=100),
           "base": Size((30_000, 30_000), units=1000, embedding_units=620, readout_units=500)})
class BiLSTMBahdanau(Seq2Seq):
    """Bidirectional LSTM encoder and LSTM decoder with additive attention.

    Args:
        source_vocabulary, target_vocabulary: int, number of token ids.
        units: int, D, width of each direction, of the decoder and of the attention; the memory is [B, S, 2D].
        embedding_units: int, width of the embeddings; None is D.
        readout_units: int, width of the output layer; None is D.
        dropout: float, rate on embeddings, memory and readout.
        start_id, end_id, **kwargs: see `Seq2Seq`.

    Source: https://arxiv.org/abs/1409.0473
    """

    def __init__(self, source_vocabulary, target_vocabulary, units=1000, embedding_units=None, readout_units=None, dropout=0.0,
                 start_id=1, end_id=2, **kwargs):
        super().__init__(source_vocabulary, target_vocabulary, start_id, end_id, **kwargs)
        self.units, self.embedding_units, self.readout_units = units, embedding_units or units, readout_units or units
        self.dropout = dropout
        check_positive(units=units, embedding_units=self.embedding_units, readout_units=self.readout_units)
        check_fraction(dropout=dropout)
        dtype = self.dtype_policy
        self.source_embedding = keras.layers.Embedding(source_vocabulary, self.embedding_units, name="source_embedding",
                                                       dtype=dtype)
        self.target_embedding = keras.layers.Embedding(target_vocabulary, self.embedding_units, name="target_embedding",
                                                       dtype=dtype)
        self.forwards = LSTM(units, name="forwards", dtype=dtype)
        self.backwards = LSTM(units, backwards=True, name="backwards", dtype=dtype)
        self.first_hidden = keras.layers.Dense(units, "tanh", name="first_hidden", dtype=dtype)
        self.first_cell = keras.layers.Dense(units, "tanh", name="first_cell", dtype=dtype)
        self.decoder = AdditiveAttentionLSTM(units, units, 2 * units, self.embedding_units, name="decoder", dtype=dtype)
        self.readout = keras.layers.Dense(self.readout_units, "tanh", name="readout", dtype=dtype)
        self.output_projection = keras.layers.Dense(target_vocabulary, name="output", dtype=dtype)
        self.dropouts = [Dropout(dropout, dtype=dtype) for _ in range(4)]

    def encode(self, source, training=False):
        mask = padding_mask(source)
        x = self.dropouts[0](self.source_embedding(source), training=training)
        forwards, _ = self.forwards(x, mask=mask)
        backwards, (first, _) = self.backwards(x, mask=mask)  # `first` has read back to the first token
        states = self.dropouts[1](ops.concatenate([forwards, backwards], -1), training=training)  # [B, S, 2D]
        return Memory(states, mask, (self.first_hidden(first), self.first_cell(first)))

    def decode(self, target, memory, training=False):
        return self.decode_states(target, memory, training)[0]

    def decode_states(self, target, memory, training=False):
        """Logits [B, T, V] and attention [B, T, S]."""
        embedded = self.dropouts[2](self.target_embedding(target), training=training)  # [B, T, E]
        hidden, contexts, attention = self.decoder(
            embedded, states=memory.states, keys=self.decoder.keys(memory.states), bias=self.decoder.bias(memory.mask),
            state=memory.final)
        return self.logits(hidden, embedded, contexts, training), attention

    def logits(self, hidden, embedded, context, training=False):
        """tanh(U s_i + V y_{i-1} + C c_i) through the output projection, float32."""
        x = self.readout(ops.concatenate([hidden, embedded, context], -1))
        return ops.cast(self.output_projection(self.dropouts[3](x, training=training)), "float32")

    def start(self, memory, max_length):
        return State(memory=(memory.states, self.decoder.keys(memory.states), self.decoder.bias(memory.mask)),
                     cache=memory.final, position=first_position(ops.shape(memory.states)[0]))

    def step(self, token, state):
        embedded = self.target_embedding(token)  # [B, E]
        hidden, context, cache = self.decoder.step(embedded, *state.memory, state.cache)
        return self.logits(hidden, embedded, context), State(state.memory, cache, state.position + 1)

    def align(self, source, target):
        return self.decode_states(target, self.encode(source))[1]
