"""Files that a task makes once."""

import pytest

from zoo.data.made_files import made_files
from zoo.errors import ZooError


def test_files_are_made_once_and_known_by_their_path_in_the_cache(tmp_path, monkeypatch):
    monkeypatch.setenv("ZOO_CACHE", str(tmp_path))
    calls = []

    def make(folder):
        calls.append(folder)
        (folder / "a.txt").write_text("a")
        return {"train": [("a.txt", "A")], "test": []}

    expected = {"train": [["toy/1/a.txt", "A"]], "test": []}
    assert made_files("toy/1", make, "1 MB") == made_files("toy/1", make, "1 MB") == expected
    assert len(calls) == 1 and (tmp_path / "toy/1/a.txt").read_text() == "a"


def test_what_cannot_be_written_says_so_and_leaves_nothing(tmp_path, monkeypatch):
    monkeypatch.setenv("ZOO_CACHE", str(tmp_path))

    def make(folder):
        raise OSError(28, "No space left on device")

    with pytest.raises(ZooError, match="No space left.*set ZOO_CACHE to a folder with room for 1"):
        made_files("toy/1", make, "1 MB")
    assert not list((tmp_path / "toy").iterdir())


def test_files_that_another_process_has_made_meanwhile_are_taken(tmp_path, monkeypatch):
    monkeypatch.setenv("ZOO_CACHE", str(tmp_path))

    def make(folder):
        (tmp_path / "toy" / "1").mkdir()
        (tmp_path / "toy" / "1" / "a.txt").write_text("a")
        (tmp_path / "toy" / "1" / "strings.json").write_text('{"train": [["toy/1/a.txt", "A"]]}')
        return {"train": [("b.txt", "B")]}

    assert made_files("toy/1", make, "1 MB") == {"train": [["toy/1/a.txt", "A"]]}


@pytest.mark.parametrize("lost", ["a.txt", "strings.json"])
def test_what_is_incomplete_is_to_be_deleted(tmp_path, monkeypatch, lost):
    monkeypatch.setenv("ZOO_CACHE", str(tmp_path))

    def make(folder):
        (folder / "a.txt").write_text("a")
        return {"train": [("a.txt", "A")]}

    made_files("toy/1", make, "1 MB")
    (tmp_path / "toy/1" / lost).unlink()
    with pytest.raises(ZooError, match="toy/1 is incomplete; delete it, and it is made again"):
        made_files("toy/1", make, "1 MB")
