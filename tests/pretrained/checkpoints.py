"""Small checkpoints of transformers: random weights, tokenizers trained on a few sentences."""

import functools
import io
import json
import random

import numpy as np
import sentencepiece
import tokenizers
import torch
import transformers

from tests.pretrained.sentences import SENTENCES

transformers.logging.set_verbosity_error()
transformers.logging.disable_progress_bar()


@functools.cache
def spm(seed=0, size=180, **options):
    """Bytes of a SentencePiece model with T5's ids, or others by `options`."""
    out, rows = io.BytesIO(), [*SENTENCES] * 4
    random.Random(seed).shuffle(rows)
    ids = dict(pad_id=0, eos_id=1, unk_id=2, bos_id=-1) | options
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(rows[: 48 + seed]),
        model_writer=out,
        vocab_size=size,
        minloglevel=3,
        **ids,
    )
    return out.getvalue()


@functools.cache
def marian_files():
    """source.spm, target.spm, vocab.json: three byte strings."""
    models = [spm(seed, 150, pad_id=-1, eos_id=1, unk_id=0) for seed in (1, 2)]
    pieces = [sentencepiece.SentencePieceProcessor(model_proto=model) for model in models]
    every = sorted(
        {p.id_to_piece(i) for p in pieces for i in range(p.vocab_size())} - {"</s>", "<unk>"}
    )
    names = [
        "</s>",
        "<unk>",
        ">>fra<<",
        *every[:-5],
        "<pad>",
    ]  # five pieces have no id, as happens in OPUS-MT
    return *models, json.dumps({name: i for i, name in enumerate(names)}).encode()


@functools.cache
def bpe_files():
    """vocab.json and merges.txt: two byte strings."""
    bpe = tokenizers.ByteLevelBPETokenizer()
    bpe.train_from_iterator(
        SENTENCES,
        vocab_size=400,
        min_frequency=1,
        show_progress=False,
        special_tokens=["<s>", "<pad>", "</s>", "<unk>"],
    )
    saved = json.loads(bpe.to_str())["model"]
    vocabulary = saved["vocab"] | {"<mask>": len(saved["vocab"])}
    merges = (
        "#version: 0.2\n"
        + "\n".join(" ".join(m) if isinstance(m, list) else m for m in saved["merges"])
        + "\n"
    )
    return json.dumps(vocabulary).encode(), merges.encode()


@functools.cache
def gpt2_files():
    """vocab.json and merges.txt of GPT-2, whose only special token is the last."""
    bpe = tokenizers.ByteLevelBPETokenizer()
    bpe.train_from_iterator(SENTENCES, vocab_size=399, min_frequency=1, show_progress=False)
    saved = json.loads(bpe.to_str())["model"]
    vocabulary = saved["vocab"] | {"<|endoftext|>": len(saved["vocab"])}
    merges = [" ".join(m) if isinstance(m, list) else m for m in saved["merges"]]
    text = "\n".join(["#version: 0.2", *merges]) + "\n"
    return json.dumps(vocabulary).encode(), text.encode()


def whisper_files():
    """The files of GPT-2's byte pairs with the tokens that say what to do, and the front end's."""
    vocabulary, merges = gpt2_files()
    names = ("startoftranscript", "en", "de", "translate", "transcribe", "notimestamps")
    size = len(json.loads(vocabulary))
    added = {f"<|{name}|>": size + i for i, name in enumerate(names)}
    frames = dict(feature_size=80, chunk_length=1, sampling_rate=16000, hop_length=160, n_fft=400)
    return {
        "vocab.json": vocabulary,
        "merges.txt": merges,
        "added_tokens.json": json.dumps(added).encode(),
        "preprocessor_config.json": json.dumps(
            frames | {"feature_extractor_type": "WhisperFeatureExtractor"}
        ).encode(),
    }


def tokenizer_files(kind):
    """The tokenizer's files of a kind of checkpoint: dict of name to bytes."""
    if kind == "byt5":
        return {"tokenizer_config.json": b'{"tokenizer_class": "ByT5Tokenizer", "extra_ids": 125}'}
    if kind.startswith("t5"):
        return {
            "spiece.model": spm(),
            "tokenizer_config.json": b'{"tokenizer_class": "T5Tokenizer", "extra_ids": 100}',
        }
    if kind == "whisper":
        return whisper_files()
    if kind == "gpt2":
        return dict(zip(("vocab.json", "merges.txt"), gpt2_files()))
    if kind == "bart":
        return dict(zip(("vocab.json", "merges.txt"), bpe_files()))
    source, target, vocabulary = marian_files()
    files = {"source.spm": source, "target.spm": target, "vocab.json": vocabulary}
    if kind == "marian_two":
        kept = [piece for piece in json.loads(vocabulary) if piece != "<pad>"]
        files["target_vocab.json"] = json.dumps(
            {p: i for i, p in enumerate([*kept, "<pad>"])}
        ).encode()
    return files


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
