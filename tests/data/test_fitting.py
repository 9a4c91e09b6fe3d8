"""Own data: what is too long is left out, and a broken recording is named with its line."""

import numpy as np
import pytest
from PIL import Image

import zoo
from tests.data.front_ends.sounds import tone, write_sound
from zoo.data.fitting import fitting_texts
from zoo.data.readers.oddities import Oddities
from zoo.data.task import Example
from zoo.data.tokenizers import SymbolTokenizer
from zoo.errors import ZooError

PAIRS = 120


@pytest.fixture
def manifest(tmp_path, monkeypatch):
    """A manifest of recordings, all good, of which the seventh is a.wav."""
    monkeypatch.setenv("ZOO_CACHE", str(tmp_path / "cache"))
    names = ["a.wav" if i == 6 else f"{i}.wav" for i in range(PAIRS)]
    for i, name in enumerate(names):
        write_sound(tmp_path / name, tone(pitch=200 + 5 * i))
    path = tmp_path / "speech.tsv"
    path.write_text("".join(f"{name}\tword {i % 3}\n" for i, name in enumerate(names)))
    return path


BROKEN = {
    "missing": (lambda path: path.unlink(), "there is no file a.wav"),
    "empty": (lambda path: path.write_bytes(b""), "a.wav"),
    "cut short": (lambda path: path.write_bytes(path.read_bytes()[:30]), "a.wav"),
    "a picture": (lambda path: Image.new("L", (8, 8)).save(path, "png"), "a.wav"),
    "no sound in it": (lambda path: write_sound(path, np.zeros(0)), "a.wav"),
}


@pytest.mark.parametrize("what", BROKEN)
def test_a_broken_recording_is_named_with_its_line(manifest, what):
    spoil, said = BROKEN[what]
    spoil(manifest.parent / "a.wav")
    with pytest.raises(ZooError, match=rf"speech.tsv, line 7: .*{said}") as found:
        zoo.create_task("files", data=str(manifest))
    assert "\n" not in str(found.value)


def test_whole_recordings_are_read_below_the_manifest(manifest):
    task = zoo.create_task("files", data=str(manifest))
    assert sum(map(len, task.splits.values())) == PAIRS and task.source_tokenizer.features > 1


def test_long_pairs_are_left_out_and_counted():
    letters, oddities = SymbolTokenizer("ab", separator=""), Oddities()
    examples = [Example("ab", ("a",)), Example("abab" * 3, ("b",)), Example("b", ("ba", "a"))]
    kept, sources, targets = fitting_texts(examples, letters, letters, 4, oddities)
    assert kept == [0, 2] and [len(ids) for ids in sources] == [3, 2]
    assert [len(ids) for ids in targets] == [2, 3]
    with pytest.warns(UserWarning, match="a side has more than 4 tokens: 1"):
        oddities.warn()
