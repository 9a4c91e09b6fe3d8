"""Luong attention: the decoder steps first, looks afterwards, and is fed what it saw.

Luong, Pham, Manning: "Effective Approaches to Attention-based Neural Machine Translation", 2015,
https://arxiv.org/abs/1508.04025.

Line by line: the score of target state h_t and source state m_s is h_t^T m_s (dot), h_t^T W_a m_s
(general) or v_a^T tanh(W_a [h_t; m_s]) (concat) (section 3.1). The output reads the attentional
vector h~_t = tanh(W_c [c_t; h_t]) (section 3). Local attention looks around p_t = S sigmoid(v_p^T
tanh(W_p h_t)), S being the source's own length: the softmax runs over the positions at most D from
p_t, and a Gaussian of deviation D / 2 favours the nearest (section 3.2). Its weights do not sum to
1; the alignment scales them. Input feeding joins h~_{t-1} to the next embedding (section 3.3).

Where we differ: each encoder layer reads both ways, where the paper's reads forwards over a
reversed source. Each direction has half the units, so that memory and states have the decoder's
width and every score is possible. A layer's two last states, joined, start the same layer of the
decoder. Positions count from 0, and S includes the end token. Output and concat's score have a
bias. Dropout stands before the encoder's layers, on the target's embeddings and on h~, not between
the decoder's layers. Weights start from Keras' initializers, not uniform in [-0.1, 0.1].
"""

import keras
from keras import ops

from zoo.errors import ZooError, check_choice, check_fraction, check_positive
from zoo.layers.attention import normalised
from zoo.layers.dropout import Dropout
from zoo.layers.lstm import LSTM
from zoo.layers.luong_decoder import LuongDecoder
from zoo.registry import Paper, Size, register_model
from zoo.seq2seq import Memory, Seq2Seq, State, padding_mask

LUONG_2015 = Paper(
    "Luong et al.",
    "Effective Approaches to Attention-based Neural Machine Translation",
    2015,
    "https://arxiv.org/abs/1508.04025",
)


@register_model(
    "bilstm_luong",
    paper=LUONG_2015,
    encoder="Bi-LSTM",
    decoder="LSTM, input feeding",
    attention="multiplicative",
    expect="Scores by a product; input feeding tells each step what the last one looked at.",
    sizes={
        "nano": Size((32, 32), units=16),
        "mini": Size((33, 43), units=138),
        "midi": Size((10_000, 10_000), units=230, dropout=0.2),
        "base": Size((50_000, 50_000), units=1000, depth=4),
    },
)
class BiLSTMLuong(Seq2Seq):
    """Bidirectional LSTM encoder and LSTM decoder with Luong's attention, global or local.

    Args:
        source_vocabulary, target_vocabulary: int, number of token ids.
        units: int, D, width of embeddings, memory and decoder; even, since each direction of the
            encoder has half of it.
        depth: int, layers of the encoder and of the decoder.
        score: str, "dot", "general" or "concat".
        window: str, "global", or "local_p": a Gaussian around a position that is predicted.
        half_width: int, positions on either side of the window's centre, with window="local_p"
            only.
        input_feeding: bool, whether the attentional vector joins the next step's input.
        dropout: float, rate before the encoder's layers, on the target's embeddings and on the
            attentional vector.
        **kwargs: `start_id`, `end_id`, `name`, `dtype`; see `Seq2Seq`.

    Source: https://arxiv.org/abs/1508.04025
    """

    def __init__(
        self,
        source_vocabulary,
        target_vocabulary,
        units=1000,
        depth=1,
        score="general",
        window="global",
        half_width=10,
        input_feeding=True,
        dropout=0.0,
        **kwargs,
    ):
        super().__init__(source_vocabulary, target_vocabulary, **kwargs)
        check_positive(units=units, depth=depth, half_width=half_width)
        check_choice(("dot", "general", "concat"), score=score)
        check_choice(("global", "local_p"), window=window)
        check_fraction(dropout=dropout)
        if units % 2:
            raise ZooError(f"units must be even, half of them for each direction, got {units}")
        self.units, self.depth, self.score = units, depth, score
        self.window, self.half_width = window, half_width
        self.input_feeding, self.dropout = input_feeding, dropout
        dtype = self.dtype_policy
        self.source_embedding = self.source_layer(units)
        self.target_embedding = keras.layers.Embedding(
            target_vocabulary, units, name="target_embedding", dtype=dtype
        )
        self.forwards = [LSTM(units // 2, name=f"forwards_{i}", dtype=dtype) for i in range(depth)]
        self.backwards = [
            LSTM(units // 2, backwards=True, name=f"backwards_{i}", dtype=dtype)
            for i in range(depth)
        ]
        self.decoder = LuongDecoder(
            units,
            depth,
            score,
            half_width if window == "local_p" else None,
            input_feeding,
            name="decoder",
            dtype=dtype,
        )
        self.output_projection = keras.layers.Dense(target_vocabulary, name="output", dtype=dtype)
        self.dropouts = [Dropout(dropout, dtype=dtype) for _ in range(depth + 2)]

    def encode(self, source, training=False):
        mask, x, final = padding_mask(source), self.source_embedding(source), []
        for forwards, backwards, dropout in zip(self.forwards, self.backwards, self.dropouts):
            x = dropout(x, training=training)
            directions = forwards(x, mask=mask), backwards(x, mask=mask)
            x = ops.concatenate([states for states, _ in directions], -1)  # [B, S, D]
            final.append(
                tuple(ops.concatenate(pair, -1) for pair in zip(*(last for _, last in directions)))
            )
        return Memory(x, mask, tuple(final))

    def decode(self, target, memory, training=False):
        embedded = self.dropouts[-2](self.target_embedding(target), training=training)  # [B, T, D]
        attended = self.decoder.prepare(memory)
        attentional, attention = self.decoder(embedded, memory=attended, state=memory.final)
        logits = self.logits(self.dropouts[-1](attentional, training=training))
        return logits, normalised(attention)  # the weights of a local window do not sum to 1

    def logits(self, attentional):
        """W_s h~, float32."""
        return ops.cast(self.output_projection(attentional), "float32")

    def start(self, memory, room):
        fed = ops.zeros((ops.shape(memory.mask)[0], self.units), self.compute_dtype)
        carried = fed, memory.final
        return State.begin(memory, source=self.decoder.prepare(memory), carried=carried)

    def step(self, token, state):
        attentional, attention, cells = self.decoder.step(
            self.target_embedding(token), state.source, *state.carried
        )  # [B, K, D], [B, K, S]
        return self.logits(attentional), state.next((attentional, cells)), normalised(attention)
