"""GNMT: deep LSTM stacks held together by residual connections, with attention from the bottom.

Wu, Schuster, Chen, Le, Norouzi et al.: "Google's Neural Machine Translation System: Bridging the
Gap between Human and Machine Translation", 2016, https://arxiv.org/abs/1609.08144.

Line by line: the encoder's bottom layer reads both ways, the layers above it forwards (section
3.2). From the third layer on, in both stacks, a layer's input is added to its output (section 3.1
and figure 1). The state of the bottom decoder layer before each step looks at the encoder's top
layer through a network with one hidden layer, and every decoder layer reads what it sees (section
3). The softmax reads the top layer alone. So the bottom layer is Bahdanau's decoder, and each layer
above it runs over the whole target at once.

Where we differ: the paper does not say where the decoder starts. Here it starts from zeros, and
attention alone joins the two stacks. Weights start from Keras' initializers, not uniform in [-0.04,
0.04]. Dropout stands before each layer. The coverage penalty of the paper's beam search is an
option of `zoo.Beam`, as its length penalty is.
"""

import keras
from keras import ops

from zoo.errors import check_fraction, check_positive
from zoo.layers.attentive_lstm import AttentiveLSTM
from zoo.layers.dropout import Dropout
from zoo.layers.lstm import LSTM
from zoo.registry import Paper, Size, register_model
from zoo.seq2seq import Memory, Seq2Seq, State, padding_mask

WU_2016 = Paper(
    "Wu et al.",
    "Google's Neural Machine Translation System: Bridging the Gap between Human and Machine "
    "Translation",
    2016,
    "https://arxiv.org/abs/1609.08144",
)
RESIDUAL = 2  # index of the first layer whose input is added to its output


@register_model(
    "gnmt",
    paper=WU_2016,
    encoder="Bi-LSTM, then LSTM, residual",
    decoder="LSTM, residual",
    attention="additive",
    expect="Residual connections train eight layers, where plain stacks fail; made for large data.",
    sizes={
        "nano": Size((32, 32), units=12, depth=4),
        "mini": Size((33, 43), units=66, depth=4),
        "midi": Size((10_000, 10_000), units=174, depth=4, dropout=0.2),
        "base": Size((32_000, 32_000), units=1024, depth=8),
    },
)
class GNMT(Seq2Seq):
    """Deep residual LSTM encoder and decoder with additive attention.

    Args:
        source_vocabulary, target_vocabulary: int, number of token ids.
        units: int, D, width of embeddings, layers and attention.
        depth: int, layers of the encoder and of the decoder.
        dropout: float, rate before each layer and before the output.
        **kwargs: `start_id`, `end_id`, `name`, `dtype`; see `Seq2Seq`.

    Source: https://arxiv.org/abs/1609.08144
    """

    def __init__(
        self,
        source_vocabulary,
        target_vocabulary,
        units=1024,
        depth=8,
        dropout=0.0,
        **kwargs,
    ):
        super().__init__(source_vocabulary, target_vocabulary, **kwargs)
        check_positive(units=units, depth=depth)
        check_fraction(dropout=dropout)
        self.units, self.depth, self.dropout = units, depth, dropout
        dtype = self.dtype_policy
        self.source_embedding = self.source_layer(units)
        self.target_embedding = keras.layers.Embedding(
            target_vocabulary, units, name="target_embedding", dtype=dtype
        )
        self.forwards = LSTM(units, name="forwards", dtype=dtype)
        self.backwards = LSTM(units, backwards=True, name="backwards", dtype=dtype)
        self.encoder = [LSTM(units, name=f"encoder_{i}", dtype=dtype) for i in range(1, depth)]
        memory_units = units if depth > 1 else 2 * units
        self.decoder_0 = AttentiveLSTM(
            units, units, memory_units, units, name="decoder_0", dtype=dtype
        )
        self.decoder = [LSTM(units, name=f"decoder_{i}", dtype=dtype) for i in range(1, depth)]
        self.output_projection = keras.layers.Dense(target_vocabulary, name="output", dtype=dtype)
        self.dropouts = [Dropout(dropout, dtype=dtype) for _ in range(2 * depth + 1)]

    def encode(self, source, training=False):
        mask = padding_mask(source)
        x = self.dropouts[0](self.source_embedding(source), training=training)  # [B, S, D]
        x = ops.concatenate(
            [self.forwards(x, mask=mask)[0], self.backwards(x, mask=mask)[0]], -1
        )  # [B, S, 2D]
        for i, lstm in enumerate(self.encoder, 1):
            x = self.dropouts[i](x, training=training)
            y, _ = lstm(x, mask=mask)  # [B, S, D]
            x = x + y if i >= RESIDUAL else y
        return Memory(x, mask)

    def decode(self, target, memory, training=False):
        def dropped(i, x):
            return self.dropouts[self.depth + i](x, training=training)

        x, contexts, attention = self.decoder_0(
            dropped(0, self.target_embedding(target)),
            memory=self.decoder_0.prepare(memory),
            state=self.decoder_0.zeros(ops.shape(target)[0]),
        )  # [B, T, D], [B, T, M], [B, T, S]
        for i, lstm in enumerate(self.decoder, 1):
            x = dropped(i, x)
            y, _ = lstm(ops.concatenate([x, contexts], -1))
            x = x + y if i >= RESIDUAL else y
        return self.logits(dropped(self.depth, x)), ops.cast(attention, "float32")

    def logits(self, x):
        """The top layer through the output projection, float32."""
        return ops.cast(self.output_projection(x), "float32")

    def start(self, memory, room):
        batch = ops.shape(memory.mask)[0]
        zeros = tuple(layer.zeros(batch) for layer in (self.decoder_0, *self.decoder))
        return State.begin(memory, source=self.decoder_0.prepare(memory), carried=zeros)

    def step(self, token, state):
        x, context, attention, bottom = self.decoder_0.step(
            self.target_embedding(token), state.source, state.carried[0]
        )  # [B, K, D], [B, K, M], [B, K, S]
        carried = [bottom]
        for i, (lstm, layer_state) in enumerate(zip(self.decoder, state.carried[1:]), 1):
            y, layer_state = lstm.step(ops.concatenate([x, context], -1), layer_state)
            x = x + y if i >= RESIDUAL else y
            carried.append(layer_state)
        return self.logits(x), state.next(tuple(carried)), ops.cast(attention, "float32")
