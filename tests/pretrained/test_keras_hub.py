"""KerasHub's BART and T5 compute what the zoo's compute."""

import json
import shutil

import numpy as np
import pytest
from safetensors.numpy import load_file

import zoo
from tests.pretrained.checkpoints import exchange, save
from tests.pretrained.test_parity import batch
from zoo.layers.feed_forward import ACTIVATIONS


@pytest.fixture
def keras_hub():
    """The library, which takes seconds to import: only the worker that needs it does."""
    import keras_hub

    return keras_hub


def test_keras_hubs_bart(keras_hub, pair, parity, tmp_path):
    found = pair("bart")
    folder = shutil.copytree(found.folder, tmp_path / "square")
    theirs = save(
        "bart", folder, decoder_layers=2
    )  # KerasHub's has as many blocks in the decoder as in the encoder
    config = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps(config | {"num_hidden_layers": 2}))
    hub = keras_hub.models.BartBackbone.from_preset(str(folder))
    ours = zoo.from_pretrained(folder).model
    source, target = batch(found._replace(theirs=theirs))
    seen = hub.predict_on_batch(
        {
            "encoder_token_ids": source,
            "encoder_padding_mask": (source != found.pad).astype("int32"),
            "decoder_token_ids": target,
            "decoder_padding_mask": np.ones_like(target),
        }
    )["decoder_sequence_output"]
    memory = ours.encode(exchange(source, found.pad).astype("int32"))
    logits, _ = ours.decode(exchange(target, found.pad).astype("int32"), memory)
    expected = ours.target_embedding(seen, reverse=True) + ours.output_bias
    parity("bart", "KerasHub BartBackbone", "logits", logits, expected, 1e-4)


@pytest.mark.parametrize("kind", ["t5", "t5_v1_1"])
def test_keras_hubs_t5(keras_hub, parity, tmp_path, pair, kind):
    theirs = save(
        kind, tmp_path, relative_attention_num_buckets=32, relative_attention_max_distance=128
    )
    config, gated = theirs.config, kind == "t5_v1_1"
    hub = keras_hub.models.T5Backbone(
        vocabulary_size=config.vocab_size,
        num_layers=2,
        num_heads=config.num_heads,
        hidden_dim=config.d_model,
        intermediate_dim=config.d_ff,
        key_value_dim=config.d_kv,
        dropout=0.0,
        use_gated_activation=gated,
        activation=ACTIVATIONS["gelu_tanh" if gated else "relu"],
        tie_embedding_weights=not gated,
    )
    pour_t5(hub, load_file(tmp_path / "model.safetensors"), gated)
    source, target = batch(pair(kind)._replace(theirs=theirs))
    seen = hub.predict_on_batch(
        {
            "encoder_token_ids": source,
            "encoder_padding_mask": (source != 0).astype("int32"),
            "decoder_token_ids": target,
            "decoder_padding_mask": np.ones_like(target),
        }
    )["decoder_sequence_output"]
    ours = zoo.from_pretrained(tmp_path).model
    logits, _ = ours.decode(target.astype("int32"), ours.encode(source.astype("int32")))
    scale = 1.0 if gated else config.d_model**-0.5
    expected = ours.target_embedding(seen * scale, reverse=True)
    parity(kind, "KerasHub T5Backbone", "logits", logits, expected, 1e-4)


def pour_t5(hub, tensors, gated):
    """Assigns a checkpoint's tensors to a T5Backbone of KerasHub."""
    hub.token_embedding.embeddings.assign(tensors["shared.weight"])
    for stack, layers in (
        ("encoder", hub.encoder_transformer_layers),
        ("decoder", hub.decoder_transformer_layers),
    ):
        getattr(hub, f"{stack}_layer_norm").weight.assign(
            tensors[f"{stack}.final_layer_norm.weight"]
        )
        bias = tensors[f"{stack}.block.0.layer.0.SelfAttention.relative_attention_bias.weight"]
        layers[0].self_attention.relative_attention_bias.assign(bias)
        for i, layer in enumerate(layers):
            key, attentions = (
                f"{stack}.block.{i}.layer",
                [("self", "SelfAttention"), ("cross", "EncDecAttention")],
            )
            attentions = attentions[: 1 + (stack == "decoder")]
            for n, (name, attention) in enumerate(attentions):
                getattr(layer, f"{name}_attention_layer_norm").weight.assign(
                    tensors[f"{key}.{n}.layer_norm.weight"]
                )
                for projector in ("query", "key", "value", "output"):
                    getattr(
                        getattr(layer, f"{name}_attention"), f"{projector}_projector"
                    ).kernel.assign(tensors[f"{key}.{n}.{attention}.{projector[0]}.weight"].T)
            last = f"{key}.{len(attentions)}"
            layer.layer_norm.weight.assign(tensors[f"{last}.layer_norm.weight"])
            dense = (
                {"input_projector": "wi_0", "gate_projector": "wi_1"}
                if gated
                else {"input_projector": "wi"}
            )
            for ours, name in (dense | {"output_projector": "wo"}).items():
                getattr(layer, ours).kernel.assign(
                    tensors[f"{last}.DenseReluDense.{name}.weight"].T
                )
