"""The suite file that the page on the comparison shows."""

import pathlib

import pytest

from benchmarks.suite import load_suite, whole
from tests.docs.blocks import DOCS, read_blocks
from zoo.errors import ZooError


def test_the_suite_on_the_page_fits_and_finds_its_file(tmp_path):
    [block] = [b for b in read_blocks(DOCS / "comparison.md") if b.kind == "toml"]
    (tmp_path / block.caption).write_text(block.text, encoding="utf-8")
    (tmp_path / "pairs.tsv").write_text("a b\tb a\n", encoding="utf-8")
    cells = load_suite(str(tmp_path / block.caption)).cells()
    assert len(cells) == 6
    assert {cell.settings["options"]["data"][0] for cell in cells} == {str(tmp_path / "pairs.tsv")}
    assert len({cell.settings["recipe"]["learning_rate"] for cell in cells}) == 2


def test_a_missing_file_is_told_and_what_is_no_file_stays(tmp_path):
    assert whole("", tmp_path) == "" and whole("multi30k:en+de", tmp_path) == "multi30k:en+de"
    assert whole("~", tmp_path) == str(pathlib.Path.home())
    with pytest.raises(ZooError, match=f"there is no {tmp_path}/pairs.tsv"):
        whole("pairs.tsv", tmp_path)
