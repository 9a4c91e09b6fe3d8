"""A model of CTranslate2: the Transformers that it can represent, filled in weight by weight.

CTranslate2 takes and gives tokens by name, which `zoo.export.token_names` makes. It closes each
source by itself. Padding and the start token, which no output of the zoo has, get a bias of
`NEVER` there, so that the other tokens share their probability, which is next to nothing in a
trained model and stays unused in the zoo. Its beam search is `zoo.Beam(K, length_penalty=1,
formula="power", early_stopping=True)` here, if its `min_decoding_length` is 0.
"""

import pathlib
from typing import Any

import numpy as np
from keras.layers import RMSNormalization

from zoo.decoding.constraints import never_written
from zoo.errors import ZooError, first_line
from zoo.export.single import single_model, write_tokenizers
from zoo.export.token_names import token_names
from zoo.layers.positions import (
    LearnedPositions,
    RelativePositions,
    SinusoidalPositions,
    sinusoids,
)
from zoo.models.t5 import T5
from zoo.models.transformer_stacks import TransformerSeq2Seq
from zoo.models.whisper import Whisper
from zoo.text.text_model import TextModel

NEVER = -1e4  # the bias of what is never put out; float16 holds it, too
POSITIONS = 2048  # of a table of sinusoids: the longest source or target
ACTIVATIONS = {"relu": "RELU", "gelu": "GELU", "gelu_tanh": "GELUTanh", "swish": "SWISH"}
INSTALL = "the format ctranslate2 needs ctranslate2: pip install 'seq2seq-zoo[ctranslate2]'"


def write(text_model: TextModel, folder: pathlib.Path) -> None:
    """Writes model.bin, config.json and the vocabularies, and the tokenizers' configuration.

    Raises:
        ZooError: ctranslate2 is missing, or it cannot represent the model.
    """
    model = single_model(text_model, "ctranslate2")
    check_model(model)
    try:
        from ctranslate2.specs import TransformerSpec
        from ctranslate2.specs.common_spec import Activation
    except ImportError as error:
        raise ZooError(f"{INSTALL} ({first_line(error)})") from error
    spec = TransformerSpec.from_config(
        (len(model.encoder.blocks), len(model.decoder.blocks)),
        model.heads,
        pre_norm=model.encoder.blocks[0].norm_first,
        activation=Activation[ACTIVATIONS[model.activation]],
        layernorm_embedding=hasattr(model, "source_norm"),
        relative_attention_bias=isinstance(model.source_positions, RelativePositions),
        ffn_glu=model.encoder.blocks[0].feed_forward.gate is not None,
        rms_norm=isinstance(model.encoder.blocks[0].self_norm, RMSNormalization),
    )
    for side, one in (("source", spec.encoder), ("target", spec.decoder)):
        fill_stack(one, model, side)
    fill_output(spec.decoder, model)
    register_tokens(spec, text_model)
    spec.validate()
    spec.optimize()
    spec.save(str(folder))
    write_tokenizers(text_model, folder)


def check_model(model: Any) -> None:
    """Raises `ZooError` for a model that CTranslate2 cannot represent."""
    name = type(model).__name__
    if not isinstance(model, TransformerSeq2Seq):
        raise ZooError(
            "the format ctranslate2 holds Transformers with an encoder and a decoder, "
            f"which {name} is not"
        )
    if isinstance(model, Whisper):
        raise ZooError(
            "the format ctranslate2 holds Transformers with an encoder and a decoder, "
            f"which {name} is not alone: it has convolutions, too"
        )
    kinds = (SinusoidalPositions, LearnedPositions, RelativePositions)
    if not isinstance(model.source_positions, kinds):
        raise ZooError(
            f"the format ctranslate2 cannot hold the {type(model.source_positions).__name__} "
            f"of this {name}"
        )


def fill_stack(spec, model, side):
    """Fills the specification of the encoder ("source") or the decoder ("target")."""
    stack = model.encoder if side == "source" else model.decoder
    last_norm = model.encoder_norm if side == "source" else model.decoder_norm
    embedding, positions = getattr(model, f"{side}_embedding"), getattr(model, f"{side}_positions")
    embeddings = spec.embeddings[0] if side == "source" else spec.embeddings
    embeddings.weight = array(embedding.embeddings)
    spec.scale_embeddings = float(model.embedding_scale)
    if isinstance(positions, SinusoidalPositions):
        table = sinusoids(np.arange(POSITIONS), model.units, positions.interleaved)
        spec.position_encodings.encodings = array(table)
    elif isinstance(positions, LearnedPositions):
        spec.position_encodings.encodings = array(positions.table)[positions.offset :]
    if last_norm is not None:
        fill_norm(spec.layer_norm, last_norm)
    if hasattr(model, f"{side}_norm"):
        fill_norm(spec.layernorm_embedding, getattr(model, f"{side}_norm"))
    for layer, block in zip(spec.layer, stack.blocks):
        fill_block(layer, block)
        if isinstance(positions, RelativePositions):
            layer.self_attention.relative_attention_bias = array(positions.table)
            distance = np.dtype("int32").type(positions.max_distance)
            layer.self_attention.relative_attention_max_distance = distance


def fill_block(spec, block):
    """Fills the specification of one block."""
    own = block.self_attention
    fill_attention(spec.self_attention, own, ((own.query, own.key, own.value),), block.self_norm)
    if block.cross_attention is not None:
        cross = block.cross_attention
        parts = (cross.query,), (cross.key, cross.value)
        fill_attention(spec.attention, cross, parts, block.cross_norm)
    feed = block.feed_forward
    if feed.gate is None:
        fill_linear(spec.ffn.linear_0, feed.inner)
    else:
        fill_linear(spec.ffn.linear_0, feed.gate)
        fill_linear(spec.ffn.linear_0_noact, feed.inner)
    fill_linear(spec.ffn.linear_1, feed.outer)
    fill_norm(spec.ffn.layer_norm, block.feed_norm)


def fill_attention(spec, attention, parts, norm):
    """Fills an attention, whose projections are joined as in `parts`."""
    spec.queries_scale = float(attention.factor)
    for linear, layers in zip(spec.linear, parts):
        fill_linear(linear, *layers)
    fill_linear(spec.linear[-1], attention.output_projection)
    fill_norm(spec.layer_norm, norm)


def fill_linear(spec, *layers):
    """Fills one linear layer with dense layers side by side."""
    spec.weight = np.concatenate([array(layer.kernel).T for layer in layers])
    if layers[0].use_bias:
        spec.bias = np.concatenate([array(layer.bias) for layer in layers])


def fill_norm(spec, norm):
    """Fills a normalisation."""
    if isinstance(norm, RMSNormalization):
        spec.gamma = array(norm.scale)
    else:
        spec.gamma, spec.beta = array(norm.gamma), array(norm.beta)


def fill_output(spec, model):
    """Fills the output projection and its bias."""
    embedding = model.target_embedding
    if embedding.tie_weights:
        spec.projection.weight = array(embedding.embeddings)
    else:
        spec.projection.weight = array(np.transpose(embedding.reverse_embeddings))
    bias = np.zeros(model.target_vocabulary, "float32")
    if hasattr(model, "output_bias"):
        bias += array(model.output_bias)
    bias[list(never_written(model))] = NEVER
    spec.projection.bias = bias
    if isinstance(model, T5) and embedding.tie_weights:
        spec.scale_outputs = float(model.units**-0.5)


def register_tokens(spec, text_model):
    """Gives the specification its vocabularies and special tokens."""
    model = text_model.model
    source = token_names(text_model.source_tokenizer, model.source_vocabulary)
    target = token_names(text_model.target_tokenizer, model.target_vocabulary)
    spec.register_source_vocabulary(source)
    spec.register_target_vocabulary(target)
    start = target[model.start_id]
    spec.config.bos_token, spec.config.decoder_start_token = start, start
    spec.config.eos_token, spec.config.add_source_eos = target[model.end_id], True
    spec.config.unk_token = "<unk>"
    spec.config.layer_norm_epsilon = float(model.encoder.blocks[0].self_norm.epsilon)


def array(tensor):
    """A weight as float32."""
    return np.ascontiguousarray(tensor, "float32")
