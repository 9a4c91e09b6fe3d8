"""Frames are computed once per content and settings, and the folder stays within its limit."""

import os

import numpy as np
import pytest

from zoo.data.front_ends import cache
from zoo.data.front_ends.arrays import ArrayFrames
from zoo.errors import ZooError


class Counting(ArrayFrames):
    """Counts what it computes."""

    computed = 0

    def compute(self, path):
        type(self).computed += 1
        return super().compute(path)


@pytest.fixture
def files(tmp_path, monkeypatch):
    """Paths of three arrays of 1, 2 and 3 frames, and an empty cache."""
    monkeypatch.setenv("ZOO_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(Counting, "computed", 0)
    for n in (1, 2, 3):
        np.save(tmp_path / f"{n}.npy", np.full((n, 2), n, "float32"))
    return [str(tmp_path / f"{n}.npy") for n in (1, 2, 3)]


def stored(tmp_path):
    return sorted((tmp_path / "cache").rglob("*.npy"))


def test_a_file_is_computed_once(files):
    for _ in range(2):
        found = Counting(2).encode_batch(files)
        assert found.lengths.tolist() == [1, 2, 3] and found[2].tolist() == [[3, 3]] * 3
    assert Counting.computed == 3
    assert found.take([2, 0])[1].tolist() == [[1, 1]] and found[1:].lengths.tolist() == [2, 3]


def test_a_changed_file_is_computed_again(files):
    Counting(2).encode_batch(files)
    np.save(files[0], np.full((5, 2), 9.0))
    assert Counting(2).encode_batch(files).lengths.tolist() == [5, 2, 3]
    assert Counting.computed == 4


def test_what_left_the_folder_or_broke_is_computed_again(files, tmp_path):
    found = Counting(2).encode_batch(files)
    first, second, _ = stored(tmp_path)
    first.unlink()
    second.write_bytes(second.read_bytes()[:50])
    assert [x[0, 0] for x in found] == [1, 2, 3] and Counting.computed == 5


def test_the_folder_keeps_to_its_limit(files, tmp_path, monkeypatch):
    Counting(2).encode_batch(files[:1])
    (old,) = stored(tmp_path)
    os.utime(old, (0, 0))
    monkeypatch.setattr(cache, "MOST", 300)
    with pytest.warns(UserWarning, match="the oldest frames are removed"):
        found = Counting(2).encode_batch(files[1:])
    assert old not in stored(tmp_path) and sum(p.stat().st_size for p in stored(tmp_path)) <= 300
    assert [len(x) for x in found] == [2, 3]


def test_a_broken_file_is_named_before_any_is_used(files):
    np.save(files[1], np.full((2, 2), np.nan))
    with pytest.raises(ZooError, match="2.npy has frames with NaN"):
        Counting(2).encode_batch(files)


def test_a_folder_that_cannot_be_written(files, tmp_path):
    (tmp_path / "cache").write_text("a file")
    with pytest.raises(ZooError, match="cannot keep frames in .*set ZOO_CACHE"):
        Counting(2).encode_batch(files)


def test_the_folder_is_cut_back_while_files_are_read(files, tmp_path, monkeypatch):
    monkeypatch.setattr(cache, "MOST", 8 * 20)  # bytes: two floats per frame, and a header
    with pytest.warns(UserWarning, match="has reached its"):
        Counting(2).encode_batch(files)
    assert len(stored(tmp_path)) <= 1


def test_frames_of_other_code_are_not_taken(files):
    Counting(2).encode_batch(files)

    class Newer(Counting):
        VERSION = 2

    assert Newer(2).digest != Counting(2).digest


def test_a_file_that_changes_in_use_leaves_nothing_under_its_old_digest(files, tmp_path):
    found = Counting(2).encode_batch(files)
    old = stored(tmp_path)
    for path in old:
        path.unlink()
    np.save(files[0], np.full((1, 2), 9.0, "float32"))  # as many frames
    os.unlink(files[1])
    for number in (0, 1):
        with pytest.raises(ZooError, match=f"{number + 1}.npy changed while it was in use"):
            found[number]
    assert stored(tmp_path) == [] and found[2][0, 0] == 3
