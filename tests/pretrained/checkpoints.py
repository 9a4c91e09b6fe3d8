"""Small checkpoints of transformers, with random weights."""

import json

import numpy as np
import torch
import transformers

from tests.pretrained.vocabularies import tokenizer_files

transformers.logging.set_verbosity_error()
transformers.logging.disable_progress_bar()


def new(kind, **options):
    """A model of transformers with random weights large enough that its outputs vary."""
    t5 = (
        dict(
            vocab_size=384,
            d_model=32,
            d_kv=6,
            d_ff=48,
            num_layers=2,
            num_decoder_layers=2,
            num_heads=4,
            relative_attention_num_buckets=8,
            relative_attention_max_distance=12,
            decoder_start_token_id=0,
        )
        | options
    )
    gated = dict(feed_forward_proj="gated-gelu", tie_word_embeddings=False)
    size = len(json.loads(tokenizer_files(kind).get("vocab.json", "{}")))
    bart = dict(
        vocab_size=size,
        d_model=32,
        encoder_layers=2,
        decoder_layers=1,
        encoder_ffn_dim=48,
        decoder_ffn_dim=48,
        encoder_attention_heads=4,
        decoder_attention_heads=4,
        max_position_embeddings=64,
    )
    marian = (
        bart
        | dict(
            pad_token_id=size - 1,
            decoder_start_token_id=size - 1,
            scale_embedding=True,
            eos_token_id=0,
            activation_function="swish",
        )
        | options
    )
    gpt2 = (
        dict(
            vocab_size=size,
            n_embd=32,
            n_layer=2,
            n_head=4,
            n_positions=64,
            bos_token_id=size - 1,
            eos_token_id=size - 1,
        )
        | options
    )
    whisper = (
        bart
        | dict(
            vocab_size=size + 6,
            max_source_positions=50,
            max_target_positions=64,
            bos_token_id=size - 1,
            eos_token_id=size - 1,
            pad_token_id=size - 1,
            decoder_start_token_id=size,
            begin_suppress_tokens=None,
        )
        | options
    )
    config = {
        "whisper": lambda: transformers.WhisperConfig(**whisper),
        "gpt2": lambda: transformers.GPT2Config(**gpt2),
        "t5": lambda: transformers.T5Config(**t5),
        "t5_v1_1": lambda: transformers.T5Config(**t5 | gated),
        "byt5": lambda: transformers.T5Config(
            **t5 | gated | dict(num_layers=3, num_decoder_layers=1)
        ),
        "bart": lambda: transformers.BartConfig(**bart | options),
        "marian": lambda: transformers.MarianConfig(**marian),
        "marian_two": lambda: transformers.MarianConfig(
            **marian, share_encoder_decoder_embeddings=False
        ),
    }[kind]()
    torch.manual_seed(0)
    loaders = {
        "gpt2": transformers.AutoModelForCausalLM,
        "whisper": transformers.AutoModelForSpeechSeq2Seq,
    }
    model = loaders.get(kind, transformers.AutoModelForSeq2SeqLM).from_config(config).eval()
    if kind in ("t5_v1_1", "byt5"):
        model.lm_head.weight = torch.nn.Parameter(torch.empty(config.vocab_size, config.d_model))
    spread = (
        1.5 if "t5" in kind else 2.5
    )  # a norm after each block would otherwise keep every token as it came in
    with torch.no_grad():
        for name, p in model.named_parameters():
            if p.ndim == 1:
                p += 0.3 * torch.randn(p.shape)
            elif any(word in name for word in ("shared", "lm_head", "embed_tokens", "wte")):
                p.copy_(torch.randn(p.shape))
                p[config.eos_token_id] *= 2.5  # so that some outputs end
            elif not (kind.startswith("marian") and "embed_positions" in name):
                p.copy_(torch.randn(p.shape) * spread * p.shape[-1] ** -0.5)
        if hasattr(model, "final_logits_bias"):
            model.final_logits_bias.copy_(torch.randn(model.final_logits_bias.shape))
            model.final_logits_bias[0, config.eos_token_id] += 10 if kind == "marian_two" else 5
    return model


def save(kind, folder, **options):
    """Makes a checkpoint with its tokenizer in `folder`; returns the model of transformers."""
    model = new(kind, **options)
    model.save_pretrained(folder)
    for name, data in tokenizer_files(kind).items():
        (folder / name).write_bytes(data)
    return model


def sources(count, vocabulary, end, pad, longest=14, seed=0):
    """Random sources of mixed length closed by `end`, in the checkpoint's ids.

    Returns:
        List of lists, and the same padded, int [B, S].
    """
    rng = np.random.default_rng(seed)
    free = [i for i in range(3, vocabulary) if i not in (end, pad)]
    rows = [[*rng.choice(free, rng.integers(1, longest)).tolist(), end] for _ in range(count)]
    padded = np.full((count, max(map(len, rows))), pad, "int64")
    for row, ids in zip(padded, rows):
        row[: len(ids)] = ids
    return rows, padded


def exchange(ids, pad):
    """Ids of a checkpoint -> the zoo's, and back."""
    ids = np.asarray(ids)
    return np.where(ids == 0, pad, np.where(ids == pad, 0, ids))
