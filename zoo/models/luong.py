"""Luong attention: the decoder steps first and looks afterwards, with a product for a score, and is fed what it saw.

Luong, Pham, Manning: "Effective Approaches to Attention-based Neural Machine Translation", 2015,
https://arxiv.org/abs/1508.04025.

Line by line: the score of target state h_t and source state m_s is h_t^T m_s (dot), h_t^T W_a m_s (general) or
v_a^T tanh(W_a [h_t; m_s]) (concat) (section 3.1); the attentional vector h~_t = tanh(W_c [c_t; h_t]) is what the output reads
(section 3). Local attention looks around p_t = S sigmoid(v_p^T tanh(W_p h_t)), S the source's own length: the softmax runs
over the positions at most D from p_t, and a Gaussian of deviation D / 2 favours the nearest (section 3.2). Its weights do not
sum to 1; `align` scales them. Input feeding joins h~_{t-1} to the next embedding (section 3.3).

Where we differ: each encoder layer reads both ways, the paper's forwards over a reversed source; each direction has half the
units, so that memory and states have the decoder's width and every score is possible: a layer's two last states, joined,
start the same layer of the decoder. Positions count from 0, the end token's included in S. Output and concat's score have a
bias. Dropout stands before the encoder's layers, on the target's embeddings and on h~, not between the decoder's layers;
weights start from Keras' initializers, not uniform in [-0.1, 0.1].
"""

import keras
from keras import ops

from zoo.errors import ZooError, check_choice, check_fraction, check_positive
from zoo.layers.attention import MASKED
from zoo.layers.dropout import Dropout
from zoo.layers.loop import recurrent_loop
from zoo.layers.recurrent import LSTM
from zoo.registry import Paper, Size, register_model
from zoo.seq2seq import Memory, Seq2Seq, State, first_position, padding_mask

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
    expect="A product for a score does what a network does, at less cost; input feeding tells it what it has translated.",
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
        units: int, D, width of embeddings, memory and decoder; even, since each direction of the encoder has half of it.
        depth: int, layers of the encoder and of the decoder.
        score: str, "dot", "general" or "concat".
        window: str, "global", or "local_p": a Gaussian around a position that is predicted.
        half_width: int, positions on either side of the local window's centre.
        input_feeding: bool, whether the attentional vector joins the next step's input.
        dropout: float, rate before the encoder's layers, on the target's embeddings and on the attentional vector.
        start_id, end_id, **kwargs: see `Seq2Seq`.

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
        start_id=1,
        end_id=2,
        **kwargs,
    ):
        super().__init__(source_vocabulary, target_vocabulary, start_id, end_id, **kwargs)
        check_positive(units=units, depth=depth, half_width=half_width)
        check_choice(("dot", "general", "concat"), score=score)
        check_choice(("global", "local_p"), window=window)
        check_fraction(dropout=dropout)
        if units % 2:
            raise ZooError(f"units must be even, half of them for each direction, got {units}")
        self.units, self.depth, self.score, self.window, self.half_width = (
            units,
            depth,
            score,
            window,
            half_width,
        )
        self.input_feeding, self.dropout = input_feeding, dropout
        dtype = self.dtype_policy
        self.source_embedding = keras.layers.Embedding(
            source_vocabulary, units, name="source_embedding", dtype=dtype
        )
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
        return self.decode_states(target, memory, training)[0]

    def decode_states(self, target, memory, training=False):
        """Logits [B, T, V] and attention [B, T, S]."""
        embedded = self.dropouts[-2](self.target_embedding(target), training=training)  # [B, T, D]
        attentional, attention = self.decoder(
            embedded, memory=self.decoder.prepare(memory), state=memory.final
        )
        return self.logits(self.dropouts[-1](attentional, training=training)), attention

    def logits(self, attentional):
        """W_s h~, float32."""
        return ops.cast(self.output_projection(attentional), "float32")

    def start(self, memory, max_length):
        batch = ops.shape(memory.states)[0]
        return State(
            memory=self.decoder.prepare(memory),
            position=first_position(batch),
            cache=(ops.zeros((batch, self.units), self.compute_dtype), memory.final),
        )

    def step(self, token, state):
        attentional, attention, cells = self.decoder.step(
            self.target_embedding(token), state.memory, *state.cache
        )
        cache, attention = (attentional, cells), shares(attention)
        return self.logits(attentional), State(
            state.memory, cache, state.position + 1, attention=attention
        )

    def align(self, source, target):
        return shares(self.decode_states(target, self.encode(source))[1])


def shares(attention):
    """Weights [..., S] as float32 that sum to 1, which those of a window do not."""
    attention = ops.cast(attention, "float32")
    return attention / ops.sum(attention, -1, keepdims=True)


class LuongDecoder(keras.layers.Layer):
    """LSTM layers, attention of the top one's new state, and the attentional vector. D is the width of everything.

    Args:
        units: int, D.
        depth: int, LSTM layers.
        score: str, "dot", "general" or "concat".
        half_width: int or None, positions on either side of the predicted one; None looks everywhere.
        input_feeding: bool.
        **kwargs: `name` and `dtype` of the layer.

    Call arguments:
        inputs: float [B, T, D], embedded target tokens.
        memory: tuple from `prepare`.
        state: a pair of float [B, D] a layer, the first hidden and cell states.

    Returns:
        attentional vectors [B, T, D] and attention weights [B, T, S].
    """

    def __init__(self, units, depth, score, half_width, input_feeding, **kwargs):
        super().__init__(autocast=False, **kwargs)  # a source's length is no bfloat16 number
        self.units, self.depth, self.score, self.half_width = units, depth, score, half_width
        self.input_feeding = input_feeding
        dtype = self.dtype_policy
        self.lstms = [LSTM(units, name=f"lstm_{i}", dtype=dtype) for i in range(depth)]
        self.key_projection = (
            None
            if score == "dot"
            else keras.layers.Dense(units, use_bias=score == "concat", name="keys", dtype=dtype)
        )

    def build(self, input_shape=None):
        for i, lstm in enumerate(self.lstms):
            lstm.build(
                (None, None, 2 * self.units if i == 0 and self.input_feeding else self.units)
            )
        shapes = {"combine": (2 * self.units, self.units)}
        if self.key_projection is not None:
            self.key_projection.build((None, None, self.units))
        if self.score == "concat":
            shapes |= {"query": (self.units, self.units), "score": (self.units, 1)}
        if self.half_width:
            shapes |= {"position": (self.units, self.units), "position_score": (self.units, 1)}
        self.matrices = {
            name: self.add_weight(name=name, shape=shape) for name, shape in shapes.items()
        }
        self.built = True

    def prepare(self, memory):
        """What is computed once a source: states and keys [B, S, D], bias [B, S] and length [B, 1], float32."""
        if not self.built:
            self.build()
        keys = memory.states if self.key_projection is None else self.key_projection(memory.states)
        length = ops.sum(ops.cast(memory.mask, "float32"), -1, keepdims=True)
        return memory.states, keys, ops.where(memory.mask, 0.0, MASKED), length

    def shared(self, memory):
        """What all steps share, in the compute type: memory, the attention's matrices by name, and each layer's weights."""
        cast = lambda w: ops.cast(w, self.compute_dtype)
        cells = [
            (cast(cell.kernel), cast(cell.recurrent_kernel), cast(cell.bias))
            for cell in (x.cell for x in self.lstms)
        ]
        kernel, *rest = cells[0]
        of_inputs, of_fed = (
            ops.split(kernel, 2) if self.input_feeding else (kernel, None)
        )  # [D, 4D] each
        return of_inputs, (
            memory,
            {name: cast(w) for name, w in self.matrices.items()},
            [(of_fed, *rest), *cells[1:]],
        )

    def call(self, inputs, memory=None, state=None):
        of_inputs, shared = self.shared(memory)
        if not self.input_feeding:
            for lstm, layer_state in zip(self.lstms, state):
                inputs, _ = lstm(inputs, state=layer_state)  # [B, T, D]
            return self.look(inputs, *shared[:2])
        gates = ops.matmul(
            ops.transpose(inputs, (1, 0, 2)), of_inputs
        )  # [T, B, 4D], known before the loop
        first = ops.zeros_like(inputs[:, 0]), ops.zeros_like(memory[0][:, :, 0]), state
        attentional, attention, _ = recurrent_loop(self.fed_step, gates, first, shared)
        return ops.transpose(attentional, (1, 0, 2)), ops.transpose(attention, (1, 0, 2))

    def step(self, inputs, memory, fed, state):
        """One step: float [B, D], memory, h~_{t-1} and the layers' states -> h~_t [B, D], a_t [B, S] and the next states."""
        of_inputs, shared = self.shared(memory)
        if self.input_feeding:
            return self.fed_step(ops.matmul(inputs, of_inputs), (fed, None, state), shared)
        after = []
        for lstm, layer_state in zip(self.lstms, state):
            inputs, layer_state = lstm.step(inputs, layer_state)
            after.append(layer_state)
        return *self.looked(inputs, *shared[:2]), tuple(after)

    def fed_step(self, gates, state, shared):
        """(h~_t, a_t, the layers' states) of the embedding's share of the gates [B, 4D] and those before."""
        (x, _, pairs), (memory, matrices, cells), after = state, shared, []
        for (hidden, cell), (kernel, recurrent, bias) in zip(pairs, cells):
            z = gates + ops.matmul(x, kernel) + ops.matmul(hidden, recurrent) + bias
            i, f, g, o = ops.split(z, 4, -1)
            cell = ops.sigmoid(f) * cell + ops.sigmoid(i) * ops.tanh(g)
            x, gates = ops.sigmoid(o) * ops.tanh(cell), 0  # the layers above read no embedding
            after.append((x, cell))
        return *self.looked(x, memory, matrices), tuple(after)

    def looked(self, hidden, memory, matrices):
        """`look` of one step: h [N, D], the rows of a source side by side -> [N, D] and [N, S]."""
        rows, (batch, source, _) = ops.shape(hidden)[0], ops.shape(memory[0])
        attentional, attention = self.look(
            ops.reshape(hidden, (batch, -1, self.units)), memory, matrices
        )
        return ops.reshape(attentional, (rows, self.units)), ops.reshape(attention, (rows, source))

    def look(self, hidden, memory, matrices):
        """Attention of h [B, T, D] -> attentional vectors [B, T, D] and weights [B, T, S]."""
        states, keys, bias, length = memory
        if self.score == "concat":
            queries = ops.matmul(hidden, matrices["query"])[:, :, None]  # [B, T, 1, D]
            scores = ops.matmul(ops.tanh(queries + keys[:, None]), matrices["score"])[
                ..., 0
            ]  # [B, T, S]
        else:
            scores = ops.matmul(hidden, ops.transpose(keys, (0, 2, 1)))
        scores = ops.cast(scores, "float32") + bias[:, None]
        if self.half_width:
            inner = ops.tanh(ops.matmul(hidden, matrices["position"]))
            centre = (
                ops.sigmoid(ops.cast(ops.matmul(inner, matrices["position_score"]), "float32"))
                * length[:, None]
            )  # p_t
            distance = ops.arange(ops.shape(keys)[1], dtype="float32") - centre  # [B, T, S]
            weights = ops.softmax(
                scores + ops.where(ops.abs(distance) <= self.half_width, 0.0, MASKED)
            )
            weights = weights * ops.exp(
                -2 * ops.square(distance / self.half_width)
            )  # the deviation is D / 2
        else:
            weights = ops.softmax(scores)
        weights = ops.cast(weights, states.dtype)
        context = ops.matmul(weights, states)  # c_t, [B, T, D]
        return ops.tanh(
            ops.matmul(ops.concatenate([context, hidden], -1), matrices["combine"])
        ), weights
