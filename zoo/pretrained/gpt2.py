"""GPT-2 as transformers' GPT2LMHeadModel keeps it.

| config.json | here |
|---|---|
| n_embd, n_layer, n_head, n_positions | units, depth, heads, max_positions |
| n_inner (null: 4 n_embd) | inner_units |
| activation_function | activation |
| embd_pdrop = attn_pdrop = resid_pdrop | dropout |
| eos_token_id | end_id |
| decoder_start_token_id, which only the zoo writes | start_id; if absent, `continues=True` |
| pad_token_id, if it is not the end token | padding_token true, and exchanged with 0 |

If there is no padding token, as in the published files, the zoo adds an id to the vocabulary and
exchanges it with 0. Its row is not written. Files saved from the bare GPT2Model lack the
"transformer." before their keys. Kernels are [in, out] there, too, and those of queries, keys and
values are one tensor.
"""

from zoo.errors import ZooError
from zoo.pretrained.bart import norm
from zoo.pretrained.options import NAMES, Options, require, swapped

MODEL_TYPE, CLASS, FAMILIES = "gpt2", "GPT2LMHeadModel", ("gpt2",)
OPTIONAL = ()
ROOT, PREFIXED = "transformer.", ("wte.", "wpe.", "h.", "ln_f.")
IGNORED = (".attn.bias", ".attn.masked_bias")  # the causal mask, in old files
DROPOUT = ("embd_pdrop", "attn_pdrop", "resid_pdrop")
JOINED = {"query": "first third", "key": "second third", "value": "last third"}


def arguments(config):
    """A config -> family, constructor arguments, and the padding id.

    Raises:
        ZooError: the zoo's GPT-2 cannot do what it asks for.
    """
    options = Options(config, "GPT-2")
    vocabulary, units = options.number("vocab_size"), options.number("n_embd")
    rates = [options.rate(key, 0.1) for key in DROPOUT]
    if len(set(rates)) > 1:
        options.refused.append(f"{', '.join(DROPOUT)} that differ, {rates}")
    options.only(
        layer_norm_epsilon=1e-5,
        scale_attn_weights=True,
        scale_attn_by_inverse_layer_idx=False,
        add_cross_attention=False,
        tie_word_embeddings=True,
        is_encoder_decoder=False,
    )
    end, pad, padded = padding_of(options, vocabulary)
    start = options.token("decoder_start_token_id", end, vocabulary)
    found = dict(
        source_vocabulary=vocabulary + (not padded),
        target_vocabulary=vocabulary + (not padded),
        units=units,
        depth=options.number("n_layer"),
        heads=options.number("n_head"),
        inner_units=options.number("n_inner", 4 * units),
        max_positions=options.number("n_positions"),
        dropout=rates[0],
        activation=options.activation("activation_function", "gelu_new"),
        tied_embeddings="all",
        continues="decoder_start_token_id" not in config,
        padding_token=padded,
        start_id=swapped(start, pad),
        end_id=swapped(end, pad),
    )
    options.finish()
    return "gpt2", found, pad


def padding_of(options, vocabulary):
    """The end token, the padding id, and whether that is in the vocabulary or follows it."""
    end = options.token("eos_token_id", vocabulary - 1, vocabulary)
    pad = options.token("pad_token_id", end, vocabulary)
    return (end, pad, True) if pad != end else (end, vocabulary, False)


def extended(model, pad, kind):
    """What to write as vocab_size, without the id that was added, and as pad_token_id.

    Raises:
        ZooError: the model's vocabulary lacks padding, and its tokenizers' does not.
    """
    if model.padding_token:
        return model.target_vocabulary, pad
    if pad != model.target_vocabulary - 1:
        raise ZooError(
            f"a {kind} with padding_token=False must have padding as its last id, and the "
            f"tokenizer pads with {pad}; train it with padding_token=True"
        )
    return model.target_vocabulary - 1, swapped(model.end_id, pad)


def config_of(model, pad):
    """The config of a model. Raises `ZooError` if transformers' GPT-2 cannot represent it."""
    plain = dict(norm_first=(True,), positions=("learned",), gated=(False,))
    require(model, "GPT-2", tied_embeddings=("all",), **plain)
    vocabulary, padding = extended(model, pad, "GPT-2")
    end = swapped(model.end_id, pad)
    start = {} if model.continues else {"decoder_start_token_id": swapped(model.start_id, pad)}
    padding = {"pad_token_id": padding} if model.padding_token else {}
    return {
        "architectures": [CLASS],
        "model_type": MODEL_TYPE,
        "vocab_size": vocabulary,
        "n_embd": model.units,
        "n_layer": model.depth,
        "n_head": model.heads,
        "n_inner": model.inner_units,
        "n_positions": model.max_positions,
        "activation_function": NAMES[model.activation],
        **dict.fromkeys(DROPOUT, model.dropout),
        "layer_norm_epsilon": 1e-5,
        "tie_word_embeddings": True,
        "bos_token_id": end,
        "eos_token_id": end,
        **start,
        **padding,
    }


def table(model):
    """Variable paths of a model -> key and form (`zoo.pretrained.checkpoint`) in the checkpoint."""
    vocabulary = "vocabulary" if model.padding_token else "vocabulary without padding"
    entries = {
        "target_embedding/embeddings": ("transformer.wte.weight", vocabulary),
        "positions/table": ("transformer.wpe.weight", "same"),
        **norm("last_norm", "transformer.ln_f"),
    }
    for i in range(model.depth):
        entries |= block(f"stack/block_{i}", f"transformer.h.{i}")
    return entries


def block(path, key):
    """The entries of one block."""
    entries = norm(f"{path}/self_norm", f"{key}.ln_1") | norm(f"{path}/feed_norm", f"{key}.ln_2")
    attention = f"{path}/self_attention"
    for ours, third in JOINED.items():
        entries |= dense(f"{attention}/{ours}", f"{key}.attn.c_attn", third)
    return (
        entries
        | dense(f"{attention}/output", f"{key}.attn.c_proj")
        | dense(f"{path}/feed_forward/inner", f"{key}.mlp.c_fc")
        | dense(f"{path}/feed_forward/outer", f"{key}.mlp.c_proj")
    )


def dense(path, key, form="same"):
    """The entries of a projection."""
    return {
        f"{path}/kernel": (f"{key}.weight", form),
        f"{path}/bias": (f"{key}.bias", form),
    }


def shapes(model):
    """Key -> shape of tensors that have every size of a model between them."""
    vocabulary = model.target_vocabulary - (not model.padding_token)
    return {
        "transformer.wte.weight": (vocabulary, model.units),
        "transformer.wpe.weight": (model.max_positions, model.units),
        "transformer.h.0.mlp.c_fc.weight": (model.units, model.inner_units),
    }


def copies(model, config):
    """Keys -> other keys under which a file may hold the same tensor, instead or besides."""
    return {"transformer.wte.weight": ("lm_head.weight",)}
