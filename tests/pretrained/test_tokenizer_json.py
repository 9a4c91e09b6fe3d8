"""A tokenizer.json that is not as in the published files."""

import json

import pytest

from tests.pretrained.changes import content, every, remove

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
}


@pytest.mark.parametrize("case", BROKEN)
def test_a_broken_checkpoint_is_refused_in_one_line(broken, case):
    broken(*BROKEN[case])
