"""Prefix LM: one stack of blocks reads the source both ways and writes the target from left to right.

Dong, Yang, Wang, Wei, Liu, Wang, Gao, Zhou, Hon: "Unified Language Model Pre-training for Natural Language Understanding and
Generation", 2019, https://arxiv.org/abs/1905.03197, section 2.3, the sequence-to-sequence mask.
Radford, Wu, Child, Luan, Amodei, Sutskever: "Language Models are Unsupervised Multitask Learners", 2019 (GPT-2), the blocks.
Raffel et al. 2020 (https://arxiv.org/abs/1910.10683, section 3.2) compare it with encoder-decoders under this name.

Line by line: source and target are one sequence; a source position sees the whole source, a target position the source and the
target up to itself. No source position sees the target, so the keys and values of the source are computed once, and they are
the memory. Positions of the target go on where the source of its row ends.

Where we differ: pre-norm blocks with tanh-GELU, as in GPT-2, where Dong et al. take BERT's post-norm (`norm_first=False`); no
segment embeddings, the start token parts the two.
"""

import keras
from keras import ops

from zoo.errors import ZooError, check_choice, check_fraction, check_positive
from zoo.layers.attention import causal_bias, padding_bias
from zoo.layers.dropout import Dropout
from zoo.layers.laid_out import output_kernel, output_product
from zoo.layers.position import LearnedPositions
from zoo.layers.transformer import ACTIVATIONS, TransformerStack
from zoo.models.transformer import layer_norm
from zoo.registry import Paper, Size, register_model
from zoo.seq2seq import Memory, Seq2Seq, State, by_source, first_position, padding_mask

DONG_2019 = Paper(
    "Dong et al.",
    "Unified Language Model Pre-training for Natural Language Understanding and Generation",
    2019,
    "https://arxiv.org/abs/1905.03197",
)


@register_model(
    "prefix_lm",
    paper=DONG_2019,
    encoder="none",
    decoder="Transformer, prefix mask",
    attention="multi-head, self only",
    expect="The decoder-only rival: close to the Transformer of equal size; source and target share weights and attention.",
    sizes={
        "nano": Size((32, 32), units=16, depth=2, heads=2, inner_units=32, max_positions=128),
        "mini": Size((33, 43), units=112, depth=3, heads=4, inner_units=368, max_positions=128),
        "midi": Size(
            (10_000, 10_000),
            units=256,
            depth=6,
            heads=8,
            inner_units=1216,
            max_positions=512,
            dropout=0.2,
            tied_embeddings="all",
        ),
        "base": Size(
            (28_996, 28_996),
            units=768,
            depth=12,
            heads=12,
            inner_units=3072,
            max_positions=512,
            dropout=0.1,
            tied_embeddings="all",
        ),
        "large": Size(
            (28_996, 28_996),
            units=1024,
            depth=24,
            heads=16,
            inner_units=4096,
            max_positions=512,
            dropout=0.1,
            tied_embeddings="all",
        ),
    },
)
class PrefixLM(Seq2Seq):
    """Decoder-only model, bidirectional over the source and causal over the target.

    Args:
        source_vocabulary, target_vocabulary: int, number of token ids.
        units: int, D, a multiple of `heads`.
        depth: int, blocks.
        heads: int, H.
        inner_units: int, width of the feed-forward layers.
        max_positions: int, the longest source and target together, where positions are learned.
        dropout: float, rate on embeddings, attention weights and every sub-layer's output.
        norm_first: bool; False is BERT's post-norm.
        tied_embeddings: "all" (source, target and output) or "target" (target and output).
        positions: "learned" as in the paper, or "rotary".
        activation: "gelu_tanh" as in GPT-2, "gelu", "relu" or "swish".
        gated: bool, gated feed-forward layers.
        start_id, end_id, **kwargs: see `Seq2Seq`.

    Source: https://arxiv.org/abs/1905.03197
    """

    def __init__(
        self,
        source_vocabulary,
        target_vocabulary,
        units=768,
        depth=12,
        heads=12,
        inner_units=3072,
        max_positions=1024,
        dropout=0.0,
        norm_first=True,
        tied_embeddings="target",
        positions="learned",
        activation="gelu_tanh",
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
        )
        check_fraction(dropout=dropout)
        check_choice(ACTIVATIONS, activation=activation)
        check_choice(("all", "target"), tied_embeddings=tied_embeddings)
        check_choice(("learned", "rotary"), positions=positions)
        if units % heads or positions == "rotary" and units // heads % 2:
            raise ZooError(
                f"units {units} must be a multiple of heads {heads}, and an even one for rotary positions"
            )
        if tied_embeddings == "all" and source_vocabulary != target_vocabulary:
            raise ZooError(
                f"tied_embeddings='all' needs one vocabulary, got {source_vocabulary} source and "
                f"{target_vocabulary} target ids; use tied_embeddings='target'"
            )
        self.units, self.depth, self.heads, self.inner_units, self.max_positions = (
            units,
            depth,
            heads,
            inner_units,
            max_positions,
        )
        self.dropout, self.norm_first, self.tied_embeddings = dropout, norm_first, tied_embeddings
        self.positions, self.activation, self.gated = positions, activation, gated
        dtype, norm = self.dtype_policy, layer_norm(1e-5)

        def initializer(
            name=None,
        ):  # the outputs of residual layers start smaller, the more of them are added up
            return keras.initializers.RandomNormal(
                stddev=0.02 * ((2 * depth) ** -0.5 if name in ("output", "outer") else 1)
            )

        self.target_embedding = keras.layers.ReversibleEmbedding(
            target_vocabulary,
            units,
            embeddings_initializer=initializer(),
            name="target_embedding",
            dtype=dtype,
        )
        self.source_embedding = (
            self.target_embedding
            if tied_embeddings == "all"
            else keras.layers.Embedding(
                source_vocabulary,
                units,
                embeddings_initializer=initializer(),
                name="source_embedding",
                dtype=dtype,
            )
        )
        self.learned = (
            LearnedPositions(
                max_positions, units, initializer=initializer(), name="positions", dtype=dtype
            )
            if positions == "learned"
            else None
        )
        self.stack = TransformerStack(
            depth,
            cross=False,
            name="stack",
            units=units,
            heads=heads,
            inner_units=inner_units,
            norm_first=norm_first,
            norm=norm,
            activation=activation,
            gated=gated,
            dropout=dropout,
            attention_dropout=dropout,
            initializers=initializer,
            dtype=dtype,
        )
        self.last_norm = norm("last_norm", dtype) if norm_first else None
        self.dropouts = [Dropout(dropout, dtype=dtype) for _ in range(2)]

    def embed(self, embedding, ids, positions, dropout, training=False):
        """E[id] + P[position] at positions [T] or [B, T]: [B, T, D]."""
        x = embedding(ids)
        return dropout(
            x if self.learned is None else x + self.learned(positions), training=training
        )

    def rotation(self, positions):
        """Positions by which self-attention rotates queries and keys; None for no rotation."""
        return None if self.learned is not None else positions

    def encode(self, source, training=False):
        mask, length = padding_mask(source), ops.shape(source)[1]
        self.check_length(length)
        positions = ops.arange(length)
        x = self.embed(
            self.source_embedding, source, positions, self.dropouts[0], training
        )  # [B, S, D]
        x, keys_values, _ = self.stack(
            x, bias=padding_bias(mask), rotation=self.rotation(positions), training=training
        )
        return Memory(x, mask, keys_values)

    def padded(self, memory, length):
        missing = length - ops.shape(memory.mask)[1]
        return (
            super()
            .padded(memory, length)
            ._replace(final=tuple(layer.padded(missing) for layer in memory.final))
        )

    def decode(self, target, memory, training=False):
        return self.decode_states(target, memory, training)[0]

    def decode_states(self, target, memory, training=False):
        """Logits [B, T, V] and the last block's attention over the source [B, H, T, S], whose rows sum to less than 1."""
        length = ops.shape(target)[1]
        self.check_length(length)
        positions = source_lengths(memory.mask)[:, None] + ops.arange(length)[None]  # [B, T]
        x = self.embed(self.target_embedding, target, positions, self.dropouts[1], training)
        x, _, attention = self.stack(
            x,
            bias=causal_bias(length),
            memory=memory.final,
            memory_bias=padding_bias(memory.mask),
            rotation=self.rotation(positions),
            training=training,
        )
        return self.logits(x), attention

    def logits(self, x, kernel=None):
        """Output of the stack [B, T, D] -> float32 [B, T, V]; the kernel is the output matrix laid out, or None."""
        x = x if self.last_norm is None else self.last_norm(x)
        return output_product(self.target_embedding, x, kernel)

    def start(self, memory, max_length):
        length = memory.mask.shape[1]
        self.check_length(max_length + length if isinstance(length, int) else max_length)
        batch = ops.shape(memory.states)[0]
        return State(
            memory=(memory.final, padding_bias(memory.mask), source_lengths(memory.mask)),
            cache=(),
            position=first_position(batch),
            history=self.stack.history(batch, max_length),
        )

    def stepper(self, rows):
        if rows == 1:  # copies of the weights cost more than they save
            return self.step
        projections, kernel = self.stack.laid_out(), output_kernel(self.target_embedding)
        return lambda token, state: self.step(token, state, projections, kernel)

    def step(self, token, state, projections=None, kernel=None):
        (memory, memory_bias, lengths), history = state.memory, state.history.opened()
        positions = (lengths + state.position)[:, None]  # [B, 1]
        x = self.embed(
            self.target_embedding, by_source(token, state), positions, self.dropouts[1]
        )  # [B, K, D]
        x, records, attention = self.stack(
            x,
            bias=history.bias(),
            memory=memory,
            memory_bias=memory_bias,
            records=history.records,
            place=history.place(),
            rotation=self.rotation(positions),
            projections=projections,
        )
        logits = ops.reshape(self.logits(x, kernel), (-1, self.target_vocabulary))
        attention = ops.reshape(source_shares(attention), (-1, attention.shape[-1]))
        return logits, state._replace(
            position=state.position + 1, history=history.closed(records), attention=attention
        )

    def align(self, source, target):
        """The last block's attention, mean over its heads, as shares of what goes to the source: [B, T, S]."""
        return source_shares(self.decode_states(target, self.encode(source))[1])

    def longest_source(self, max_length):
        return None if self.learned is None else self.max_positions - max_length

    def check_length(self, length):
        """Raises `ZooError` for more positions than are learned; the length is an int or unknown."""
        if self.learned is not None:
            self.learned.check(length)


def source_shares(attention):
    """What of the attention [B, H, T, S] goes to the source, mean over heads, as shares of it: [B, T, S]."""
    attention = ops.mean(attention, axis=1)
    return attention / ops.maximum(ops.sum(attention, -1, keepdims=True), 1e-9)


def source_lengths(mask):
    """bool [B, S] -> int32 [B], real tokens of each source."""
    return ops.sum(ops.cast(mask, "int32"), -1)
