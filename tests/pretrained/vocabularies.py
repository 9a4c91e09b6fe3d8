"""Small tokenizers of checkpoints, trained on a few sentences: their files as bytes."""

import functools
import io
import json
import random

import sentencepiece
import tokenizers

from tests.pretrained.sentences import SENTENCES


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
