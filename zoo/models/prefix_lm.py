"""Prefix LM: one stack of blocks reads the source both ways and then writes the target.

Dong, Yang, Wang, Wei, Liu, Wang, Gao, Zhou, Hon: "Unified Language Model Pre-training for Natural
Language Understanding and Generation", 2019, https://arxiv.org/abs/1905.03197, section 2.3, the
sequence-to-sequence mask.
Radford, Wu, Child, Luan, Amodei, Sutskever: "Language Models are Unsupervised Multitask Learners",
2019 (GPT-2), the blocks.
Raffel et al. 2020 (https://arxiv.org/abs/1910.10683, section 3.2) compare it with encoder-decoders
under this name.

Line by line: source and target are one sequence. A source position sees the whole source; a target
position sees the source, and the target up to itself. No source position sees the target, so the
keys and values of the source are computed once; they are the memory. A row's target positions
continue where its source ends.

Where we differ: blocks are pre-norm with tanh-GELU, as in GPT-2, where Dong et al. take BERT's
post-norm (`norm_first=False`). There are no segment embeddings; the start token separates the two.
"""

import keras
from keras import ops

from zoo.errors import ZooError, check_choice, check_fraction, check_positive
from zoo.layers.attention import KeysValues, ProjectedMemory, causal_bias, normalised, padding_bias
from zoo.layers.dropout import Dropout
from zoo.layers.embeddings import OutputEmbedding
from zoo.layers.feed_forward import ACTIVATIONS
from zoo.layers.positions import LearnedPositions, RotaryPositions
from zoo.layers.transformer import TransformerStack
from zoo.models.transformer_stacks import check_one_vocabulary, layer_norm
from zoo.registry import Paper, Size, register_model
from zoo.seq2seq import Memory, Seq2Seq, State, padding_mask

DONG_2019 = Paper(
    "Dong et al.",
    "Unified Language Model Pre-training for Natural Language Understanding and Generation",
    2019,
    "https://arxiv.org/abs/1905.03197",
)


def shared_size(vocabulary, units, depth, heads, inner_units, dropout):
    """A `Size` for up to 512 positions whose two sides share one vocabulary."""
    return Size(
        vocabulary,
        units=units,
        depth=depth,
        heads=heads,
        inner_units=inner_units,
        dropout=dropout,
        max_positions=512,
        tied_embeddings="all",
    )


@register_model(
    "prefix_lm",
    paper=DONG_2019,
    encoder="none",
    decoder="Transformer, prefix mask",
    attention="multi-head, self only",
    expect="The decoder-only rival: source and target share all weights and attention.",
    sizes={
        "nano": Size((32, 32), units=16, depth=2, heads=2, inner_units=32, max_positions=128),
        "mini": Size((33, 43), units=112, depth=3, heads=4, inner_units=368, max_positions=128),
        "midi": shared_size((10_000, 10_000), 256, 6, 8, 1216, dropout=0.2),
        "base": shared_size((28_996, 28_996), 768, 12, 12, 3072, dropout=0.1),
        "large": shared_size((28_996, 28_996), 1024, 24, 16, 4096, dropout=0.1),
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
        **kwargs: `start_id`, `end_id`, `name`, `dtype`; see `Seq2Seq`.

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
        **kwargs,
    ):
        super().__init__(source_vocabulary, target_vocabulary, **kwargs)
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
                f"units {units} must be a multiple of heads {heads}, "
                "and an even multiple for rotary positions"
            )
        if tied_embeddings == "all":
            check_one_vocabulary(self, "all")
        self.units, self.depth, self.heads = units, depth, heads
        self.inner_units, self.max_positions = inner_units, max_positions
        self.dropout, self.norm_first = dropout, norm_first
        self.tied_embeddings, self.positions = tied_embeddings, positions
        self.activation, self.gated = activation, gated
        dtype, norm = self.dtype_policy, layer_norm(1e-5)

        def initializer(name=None):
            # The more residual layers are added up, the smaller their outputs start.
            scale = (2 * depth) ** -0.5 if name in ("output", "outer") else 1
            return keras.initializers.RandomNormal(stddev=0.02 * scale)

        self.target_embedding = OutputEmbedding(
            target_vocabulary,
            units,
            embeddings_initializer=initializer(),
            name="target_embedding",
            dtype=dtype,
        )
        if tied_embeddings == "all":
            self.source_embedding = self.target_embedding
        else:
            self.source_embedding = self.source_layer(units, initializer())
        if positions == "learned":
            self.sequence_positions = LearnedPositions(
                max_positions, units, initializer=initializer(), name="positions", dtype=dtype
            )
        else:
            self.sequence_positions = RotaryPositions(dtype=dtype)
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

    def embed(self, embedding, ids, at, dropout, training=False):
        """E[id] + P[position] at positions [T] or [B, T]: [B, T, D]."""
        return dropout(self.sequence_positions.embedded(embedding(ids), at), training=training)

    def encode(self, source, training=False):
        mask = padding_mask(source)
        length = ops.shape(mask)[1]
        self.sequence_positions.check(length)
        at = ops.arange(length)
        x = self.embed(self.source_embedding, source, at, self.dropouts[0], training)  # [B, S, D]
        _, keys_values, _ = self.stack(
            x,
            bias=self.source_bias(mask),
            positions=self.sequence_positions,
            at=at,
            training=training,
        )
        return Memory(tuple(layer.by_position() for layer in keys_values), mask)

    def source_bias(self, mask):
        """What a source position sees of the source: float32, broadcast to [B, H, S, S]."""
        return padding_bias(mask)

    def prefix(self, memory):
        """The source's keys and values, as each block sees them before its own."""
        keys_values = tuple(KeysValues.from_positions(*layer) for layer in memory.states)
        return ProjectedMemory(keys_values, padding_bias(memory.mask))

    def decode(self, target, memory, training=False):
        length = ops.shape(target)[1]
        self.sequence_positions.check(length)
        after = source_lengths(memory.mask)[:, None]  # [B, 1]
        at = self.sequence_positions.within(after + ops.arange(length))  # padding may be beyond
        x = self.embed(self.target_embedding, target, at, self.dropouts[1], training)
        x, _, attention = self.stack(  # [B, T, D], [B, H, T, S]
            x,
            bias=causal_bias(length),
            positions=self.sequence_positions,
            at=at,
            memory=self.prefix(memory),
            training=training,
        )
        return self.logits(x), source_shares(attention)

    def logits(self, x):
        """Output of the stack [B, T, D] -> float32 [B, T, V]."""
        x = x if self.last_norm is None else self.last_norm(x)
        return self.target_embedding.logits(x)

    def start(self, memory, room):
        self.sequence_positions.check(room + ops.shape(memory.mask)[1])
        source = self.prefix(memory), source_lengths(memory.mask)
        cache = self.stack.empty_cache(ops.shape(memory.mask)[0], room)
        return State.begin(memory, source=source, cache=cache)

    def step(self, token, state):
        prefix, lengths = state.source
        at = (lengths + state.position)[:, None]  # [B, 1]
        x = self.embed(self.target_embedding, token, at, self.dropouts[1])  # [B, K, D]
        x, cache, attention = self.stack.step(x, state.cache, self.sequence_positions, at, prefix)
        return self.logits(x), state.next(cache=cache), source_shares(attention)

    def longest_source(self, room):
        return self.max_positions - room if self.positions == "learned" else None


def source_shares(attention):
    """Attention [B, H, T, S], mean over heads, as shares of what the source gets: [B, T, S]."""
    return normalised(ops.mean(attention, axis=1))


def source_lengths(mask):
    """bool [B, S] -> int32 [B], real tokens of each source."""
    return ops.sum(ops.cast(mask, "int32"), -1)
