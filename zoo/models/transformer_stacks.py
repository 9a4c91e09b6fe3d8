"""What the Transformer and its descendants share: two stacks of blocks, one attending to the other.

No variant is registered here; see transformer.py, t5.py, bart.py, marian.py and whisper.py.
"""

import keras
from keras import ops

from zoo.errors import ZooError, check_choice
from zoo.layers.attention import causal_bias, padding_bias
from zoo.layers.dropout import Dropout
from zoo.layers.embeddings import OutputEmbedding
from zoo.layers.transformer import TransformerStack
from zoo.seq2seq import Memory, Seq2Seq, State, padding_mask

TIED = ("all", "target", "inputs", "none")


class TransformerSeq2Seq(Seq2Seq):
    """Encoder and decoder stacks between embeddings.

    A subclass calls `make_embeddings` and `make_stacks`, sets `source_positions` and
    `target_positions`, and overrides `embed_source`, `embed_target` and `logits` where its paper
    differs.
    """

    embedding_scale = 1.0  # factor of token embeddings

    def make_embeddings(self, tied, initializer, output=None):
        """Makes `source_embedding`, and `target_embedding` with the output projection.

        Args:
            tied: "all" (source, target and output are one matrix), "target" (target and output),
                "inputs" (source and target) or "none".
            initializer: Keras initializer.
            output: Keras initializer of an output matrix of its own; None is `initializer`.

        Raises:
            ZooError: source and target share a matrix, and their vocabularies differ in size.
        """
        check_choice(TIED, tied_embeddings=tied)
        if tied in ("all", "inputs"):
            check_one_vocabulary(self, tied)
        self.target_embedding = OutputEmbedding(
            self.target_vocabulary,
            self.units,
            tie_weights=tied in ("all", "target"),
            embeddings_initializer=initializer,
            output_initializer=output,
            name="target_embedding",
            dtype=self.dtype_policy,
        )
        if tied in ("all", "inputs"):
            self.source_embedding = self.target_embedding
        else:
            self.source_embedding = self.source_layer(self.units, initializer)

    def make_stacks(self, depth, decoder_depth, norm, last_norm, dropouts, **block):
        """Makes `encoder` and `decoder`, their last norms, and dropout.

        Args:
            depth, decoder_depth: int, blocks in each.
            norm: function that makes a normalisation layer from a name and a dtype.
            last_norm: bool, whether a norm follows each stack.
            dropouts: four floats, rates on the source's embeddings, the encoder's output, the
                target's embeddings and the decoder's output.
            **block: arguments of `TransformerBlock`.
        """
        dtype = self.dtype_policy
        block |= dict(units=self.units, norm=norm, dtype=dtype)
        self.encoder = TransformerStack(depth, cross=False, name="encoder", **block)
        self.decoder = TransformerStack(decoder_depth, cross=True, name="decoder", **block)
        self.encoder_norm = norm("encoder_norm", dtype) if last_norm else None
        self.decoder_norm = norm("decoder_norm", dtype) if last_norm else None
        self.dropouts = [Dropout(rate, dtype=dtype) for rate in dropouts]

    def embed_source(self, source, at):
        """Ids or frames at positions int [S] -> [B, S, D]."""
        x = self.source_embedding(source) * self.embedding_scale
        return self.source_positions.embedded(x, at)

    def embed_target(self, ids, at):
        """int [B, T] at positions int [T] or [B, 1] -> [B, T, D]."""
        x = self.target_embedding(ids) * self.embedding_scale
        return self.target_positions.embedded(x, at)

    def logits(self, x, training=False):
        """Decoder output [B, T, D] -> float32 [B, T, V]."""
        x = x if self.decoder_norm is None else self.decoder_norm(x)
        return self.target_embedding.logits(self.dropouts[3](x, training=training))

    # The contract ---------------------------------------------------------------------------------

    def encode(self, source, training=False):
        mask = padding_mask(source)
        length = ops.shape(mask)[1]
        self.source_positions.check(length)
        at = ops.arange(length)
        x = self.dropouts[0](self.embed_source(source, at), training=training)  # [B, S, D]
        x, _, _ = self.encoder(
            x, bias=padding_bias(mask), positions=self.source_positions, at=at, training=training
        )
        x = x if self.encoder_norm is None else self.encoder_norm(x)
        return Memory(self.dropouts[1](x, training=training), mask)

    def decode(self, target, memory, training=False):
        length = ops.shape(target)[1]
        self.target_positions.check(length)
        at = ops.arange(length)
        x = self.dropouts[2](self.embed_target(target, at), training=training)  # [B, T, D]
        x, _, attention = self.decoder(
            x,
            bias=causal_bias(length),
            positions=self.target_positions,
            at=at,
            memory=self.decoder.project(memory),
            training=training,
        )  # [B, T, D], [B, H, T, S]
        return self.logits(x, training), ops.mean(attention, axis=1)

    def start(self, memory, room):
        self.target_positions.check(room)
        cache = self.decoder.empty_cache(ops.shape(memory.mask)[0], room)
        return State.begin(memory, source=self.decoder.project(memory), cache=cache)

    def step(self, token, state):
        at = state.position[:, None]  # [B, 1]
        x = self.embed_target(token, at)  # [B, K, D]
        x, cache, attention = self.decoder.step(
            x, state.cache, self.target_positions, at, state.source
        )  # [B, K, D], [B, H, K, S]
        return self.logits(x), state.next(cache=cache), ops.mean(attention, axis=1)


def check_one_vocabulary(model, tied):
    """Raises `ZooError` if source and target cannot share a matrix, as `tied_embeddings` asks."""
    if model.source_vocabulary != model.target_vocabulary:
        frames = model.source_vocabulary is None
        source = "frames" if frames else f"{model.source_vocabulary} source"
        raise ZooError(
            f"tied_embeddings='{tied}' needs one vocabulary, got {source} and "
            f"{model.target_vocabulary} target ids; use tied_embeddings='target'"
        )


def layer_norm(epsilon):
    """A function that makes layer normalisation from a name and a dtype."""
    return lambda name, dtype: keras.layers.LayerNormalization(
        epsilon=epsilon, name=name, dtype=dtype
    )
