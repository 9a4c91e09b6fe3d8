"""The digest of one's own data. tests/data/tasks/test_files.py refuses data that changed."""

import hashlib

import pytest

from zoo.data.readers.digest import checked_digest, digest
from zoo.errors import ZooError


def test_it_covers_the_files_that_are_read_in_their_order(tmp_path):
    for name in ("train.de", "train.en", "README"):
        (tmp_path / name).write_text(name)
    source, target = (hashlib.sha256(f"train.{end}".encode()).digest() for end in ("de", "en"))
    expected = hashlib.sha256(source + target).hexdigest()
    assert digest([tmp_path / "train.de", tmp_path / "train.en"]) == expected
    assert checked_digest([str(tmp_path)], ("en", "de"), None) == expected  # by name
    files = [str(tmp_path / "train.en"), str(tmp_path / "train.de")]
    assert checked_digest(files, None, None) == hashlib.sha256(target + source).hexdigest()


def test_other_data_are_refused_and_the_hub_has_no_digest(tmp_path):
    (tmp_path / "a.tsv").write_text("a\tb\n")
    with pytest.raises(ZooError, match="a.tsv changed since the run began"):
        checked_digest([str(tmp_path / "a.tsv")], None, "0" * 64)
    assert checked_digest(["hf:any"], None, None) == ""
