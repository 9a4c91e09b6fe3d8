"""Marian and OPUS-MT as transformers' MarianMTModel keeps them; see `zoo.pretrained.bart`, too.

| config.json | here |
|---|---|
| share_encoder_decoder_embeddings true | tied_embeddings "all" |
| share_encoder_decoder_embeddings false | "target", with decoder_vocab_size target ids |
| activation_function | activation |
| scale_embedding, static_position_embeddings | must be true |
| decoder_start_token_id (padding if absent), eos_token_id | start_id, end_id |

Ids are exchanged so that padding is 0. The sinusoids that old files hold are computed here, so they
are not read; transformers computes them, too, so they are not written. Only the size of their
table, max_position_embeddings, is kept.
"""

from zoo.pretrained import bart
from zoo.pretrained.bart import inner_shape, shared_arguments, shared_config, stacks
from zoo.pretrained.options import Options, require, swapped

MODEL_TYPE, CLASS, FAMILIES = "marian", "MarianMTModel", ("marian",)
OPTIONAL = ("final_logits_bias",)  # zeros where absent
# Keys of the bare model lack the root.
ROOT, PREFIXED = "model.", ("encoder.", "decoder.", "shared.")
IGNORED = ("model.encoder.embed_positions.weight", "model.decoder.embed_positions.weight")


def arguments(config):
    """A config -> family, constructor arguments, and the padding id.

    Raises:
        ZooError: the zoo's Marian cannot do what it asks for.
    """
    options = Options(config, "Marian")
    found, pad = shared_arguments(options)
    options.only(
        static_position_embeddings=True,
        normalize_embedding=False,
        attention_dropout=0,
        activation_dropout=0,
    )
    if config.get("scale_embedding", False) is not True:
        options.refused.append(f"scale_embedding {config.get('scale_embedding', False)!r}")
    tied = options.flag("share_encoder_decoder_embeddings", True)
    target = found["target_vocabulary"] = options.number(
        "decoder_vocab_size", found["source_vocabulary"]
    )
    if tied and target != found["source_vocabulary"]:
        options.refused.append(
            f"decoder_vocab_size {target} beside vocab_size {found['source_vocabulary']}"
        )
    if pad >= target:
        options.refused.append(f"pad_token_id {pad} outside decoder_vocab_size {target}")
    found |= dict(
        activation=options.activation("activation_function", "gelu"),
        tied_embeddings="all" if tied else "target",
        start_id=swapped(options.token("decoder_start_token_id", pad, target), pad),
        end_id=swapped(options.token("eos_token_id", 0, target), pad),
    )
    options.finish()
    return "marian", found, pad


def config_of(model, pad):
    """The config of a model. Raises `ZooError` if transformers' Marian cannot represent it."""
    plain = dict(norm_first=(False,), positions=("sinusoidal",), gated=(False,))
    require(model, "Marian", tied_embeddings=("all", "target"), **plain)
    return shared_config(model, pad) | {
        "architectures": [CLASS],
        "model_type": MODEL_TYPE,
        "decoder_vocab_size": model.target_vocabulary,
        "share_encoder_decoder_embeddings": model.tied_embeddings == "all",
        "scale_embedding": True,
        "static_position_embeddings": True,
        "bos_token_id": None,
        "attention_dropout": 0.0,
        "activation_dropout": 0.0,
    }


def table(model):
    """Variable paths of a model -> key and form (`zoo.pretrained.checkpoint`) in the checkpoint."""
    if model.tied_embeddings == "all":
        return stacks(model) | {
            "target_embedding/embeddings": ("model.shared.weight", "vocabulary")
        }
    return stacks(model) | {
        "source_embedding/embeddings": ("model.encoder.embed_tokens.weight", "vocabulary"),
        "target_embedding/embeddings": ("model.decoder.embed_tokens.weight", "vocabulary"),
    }


def shapes(model):
    """Key -> shape of tensors that have every size of a model between them."""
    found = inner_shape(model)
    if model.tied_embeddings == "all":
        return found | {"model.shared.weight": (model.target_vocabulary, model.units)}
    return found | {
        "model.encoder.embed_tokens.weight": (model.source_vocabulary, model.units),
        "model.decoder.embed_tokens.weight": (model.target_vocabulary, model.units),
    }


def copies(model, config):
    """Keys -> other keys under which a file may hold the same tensor, instead or besides."""
    if model.tied_embeddings == "all":
        return bart.copies(model, config)
    return {"model.decoder.embed_tokens.weight": ("lm_head.weight",)}
