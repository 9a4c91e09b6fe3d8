"""Transformer: attention only, no recurrence.

Vaswani, Shazeer, Parmar, Uszkoreit, Jones, Gomez, Kaiser, Polosukhin: "Attention Is All You Need", 2017,
https://arxiv.org/abs/1706.03762.

Where we differ: the source and target embeddings are one matrix with the output projection only where both sides have one
vocabulary (`tied_embeddings="all"`, the paper's own); a task with two vocabularies ties the target's with the output.
"""

import keras
from keras import ops

from zoo.errors import ZooError, check_choice, check_fraction, check_positive
from zoo.layers.attention import causal_bias, padding_bias, past_bias
from zoo.layers.dropout import Dropout
from zoo.layers.position import sinusoids
from zoo.layers.transformer import TransformerStack
from zoo.registry import Paper, Size, register_model
from zoo.seq2seq import Memory, Seq2Seq, State, first_position, padding_mask

VASWANI_2017 = Paper("Vaswani et al.", "Attention Is All You Need", 2017, "https://arxiv.org/abs/1706.03762")


class TransformerSeq2Seq(Seq2Seq):
    """What the Transformer and its descendants share: two stacks around a memory of keys and values.

    A subclass makes `source_embedding`, `target_embedding` (reversible), `encoder` and `decoder` (`TransformerStack`),
    `encoder_norm` and `decoder_norm` (or None) and the four `dropouts`, of the embeddings of source and target and of the
    output of encoder and decoder, and overrides the hooks in which its paper differs.
    """

    def embed(self, embedding, ids, positions):
        """int [B, T] at int [T] -> [B, T, D]."""
        return embedding(ids)

    def encoder_positions(self, positions):
        """Bias on the encoder's scores that tells of positions: float [1, H, S, S]; 0.0 for none."""
        return 0.0

    def decoder_positions(self, queries, keys):
        """Bias on the decoder's self-attention scores that tells of positions: float [1, H, T, L]; 0.0 for none."""
        return 0.0

    def logits(self, x, training=False):
        """Decoder output [B, T, D] -> float32 [B, T, V]."""
        x = x if self.decoder_norm is None else self.decoder_norm(x)
        return ops.cast(self.target_embedding(self.dropouts[3](x, training=training), reverse=True), "float32")

    def encode(self, source, training=False):
        mask, positions = padding_mask(source), ops.arange(ops.shape(source)[1])
        x = self.dropouts[0](self.embed(self.source_embedding, source, positions), training=training)  # [B, S, D]
        x, _, _ = self.encoder(x, bias=self.encoder_positions(positions) + padding_bias(mask), training=training)
        x = x if self.encoder_norm is None else self.encoder_norm(x)
        return Memory(self.dropouts[1](x, training=training), mask)

    def decode(self, target, memory, training=False):
        return self.logits(self.decode_states(target, memory, training)[0], training)

    def decode_states(self, target, memory, training=False):
        """The decoder stack's output [B, T, D] and its last block's attention over the memory [B, H, T, S]."""
        length = ops.shape(target)[1]
        positions = ops.arange(length)
        x = self.dropouts[2](self.embed(self.target_embedding, target, positions), training=training)
        x, _, attention = self.decoder(
            x, bias=self.decoder_positions(positions, positions) + causal_bias(length), training=training,
            memory=self.decoder.memory(memory.states), memory_bias=padding_bias(memory.mask))
        return x, attention

    def start(self, memory, max_length):
        batch = ops.shape(memory.states)[0]
        return State(memory=(self.decoder.memory(memory.states), padding_bias(memory.mask)),
                     cache=self.decoder.empty_cache(batch, max_length), position=first_position(batch))

    def step(self, token, state):
        (memory, memory_bias), position = state.memory, state.position[0]
        length = ops.shape(state.cache[0][0])[2]
        x = self.embed(self.target_embedding, token[:, None], position[None])  # [B, 1, D]
        bias = self.decoder_positions(position[None], ops.arange(length)) + past_bias(length, position)  # [1, 1 or H, 1, L]
        x, cache, _ = self.decoder(x, bias=bias, memory=memory, memory_bias=memory_bias, caches=state.cache, position=position)
        return self.logits(x)[:, 0], State(state.memory, cache, state.position + 1)

    def align(self, source, target):
        """The last decoder block's attention, mean over its heads: [B, T, S]."""
        return ops.mean(self.decode_states(target, self.encode(source))[1], axis=1)


@register_model(
    "transformer", paper=VASWANI_2017, encoder="Transformer", decoder="Transformer", attention="multi-head",
    expect="Trains on all positions of a sequence at once, and every target step sees the whole source.",
    sizes={"nano": Size((32, 32), units=16, depth=2, heads=2, inner_units=32, tied_embeddings="target"),
           "mini": Size((33, 43), units=96, depth=2, heads=4, inner_units=256, tied_embeddings="target"),
           "base": Size((37_000, 37_000), units=512, depth=6, heads=8, inner_units=2048, dropout=0.1)})
class Transformer(TransformerSeq2Seq):
    """Encoder and decoder of Transformer blocks with sinusoidal positions.

    Args:
        source_vocabulary, target_vocabulary: int, number of token ids.
        units: int, D, even and a multiple of `heads`.
        depth: int, blocks in the encoder and in the decoder.
        heads: int, H.
        inner_units: int, width of the feed-forward layers.
        dropout: float, rate on embeddings and on every sub-layer's output.
        norm_first: bool, pre-norm with a last norm after the stack, instead of the paper's post-norm.
        tied_embeddings: "all" (source, target and output), "target" (target and output) or "none".
        start_id, end_id, **kwargs: see `Seq2Seq`.

    Source: https://arxiv.org/abs/1706.03762
    """

    def __init__(self, source_vocabulary, target_vocabulary, units=512, depth=6, heads=8, inner_units=2048, dropout=0.0,
                 norm_first=False, tied_embeddings="all", start_id=1, end_id=2, **kwargs):
        super().__init__(source_vocabulary, target_vocabulary, start_id, end_id, **kwargs)
        check_positive(units=units, depth=depth, heads=heads, inner_units=inner_units)
        check_fraction(dropout=dropout)
        check_choice(("all", "target", "none"), tied_embeddings=tied_embeddings)
        if units % heads or units % 2:
            raise ZooError(f"units {units} must be even and a multiple of heads {heads}")
        if tied_embeddings == "all" and source_vocabulary != target_vocabulary:
            raise ZooError(f"tied_embeddings='all' needs one vocabulary, got {source_vocabulary} source and "
                           f"{target_vocabulary} target ids; use tied_embeddings='target'")
        self.units, self.depth, self.heads, self.inner_units = units, depth, heads, inner_units
        self.dropout, self.norm_first, self.tied_embeddings = dropout, norm_first, tied_embeddings
        dtype = self.dtype_policy
        initializer = keras.initializers.RandomNormal(stddev=units**-0.5)
        self.target_embedding = keras.layers.ReversibleEmbedding(
            target_vocabulary, units, tie_weights=tied_embeddings != "none", embeddings_initializer=initializer,
            name="target_embedding", dtype=dtype)
        self.source_embedding = self.target_embedding if tied_embeddings == "all" else keras.layers.Embedding(
            source_vocabulary, units, embeddings_initializer=initializer, name="source_embedding", dtype=dtype)

        def norm(name, dtype):
            return keras.layers.LayerNormalization(epsilon=1e-6, name=name, dtype=dtype)

        block = dict(units=units, heads=heads, inner_units=inner_units, norm_first=norm_first, norm=norm, dropout=dropout,
                     dtype=dtype)
        self.encoder = TransformerStack(depth, cross=False, name="encoder", **block)
        self.decoder = TransformerStack(depth, cross=True, name="decoder", **block)
        self.encoder_norm = norm("encoder_norm", dtype) if norm_first else None
        self.decoder_norm = norm("decoder_norm", dtype) if norm_first else None
        self.dropouts = [Dropout(rate, dtype=dtype) for rate in (dropout, 0.0, dropout, 0.0)]

    def embed(self, embedding, ids, positions):
        """sqrt(D) E[id] + PE(position) (sections 3.4 and 3.5)."""
        return embedding(ids) * self.units**0.5 + ops.cast(sinusoids(positions, self.units), self.compute_dtype)[None]
