"""Transformer: attention only, no recurrence.

Vaswani, Shazeer, Parmar, Uszkoreit, Jones, Gomez, Kaiser, Polosukhin: "Attention Is All You Need", 2017,
https://arxiv.org/abs/1706.03762.

Line by line: embeddings times sqrt(D) plus sinusoids (sections 3.4 and 3.5); norm(x + f(x)) around self-attention, attention
to the memory and max(0, x W1 + b1) W2 + b2 (sections 3.1 to 3.3); dropout on embeddings and sub-layers (section 5.4).

Where we differ: the source and target embeddings are one matrix with the output projection only where both sides have one
vocabulary (`tied_embeddings="all"`, the paper's own); a task with two vocabularies ties the target's with the output.
"""

import keras
from keras import ops

from zoo.errors import ZooError, check_choice, check_fraction, check_positive
from zoo.layers.attention import causal_bias, padding_bias
from zoo.layers.dropout import Dropout
from zoo.layers.laid_out import output_kernel, output_product
from zoo.layers.position import LearnedPositions, RelativePositionBias, sinusoids
from zoo.layers.transformer import ACTIVATIONS, TransformerStack
from zoo.registry import Paper, Size, register_model
from zoo.seq2seq import Memory, Seq2Seq, State, by_source, first_position, padding_mask

VASWANI_2017 = Paper(
    "Vaswani et al.", "Attention Is All You Need", 2017, "https://arxiv.org/abs/1706.03762"
)
TIED = ("all", "target", "inputs", "none")
POSITIONS = ("sinusoidal", "learned", "relative", "rotary")


class TransformerSeq2Seq(Seq2Seq):
    """What the Transformer and its descendants share: two stacks around a memory of keys and values.

    A subclass calls `make_embeddings` and `make_stacks`, and overrides the hooks in which its paper differs.
    """

    def make_embeddings(self, tied, initializer):
        """`source_embedding` and `target_embedding`, the latter with the output projection.

        Args:
            tied: "all" (source, target and output are one matrix), "target" (target and output), "inputs" (source and target)
                or "none".
            initializer: Keras initializer.

        Raises:
            ZooError: source and target share a matrix, and their vocabularies differ in size.
        """
        check_choice(TIED, tied_embeddings=tied)
        if tied in ("all", "inputs") and self.source_vocabulary != self.target_vocabulary:
            raise ZooError(
                f"tied_embeddings='{tied}' needs one vocabulary, got {self.source_vocabulary} source and "
                f"{self.target_vocabulary} target ids; use tied_embeddings='target'"
            )
        self.target_embedding = keras.layers.ReversibleEmbedding(
            self.target_vocabulary,
            self.units,
            tie_weights=tied in ("all", "target"),
            embeddings_initializer=initializer,
            name="target_embedding",
            dtype=self.dtype_policy,
        )
        self.source_embedding = (
            self.target_embedding
            if tied in ("all", "inputs")
            else keras.layers.Embedding(
                self.source_vocabulary,
                self.units,
                embeddings_initializer=initializer,
                name="source_embedding",
                dtype=self.dtype_policy,
            )
        )

    def make_stacks(self, depth, decoder_depth, norm, last_norm, dropouts, **block):
        """`encoder` and `decoder`, their last norms, and dropout.

        Args:
            depth, decoder_depth: int, blocks in each.
            norm: function that makes a normalisation layer from a name and a dtype.
            last_norm: bool, whether a norm follows each stack.
            dropouts: four floats, rates on the embeddings of source and target and on the output of encoder and decoder, in the
                order source, encoder, target, decoder.
            **block: arguments of `TransformerBlock`.
        """
        dtype = self.dtype_policy
        block |= dict(units=self.units, norm=norm, dtype=dtype)
        self.encoder = TransformerStack(depth, cross=False, name="encoder", **block)
        self.decoder = TransformerStack(decoder_depth, cross=True, name="decoder", **block)
        self.encoder_norm = norm("encoder_norm", dtype) if last_norm else None
        self.decoder_norm = norm("decoder_norm", dtype) if last_norm else None
        self.dropouts = [Dropout(rate, dtype=dtype) for rate in dropouts]

    # Hooks ------------------------------------------------------------------------------------------------------------

    def embed_source(self, ids, positions):
        """int [B, S] at int [S] -> [B, S, D]."""
        return self.source_embedding(ids)

    def embed_target(self, ids, positions):
        """int [B, T] at int [T] or [B, 1] -> [B, T, D]."""
        return self.target_embedding(ids)

    def encoder_positions(self, positions):
        """Bias on the encoder's scores that tells of positions: float [1, H, S, S]; 0.0 for none."""
        return 0.0

    def decoder_positions(self, queries, keys):
        """Bias on the decoder's self-attention scores that tells of positions: float [1, H, T, L]; None for none."""
        return None

    def rotation(self, positions):
        """Positions by which self-attention rotates queries and keys; None for no rotation."""
        return None

    def check_length(self, length):
        """Raises `ZooError` for a sequence longer than the model can take; the length is an int or unknown."""

    def logits(self, x, training=False, kernel=None):
        """Decoder output [B, T, D] -> float32 [B, T, V]; the kernel is the output matrix laid out, None to take it as it is."""
        x = x if self.decoder_norm is None else self.decoder_norm(x)
        return output_product(self.target_embedding, self.dropouts[3](x, training=training), kernel)

    # The contract -----------------------------------------------------------------------------------------------------

    def encode(self, source, training=False):
        mask, length = padding_mask(source), ops.shape(source)[1]
        self.check_length(length)
        positions = ops.arange(length)
        x = self.dropouts[0](self.embed_source(source, positions), training=training)  # [B, S, D]
        x, _, _ = self.encoder(
            x,
            bias=self.encoder_positions(positions) + padding_bias(mask),
            rotation=self.rotation(positions),
            training=training,
        )
        x = x if self.encoder_norm is None else self.encoder_norm(x)
        return Memory(self.dropouts[1](x, training=training), mask)

    def decode(self, target, memory, training=False):
        return self.logits(self.decode_states(target, memory, training)[0], training)

    def decode_states(self, target, memory, training=False):
        """The decoder stack's output [B, T, D] and its last block's attention over the memory [B, H, T, S]."""
        length = ops.shape(target)[1]
        self.check_length(length)
        positions = ops.arange(length)
        x = self.dropouts[2](self.embed_target(target, positions), training=training)
        of_positions = self.decoder_positions(positions, positions)
        bias = causal_bias(length) if of_positions is None else of_positions + causal_bias(length)
        x, _, attention = self.decoder(
            x,
            bias=bias,
            training=training,
            memory=self.decoder.memory(memory.states),
            memory_bias=padding_bias(memory.mask),
            rotation=self.rotation(positions),
        )
        return x, attention

    def start(self, memory, max_length):
        self.check_length(max_length)
        batch = ops.shape(memory.states)[0]
        return State(
            memory=(self.decoder.memory(memory.states), padding_bias(memory.mask)),
            cache=(),
            position=first_position(batch),
            history=self.decoder.history(batch, max_length),
        )

    def stepper(self, rows):
        if rows == 1:  # copies of the weights cost more than they save
            return self.step
        projections, kernel = self.decoder.laid_out(), output_kernel(self.target_embedding)
        return lambda token, state: self.step(token, state, projections, kernel)

    def step(self, token, state, projections=None, kernel=None):
        (memory, memory_bias), history, positions = (
            state.memory,
            state.history.opened(),
            state.position[:, None],
        )  # [B, 1]
        x = self.embed_target(
            by_source(token, state), positions
        )  # [B, K, D]: hypotheses stand where target positions do
        bias = history.bias(self.decoder_positions(ops.zeros((1,), "int32"), -history.ages()))
        x, records, attention = self.decoder(
            x,
            bias=bias,
            memory=memory,
            memory_bias=memory_bias,
            records=history.records,
            place=history.place(),
            rotation=self.rotation(positions),
            projections=projections,
        )
        logits = ops.reshape(self.logits(x, kernel=kernel), (-1, self.target_vocabulary))
        attention = ops.reshape(ops.mean(attention, 1), (-1, attention.shape[-1]))  # over its heads
        return logits, state._replace(
            position=state.position + 1, history=history.closed(records), attention=attention
        )

    def align(self, source, target):
        """The last decoder block's attention, mean over its heads: [B, T, S]."""
        return ops.mean(self.decode_states(target, self.encode(source))[1], axis=1)


def layer_norm(epsilon):
    """A function that makes layer normalisation from a name and a dtype."""
    return lambda name, dtype: keras.layers.LayerNormalization(
        epsilon=epsilon, name=name, dtype=dtype
    )


@register_model(
    "transformer",
    paper=VASWANI_2017,
    encoder="Transformer",
    decoder="Transformer",
    attention="multi-head",
    expect="Trains on all positions of a sequence at once, and every target step sees the whole source.",
    sizes={
        "nano": Size(
            (32, 32), units=16, depth=2, heads=2, inner_units=32, tied_embeddings="target"
        ),
        "mini": Size(
            (33, 43), units=96, depth=2, heads=4, inner_units=256, tied_embeddings="target"
        ),
        "midi": Size((10_000, 10_000), units=256, depth=3, heads=8, inner_units=1024, dropout=0.2),
        "tiny": Size((10_000, 10_000), units=128, depth=4, heads=4, inner_units=256, dropout=0.3),
        "base": Size((37_000, 37_000), units=512, depth=6, heads=8, inner_units=2048, dropout=0.1),
        "big": Size((37_000, 37_000), units=1024, depth=6, heads=16, inner_units=4096, dropout=0.3),
    },
)
class Transformer(TransformerSeq2Seq):
    """Encoder and decoder of Transformer blocks.

    Args:
        source_vocabulary, target_vocabulary: int, number of token ids.
        units: int, D, even and a multiple of `heads`.
        depth: int, blocks in the encoder, and in the decoder unless `decoder_depth` is given.
        heads: int, H.
        inner_units: int, width of the feed-forward layers.
        decoder_depth: int, blocks in the decoder; None is `depth`.
        dropout: float, rate on embeddings and on every sub-layer's output.
        norm_first: bool, pre-norm with a last norm after the stack, instead of the paper's post-norm.
        tied_embeddings: "all" (source, target and output), "target" (target and output), "inputs" (source and target), "none".
        positions: "sinusoidal" as in the paper, "learned" (Gehring et al. 2017), "relative" (T5's biases), "rotary" (RoFormer).
        max_positions: int, the longest sequence where positions are learned.
        activation: "relu" as in the paper, "gelu", "gelu_tanh" or "swish".
        gated: bool, gated feed-forward layers (Shazeer 2020).
        start_id, end_id, **kwargs: see `Seq2Seq`.

    Source: https://arxiv.org/abs/1706.03762
    """

    epsilon = 1e-6

    def __init__(
        self,
        source_vocabulary,
        target_vocabulary,
        units=512,
        depth=6,
        heads=8,
        inner_units=2048,
        decoder_depth=None,
        dropout=0.0,
        norm_first=False,
        tied_embeddings="all",
        positions="sinusoidal",
        max_positions=1024,
        activation="relu",
        gated=False,
        start_id=1,
        end_id=2,
        **kwargs,
    ):
        super().__init__(source_vocabulary, target_vocabulary, start_id, end_id, **kwargs)
        check_positive(
            units=units,
            depth=depth,
            heads=heads,
            inner_units=inner_units,
            max_positions=max_positions,
            decoder_depth=depth if decoder_depth is None else decoder_depth,
        )
        check_fraction(dropout=dropout)
        check_choice(POSITIONS, positions=positions)
        check_choice(ACTIVATIONS, activation=activation)
        if units % heads or units % 2:
            raise ZooError(f"units {units} must be even and a multiple of heads {heads}")
        if positions == "rotary" and units // heads % 2:
            raise ZooError(
                f"rotary positions turn pairs: units {units} over heads {heads} must be even"
            )
        self.units, self.depth, self.heads, self.inner_units, self.decoder_depth = (
            units,
            depth,
            heads,
            inner_units,
            decoder_depth,
        )
        self.dropout, self.norm_first, self.tied_embeddings = dropout, norm_first, tied_embeddings
        self.positions, self.max_positions, self.activation, self.gated = (
            positions,
            max_positions,
            activation,
            gated,
        )
        initializer = keras.initializers.RandomNormal(stddev=units**-0.5)
        self.make_embeddings(tied_embeddings, initializer)
        self.make_stacks(
            depth,
            decoder_depth or depth,
            layer_norm(self.epsilon),
            norm_first,
            (dropout, 0.0, dropout, 0.0),
            heads=heads,
            inner_units=inner_units,
            norm_first=norm_first,
            activation=activation,
            gated=gated,
            dropout=dropout,
        )
        dtype = self.dtype_policy
        if positions == "learned":
            self.source_positions, self.target_positions = (
                LearnedPositions(
                    max_positions,
                    units,
                    initializer=keras.initializers.RandomNormal(stddev=1.0),
                    name=name,
                    dtype=dtype,
                )
                for name in ("source_positions", "target_positions")
            )
        if positions == "relative":
            self.encoder_bias = RelativePositionBias(heads, True, name="encoder_bias", dtype=dtype)
            self.decoder_bias = RelativePositionBias(heads, False, name="decoder_bias", dtype=dtype)

    def embed(self, ids, positions, embedding, learned):
        """sqrt(D) E[id] + PE(position)."""
        x = embedding(ids) * self.units**0.5
        if self.positions == "learned":
            return x + learned(positions)
        if self.positions == "sinusoidal":
            return x + ops.cast(sinusoids(positions, self.units), self.compute_dtype)
        return x

    def embed_source(self, ids, positions):
        return self.embed(
            ids, positions, self.source_embedding, getattr(self, "source_positions", None)
        )

    def embed_target(self, ids, positions):
        return self.embed(
            ids, positions, self.target_embedding, getattr(self, "target_positions", None)
        )

    def encoder_positions(self, positions):
        return self.encoder_bias(positions, keys=positions) if self.positions == "relative" else 0.0

    def decoder_positions(self, queries, keys):
        return self.decoder_bias(queries, keys=keys) if self.positions == "relative" else None

    def rotation(self, positions):
        return positions if self.positions == "rotary" else None

    def longest_source(self, max_length):
        return self.max_positions if self.positions == "learned" else None

    def check_length(self, length):
        if self.positions == "learned":
            self.target_positions.check(length)
