"""A tokenizer.json that is not as in the published files."""

import json

import pytest

from tests.pretrained.changes import content, every, remove
from zoo.errors import ZooError
from zoo.pretrained.tokenizer_json import added_tokens, check_added

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
