"""The guide does what it says."""

import pytest

from tests.docs.blocks import DOCS, compare, read_blocks, run_blocks


def test_guide(traced, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    run_blocks(DOCS / "guide.md", tmp_path)


def test_blocks_are_found_with_their_output():
    blocks = read_blocks(DOCS / "guide.md")
    assert {"python", "console", "text"} <= {block.kind for block in blocks}
    [listed] = [block for block in blocks if block.text == "$ zoo list bahdanau\n"]
    assert listed.kind == "console" and "bilstm_bahdanau_base" in listed.expected


def test_other_output_fails():
    compare("a 1.5\n...\n", "a  1.7\nmore\n", "here")
    with pytest.raises(AssertionError, match="here"):
        compare("a 1\n", "a 2\n", "here")
