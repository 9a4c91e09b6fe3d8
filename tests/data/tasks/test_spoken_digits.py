"""Strings of digits: who and what is in which split, and that they are what their texts say."""

import collections
import io
import wave

import numpy as np
import pytest

from tests.data.tars import tarred
from zoo.data.archive import contents_digest
from zoo.data.tasks import spoken_digits as module
from zoo.data.tasks.spoken_digits import SPEAKERS, STRINGS, WORDS, plan_strings
from zoo.errors import ZooError

SAMPLES = 500  # of a recording


def recording(digit, speaker, number):
    """The bytes of a WAV whose samples say which recording it is."""
    value = 1000 * digit + 100 * SPEAKERS.index(speaker) + number
    held = io.BytesIO()
    with wave.open(held, "wb") as file:
        file.setparams((1, 2, 8000, 0, "NONE", ""))
        file.writeframes(np.full(SAMPLES, value, "<i2").tobytes())
    return held.getvalue()


@pytest.fixture
def archive(tmp_path, monkeypatch):
    """A small data set of two speakers in place of the download; strings in a cache of its own."""
    files = {
        f"recordings/{digit}_{speaker}_{number}.wav": recording(digit, speaker, number)
        for digit in range(10)
        for speaker in SPEAKERS[:2]
        for number in range(10)
    } | {"README.md": b"digits"}
    path = tarred(tmp_path / "digits.tar.gz", files)
    monkeypatch.setattr(module, "CONTENTS", contents_digest(files))
    monkeypatch.setattr(module, "SPEAKERS", SPEAKERS[:2])
    monkeypatch.setattr(module, "SPLITS", module.SPLITS | {"train": range(8, 10)})
    monkeypatch.setattr(module, "HELD_OUT", range(10))
    monkeypatch.setattr(module, "STRINGS", dict(zip(STRINGS, (12, 4, 5, 3))))
    monkeypatch.setattr(module, "download", lambda name, origin: path)
    monkeypatch.setenv("ZOO_CACHE", str(tmp_path / "cache"))
    return path


def test_a_recording_is_in_one_split_and_a_held_out_speaker_in_one_of_their_own():
    plan = plan_strings("lucas")
    assert {split: len(strings) for split, strings in plan.items()} == STRINGS
    used = {split: {key for string in strings for key in string} for split, strings in plan.items()}
    for one in used:
        for other in used:
            assert one == other or not used[one] & used[other]
    assert {speaker for _, speaker, _ in used["new_speaker"]} == {"lucas"}
    assert {number for _, _, number in used["test"]} == set(range(5))
    for split in ("train", "validation", "test"):
        assert {speaker for _, speaker, _ in used[split]} == set(SPEAKERS) - {"lucas"}


def test_strings_are_of_one_speaker_and_use_recordings_equally():
    train = plan_strings("theo")["train"]
    assert {len(string) for string in train} == set(range(3, 8))
    assert all(len({speaker for _, speaker, _ in string}) == 1 for string in train)
    counts = collections.Counter(key for string in train for key in string)
    assert len(counts) == 10 * 5 * 42 and max(counts.values()) - min(counts.values()) <= 2


def test_the_sound_is_that_of_the_text(archive, tmp_path):
    task = module.spoken_digits(held_out="jackson", test_limit=2)
    sizes = {split: len(examples) for split, examples in task.splits.items()}
    assert sizes == {"train": 12, "validation": 4, "test": 2, "new_speaker": 3}
    for example in task.splits["train"]:
        with wave.open(str(tmp_path / "cache" / example.source)) as file:
            samples = np.frombuffer(file.readframes(file.getnframes()), "<i2")
        heard = samples.reshape(-1, SAMPLES)[:, 0] // 1000
        assert example.references == (" ".join(WORDS[digit] for digit in heard),)
    sources, targets = task.encode("test")
    assert sources[0].shape[1] == task.source_tokenizer.features == 160
    assert task.max_source_length == max(
        map(task.source_tokenizer.length, (x.source for s in task.splits.values() for x in s))
    )
    assert task.target_tokenizer.decode(targets[0]) == task.splits["test"][0].references[0]


def test_strings_are_written_once(archive):
    first = module.spoken_digits(held_out="jackson").splits
    archive.unlink()
    assert module.spoken_digits(held_out="jackson").splits == first


def test_another_archive_is_refused(archive, monkeypatch):
    monkeypatch.setattr(module, "CONTENTS", "0" * 64)
    with pytest.raises(ZooError, match="does not hold the files expected from"):
        module.spoken_digits(held_out="jackson")
    archive.write_bytes(archive.read_bytes()[:500])
    with pytest.raises(ZooError, match="digits.tar.gz is broken"):
        module.spoken_digits(held_out="jackson")


def test_an_unknown_speaker_gets_the_nearest():
    with pytest.raises(ZooError, match="unknown held_out 'teo'; nearest: theo"):
        module.spoken_digits(held_out="teo")
