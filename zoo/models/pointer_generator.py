"""Pointer-generator: each step generates a token of the vocabulary or copies one of the source.

See, Liu, Manning: "Get To The Point: Summarization with Pointer-Generator Networks", 2017,
https://arxiv.org/abs/1704.04368.

The model: a bidirectional LSTM reads the source. The decoder's state s_t scores every encoder
state, e_i = v^T tanh(W_h h_i + W_s s_t + b), and the weights a_t mix them into the context h*_t
(section 2.1, equations 1 to 3). P_vocab = softmax(V'(V [s_t; h*_t] + b) + b') (equation 4). p_gen =
sigmoid(w_h h*_t + w_s s_t + w_x x_t + b) chooses between generating and copying: P(w) = p_gen
P_vocab(w) + (1 - p_gen) (the sum of a_t over the places that hold w) (section 2.2, equations 8 and
9). Logits are log P(w).

What the paper leaves open follows the authors' code (https://github.com/abisee/pointer-generator):
one table embeds both sides; x_t = W [y_{t-1}; h*_{t-1}] + b, which has the width of the embeddings;
a ReLU layer makes the decoder's first state from the last states of both directions; in attention
and gate, s_t is the cell state and the hidden state, joined. The size `base` has the number of
parameters that the paper reports, 21,499,600 and 1,153 for the pointer (section 5).

Where we differ: there is no coverage, which the paper adds in a second training with a loss of its
own. Words outside the vocabulary cannot be copied; tokenizers of pieces and bytes spell them. The
source's end token can be copied, so that attention to it makes an ending more likely. The paper has
no dropout; ours acts on embeddings, on the memory and before the output. With `copy=False`, or
with vocabularies of different size, the model only generates, as the paper's baseline does, and
each side has its own embeddings. Weights start from Keras' initializers.
"""

import keras
from keras import ops

from zoo.errors import ZooError, check_fraction, check_positive
from zoo.layers.dropout import Dropout
from zoo.layers.lstm import LSTM, exact
from zoo.layers.pointer import PointerDecoder, mixed_logits
from zoo.registry import Paper, Size, register_model
from zoo.seq2seq import Memory, Seq2Seq, State, padding_mask

SEE_2017 = Paper(
    "See et al.",
    "Get To The Point: Summarization with Pointer-Generator Networks",
    2017,
    "https://arxiv.org/abs/1704.04368",
)


@register_model(
    "pointer_generator",
    paper=SEE_2017,
    encoder="Bi-LSTM",
    decoder="LSTM, fed the context",
    attention="additive, and copies",
    expect="Copies rare tokens of the source: for summaries, corrections and names.",
    sizes={
        "nano": Size((32, 32), units=16, embedding_units=12),
        "mini": Size((43, 43), units=99),
        "midi": Size((10_000, 10_000), units=312, embedding_units=160, dropout=0.2),
        "base": Size((50_000, 50_000), units=256, embedding_units=128),
    },
)
class PointerGenerator(Seq2Seq):
    """Bidirectional LSTM encoder, and an LSTM decoder that attends, generates and copies.

    Args:
        source_vocabulary, target_vocabulary: int, numbers of token ids, the first None for frames.
        units: int, D, width of each direction and of the decoder; memory and attention have 2D.
        embedding_units: int, E, width of the embeddings; None is D.
        copy: bool, whether source tokens can be copied, for which both sides must share one
            vocabulary; None copies if both vocabularies have the same size.
        dropout: float, rate on embeddings, memory, and before the output.
        **kwargs: `start_id`, `end_id`, `source_features`, `name`, `dtype`; see `Seq2Seq`.

    Source: https://arxiv.org/abs/1704.04368
    """

    def __init__(
        self,
        source_vocabulary,
        target_vocabulary,
        units=256,
        embedding_units=None,
        copy: bool | None = None,
        dropout=0.0,
        **kwargs,
    ):
        super().__init__(source_vocabulary, target_vocabulary, **kwargs)
        self.units, self.copy, self.dropout = units, copy, dropout
        self.embedding_units = units if embedding_units is None else embedding_units
        check_positive(units=units, embedding_units=self.embedding_units)
        check_fraction(dropout=dropout)
        self.copies = source_vocabulary == target_vocabulary if copy is None else copy
        if self.copies and source_vocabulary != target_vocabulary:
            raise ZooError(
                "copy=true needs one vocabulary for source and target, got "
                f"{source_vocabulary or 'no'} source and {target_vocabulary} target ids"
            )
        width, dtype = self.embedding_units, self.dtype_policy
        self.target_embedding = keras.layers.Embedding(
            target_vocabulary, width, name="target_embedding", dtype=dtype
        )
        self.source_embedding = self.target_embedding if self.copies else self.source_layer(width)
        self.forwards = LSTM(units, name="forwards", dtype=dtype)
        self.backwards = LSTM(units, backwards=True, name="backwards", dtype=dtype)
        self.first_hidden = keras.layers.Dense(units, "relu", name="first_hidden", dtype=dtype)
        self.first_cell = keras.layers.Dense(units, "relu", name="first_cell", dtype=dtype)
        self.decoder = PointerDecoder(
            units, 2 * units, 2 * units, width, name="decoder", dtype=dtype
        )
        self.readout = keras.layers.Dense(units, name="readout", dtype=dtype)  # V
        self.output_projection = keras.layers.Dense(target_vocabulary, name="output", dtype=dtype)
        if self.copies:
            self.pointer = keras.layers.Dense(1, name="pointer", dtype=dtype)
        self.dropouts = [Dropout(dropout, dtype=dtype) for _ in range(4)]

    def encode(self, source, training=False):
        mask = padding_mask(source)
        x = self.dropouts[0](self.source_embedding(source), training=training)  # [B, S, E]
        forwards, forth = self.forwards(x, mask=mask)
        backwards, back = self.backwards(x, mask=mask)
        states = ops.concatenate([forwards, backwards], -1)  # [B, S, 2D]
        hidden, cell = (ops.concatenate(pair, -1) for pair in zip(forth, back))
        first = self.first_hidden(hidden), exact(self.first_cell(cell))
        states = self.dropouts[1](states, training=training)
        return Memory((states, source) if self.copies else (states,), mask, first)

    def decode(self, target, memory, training=False):
        embedded = self.dropouts[2](self.target_embedding(target), training=training)  # [B, T, E]
        attended, *source = self.prepared(memory)
        found = self.decoder(embedded, memory=attended, state=memory.final)
        return self.logits(*found, *source, training=training)

    def prepared(self, memory):
        """The `AttendedMemory`, and the source's ids where they can be copied."""
        states, *source = memory.states
        return self.decoder.prepare(memory._replace(states=states)), *source

    def logits(self, hidden, context, attention, gate, *source, training=False):
        """log P(w), float32 [B, K, V], and the attention a, float32 [B, K, S]."""
        x = self.readout(ops.concatenate([hidden, context], -1))
        logits = exact(self.output_projection(self.dropouts[3](x, training=training)))
        if self.copies:
            logits = mixed_logits(logits, exact(self.pointer(gate)), attention, *source)
        return logits, attention

    def start(self, memory, room):
        context = self.decoder.no_context(ops.shape(memory.mask)[0])
        return State.begin(memory, source=self.prepared(memory), carried=(context, *memory.final))

    def step(self, token, state):
        attended, *source = state.source
        embedded = self.target_embedding(token)  # [B, K, E]
        *found, carried = self.decoder.step(embedded, attended, state.carried)
        logits, attention = self.logits(*found, *source)
        return logits, state.next(carried), attention
