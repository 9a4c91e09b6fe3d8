"""Own data: what is too long is left out, and a broken recording is named with its line."""

import dataclasses

import numpy as np
import pytest
from PIL import Image

import zoo
from tests.data.front_ends.sounds import tone, write_sound
from zoo.data.fitting import FRAMES_PER_TOKEN, fitted_to, fitting_frames, fitting_texts
from zoo.data.front_ends import cache
from zoo.data.front_ends.arrays import ArrayFrames
from zoo.data.front_ends.log_mel import LogMel
from zoo.data.readers.oddities import Oddities
from zoo.data.task import Example
from zoo.data.tokenizers import ByteTokenizer, SymbolTokenizer
from zoo.errors import ZooError
from zoo.files import checksum

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
    assert task.with_tokenizers(LogMel(), task.target_tokenizer) is task
    with pytest.raises(ZooError, match="leave out shared: recordings"):
        zoo.create_task("files", data=str(manifest), shared=True)


def test_long_pairs_are_left_out_and_counted():
    letters, oddities = SymbolTokenizer("ab", separator=""), Oddities()
    examples = [Example("ab", ("a",)), Example("abab" * 3, ("b",)), Example("b", ("ba", "a"))]
    kept, sources, targets = fitting_texts(examples, letters, letters, 4, oddities)
    assert kept == [0, 2] and [len(ids) for ids in sources] == [3, 2]
    assert [len(ids) for ids in targets] == [2, 3]
    with pytest.warns(UserWarning, match="a side has more than 4 tokens: 1"):
        oddities.warn()


class Noting(ArrayFrames):
    """Notes the files of which it computes the frames."""

    computed: list = []

    def compute(self, path):
        self.computed.append(path.name)
        return super().compute(path)


def test_frames_of_a_source_that_is_too_long_are_never_computed(tmp_path, monkeypatch):
    monkeypatch.setenv("ZOO_CACHE", str(tmp_path / "cache"))
    for number, length in enumerate((2, 4 * FRAMES_PER_TOKEN + 1, 3)):
        np.save(tmp_path / f"{number}.npy", np.zeros((length, 2)))
    examples = [Example(f"{number}.npy", ("ab",)) for number in range(3)]
    letters, oddities = SymbolTokenizer("ab", separator=""), Oddities()
    front_end = Noting(2).inside(tmp_path)
    kept, frames, targets = fitting_frames(examples, front_end, letters, 4, oddities)
    assert kept == [0, 2] and frames.lengths.tolist() == [2, 3] and len(targets) == 2
    assert Noting.computed == ["0.npy", "2.npy"]
    with pytest.warns(UserWarning, match="a source more than 32 frames: 1"):
        oddities.warn()


def manifest_of(folder, names):
    path = folder / "pairs.tsv"
    path.write_text("".join(f"{name}\tword {i}\n" for i, name in enumerate(names)))
    return str(path)


ARRAYS = [f"{i}.npy" for i in range(40)]


@pytest.mark.parametrize(
    "names, said",
    [
        (ARRAYS, "there is no file 0.npy"),
        (["0.npy", "a.wav", *ARRAYS[2:]], "most sources name an array, and 'a.wav' does not"),
        ([f"{'a' * 300}.wav", *(f"{i}.wav" for i in range(39))], "cannot be read: File name too"),
    ],
    ids=["missing", "mixed", "a long name"],
)
def test_what_is_wrong_with_a_first_file_or_its_kind_is_named_with_its_line(tmp_path, names, said):
    with pytest.raises(ZooError, match=rf"pairs.tsv, line [12]: .*{said}"):
        zoo.create_task("files", data=manifest_of(tmp_path, names))


def test_a_file_that_may_not_be_read_is_named_with_its_line(manifest, monkeypatch):
    def refused(path):
        if path.endswith("a.wav"):
            raise PermissionError(13, "Permission denied", path)
        return checksum(path)

    monkeypatch.setattr(cache, "checksum", refused)
    cache.digest_of.cache_clear()
    with pytest.raises(ZooError, match="line 7: a.wav cannot be read: Permission denied"):
        zoo.create_task("files", data=str(manifest))


class Words(ByteTokenizer):
    """A checkpoint's tokenizer of few tokens: three per word."""

    def encode_batch(self, texts):
        return [[5, 6, 7] * len(text.split()) + [2] for text in texts]

    def length(self, text):
        return len(self.encode(text))


@pytest.fixture
def long_texts(tmp_path):
    """Pairs of texts of 350 characters, more than 256 tokens where these are characters."""
    path = tmp_path / "pairs.tsv"
    texts = [f"{i} {chr(97 + i % 26) * 340} is a word" for i in range(120)]
    path.write_text("".join(f"{text}\t{text[::-1]}\n" for text in texts))
    return str(path)


def test_own_data_are_fitted_to_the_tokenizers_of_a_checkpoint(long_texts):
    source, target = Words(), Words()
    with fitted_to(source, target):
        task = zoo.create_task("files", data=long_texts)
    assert sum(map(len, task.splits.values())) == 120 and task.metrics[0] == "bleu"
    assert (task.source_tokenizer, task.target_tokenizer) == (source, target)
    assert task.max_source_length == task.max_target_length == 3 * 5 + 1
    assert task.with_tokenizers(source, target) is task


def test_other_tokenizers_fit_own_data_again(long_texts):
    task = zoo.create_task("files", data=long_texts, longest=400)
    assert task.metrics[0] == "exact_match" and task.max_source_length > 300
    again = task.with_tokenizers(Words(), Words())
    assert again.metrics[0] == "bleu" and again.max_source_length == 16
    copy = dataclasses.replace(task, splits=task.splits | {"test": task.splits["test"][:1]})
    assert len(copy.with_tokenizers(Words(), Words()).splits["test"]) == 1


def test_the_message_says_how_to_keep_long_pairs(long_texts):
    cure = "of the split train has a side of more than 256 tokens .*--task-option longest=N"
    with pytest.raises(ZooError, match=cure), pytest.warns(UserWarning, match="left out"):
        zoo.create_task("files", data=long_texts)
