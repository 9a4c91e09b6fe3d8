"""ConvS2S: no recurrence, and attention in every layer of the decoder.

Gehring, Auli, Grangier, Yarats, Dauphin: "Convolutional Sequence to Sequence Learning", 2017,
https://arxiv.org/abs/1705.03122.

Line by line: e_j = w_j + p_j in the encoder, and g_i alike in the decoder, with learned positions
(section 3.1). A block is a convolution and a gated linear unit, residual and times sqrt(0.5)
(sections 3.2 and 3.4). d = W_d h + b_d + g; scores are d z; c = sum_j a_j (z_j + e_j), times
m sqrt(1/m) for m source tokens, is added to h (sections 3.3 and 3.4). Linear maps lead from the
embeddings into both stacks and from the last blocks back to the embeddings' width. All weights but
the lookup tables are normalised (section 4.2) and start as in section 3.5. The attention map is the
mean over all layers (section 4.3).

Where we differ: the encoder's gradient is not divided by the number of decoder layers (section
3.4), so that a gradient is the slope of the loss. Padded source positions are zeroed before each
convolution, like the paper's zeros at the ends of a sentence, so that a sentence reads the same in
any batch. The paper does not say how vectors of different widths are added: here c enters h, and a
block's input its output, through a matrix of its own where the widths differ.
"""

import keras
from keras import ops

from zoo.errors import ZooError, check_fraction, check_positive
from zoo.layers.attention import MASKED
from zoo.layers.attentive_convolution import AttentiveConvolution, ConvolvedMemory
from zoo.layers.dropout import Dropout
from zoo.layers.gated_convolution import GatedConvolution, NormalizedDense
from zoo.registry import Paper, Size, register_model
from zoo.seq2seq import Memory, Seq2Seq, State, padding_mask

GEHRING_2017 = Paper(
    "Gehring et al.",
    "Convolutional Sequence to Sequence Learning",
    2017,
    "https://arxiv.org/abs/1705.03122",
)
WMT14_EN_DE = [[512, 3]] * 10 + [[768, 3]] * 3 + [[2048, 1]] * 2  # section 5.1


@register_model(
    "conv_seq2seq",
    paper=GEHRING_2017,
    encoder="gated convolution",
    decoder="gated convolution",
    attention="dot, every layer",
    expect="Trains on all positions at once; a state sees a window, and the rest by attention.",
    sizes={
        "nano": Size((32, 32), units=16, depth=2, max_positions=64),
        "mini": Size((33, 43), units=92, depth=3, max_positions=256),
        "midi": Size((10_000, 10_000), units=192, depth=4, max_positions=512, dropout=0.2),
        "base": Size((40_000, 40_000), units=512, blocks=WMT14_EN_DE),
    },
)
class ConvSeq2Seq(Seq2Seq):
    """Encoder and decoder of gated convolutions with learned positions.

    Args:
        source_vocabulary, target_vocabulary: int, number of token ids.
        units: int, D, width of the blocks.
        embedding_units: int, M, width of embeddings, attention and output layer; None is D.
        depth: int, blocks in the encoder and in the decoder.
        kernel: int, k, width of the kernels.
        blocks: list of pairs [units, kernel], one per block, in place of `units`, `depth` and
            `kernel`; None makes `depth` equal blocks.
        dropout: float, rate on embeddings, the convolutions' inputs and the decoder's output.
        weight_norm: bool, whether a weight is a direction and a length.
        max_positions: int, tokens that a source or a target may have.
        **kwargs: `start_id`, `end_id`, `name`, `dtype`; see `Seq2Seq`.

    Source: https://arxiv.org/abs/1705.03122
    """

    def __init__(
        self,
        source_vocabulary,
        target_vocabulary,
        units=512,
        embedding_units=None,
        depth=4,
        kernel=3,
        blocks=None,
        dropout=0.0,
        weight_norm=True,
        max_positions=1024,
        **kwargs,
    ):
        super().__init__(source_vocabulary, target_vocabulary, **kwargs)
        self.units = units
        self.embedding_units = units if embedding_units is None else embedding_units
        self.depth, self.kernel = depth, kernel
        check_positive(
            units=units,
            embedding_units=self.embedding_units,
            depth=depth,
            kernel=kernel,
            max_positions=max_positions,
        )
        check_fraction(dropout=dropout)
        self.blocks = None if blocks is None else check_blocks(blocks)
        pairs = self.blocks or [[units, kernel]] * depth
        self.dropout, self.weight_norm, self.max_positions = dropout, weight_norm, max_positions
        dtype, keep = self.dtype_policy, 1 - dropout

        def normal():
            return keras.initializers.RandomNormal(stddev=0.1)

        def embedding(tokens, name):
            return keras.layers.Embedding(
                tokens,
                self.embedding_units,
                name=name,
                dtype=dtype,
                embeddings_initializer=normal(),
            )

        def dense(width, gain, name):
            return NormalizedDense(width, gain, weight_norm, name=name, dtype=dtype)

        self.source_embedding = self.source_layer(self.embedding_units, normal())
        self.source_positions = embedding(max_positions, "source_positions")
        self.target_embedding = embedding(target_vocabulary, "target_embedding")
        self.target_positions = embedding(max_positions, "target_positions")
        self.encoder_input = dense(pairs[0][0], keep, "encoder_input")
        block = dict(weight_norm=weight_norm, dropout=dropout, dtype=dtype)
        self.encoder = [
            GatedConvolution(*pair, name=f"encoder_{i}", **block) for i, pair in enumerate(pairs)
        ]
        self.encoder_output = dense(self.embedding_units, 1.0, "encoder_output")
        self.decoder_input = dense(pairs[0][0], keep, "decoder_input")
        self.decoder = [
            AttentiveConvolution(*pair, self.embedding_units, name=f"decoder_{i}", **block)
            for i, pair in enumerate(pairs)
        ]
        self.decoder_output = dense(self.embedding_units, 1.0, "decoder_output")
        self.output_projection = dense(target_vocabulary, keep, "output")
        self.dropouts = [Dropout(dropout, dtype=dtype) for _ in range(3)]

    def check_length(self, length):
        """Raises `ZooError` for a sequence of known length with more tokens than positions."""
        if length is not None and length > self.max_positions:
            raise ZooError(
                f"a sequence of {length} tokens is longer than the model's {self.max_positions} "
                f"positions; build it with max_positions={length} or more"
            )

    def longest_source(self, room):
        return self.max_positions

    def encode(self, source, training=False):
        mask = padding_mask(source)
        self.check_length(mask.shape[1])
        embedded = (
            self.source_embedding(source)
            + self.source_positions(ops.arange(ops.shape(mask)[1]))[None]
        )
        embedded = self.dropouts[0](embedded, training=training)  # e, [B, S, M]
        x = self.encoder_input(embedded)
        for block in self.encoder:
            x = block(x, mask=mask, training=training)  # [B, S, D]
        return Memory((self.encoder_output(x), embedded), mask)

    def attended(self, memory):
        """`Memory` -> `ConvolvedMemory`: keys z, values z + e, bias and sqrt(m)."""
        keys, embedded = memory.states
        tokens = ops.maximum(ops.sum(ops.cast(memory.mask, "float32"), 1), 1.0)  # m, [B]
        bias = ops.where(memory.mask, 0.0, MASKED)
        return ConvolvedMemory(keys, keys + embedded, bias, ops.sqrt(tokens))

    def decode(self, target, memory, training=False):
        self.check_length(target.shape[1])
        attended, attention = self.attended(memory), []
        positions = self.target_positions(ops.arange(ops.shape(target)[1]))
        embedded = self.target_embedding(target) + positions[None]
        embedded = self.dropouts[1](embedded, training=training)  # g, [B, T, M]
        x = self.decoder_input(embedded)
        for block in self.decoder:
            x, weights = block(x, embedded=embedded, memory=attended, training=training)
            attention.append(weights)  # [B, T, S]
        return self.logits(x, training), ops.mean(ops.stack(attention), 0)

    def logits(self, x, training=False):
        """[B, T, D] -> float32 [B, T, V]."""
        x = self.dropouts[2](self.decoder_output(x), training=training)
        return ops.cast(self.output_projection(x), "float32")

    def start(self, memory, room):
        self.check_length(room)
        batch = ops.shape(memory.mask)[0]
        windows = tuple(block.convolution.empty_window(batch) for block in self.decoder)
        return State.begin(memory, source=self.attended(memory), carried=windows)

    def step(self, token, state):
        positions = self.target_positions(state.position)[:, None]  # [B, 1, M]
        embedded = self.target_embedding(token) + positions  # [B, K, M]
        x, windows, attention = self.decoder_input(embedded), [], []
        for block, window in zip(self.decoder, state.carried):
            x, weights, window = block.step(x, embedded, state.source, window)  # [B, K, D]
            windows.append(window)
            attention.append(weights)  # [B, K, S]
        return self.logits(x), state.next(tuple(windows)), ops.mean(ops.stack(attention), 0)


def check_blocks(blocks):
    """Pairs of width and kernel as lists of int. Raises `ZooError` for anything else."""
    if (
        not isinstance(blocks, (list, tuple))
        or not blocks
        or any(not isinstance(pair, (list, tuple)) or len(pair) != 2 for pair in blocks)
    ):
        raise ZooError(
            f"blocks must be pairs [units, kernel], such as [[512, 3], [768, 1]], got {blocks!r}"
        )
    for units, kernel in blocks:
        check_positive(units=units, kernel=kernel)
    return [list(pair) for pair in blocks]
