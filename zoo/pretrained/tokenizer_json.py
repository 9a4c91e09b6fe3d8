"""The models of a tokenizer.json or vocab.json, taken if all is as in the published files."""

import base64

from zoo.errors import ZooError
from zoo.files import read_text
from zoo.pretrained.weights import read_json

BYTE_LEVEL = {"type": "ByteLevel", "add_prefix_space": False, "use_regex": True}
SPACES = [
    {"type": "WhitespaceSplit"},
    {"type": "Metaspace", "replacement": "▁", "prepend_scheme": "always", "split": True},
]


UNIGRAM = {  # fields of a tokenizer.json that are used; see `zoo.json_fields.check_fields`
    "added_tokens?": [{"content": str, "id": int}],
    "model": {"vocab?": [list]},
    "normalizer": (dict, type(None)),
    "pre_tokenizer": (dict, type(None)),
}
BPE = {
    "added_tokens?": [{"content": str, "id": int}],
    "model": {"vocab?": {...: int}, "merges?": [(str, list)]},
    "pre_tokenizer": (dict, type(None)),
}
SETTINGS = {  # fields of a tokenizer_config.json that are used
    "add_prefix_space?": (bool, type(None)),
    "added_tokens_decoder?": {...: {"content": str}},
    "extra_ids?": int,
    "mask_token?": (str, dict, type(None)),
    "tokenizer_class?": (str, type(None)),
}


def unigram_model(content):
    """The content of a T5's tokenizer.json -> a SentencePiece model of the same pieces.

    Returns:
        The model's bytes, and the number of sentinels.
    """
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
            "its tokenizer.json must have <pad>, </s> and <unk> first, "
            "and the sentinels last, counted down"
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
    """Raises `ZooError` unless each key of a part of tokenizer.json has an allowed value."""
    for key, values in allowed.items():
        if part.get(key) not in values:
            raise ZooError(
                f"its tokenizer.json has {key} {str(part.get(key))[:80]!r} in {name}; "
                f"only {values[0]!r} is read"
            )


def byte_pairs(content):
    """The content of a BART's or GPT-2's tokenizer.json -> vocabulary and merges."""
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
    merges = [merge.split(" ") if isinstance(merge, str) else merge for merge in model["merges"]]
    return vocabulary, merges


def added_tokens(folder, has, content):
    """What was added to a vocabulary after its training: dict of token to id.

    tokenizer_config.json is read if nothing else lists any.

    Args:
        folder: path of a checkpoint.
        has: tells whether the folder has a file.
        content: of its tokenizer.json, or {}.
    """
    if has("added_tokens.json"):
        return read_json(folder / "added_tokens.json", {...: int})
    if content.get("added_tokens"):
        return {token["content"]: token["id"] for token in content["added_tokens"]}
    listed = read_settings(folder, has).get("added_tokens_decoder", {})
    return {token["content"]: int(i) for i, token in listed.items()}


def read_settings(folder, has):
    """What tokenizer_config.json says, {} if there is none."""
    if not has("tokenizer_config.json"):
        return {}
    return read_json(folder / "tokenizer_config.json", SETTINGS)


def strips_mask(folder, has, content):
    """Whether a BART's tokenizer strips the blanks before <mask>. Arguments as `added_tokens`."""
    settings = read_settings(folder, has)
    tokens = [
        *content.get("added_tokens", ()),
        *[x for x in (settings.get("mask_token"),) if isinstance(x, dict)],
        *settings.get("added_tokens_decoder", {}).values(),
    ]
    mask = next((token for token in tokens if token.get("content") == "<mask>"), {})
    return mask.get("lstrip", True)


def check_added(added, vocabulary):
    """Raises `ZooError` for tokens of one's own, which the zoo would read as their spelling."""
    if own := sorted(set(added) - set(vocabulary)):
        raise ZooError(f"it has added tokens, such as {own[0]!r}, which the zoo does not read")


def read_byte_pairs(folder, has):
    """Vocabulary and merges of a folder, and its tokenizer.json, {} if there is none."""
    content = read_json(folder / "tokenizer.json", BPE) if has("tokenizer.json") else {}
    if not has("vocab.json", "merges.txt"):
        if not content:
            raise ZooError("it has neither vocab.json with merges.txt nor tokenizer.json")
        return *byte_pairs(content), content
    if read_settings(folder, has).get("add_prefix_space"):
        raise ZooError("tokenizer_config.json has add_prefix_space true; only false is read")
    vocabulary = read_json(folder / "vocab.json", {...: int})
    merges = [
        line.rstrip("\r").split(" ")
        for line in read_text(folder / "merges.txt").split("\n")
        if line.strip() and not line.startswith("#version")
    ]
    if not all(len(merge) == 2 for merge in merges):
        raise ZooError("merges.txt must have two tokens per line")
    return vocabulary, merges, content
