"""Whisper as transformers' WhisperForConditionalGeneration keeps it.

| config.json | here |
|---|---|
| num_mel_bins | source_features |
| d_model, encoder_ffn_dim = decoder_ffn_dim | units, inner_units |
| encoder_attention_heads = decoder_attention_heads | heads |
| encoder_layers, decoder_layers | depth, decoder_depth |
| max_source_positions, max_target_positions | max_source / 2, max_positions |
| activation_function | activation |
| dropout, attention_dropout, activation_dropout | dropout, attention_dropout, inner_dropout |
| decoder_start_token_id, eos_token_id | start_id, end_id |
| pad_token_id, if it is not the end token | padding_token true, and exchanged with 0 |

If there is no padding token, as in the published files, the zoo adds an id to the vocabulary, as
`zoo.pretrained.gpt2` says. "large-v3" names an unused token as padding, which counts as none. Files
saved from the bare WhisperModel lack the "model." before their keys. What the first tokens are is
the user's to ask for, with `Constraints(prefix=...)`.
"""

from zoo.errors import ZooError
from zoo.pretrained.bart import block, dense, norm
from zoo.pretrained.gpt2 import extended, padding_of
from zoo.pretrained.options import NAMES, Options, swapped

MODEL_TYPE, CLASS, FAMILIES = "whisper", "WhisperForConditionalGeneration", ("whisper",)
OPTIONAL, IGNORED = (), ()
UNUSED = 50_256  # the token before the end of all multilingual vocabularies, which stands for ""
ROOT, PREFIXED = "model.", ("encoder.", "decoder.")
FRAMES = True
TOKENS = "model.decoder.embed_tokens.weight"


def arguments(config):
    """A config -> family, constructor arguments, and the padding id.

    Raises:
        ZooError: the zoo's Whisper cannot do what it asks for.
    """
    options = Options(config, "Whisper")
    vocabulary = options.number("vocab_size")
    depth, decoder_depth = options.number("encoder_layers"), options.number("decoder_layers")
    options.only(
        scale_embedding=False,
        is_encoder_decoder=True,
        encoder_layerdrop=0,
        decoder_layerdrop=0,
        use_weighted_layer_sum=False,
        apply_spec_augment=False,
        tie_word_embeddings=True,
    )
    end, pad, padded = whisper_padding(options, vocabulary)
    start = options.token("decoder_start_token_id", None, vocabulary)
    found = dict(
        source_vocabulary=None,
        source_features=options.number("num_mel_bins"),
        target_vocabulary=vocabulary + (not padded),
        units=options.number("d_model"),
        depth=depth,
        decoder_depth=None if decoder_depth == depth else decoder_depth,
        heads=options.same("encoder_attention_heads", "decoder_attention_heads"),
        inner_units=options.same("encoder_ffn_dim", "decoder_ffn_dim"),
        max_source=2 * options.number("max_source_positions"),
        max_positions=options.number("max_target_positions"),
        dropout=options.rate("dropout"),
        attention_dropout=options.rate("attention_dropout"),
        inner_dropout=options.rate("activation_dropout"),
        activation=options.activation("activation_function", "gelu"),
        padding_token=padded,
        start_id=swapped(start, pad),
        end_id=swapped(end, pad),
    )
    options.finish()
    return "whisper", found, pad


def whisper_padding(options, vocabulary):
    """`padding_of`, where "large-v3" names a token as padding that nothing is padded with."""
    end, pad, padded = padding_of(options, vocabulary)
    return (end, vocabulary, False) if (pad, end) == (UNUSED, UNUSED + 1) else (end, pad, padded)


def kept_padding(model, config):
    """The options of a config that a model without padding does not say: a dict."""
    pad = config.get("pad_token_id")
    return {} if model.padding_token or pad is None else {"pad_token_id": pad}


def config_of(model, pad):
    """The config of a model. Raises `ZooError` if transformers' Whisper cannot represent it."""
    if model.source_features is None:
        raise ZooError(
            "Whisper is not a model that transformers has if it reads ids; train it on recordings"
        )
    vocabulary, padding = extended(model, pad, "Whisper")
    end = swapped(model.end_id, pad)
    return {
        "architectures": [CLASS],
        "model_type": MODEL_TYPE,
        "is_encoder_decoder": True,
        "vocab_size": vocabulary,
        "num_mel_bins": model.source_features,
        "d_model": model.units,
        "encoder_layers": model.depth,
        "decoder_layers": model.decoder_depth or model.depth,
        "encoder_attention_heads": model.heads,
        "decoder_attention_heads": model.heads,
        "encoder_ffn_dim": model.inner_units,
        "decoder_ffn_dim": model.inner_units,
        "max_source_positions": -(-model.max_source // 2),
        "max_target_positions": model.max_positions,
        "dropout": model.dropout,
        "attention_dropout": model.attention_dropout,
        "activation_dropout": model.inner_dropout,
        "activation_function": NAMES[model.activation],
        "tie_word_embeddings": True,
        "bos_token_id": end,
        "eos_token_id": end,
        "decoder_start_token_id": swapped(model.start_id, pad),
        "pad_token_id": padding,
    }


def table(model):
    """Variable paths of a model -> key and form (`zoo.pretrained.checkpoint`) in the checkpoint."""
    vocabulary = "vocabulary" if model.padding_token else "vocabulary without padding"
    entries = {"target_embedding/embeddings": (TOKENS, vocabulary)}
    for number in (1, 2):
        entries |= dense(f"convolution_{number}", f"model.encoder.conv{number}")
    for side, stack, depth in (
        ("source", "encoder", model.depth),
        ("target", "decoder", model.decoder_depth or model.depth),
    ):
        entries[f"{side}_positions/table"] = (f"model.{stack}.embed_positions.weight", "same")
        entries |= norm(f"{stack}_norm", f"model.{stack}.layer_norm")
        for i in range(depth):
            entries |= block(f"{stack}/block_{i}", f"model.{stack}.layers.{i}", side == "target")
    return {path: e for path, e in entries.items() if not path.endswith("attention/key/bias")}


def shapes(model):
    """Key -> shape of tensors that have every size of a model between them."""
    return {
        TOKENS: (model.target_vocabulary - (not model.padding_token), model.units),
        "model.encoder.embed_positions.weight": (-(-model.max_source // 2), model.units),
        "model.decoder.embed_positions.weight": (model.max_positions, model.units),
        "model.encoder.conv1.weight": (model.units, model.source_features, 3),
        "model.encoder.layers.0.fc1.weight": (model.inner_units, model.units),
    }


def copies(model, config):
    """Keys -> other keys under which a file may hold the same tensor, instead or besides."""
    return {TOKENS: ("proj_out.weight",)}
