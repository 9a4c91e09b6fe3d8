"""The tokenizers of a checkpoint's folder, read and written.

| model_type | files | else |
|---|---|---|
| any | zoo_tokenizers.json, which the zoo writes for tokenizers that transformers has not | |
| t5 | spiece.model | tokenizer.json, or tokenizer_config.json of a ByT5Tokenizer, which has no vocabulary |
| bart | vocab.json and merges.txt | tokenizer.json |
| marian | source.spm, target.spm, vocab.json; target_vocab.json where the sides differ | |

tokenizer.json is what transformers 5 writes. Its Unigram and BPE models are taken where everything in it is as T5's and BART's
published files have it, so that the ids are the same, and refused where it is not.
"""

import base64
import json
import pathlib

from zoo.data.tokenizers import (
    BytePairTokenizer,
    ByteT5Tokenizer,
    MarianTokenizer,
    SentencePieceTokenizer,
)
from zoo.data.tokenizers import tokenizer_from_config
from zoo.errors import ZooError, first_line
from zoo.pretrained.weights import read_json

OWN = "zoo_tokenizers.json"
BYTE_LEVEL = {"type": "ByteLevel", "add_prefix_space": False, "use_regex": True}
SPACES = [
    {"type": "WhitespaceSplit"},
    {"type": "Metaspace", "replacement": "▁", "prepend_scheme": "always", "split": True},
]


def read(folder, model_type, source_vocabulary, target_vocabulary):
    """Source and target tokenizer of a folder; of one vocabulary they are one.

    Args:
        folder: path.
        model_type: "t5", "bart" or "marian".
        source_vocabulary, target_vocabulary: int, the model's, which the tokenizers' `size` will be.

    Raises:
        ZooError: no tokenizer, a broken one, or one with more ids than the model.
    """
    folder = pathlib.Path(folder)
    has = lambda *names: all((folder / name).is_file() for name in names)
    try:
        if has(OWN):
            configs = read_json(folder / OWN)
            pair = tuple(tokenizer_from_config(configs[side]) for side in ("source", "target"))
        elif model_type == "marian":
            absent = [name for name in ("source.spm", "target.spm", "vocab.json") if not has(name)]
            if absent:
                raise ZooError(f"it lacks {absent[0]}")
            vocabularies = [
                read_json(folder / name)
                for name in ("vocab.json", "target_vocab.json")
                if has(name)
            ]
            pair = tuple(
                MarianTokenizer((folder / name).read_bytes(), vocabulary, size)
                for name, vocabulary, size in zip(
                    ("source.spm", "target.spm"),
                    (vocabularies[0], vocabularies[-1]),
                    (source_vocabulary, target_vocabulary),
                )
            )
        else:
            pair = ((read_t5 if model_type == "t5" else read_bart)(folder, has, source_vocabulary),)
    except (ZooError, KeyError, TypeError, ValueError) as error:
        reason = (
            error if isinstance(error, ZooError) else f"{type(error).__name__}: {first_line(error)}"
        )
        raise ZooError(f"{folder} has no tokenizer that can be used: {reason}") from error
    for tokenizer, size in zip((pair[0], pair[-1]), (source_vocabulary, target_vocabulary)):
        if tokenizer.size > size:
            raise ZooError(
                f"{folder}: the tokenizer has {tokenizer.size} ids, and the model's vocabulary only {size}"
            )
    return pair[0], pair[-1]


def read_t5(folder, has, size):
    """The tokenizer of a T5 or ByT5."""
    settings = read_json(folder / "tokenizer_config.json") if has("tokenizer_config.json") else {}
    extra_ids = settings.get("extra_ids", 100)
    if settings.get("tokenizer_class") == "ByT5Tokenizer":
        return ByteT5Tokenizer(min(125, max(0, size - ByteT5Tokenizer.pieces)), size)
    if has("spiece.model"):
        return SentencePieceTokenizer((folder / "spiece.model").read_bytes(), extra_ids, size)
    if has("tokenizer.json"):
        model, extra_ids = unigram_model(read_json(folder / "tokenizer.json"))
        return SentencePieceTokenizer(model, extra_ids, size)
    raise ZooError(
        "it has neither spiece.model nor tokenizer.json, and is not said to be a ByT5Tokenizer"
    )


def read_bart(folder, has, size):
    """The tokenizer of a BART."""
    mask, content = {}, {}
    if has("tokenizer.json"):
        content = read_json(folder / "tokenizer.json")
        mask = next(
            (token for token in content.get("added_tokens", ()) if token["content"] == "<mask>"), {}
        )
    if has("vocab.json", "merges.txt"):
        vocabulary, merges = (
            read_json(folder / "vocab.json"),
            (folder / "merges.txt").read_text(encoding="utf-8").split("\n"),
        )
        merges = [
            line.rstrip("\r").split(" ")
            for line in merges
            if line.strip() and not line.startswith("#version")
        ]
        if not all(len(merge) == 2 for merge in merges):
            raise ZooError("merges.txt must have two tokens a line")
    elif content:
        model = content["model"]
        plain = dict(
            type="BPE",
            dropout=None,
            continuing_subword_prefix="",
            end_of_word_suffix="",
            byte_fallback=False,
        )
        check_settings(model, {key: (value, None) for key, value in plain.items()}, "model")
        check_settings(
            content["pre_tokenizer"] or {},
            {key: (value,) for key, value in BYTE_LEVEL.items()},
            "pre_tokenizer",
        )
        check_settings(content, {"normalizer": (None,)}, "the whole")
        vocabulary = model["vocab"]
        merges = [
            merge.split(" ") if isinstance(merge, str) else merge for merge in model["merges"]
        ]
    else:
        raise ZooError("it has neither vocab.json with merges.txt nor tokenizer.json")
    return BytePairTokenizer(vocabulary, merges, size, mask.get("lstrip", True))


def unigram_model(content):
    """What a T5's tokenizer.json holds -> bytes of the SentencePiece model of the same pieces, and the number of sentinels."""
    from sentencepiece import sentencepiece_model_pb2 as spm

    model, normalizer = content["model"], content["normalizer"] or {}
    check_settings(
        model, {"type": ("Unigram",), "unk_id": (2,), "byte_fallback": (False, None)}, "model"
    )
    check_settings(normalizer, {"type": ("Precompiled",)}, "normalizer")
    before = content["pre_tokenizer"] or {}
    check_settings(
        {"pretokenizers": before.get("pretokenizers")},
        {"pretokenizers": (SPACES,)},
        "pre_tokenizer",
    )
    pieces = [
        (piece, score) for piece, score in model["vocab"] if not piece.startswith("<extra_id_")
    ]
    sentinels = [piece for piece, _ in model["vocab"][len(pieces) :]]
    if [piece for piece, _ in pieces[:3]] != ["<pad>", "</s>", "<unk>"] or sentinels != [
        f"<extra_id_{i}>" for i in reversed(range(len(sentinels)))
    ]:
        raise ZooError(
            "its tokenizer.json must have <pad>, </s> and <unk> first and the sentinels last, counted down"
        )
    proto = spm.ModelProto()
    for number, (piece, score) in enumerate(pieces):
        kind = {0: "CONTROL", 1: "CONTROL", 2: "UNKNOWN"}.get(number, "NORMAL")
        proto.pieces.add(
            piece=piece, score=score, type=spm.ModelProto.SentencePiece.Type.Value(kind)
        )
    proto.trainer_spec.model_type = spm.TrainerSpec.UNIGRAM
    for name, value in dict(pad_id=0, eos_id=1, unk_id=2, bos_id=-1).items():
        setattr(proto.trainer_spec, name, value)
    proto.trainer_spec.vocab_size = len(pieces)
    proto.normalizer_spec.precompiled_charsmap = base64.b64decode(
        normalizer["precompiled_charsmap"]
    )
    proto.normalizer_spec.add_dummy_prefix = proto.normalizer_spec.remove_extra_whitespaces = True
    proto.normalizer_spec.escape_whitespaces = True
    return proto.SerializeToString(), len(sentinels)


def check_settings(part, allowed, name):
    """Raises `ZooError` where a part of tokenizer.json is set to what is not allowed: dict of key to allowed values."""
    for key, values in allowed.items():
        if part.get(key) not in values:
            raise ZooError(
                f"its tokenizer.json has {key} {str(part.get(key))[:80]!r} in {name}; only {values[0]!r} is read"
            )


def files(source, target, model_type):
    """The files of two tokenizers: dict of name to bytes, with what transformers needs to read them."""
    kinds, encode = (
        (type(source), type(target)),
        lambda value: json.dumps(value, ensure_ascii=False, indent=1).encode(),
    )
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
        merges = "\n".join(["#version: 0.2", *map(" ".join, source.merges)]) + "\n"
        found = {"vocab.json": encode(source.vocabulary), "merges.txt": merges.encode()}
    else:
        return {OWN: encode({"source": source.get_config(), "target": target.get_config()})}
    return found | {"tokenizer_config.json": encode(settings)}
