"""Image to markup: convolutions read a picture, a row encoder reads along it, a decoder writes.

Deng, Kanervisto, Ling, Rush: "Image-to-Markup Generation with Coarse-to-Fine Attention", 2017,
https://arxiv.org/abs/1609.04938.

Line by line (section 4, and table 1 for the convolutions): six convolutions of 3 x 3, with maximum
pooling between them, make a grid of features an eighth as wide and as high. Each row of the grid
is read in both directions by LSTMs that all rows share; their first hidden state is learned for
each row; the cell starts from zeros. So they know where on the picture the row is. The decoder's
state h_t looks at all cells of the grid through beta^T tanh(W_1 h_t + W_2 v), and
o_t = tanh(W_c [h_t; c_t]) gives the logits and joins the next token (section 4.2). That is Luong's
decoder with his third score.

A frame holds `columns` columns of pixels, from left to right, as `zoo.data.front_ends.pictures`
makes them. The attention of a column of cells is shared among its frames, so that attention can be
reported per source position.

Where we differ: attention is the paper's standard one, not its coarse-to-fine one. There is no
batch normalisation, so that no picture depends on others. The decoder starts from zeros. A source
of ids is embedded, as if each vector were columns of pixels.
"""

import functools

import keras
from keras import ops

from zoo.errors import ZooError, check_fraction, check_positive
from zoo.layers.dropout import Dropout
from zoo.layers.lstm import LSTM
from zoo.layers.luong_decoder import LuongDecoder
from zoo.layers.shortening import over_source, shares, short_length, short_mask, short_memory
from zoo.registry import Paper, Size, register_model
from zoo.seq2seq import Memory, Seq2Seq, State, padding_mask

DENG_2017 = Paper(
    "Deng et al.",
    "Image-to-Markup Generation with Coarse-to-Fine Attention",
    2017,
    "https://arxiv.org/abs/1609.04938",
)
SHARES = (8, 4, 2, 2, 1, 1)  # D over the channels of each convolution
WIDTH_POOLS, HEIGHT_POOLS = (0, 1, 3), (0, 1, 4)  # convolutions after which a side is halved


@register_model(
    "image_to_markup",
    paper=DENG_2017,
    encoder="convolutions, Bi-LSTM by row",
    decoder="LSTM, input feeding",
    attention="additive, over a grid",
    expect="Made for pictures: looks at them in both directions before it reads them.",
    sizes={
        "nano": Size((32, 32), units=16, halvings=1, columns=1, height=4),
        "mini": Size((33, 43), units=104, halvings=1, columns=2, height=8),
        "midi": Size((10_000, 10_000), units=248, halvings=1, columns=2, height=32, dropout=0.2),
        "base": Size((10_000, 500), units=512, halvings=3, columns=2, height=48),
    },
)
class ImageToMarkup(Seq2Seq):
    """Convolutions, a Bi-LSTM along each row, and an LSTM with attention over the grid.

    Args:
        source_vocabulary, target_vocabulary: int, number of token ids; the first is None for
            frames.
        units: int, D, a multiple of 8: channels of the last convolution, width of the memory and of
            the decoder.
        halvings: int, 1 to 3, how often the convolutions halve each side of the picture.
        columns: int, columns of pixels per frame, a power of two up to 2^halvings.
        height: int, pixels of the column that stands for an id; a frame knows its own height.
        dropout: float, rate on the memory, the target's embeddings and o_t.
        **kwargs: `start_id`, `end_id`, `source_features`, `name`, `dtype`; see `Seq2Seq`.

    Source: https://arxiv.org/abs/1609.04938
    """

    def __init__(
        self,
        source_vocabulary,
        target_vocabulary,
        units=512,
        halvings=3,
        columns=2,
        height=48,
        dropout=0.0,
        **kwargs,
    ):
        super().__init__(source_vocabulary, target_vocabulary, **kwargs)
        check_positive(units=units, halvings=halvings, columns=columns, height=height)
        check_fraction(dropout=dropout)
        if units % 8 or halvings > len(WIDTH_POOLS) or 2**halvings % columns:
            raise ZooError(
                f"units {units} must be a multiple of 8, halvings {halvings} at most 3, and "
                f"columns {columns} a power of two up to 2^halvings"
            )
        self.units, self.halvings, self.dropout = units, halvings, dropout
        self.columns, self.height = columns, height
        dtype, features = self.dtype_policy, self.source_features
        of_ids = features is None
        if not of_ids and features % columns:
            raise ZooError(f"frames of {features} numbers do not hold {columns} columns of pixels")
        self.source_embedding = self.source_layer(columns * height) if of_ids else None
        self.rate = 2**halvings // columns  # frames that become one column of cells
        self.rows = short_length(height if of_ids else features // columns, 2**halvings)
        self.convolutions = [
            keras.layers.Conv2D(
                units // share, 3, padding="same", name=f"convolution_{i}", dtype=dtype
            )
            for i, share in enumerate(SHARES)
        ]
        self.readers = [
            LSTM(units // 2, backwards=backwards, name=name, dtype=dtype)
            for name, backwards in (("forwards", False), ("backwards", True))
        ]
        self.row_states = self.add_weight(
            name="row_states", shape=(2, self.rows, units // 2), initializer="glorot_uniform"
        )
        self.target_embedding = keras.layers.Embedding(
            target_vocabulary, units, name="target_embedding", dtype=dtype
        )
        self.decoder = LuongDecoder(units, 1, "concat", None, True, name="decoder", dtype=dtype)
        self.output_projection = keras.layers.Dense(target_vocabulary, name="output", dtype=dtype)
        self.dropouts = [Dropout(dropout, dtype=dtype) for _ in range(3)]

    def encode(self, source, training=False):
        mask = padding_mask(source)
        x = source.values if self.source_embedding is None else self.source_embedding(source)
        batch, length, width = ops.shape(x)
        x = ops.reshape(
            ops.cast(x, self.compute_dtype),
            (batch, length * self.columns, width // self.columns, 1),
        )  # a picture [B, width, height, 1]
        real = ops.repeat(mask, self.columns, axis=1)
        x = self.read_rows(*self.feature_grid(x, real))  # [B, columns of cells, rows, D]
        return Memory(self.dropouts[0](x, training=training), mask)

    def feature_grid(self, x, real):
        """The picture as a grid of features, and the columns of it that are real."""
        for i, convolution in enumerate(self.convolutions):
            x = ops.relu(convolution(x * spread(real, x))) * spread(real, x)
            wide, high = (
                1 + (i in pools[: self.halvings]) for pools in (WIDTH_POOLS, HEIGHT_POOLS)
            )
            if wide * high > 1:
                x = largest(x, wide, high)
                real = short_mask(real, wide)
        return x, real

    def read_rows(self, x, real):
        """Both readers along each row: float [B, W, H, D] -> float [B, W, H, D]."""
        batch, width = ops.shape(x)[:2]
        x = ops.reshape(ops.transpose(x, (0, 2, 1, 3)), (batch * self.rows, width, self.units))
        real = ops.repeat(real, self.rows, axis=0)
        found = []
        for reader, first in zip(self.readers, ops.unstack(self.row_states)):
            first = ops.tile(ops.cast(first, x.dtype), (batch, 1))  # [B H, D / 2]
            found.append(reader(x, mask=real, state=(first, ops.zeros_like(first)))[0])
        x = ops.reshape(ops.concatenate(found, -1), (batch, self.rows, width, self.units))
        return ops.transpose(x, (0, 2, 1, 3))

    def cells(self, memory):
        """The memory as a `LuongMemory` of all cells, column by column."""
        memory = short_memory(memory, self.rate)
        batch, width = ops.shape(memory.mask)
        states = ops.reshape(memory.states, (batch, width * self.rows, self.units))
        mask = ops.repeat(memory.mask, self.rows, axis=1)
        return self.decoder.prepare(memory._replace(states=states, mask=mask))

    def decode(self, target, memory, training=False):
        embedded = self.dropouts[1](self.target_embedding(target), training=training)  # [B, T, D]
        first = self.first(ops.shape(target)[0])[1]
        found, attention = self.decoder(embedded, memory=self.cells(memory), state=first)
        logits = self.logits(self.dropouts[2](found, training=training))
        return logits, self.over_frames(attention, shares(memory.mask, self.rate))

    def logits(self, found):
        """o_t [B, T, D] -> float32 [B, T, V]."""
        return ops.cast(self.output_projection(found), "float32")

    def first(self, batch):
        """What the decoder carries before the first step: zeros."""
        zeros = ops.zeros((batch, self.units), self.compute_dtype)
        return zeros, tuple(lstm.zeros(batch) for lstm in self.decoder.lstms)

    def over_frames(self, attention, shared):
        """Attention over cells [B, T, W H] -> float32 over frames [B, T, S]."""
        batch, steps, cells = ops.shape(attention)
        attention = ops.cast(attention, "float32")
        attention = ops.reshape(attention, (batch, steps, cells // self.rows, self.rows))
        return over_source(ops.sum(attention, -1), shared, self.rate)

    def start(self, memory, room):
        source = self.cells(memory), shares(memory.mask, self.rate)
        return State.begin(memory, source=source, carried=self.first(ops.shape(memory.mask)[0]))

    def step(self, token, state):
        cells, shared = state.source
        embedded = self.target_embedding(token)  # [B, K, D]
        found, attention, pairs = self.decoder.step(embedded, cells, *state.carried)
        return self.logits(found), state.next((found, pairs)), self.over_frames(attention, shared)


def largest(x, wide, high):
    """Maximum pooling of numbers from 0 on: float [B, W, H, C] -> [B, W / wide, H / high, C].

    Equal to `ops.max_pool` with "same" padding, in its gradient as well: of equal numbers it takes
    the first. But XLA has no deterministic gradient of that.
    """
    sides = zip(ops.shape(x)[1:3], (wide, high))
    # No remainder of a negative number: ONNX has another one.
    missing = ((0, (size - side % size) % size) for side, size in sides)
    x = ops.pad(x, ((0, 0), *missing, (0, 0)))
    cells = [x[:, i::wide, j::high] for i in range(wide) for j in range(high)]
    return functools.reduce(ops.maximum, cells)


def spread(real, x):
    """bool [B, W] as numbers that multiply a picture [B, W, H, C]."""
    return ops.cast(real, x.dtype)[:, :, None, None]
