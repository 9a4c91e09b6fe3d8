"""BART as transformers' BartForConditionalGeneration keeps it; Marian's layers have the same names.

| config.json | here |
|---|---|
| d_model | units |
| encoder_ffn_dim = decoder_ffn_dim | inner_units |
| encoder_attention_heads = decoder_attention_heads | heads |
| encoder_layers, decoder_layers | depth, decoder_depth |
| max_position_embeddings | max_positions; both tables have two rows more, which are never used |
| activation_function, scale_embedding | activation, scale_embeddings |
| dropout, attention_dropout, activation_dropout | dropout, attention_dropout, inner_dropout |
| decoder_start_token_id (`</s>` if absent), eos_token_id | start_id, end_id |

Ids are exchanged so that padding is 0. Files saved from the bare BartModel lack the "model." before
their keys and the bias on the logits; both are read.
"""

from zoo.models.bart import UNUSED_POSITIONS
from zoo.pretrained.options import NAMES, Options, require, swapped

MODEL_TYPE, CLASS, FAMILIES = "bart", "BartForConditionalGeneration", ("bart",)
OPTIONAL = ("final_logits_bias",)  # zeros where absent
# Keys of the bare model lack the root.
ROOT, PREFIXED = "model.", ("encoder.", "decoder.", "shared.")
IGNORED = ("model.encoder.version", "model.decoder.version")
PROJECTIONS = {"query": "q_proj", "key": "k_proj", "value": "v_proj", "output": "out_proj"}


def arguments(config):
    """A config -> family, constructor arguments, and the padding id.

    Raises:
        ZooError: the zoo's BART cannot do what it asks for.
    """
    options = Options(config, "BART")
    found, pad = shared_arguments(options)
    vocabulary = found["target_vocabulary"]
    end = options.token("eos_token_id", 2, vocabulary)
    options.only(normalize_embedding=True, static_position_embeddings=False, extra_pos_embeddings=2)
    found |= dict(
        max_positions=options.number("max_position_embeddings"),
        attention_dropout=options.rate("attention_dropout"),
        inner_dropout=options.rate("activation_dropout"),
        scale_embeddings=options.flag("scale_embedding", False),
        activation=options.activation("activation_function", "gelu"),
        tied_embeddings="all",
        end_id=swapped(end, pad),
        start_id=swapped(options.token("decoder_start_token_id", end, vocabulary), pad),
    )
    options.finish()
    return "bart", found, pad


def shared_arguments(options):
    """What the configs of BART and Marian share: constructor arguments and the padding id."""
    depth, decoder_depth = options.number("encoder_layers"), options.number("decoder_layers")
    vocabulary = options.number("vocab_size")
    options.only(
        normalize_before=False,
        add_final_layer_norm=False,
        add_bias_logits=False,
        is_encoder_decoder=True,
        is_decoder=False,
        encoder_layerdrop=0,
        decoder_layerdrop=0,
        tie_word_embeddings=True,
    )
    return dict(
        source_vocabulary=vocabulary,
        target_vocabulary=vocabulary,
        units=options.number("d_model"),
        depth=depth,
        decoder_depth=None if decoder_depth == depth else decoder_depth,
        heads=options.same("encoder_attention_heads", "decoder_attention_heads"),
        inner_units=options.same("encoder_ffn_dim", "decoder_ffn_dim"),
        dropout=options.rate("dropout", 0.1),
    ), options.token("pad_token_id", None, vocabulary)


def config_of(model, pad):
    """The config of a model. Raises `ZooError` if transformers' BART cannot represent it."""
    require(model, "BART", tied_embeddings=("all",))
    begin = swapped(1 if model.end_id != 1 else 2, pad)
    return shared_config(model, pad) | {
        "architectures": [CLASS],
        "model_type": MODEL_TYPE,
        "max_position_embeddings": model.max_positions,
        "attention_dropout": model.attention_dropout,
        "activation_dropout": model.inner_dropout,
        "bos_token_id": begin,
        "scale_embedding": model.scale_embeddings,
    }


def shared_config(model, pad):
    """What the configs of BART and Marian share."""
    return {
        "is_encoder_decoder": True,
        "vocab_size": model.source_vocabulary,
        "d_model": model.units,
        "encoder_layers": model.depth,
        "decoder_layers": model.decoder_depth or model.depth,
        "dropout": model.dropout,
        "encoder_attention_heads": model.heads,
        "decoder_attention_heads": model.heads,
        "encoder_ffn_dim": model.inner_units,
        "decoder_ffn_dim": model.inner_units,
        "activation_function": NAMES[model.activation],
        "tie_word_embeddings": True,
        "pad_token_id": pad,
        "eos_token_id": swapped(model.end_id, pad),
        "forced_eos_token_id": swapped(model.end_id, pad),
        "decoder_start_token_id": swapped(model.start_id, pad),
    }


def table(model):
    """Variable paths of a model -> key and form (`zoo.pretrained.checkpoint`) in the checkpoint."""
    entries = stacks(model) | {"target_embedding/embeddings": ("model.shared.weight", "vocabulary")}
    for side, stack in (("source", "encoder"), ("target", "decoder")):
        entries[f"{side}_positions/table"] = (f"model.{stack}.embed_positions.weight", "same")
        entries |= norm(f"{side}_norm", f"model.{stack}.layernorm_embedding")
    return entries


def stacks(model):
    """The entries of the blocks and the bias on the logits."""
    entries = {"output_bias": ("final_logits_bias", "bias")}
    for stack, depth in (("encoder", model.depth), ("decoder", model.decoder_depth or model.depth)):
        for i in range(depth):
            entries |= block(f"{stack}/block_{i}", f"model.{stack}.layers.{i}", stack == "decoder")
    return entries


def block(path, key, cross):
    """The entries of one block."""
    entries = norm(f"{path}/feed_norm", f"{key}.final_layer_norm")
    attentions = [("self", "self_attn"), ("cross", "encoder_attn")]
    for name, attention in attentions[: 1 + cross]:
        entries |= norm(f"{path}/{name}_norm", f"{key}.{attention}_layer_norm")
        for ours, theirs in PROJECTIONS.items():
            entries |= dense(f"{path}/{name}_attention/{ours}", f"{key}.{attention}.{theirs}")
    return (
        entries
        | dense(f"{path}/feed_forward/inner", f"{key}.fc1")
        | dense(f"{path}/feed_forward/outer", f"{key}.fc2")
    )


def norm(path, key):
    """The entries of a layer normalisation."""
    return {f"{path}/gamma": (f"{key}.weight", "same"), f"{path}/beta": (f"{key}.bias", "same")}


def dense(path, key):
    """The entries of a projection."""
    return {
        f"{path}/kernel": (f"{key}.weight", "transposed"),
        f"{path}/bias": (f"{key}.bias", "same"),
    }


def shapes(model):
    """Key -> shape of tensors that have every size of a model between them."""
    positions = "model.encoder.embed_positions.weight"
    return {
        "model.shared.weight": (model.target_vocabulary, model.units),
        positions: (model.max_positions + UNUSED_POSITIONS, model.units),
        **inner_shape(model),
    }


def inner_shape(model):
    """The shape of the first feed-forward layer by its key."""
    return {"model.encoder.layers.0.fc1.weight": (model.inner_units, model.units)}


def copies(model, config):
    """Keys -> other keys under which a file may hold the same tensor, instead or besides."""
    return {
        "model.shared.weight": (
            "model.encoder.embed_tokens.weight",
            "model.decoder.embed_tokens.weight",
            "lm_head.weight",
        )
    }
