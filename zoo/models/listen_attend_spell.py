"""Listen, Attend and Spell: a pyramid of LSTMs reads a recording, and a speller writes characters.

Chan, Jaitly, Le, Vinyals: "Listen, Attend and Spell: A Neural Network for Large Vocabulary
Conversational Speech Recognition", 2016, https://arxiv.org/abs/1508.01211.

Line by line: a bidirectional LSTM reads the frames. Each layer of the pyramid above it reads two
successive states of the layer below as one, h_i = pBLSTM(h_{i-1}, [h'_{2i}, h'_{2i+1}]), so that
three layers leave an eighth of the places to attend to (section 3.1, equation 5). The speller's two
LSTM layers read y_{i-1} and c_{i-1}; their state s_i then looks at the memory, through phi(s_i)
psi(h_u) (section 3.2, equations 7 to 11, in `zoo.layers.speller`). A network with one hidden layer
reads s_i and c_i and gives the logits.

The paper's targets are characters. It feeds the model its own outputs in one step of ten while it
trains (section 3.3); `Recipe(scheduled_sampling=0.1)` reaches that share at the end of the
training. It adds a language model at the end.

Where we differ: phi, psi and the output's hidden layer are tanh, which the paper does not say. The
speller starts from zeros. Dropout, which the paper has none of, stands after each layer of the
listener and on the target's embeddings. A source of ids is embedded in place of its frames.
"""

import keras
from keras import ops

from zoo.errors import check_fraction, check_positive
from zoo.layers.dropout import Dropout
from zoo.layers.lstm import LSTM
from zoo.layers.shortening import over_source, shares, short_mask, short_memory
from zoo.layers.speller import Speller
from zoo.registry import Paper, Size, register_model
from zoo.seq2seq import Memory, Seq2Seq, State, padding_mask

CHAN_2016 = Paper(
    "Chan et al.",
    "Listen, Attend and Spell: A Neural Network for Large Vocabulary Conversational Speech "
    "Recognition",
    2016,
    "https://arxiv.org/abs/1508.01211",
)


@register_model(
    "listen_attend_spell",
    paper=CHAN_2016,
    encoder="Bi-LSTM, pyramid",
    decoder="LSTM, fed the context",
    attention="multiplicative",
    expect="Made for recordings: attends to a fraction of the frames, each made of several.",
    sizes={
        "nano": Size((32, 32), units=8, halvings=1, speller_units=16),
        "mini": Size((33, 43), units=58, halvings=1, speller_units=86),
        "midi": Size((10_000, 10_000), units=120, halvings=1, speller_units=188, dropout=0.2),
        "base": Size((10_000, 33), units=256, halvings=3, speller_units=512),
    },
)
class ListenAttendSpell(Seq2Seq):
    """Pyramidal bidirectional LSTM, and LSTM layers with attention.

    Args:
        source_vocabulary, target_vocabulary: int, number of token ids; the first is None for
            frames.
        units: int, width of each direction of the listener; the memory has 2 units per place.
        halvings: int, layers of the pyramid, each of which halves the number of places.
        speller_units: int, D, width of the speller, of its embeddings and of its scores.
        depth: int, layers of the speller.
        dropout: float, rate after each layer of the listener and on the target's embeddings.
        **kwargs: `start_id`, `end_id`, `source_features`, `name`, `dtype`; see `Seq2Seq`.

    Source: https://arxiv.org/abs/1508.01211
    """

    def __init__(
        self,
        source_vocabulary,
        target_vocabulary,
        units=256,
        halvings=3,
        speller_units=512,
        depth=2,
        dropout=0.0,
        **kwargs,
    ):
        super().__init__(source_vocabulary, target_vocabulary, **kwargs)
        check_positive(units=units, halvings=halvings, speller_units=speller_units, depth=depth)
        check_fraction(dropout=dropout)
        self.units, self.halvings, self.rate = units, halvings, 2**halvings
        self.speller_units, self.depth, self.dropout = speller_units, depth, dropout
        dtype = self.dtype_policy
        of_ids = self.source_features is None
        self.source_embedding = self.source_layer(2 * units) if of_ids else None
        self.forwards = [
            LSTM(units, name=f"forwards_{i}", dtype=dtype) for i in range(halvings + 1)
        ]
        self.backwards = [
            LSTM(units, backwards=True, name=f"backwards_{i}", dtype=dtype)
            for i in range(halvings + 1)
        ]
        self.target_embedding = keras.layers.Embedding(
            target_vocabulary, speller_units, name="target_embedding", dtype=dtype
        )
        self.speller = Speller(
            speller_units,
            depth,
            speller_units,
            2 * units,
            speller_units,
            name="speller",
            dtype=dtype,
        )
        self.readout = keras.layers.Dense(speller_units, "tanh", name="readout", dtype=dtype)
        self.output_projection = keras.layers.Dense(target_vocabulary, name="output", dtype=dtype)
        self.dropouts = [Dropout(dropout, dtype=dtype) for _ in range(halvings + 2)]

    def encode(self, source, training=False):
        mask = short = padding_mask(source)
        x = source.values if self.source_embedding is None else self.source_embedding(source)
        x = ops.cast(x, self.compute_dtype)  # [B, S, F]
        for layer, (forwards, backwards) in enumerate(zip(self.forwards, self.backwards)):
            if layer:
                x, short = pairs(x, short), short_mask(short, 2)  # [B, S / 2, 4 units]
            x = ops.concatenate([forwards(x, mask=short)[0], backwards(x, mask=short)[0]], -1)
            x = self.dropouts[layer](x, training=training)  # [B, S, 2 units]
        return Memory(x, mask)

    def decode(self, target, memory, training=False):
        embedded = self.dropouts[-1](self.target_embedding(target), training=training)  # [B, T, D]
        heard = self.speller.prepare(short_memory(memory, self.rate))
        first = self.speller.zeros(ops.shape(target)[0])
        hidden, contexts, attention = self.speller(embedded, memory=heard, state=first)
        attention = over_source(attention, shares(memory.mask, self.rate), self.rate)
        return self.logits(hidden, contexts), attention

    def logits(self, hidden, context):
        """States [B, T, D] and contexts [B, T, 2 units] -> float32 [B, T, V]."""
        x = self.readout(ops.concatenate([hidden, context], -1))
        return ops.cast(self.output_projection(x), "float32")

    def start(self, memory, room):
        heard = self.speller.prepare(short_memory(memory, self.rate))
        source = heard, shares(memory.mask, self.rate)
        carried = self.speller.zeros(ops.shape(memory.mask)[0])
        return State.begin(memory, source=source, carried=carried)

    def step(self, token, state):
        heard, shared = state.source
        embedded = self.target_embedding(token)  # [B, K, D]
        hidden, context, attention, carried = self.speller.step(embedded, heard, state.carried)
        attention = over_source(attention, shared, self.rate)
        return self.logits(hidden, context), state.next(carried), attention


def pairs(x, mask):
    """States [B, S, D] -> two successive ones as one, [B, ceil(S / 2), 2D]; zeros at padding."""
    batch, length, width = ops.shape(x)
    x = ops.pad(x * ops.cast(mask, x.dtype)[..., None], ((0, 0), (0, length % 2), (0, 0)))
    return ops.reshape(x, (batch, -1, 2 * width))
