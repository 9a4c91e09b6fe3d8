"""The tokenizers of a checkpoint's folder, read and written.

| model_type | files | else |
|---|---|---|
| any | zoo_tokenizers.json, written for tokenizers that transformers lacks | |
| t5 | spiece.model | tokenizer.json, or tokenizer_config.json of a ByT5Tokenizer |
| bart, gpt2 | vocab.json and merges.txt | tokenizer.json |
| whisper | the same, added_tokens.json and preprocessor_config.json | tokenizer.json |
| marian | source.spm, target.spm, vocab.json; target_vocab.json where the sides differ | |

A ByT5Tokenizer has no vocabulary. tokenizer.json is what transformers 5 writes; its Unigram and BPE
models are taken if everything in it is as in the published files of T5, BART and GPT-2, so that the
ids are the same, and refused if not. transformers 5 puts the settings of recordings into
processor_config.json.
"""

import json
import pathlib
from typing import Any

from zoo.data.front_ends.whisper import RATE, STEP, WINDOW, WhisperLogMel
from zoo.data.tokenizers import (
    BytePairTokenizer,
    ByteT5Tokenizer,
    GPT2Tokenizer,
    MarianTokenizer,
    SentencePieceTokenizer,
    WhisperTokenizer,
    tokenizer_from_config,
)
from zoo.data.tokenizers.whisper import START
from zoo.errors import ZooError, first_line
from zoo.files import read_bytes
from zoo.pretrained.tokenizer_json import (
    UNIGRAM,
    added_tokens,
    check_added,
    read_byte_pairs,
    read_settings,
    strips_mask,
    unigram_model,
)
from zoo.pretrained.weights import read_json

OWN, FRAMES = "zoo_tokenizers.json", "preprocessor_config.json"
PROCESSOR = "processor_config.json"  # has the settings of frames where transformers 5 wrote it
FRAME_SETTINGS = {"sampling_rate": RATE, "hop_length": STEP, "n_fft": WINDOW}


def read(folder, model_type, source_vocabulary, target_vocabulary):
    """Source and target tokenizer of a folder; the same object where one file serves both.

    Args:
        folder: path.
        model_type: "t5", "bart", "marian", "gpt2" or "whisper"; None reads `OWN` alone.
        source_vocabulary, target_vocabulary: int, ids of the model, the first None for frames.
            Public tokenizers get them as their `size`.

    Raises:
        ZooError: no tokenizer, a broken one, or one with more ids than the model.
    """
    folder = pathlib.Path(folder)

    def has(*names):
        return all((folder / name).is_file() for name in names)

    try:
        if has(OWN):
            one = {"class_name": str}
            configs = read_json(folder / OWN, {"source": one, "target": one})
            pair = tuple(tokenizer_from_config(configs[side]) for side in ("source", "target"))
        elif model_type is None:
            raise ZooError(f"it lacks {OWN}")
        elif model_type == "marian":
            absent = [name for name in ("source.spm", "target.spm", "vocab.json") if not has(name)]
            if absent:
                raise ZooError(f"it lacks {absent[0]}")
            vocabularies = [
                read_json(folder / name, {...: int})
                for name in ("vocab.json", "target_vocab.json")
                if has(name)
            ]
            check_added(added_tokens(folder, has, {}), vocabularies[0] | vocabularies[-1])
            pair = tuple(
                MarianTokenizer(read_bytes(folder / name), vocabulary, size)
                for name, vocabulary, size in zip(
                    ("source.spm", "target.spm"),
                    (vocabularies[0], vocabularies[-1]),
                    (source_vocabulary, target_vocabulary),
                )
            )
        elif model_type == "whisper":
            pair = read_whisper(folder, has, target_vocabulary)
        else:
            read_one = {"t5": read_t5, "bart": read_bart, "gpt2": read_gpt2}[model_type]
            pair = (read_one(folder, has, source_vocabulary),)
    except (ZooError, OSError, KeyError, TypeError, ValueError, AttributeError) as error:
        reason = (
            error if isinstance(error, ZooError) else f"{type(error).__name__}: {first_line(error)}"
        )
        raise ZooError(f"{folder} has no tokenizer that can be used: {reason}") from error
    for tokenizer, size in zip((pair[0], pair[-1]), (source_vocabulary, target_vocabulary)):
        if size is not None and tokenizer.size > size:
            raise ZooError(
                f"{folder}: the tokenizer has {tokenizer.size} ids, "
                f"and the model's vocabulary only {size}"
            )
    return pair[0], pair[-1]


def read_t5(folder, has, size):
    """The tokenizer of a T5 or ByT5."""
    settings = read_settings(folder, has)
    extra_ids = settings.get("extra_ids", 100)
    if not 0 <= extra_ids <= size:
        raise ZooError(f"tokenizer_config.json asks for {extra_ids} sentinels of {size} ids")
    bytewise = settings.get("tokenizer_class") == "ByT5Tokenizer"
    known = has("tokenizer.json") and not bytewise
    content = read_json(folder / "tokenizer.json", UNIGRAM) if known else {}
    added = added_tokens(folder, has, content)
    check_added([x for x in added if not x.startswith("<extra_id_")], ("<pad>", "</s>", "<unk>"))
    if bytewise:
        most = min(125, max(0, size - ByteT5Tokenizer.pieces))
        # transformers writes 0, whatever there is.
        return ByteT5Tokenizer(min(settings.get("extra_ids") or 125, most), size)
    if has("spiece.model"):
        return SentencePieceTokenizer(read_bytes(folder / "spiece.model"), extra_ids, size)
    if content:
        model, extra_ids = unigram_model(content)
        return SentencePieceTokenizer(model, extra_ids, size)
    raise ZooError(
        "it has neither spiece.model nor tokenizer.json, and its class is not ByT5Tokenizer"
    )


def read_bart(folder, has, size):
    """The tokenizer of a BART."""
    vocabulary, merges, content = read_byte_pairs(folder, has)
    check_added(added_tokens(folder, has, content), vocabulary)
    return BytePairTokenizer(vocabulary, merges, size, strips_mask(folder, has, content))


def read_gpt2(folder, has, size):
    """The tokenizer of a GPT-2."""
    vocabulary, merges, content = read_byte_pairs(folder, has)
    added = added_tokens(folder, has, content)
    check_added([x for x in added if added[x] != size - 1], vocabulary)  # the last id is padding
    return GPT2Tokenizer(vocabulary, merges, size)


def read_whisper(folder, has, size):
    """The front end and the tokenizer of a Whisper."""
    vocabulary, merges, content = read_byte_pairs(folder, has)
    added = added_tokens(folder, has, content)
    settings, name = {}, FRAMES
    fields = {"feature_size?": int, "chunk_length?": int}
    if has(FRAMES):
        settings = read_json(folder / FRAMES, fields)
    elif has(PROCESSOR):
        name = PROCESSOR
        found = read_json(folder / name, {"feature_extractor?": fields})
        settings = found.get("feature_extractor", {})
    for key, value in FRAME_SETTINGS.items():
        if settings.get(key, value) != value:
            raise ZooError(f"{name} has {key} {settings[key]!r}, and only {value} is read")
    front_end = WhisperLogMel(settings.get("feature_size", 80), settings.get("chunk_length", 30))
    return front_end, WhisperTokenizer(vocabulary | added, merges, size)


def files(source, target, model_type):
    """The files of two tokenizers, with what transformers needs to read them: name -> bytes."""

    kinds = (type(source), type(target))
    one = source.get_config() == target.get_config()
    if kinds == (MarianTokenizer,) * 2 and model_type == "marian":
        shared = source.vocabulary == target.vocabulary
        settings = {"tokenizer_class": "MarianTokenizer", "separate_vocabs": not shared}
        found = {
            "source.spm": source.model,
            "target.spm": target.model,
            "vocab.json": encode(source.vocabulary),
        }
        found |= {} if shared else {"target_vocab.json": encode(target.vocabulary)}
    elif kinds[0] is SentencePieceTokenizer and one and model_type == "t5":
        settings = {"tokenizer_class": "T5Tokenizer", "extra_ids": source.extra_ids}
        found = {"spiece.model": source.model}
    elif kinds[0] is ByteT5Tokenizer and one and model_type == "t5":
        settings, found = {"tokenizer_class": "ByT5Tokenizer", "extra_ids": source.extra_ids}, {}
    elif kinds[0] is BytePairTokenizer and one and model_type == "bart":
        mask = {
            "__type": "AddedToken",
            "content": "<mask>",
            "lstrip": source.strip_mask,
            "rstrip": False,
            "normalized": False,
            "single_word": False,
            "special": True,
        }
        settings = {
            "tokenizer_class": "BartTokenizer",
            "add_prefix_space": False,
            "mask_token": mask,
        }
        found = byte_pair_files(source)
    elif kinds[0] is GPT2Tokenizer and one and model_type == "gpt2":
        settings = {"tokenizer_class": "GPT2Tokenizer", "add_prefix_space": False}
        found = byte_pair_files(source)
    elif kinds == (WhisperLogMel, WhisperTokenizer) and model_type == "whisper":
        settings = {"tokenizer_class": "WhisperTokenizer"}
        found = byte_pair_files(target) | {FRAMES: encode(frame_settings(source))}
    else:
        return own_files(source, target)
    return found | {"tokenizer_config.json": encode(settings)}


def byte_pair_files(tokenizer):
    """vocab.json and merges.txt, and the tokens that say what to do: name -> bytes."""
    merges = "\n".join(["#version: 0.2", *map(" ".join, tokenizer.merges)]) + "\n"
    vocabulary, found = tokenizer.vocabulary, {}
    if isinstance(tokenizer, WhisperTokenizer):
        first = vocabulary[START]
        found = {"added_tokens.json": encode({t: i for t, i in vocabulary.items() if i >= first})}
        vocabulary = {token: i for token, i in vocabulary.items() if i < first}
    return found | {"vocab.json": encode(vocabulary), "merges.txt": merges.encode()}


def frame_settings(front_end):
    """The settings of a front end as transformers' WhisperFeatureExtractor reads them."""
    return FRAME_SETTINGS | {
        "feature_extractor_type": "WhisperFeatureExtractor",
        "feature_size": front_end.bins,
        "chunk_length": front_end.seconds,
        "padding_value": 0.0,
        "return_attention_mask": False,
    }


def own_files(source: Any, target: Any) -> dict[str, bytes]:
    """The file of two tokenizers of any kind, which only the zoo reads: name -> bytes."""
    return {OWN: encode({"source": source.get_config(), "target": target.get_config()})}


def encode(value):
    """The bytes of a JSON file."""
    return json.dumps(value, ensure_ascii=False, indent=1).encode()
