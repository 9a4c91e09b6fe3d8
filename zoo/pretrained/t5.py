"""T5 1.0 and 1.1, FLAN-T5 and ByT5, as transformers' T5ForConditionalGeneration keeps them.

| config.json | here |
|---|---|
| d_model, d_kv, d_ff, num_heads | units, head_units, inner_units, heads |
| num_layers, num_decoder_layers | depth, decoder_depth |
| relative_attention_num_buckets, relative_attention_max_distance | buckets, max_distance |
| feed_forward_proj "relu"; "gated-gelu" | family t5; t5_v1_1 with activation "gelu_tanh" |
| tie_word_embeddings true; false | tied_embeddings "all", logits scaled; "inputs", and not scaled |
| dropout_rate | dropout |
| decoder_start_token_id (padding where absent), eos_token_id | start_id, end_id |

transformers 5 sets tie_word_embeddings to true whatever it reads, and writes the scaling as
scale_decoder_outputs, which therefore counts if it is present. It shares the output matrix if the
file holds none.
"""

from zoo.errors import ZooError
from zoo.pretrained.options import NAMES, Options, require

MODEL_TYPE, CLASS, FAMILIES = "t5", "T5ForConditionalGeneration", ("t5", "t5_v1_1")
OPTIONAL, ROOT, PREFIXED = (), "", ()
# In old files; nobody uses it.
IGNORED = ("decoder.block.0.layer.1.EncDecAttention.relative_attention_bias.weight",)
PROJECTIONS = {"query": "q", "key": "k", "value": "v", "output": "o"}


def arguments(config):
    """A config -> family, constructor arguments, and the padding id.

    Raises:
        ZooError: the zoo's T5 cannot do what it asks for.
    """
    options = Options(config, "T5")
    vocabulary, depth = options.number("vocab_size"), options.number("num_layers")
    projection = options.text("feed_forward_proj", "relu")
    kind, _, name = projection.rpartition("-")
    if kind not in ("", "gated"):
        options.refused.append(f"feed_forward_proj {projection!r}")
    activation = options.activation(
        "dense_act_fn", "gelu_new" if projection == "gated-gelu" else name
    )
    gated = options.flag("is_gated_act", kind == "gated")
    for key in ("scale_decoder_outputs", "tie_word_embeddings"):
        options.flag(key, True)
    options.only(layer_norm_epsilon=1e-6, pad_token_id=0, is_encoder_decoder=True, is_decoder=False)
    found = dict(
        source_vocabulary=vocabulary,
        target_vocabulary=vocabulary,
        units=options.number("d_model"),
        depth=depth,
        heads=options.number("num_heads"),
        head_units=options.number("d_kv"),
        inner_units=options.number("d_ff"),
        decoder_depth=None
        if config.get("num_decoder_layers") in (None, depth)
        else options.number("num_decoder_layers"),
        dropout=options.rate("dropout_rate", 0.1),
        buckets=options.number("relative_attention_num_buckets", 32),
        max_distance=options.number("relative_attention_max_distance", 128),
        activation=activation,
        gated=gated,
        tied_embeddings="all" if scaled(config) else "inputs",
        start_id=options.token("decoder_start_token_id", 0, vocabulary),
        end_id=options.token("eos_token_id", 1, vocabulary),
    )
    options.finish()
    return ("t5_v1_1" if gated else "t5"), found, 0


def scaled(config):
    """Whether logits are scaled by D^-1/2, which is so where the output is tied."""
    return config.get("scale_decoder_outputs", config.get("tie_word_embeddings", True)) is not False


def config_of(model, pad):
    """The config of a model. Raises `ZooError` if transformers' T5 cannot represent it."""
    require(model, "T5", tied_embeddings=("all", "inputs"))
    if model.gated and model.activation == "gelu":
        raise ZooError(
            "transformers reads no T5 gated by activation 'gelu'; train it with 'gelu_tanh'"
        )
    projection = (
        "gelu" if model.gated and model.activation == "gelu_tanh" else NAMES[model.activation]
    )
    return {
        "architectures": [CLASS],
        "model_type": MODEL_TYPE,
        "is_encoder_decoder": True,
        "vocab_size": model.target_vocabulary,
        "d_model": model.units,
        "d_kv": model.head_units,
        "d_ff": model.inner_units,
        "num_heads": model.heads,
        "num_layers": model.depth,
        "num_decoder_layers": model.decoder_depth or model.depth,
        "dropout_rate": model.dropout,
        "relative_attention_num_buckets": model.buckets,
        "relative_attention_max_distance": model.max_distance,
        "feed_forward_proj": f"gated-{projection}" if model.gated else projection,
        "layer_norm_epsilon": 1e-6,
        "tie_word_embeddings": model.tied_embeddings == "all",
        "pad_token_id": pad,
        "eos_token_id": model.end_id,
        "decoder_start_token_id": model.start_id,
    }


def table(model):
    """Variable paths of a model -> key and form (`zoo.pretrained.checkpoint`) in the checkpoint."""
    entries = {"target_embedding/embeddings": ("shared.weight", "vocabulary")}
    if model.tied_embeddings == "inputs":
        entries["target_embedding/reverse_embeddings"] = ("lm_head.weight", "output")
    for stack, depth in (("encoder", model.depth), ("decoder", model.decoder_depth or model.depth)):
        entries[f"{stack}_norm/scale"] = (f"{stack}.final_layer_norm.weight", "same")
        entries[f"{stack}/{stack}_bias/table"] = (
            f"{stack}.block.0.layer.0.SelfAttention.relative_attention_bias.weight",
            "same",
        )
        for i in range(depth):
            entries |= block(
                f"{stack}/block_{i}", f"{stack}.block.{i}.layer", stack == "decoder", model.gated
            )
    return entries


def block(path, key, cross, gated):
    """The entries of one block."""
    entries, attentions = {}, [("self", "SelfAttention"), ("cross", "EncDecAttention")]
    for number, (name, attention) in enumerate(attentions[: 1 + cross]):
        entries[f"{path}/{name}_norm/scale"] = (f"{key}.{number}.layer_norm.weight", "same")
        for ours, theirs in PROJECTIONS.items():
            entries[f"{path}/{name}_attention/{ours}/kernel"] = (
                f"{key}.{number}.{attention}.{theirs}.weight",
                "transposed",
            )
    last = f"{key}.{1 + cross}"
    entries[f"{path}/feed_norm/scale"] = (f"{last}.layer_norm.weight", "same")
    parts = (
        {"gate": "wi_0", "inner": "wi_1", "outer": "wo"}
        if gated
        else {"inner": "wi", "outer": "wo"}
    )
    for ours, theirs in parts.items():
        entries[f"{path}/feed_forward/{ours}/kernel"] = (
            f"{last}.DenseReluDense.{theirs}.weight",
            "transposed",
        )
    return entries


def shapes(model):
    """Key -> shape of tensors that have every size of a model between them."""
    first = "encoder.block.0.layer"
    inner = "wi_0" if model.gated else "wi"
    width = model.heads * model.head_units
    return {
        "shared.weight": (model.target_vocabulary, model.units),
        f"{first}.0.SelfAttention.q.weight": (width, model.units),
        f"{first}.0.SelfAttention.relative_attention_bias.weight": (model.buckets, model.heads),
        f"{first}.1.DenseReluDense.{inner}.weight": (model.inner_units, model.units),
    }


def copies(model, config):
    """Keys -> other keys under which a file may hold the same tensor, instead or besides."""
    tied = ("lm_head.weight",) if model.tied_embeddings == "all" else ()
    return {"shared.weight": ("encoder.embed_tokens.weight", "decoder.embed_tokens.weight", *tied)}


def stand_ins(model, config):
    """Keys that a file may lack -> the key read in their place."""
    shared = config.get("tie_word_embeddings", True) and model.tied_embeddings == "inputs"
    return {"lm_head.weight": "shared.weight"} if shared else {}
