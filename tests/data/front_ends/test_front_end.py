"""Where a front end looks for files, and what it refuses."""

import numpy as np
import pytest

from zoo.data.front_ends.arrays import ArrayFrames
from zoo.data.front_ends.front_end import FrontEnd, check_frames
from zoo.errors import ZooError


def test_a_relative_path_begins_in_the_data_then_here_then_in_the_cache(tmp_path, monkeypatch):
    monkeypatch.setenv("ZOO_CACHE", str(tmp_path / "cache"))
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    for number, name in enumerate(("cache", "here", "data")):
        (tmp_path / name).mkdir(exist_ok=True)
        np.save(tmp_path / name / "a.npy", np.full((1, 2), number))
        front_end = ArrayFrames(2).inside(tmp_path / "data" if name == "data" else None)
        assert front_end.encode("a.npy")[0, 0] == number
    assert front_end.encode(str(tmp_path / "cache/a.npy"))[0, 0] == 0


def test_a_missing_file_and_another_kind(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ZooError, match="there is no file b.npy"):
        ArrayFrames(2).encode("b.npy")
    (tmp_path / "b.txt").write_text("a")
    with pytest.raises(ZooError, match="b.txt is not a file that ends in .npy"):
        ArrayFrames(2).encode("b.txt")


@pytest.mark.parametrize(
    "frames, message",
    [
        (np.zeros(3), r"must hold frames \[S, 2\], got shape \[3\]"),
        (np.zeros((0, 2)), "must hold frames"),
        (np.zeros((3, 4)), r"got shape \[3, 4\]"),
        (np.array([["a", "b"]]), "must hold numbers"),
        (np.array([[1, np.inf]]), "NaN or infinite"),
    ],
)
def test_what_is_no_frames_is_named(frames, message):
    with pytest.raises(ZooError, match=f"x.npy .*{message}"):
        check_frames(frames, "x.npy", 2)


def test_an_author_is_told_what_to_define():
    for call in (lambda f: f.settings(), lambda f: f.compute("a"), lambda f: f.length("a")):
        with pytest.raises(NotImplementedError, match="FrontEnd must define"):
            call(FrontEnd())
