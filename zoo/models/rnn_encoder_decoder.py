"""RNN Encoder-Decoder: one vector holds the source, and every target step reads it.

Cho, van Merrienboer, Gulcehre, Bahdanau, Bougares, Schwenk, Bengio: "Learning Phrase
Representations using RNN Encoder-Decoder for Statistical Machine Translation", 2014,
https://arxiv.org/abs/1406.1078. The gated unit comes from here.

Line by line (appendix A): the encoder's candidate is tanh(W e(x) + U (r * h)), and its state z * h
+ (1 - z) * candidate (A.1.1). c = tanh(V h_S). The decoder starts from tanh(V' c) (A.1.2). Its
gates read y_{t-1}, h_{t-1} and c, and its reset gate acts after the product, on c as well:
tanh(W e(y) + r * (U h + C c)). The output takes the larger of each pair of
O_h h_t + O_y y_{t-1} + O_c c, then a matrix of low rank, that of the embeddings (section 4.1).

So the paper has two gated units. The encoder's U (r * h) is `reset_after=False` of
`keras.layers.GRU`. The decoder's r * (U h) is that of `torch.nn.GRU` and cuDNN, with C c in place
of their hidden bias. `reset_after=True` gives the encoder their form, too, so that weights can be
exchanged with them.

`cell="tanh"` takes the gates away from both: h = tanh(W e(x) + U h), and W e(y) + U h + C c in the
decoder, the plain unit that gated ones were an answer to (Elman 1990; the paper's section 2.1).

Where we differ: gates and output have biases, which the paper leaves out of its equations. O_y
reads the embedding of y_{t-1}. Kernels start from Glorot's distribution, not from a deviation of
0.01. The paper scores phrase pairs for another system; here the model translates by itself.
"""

import keras
from keras import ops

from zoo.errors import ZooError, check_choice, check_fraction, check_positive
from zoo.layers.dropout import Dropout
from zoo.layers.gru import SummaryGRU, SummaryRNN
from zoo.layers.maxout import Maxout
from zoo.registry import Paper, Size, register_model
from zoo.seq2seq import Memory, Seq2Seq, State, padding_mask

CHO_2014 = Paper(
    "Cho et al.",
    "Learning Phrase Representations using RNN Encoder-Decoder for Statistical Machine Translation",
    2014,
    "https://arxiv.org/abs/1406.1078",
)


@register_model(
    "rnn_encoder_decoder",
    paper=CHO_2014,
    encoder="GRU",
    decoder="GRU, fed the summary",
    attention="none",
    expect="One vector that every step reads holds the source: good on phrases, falls with length.",
    sizes={
        "nano": Size((32, 32), units=16),
        "mini": Size((33, 43), units=140),
        "midi": Size(
            (10_000, 10_000), units=464, embedding_units=160, readout_units=160, dropout=0.2
        ),
        "base": Size((15_000, 15_000), units=1000, embedding_units=100, readout_units=500),
    },
)
class RNNEncoderDecoder(Seq2Seq):
    """Gated encoder and decoder around one summary of the source.

    Args:
        source_vocabulary, target_vocabulary: int, number of token ids.
        units: int, D, width of both states and of the summary.
        embedding_units: int, E, width of the embeddings and rank of the output matrix; None is D.
        readout_units: int, number of maxout units, each the larger of two; None is D / 2.
        reset_after: bool, whether the encoder's reset gate acts on U h, as in torch.nn.GRU, or on
            h, as in the paper; with cell="gru" only.
        dropout: float, rate on embeddings and readout.
        cell: "gru" as in the paper, or "tanh", a plain recurrent unit without gates.
        **kwargs: `start_id`, `end_id`, `name`, `dtype`; see `Seq2Seq`.

    Source: https://arxiv.org/abs/1406.1078
    """

    def __init__(
        self,
        source_vocabulary,
        target_vocabulary,
        units=1000,
        embedding_units=None,
        readout_units=None,
        reset_after=False,
        dropout=0.0,
        cell="gru",
        **kwargs,
    ):
        super().__init__(source_vocabulary, target_vocabulary, **kwargs)
        check_positive(units=units)
        self.units = units
        self.embedding_units = units if embedding_units is None else embedding_units
        self.readout_units = -(-units // 2) if readout_units is None else readout_units
        self.reset_after, self.cell, self.dropout = reset_after, cell, dropout
        check_positive(embedding_units=self.embedding_units, readout_units=self.readout_units)
        check_fraction(dropout=dropout)
        check_choice(("gru", "tanh"), cell=cell)
        if reset_after and cell == "tanh":
            raise ZooError("reset_after belongs to cell='gru'; a tanh cell has no reset gate")
        dtype = self.dtype_policy
        self.source_embedding = self.source_layer(self.embedding_units)
        self.target_embedding = keras.layers.Embedding(
            target_vocabulary, self.embedding_units, name="target_embedding", dtype=dtype
        )
        options = dict(return_sequences=True, return_state=True, name="encoder", dtype=dtype)
        if cell == "gru":
            self.encoder = keras.layers.GRU(
                units, reset_after=reset_after, use_cudnn=False, **options
            )
        else:
            self.encoder = keras.layers.SimpleRNN(units, **options)
        self.summary = keras.layers.Dense(units, "tanh", name="summary", dtype=dtype)
        self.first = keras.layers.Dense(units, "tanh", name="first", dtype=dtype)
        summary_unit = SummaryGRU if cell == "gru" else SummaryRNN
        self.decoder = summary_unit(units, units, self.embedding_units, name="decoder", dtype=dtype)
        self.readout = Maxout(self.readout_units, name="readout", dtype=dtype)
        self.output_rank = keras.layers.Dense(
            self.embedding_units, use_bias=False, name="output_rank", dtype=dtype
        )
        self.output_projection = keras.layers.Dense(target_vocabulary, name="output", dtype=dtype)
        self.dropouts = [Dropout(dropout, dtype=dtype) for _ in range(3)]

    def encode(self, source, training=False):
        mask = padding_mask(source)
        x = self.dropouts[0](self.source_embedding(source), training=training)  # [B, S, E]
        states, last = self.encoder(x, mask=mask)  # [B, S, D], [B, D]
        summary = self.summary(last)  # c, [B, D]
        return Memory(states, mask, (summary, self.first(summary)))

    def decode(self, target, memory, training=False):
        summary, first = memory.final
        embedded = self.dropouts[1](self.target_embedding(target), training=training)  # [B, T, E]
        context = self.decoder.of_context(summary)  # [B, 3D] or [B, D]
        hidden = self.decoder(embedded, context=context, state=first)  # [B, T, D]
        return self.logits(hidden, embedded, summary, training), None

    def logits(self, hidden, embedded, summary, training=False):
        """G_left G_right max(O_h h_t + O_y y_{t-1} + O_c c), float32 [B, T, V]."""
        summary = ops.repeat(summary[:, None], ops.shape(hidden)[1], 1)  # [B, T, D]
        x = self.readout(ops.concatenate([hidden, embedded, summary], -1))
        x = self.output_rank(self.dropouts[2](x, training=training))
        return ops.cast(self.output_projection(x), "float32")

    def start(self, memory, room):
        summary, first = memory.final
        source = summary, self.decoder.of_context(summary)
        return State.begin(memory, source=source, carried=first)

    def step(self, token, state):
        summary, context = state.source  # [B, D], [B, 3D] or [B, D]
        embedded = self.target_embedding(token)  # [B, K, E]
        hidden = self.decoder.step(embedded, context, state.carried)  # [B, K, D]
        return self.logits(hidden, embedded, summary), state.next(hidden), None
