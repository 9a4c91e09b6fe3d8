"""A tokenizer.json that is not as in the published files."""

import json

import pytest

from tests.pretrained.changes import content, every, remove
from zoo.errors import ZooError
from zoo.pretrained.tokenizer_json import added_tokens, check_added, strips_mask

DECODER = {"added_tokens_decoder": {"0": {"content": "</s>"}, "9": {"content": "<sep>"}}}
BROKEN = {  # what is wrong: the kind of checkpoint, how it is broken, and the message
    "another tokenizer.json": (
        "t5",
        every(
            remove("spiece.model"),
            content(
                "tokenizer.json",
                json.dumps(
                    {"model": {"type": "WordPiece"}, "normalizer": None, "pre_tokenizer": None}
                ),
            ),
        ),
        r"type 'WordPiece'",
    ),
    "tokenizer.json without a model": (
        "t5",
        every(remove("spiece.model"), content("tokenizer.json", "{}")),
        r"tokenizer\.json is broken: model is missing",
    ),
    "tokens that were added to a T5": (
        "t5",
        content("added_tokens.json", json.dumps({"<extra_id_0>": 99, "<sep>": 100})),
        r"it has added tokens, such as '<sep>', which the zoo does not read",
    ),
    "tokens that were added to a Marian": (
        "marian",
        content("tokenizer_config.json", json.dumps(DECODER)),
        r"it has added tokens, such as '<sep>', which the zoo does not read",
    ),
    "tokens that were added to a ByT5": (
        "byt5",
        content(
            "tokenizer_config.json", json.dumps(DECODER | {"tokenizer_class": "ByT5Tokenizer"})
        ),
        r"it has added tokens, such as '<sep>', which the zoo does not read",
    ),
    "a blank before each text": (
        "bart",
        content("tokenizer_config.json", json.dumps({"add_prefix_space": True})),
        r"add_prefix_space true; only false is read",
    ),
}


@pytest.mark.parametrize("case", BROKEN)
def test_a_broken_checkpoint_is_refused_in_one_line(broken, case):
    broken(*BROKEN[case])


def test_tokens_of_ones_own_are_refused(tmp_path):
    (tmp_path / "added_tokens.json").write_text('{"<sep>": 402, "<mask>": 400}')
    has = lambda name: (tmp_path / name).exists()
    vocabulary = {"a": 0, "<mask>": 400}
    for file in ({}, {"added_tokens": [{"content": "<mask>", "id": 400}]}):
        with pytest.raises(ZooError, match="added tokens, such as '<sep>', which the zoo does not"):
            check_added(added_tokens(tmp_path, has, file), vocabulary)
    (tmp_path / "added_tokens.json").unlink()
    check_added(added_tokens(tmp_path, has, file), vocabulary)
    (tmp_path / "tokenizer_config.json").write_text(json.dumps(DECODER))
    assert added_tokens(tmp_path, has, {}) == {"</s>": 0, "<sep>": 9}


def test_blanks_before_a_mask(tmp_path):
    def strips(content, **settings):
        (tmp_path / "tokenizer_config.json").write_text(json.dumps(settings))
        return strips_mask(tmp_path, lambda name: (tmp_path / name).exists(), content)

    keeps, mask = ({"content": "<mask>", "id": 4, "lstrip": strip} for strip in (False, True))
    assert strips({}) and strips({}, mask_token="<mask>")
    assert not strips({}, mask_token=keeps)
    assert not strips({}, mask_token="<mask>", added_tokens_decoder={"4": keeps})
    assert strips({"added_tokens": [mask]}, mask_token=keeps)
