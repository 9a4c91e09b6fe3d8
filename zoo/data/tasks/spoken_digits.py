"""Spoken digits: strings of three to seven English digits, read by one speaker, to their words.

The Free Spoken Digit Dataset has 50 recordings of each digit by each of six speakers. Recordings 0
to 4 of each are its test split, as its authors propose; 5 to 7 validate here, and the others train.
A string is made of recordings of one speaker, one straight after the other, and every recording is
used about equally often. One speaker is heard in the split "new_speaker" only.

The strings are written once as WAV files into the cache folder, where they can be listened to.
"""

import collections
import io
import itertools
import re
import wave

import numpy as np

from zoo.data.archive import archive_files
from zoo.data.download import download
from zoo.data.front_ends.log_mel import LogMel
from zoo.data.made_files import made_files
from zoo.data.task import Example, Task, limited
from zoo.data.tokenizers import SymbolTokenizer
from zoo.errors import check_choice, check_positive
from zoo.registry import register_task
from zoo.registry.overrides import application

METRICS = ("wer", "cer", "perplexity")
WORDS = "zero one two three four five six seven eight nine".split()
SPEAKERS = ("george", "jackson", "lucas", "nicolas", "theo", "yweweler")
COMMIT = "26eb9aaf76e81b692f806f9140c2d2777410d7a1"
ARCHIVE = "spoken_digits/free-spoken-digit-dataset.tar.gz"
ORIGIN = f"https://github.com/Jakobovski/free-spoken-digit-dataset/archive/{COMMIT}.tar.gz"
CONTENTS = "2ac58719e806f598246f3f70c46ff9812755b084488d5d7f82bb9259a9bd1861"
RECORDING = re.compile(r"recordings/(\d)_([a-z]+)_(\d+)\.wav")
RATE = 8000  # samples per second of all recordings
# Numbers of the recordings of each split.
SPLITS = {"test": range(5), "validation": range(5, 8), "train": range(8, 50)}
HELD_OUT = range(50)  # the held-out speaker's
STRINGS = {"train": 4000, "validation": 300, "test": 500, "new_speaker": 300}
SHORTEST, LONGEST = 3, 7  # digits of a string
VERSION = 1  # of the strings; another one is written to another folder


@register_task(
    "spoken_digits",
    title="Strings of spoken English digits to words",
    source="Free Spoken Digit Dataset, Jackson et al. (github.com/Jakobovski)",
    licence="CC BY-SA 4.0",
    metrics=METRICS,
    # The best of results/applications.
    families={"whisper": application({"dropout": 0.1}, tokens=256, buckets=2, steps=7185)},
)
def spoken_digits(
    held_out: str = "theo",
    stack: int = 4,
    train_limit: int | None = None,
    validation_limit: int | None = None,
    test_limit: int | None = None,
):
    """Strings of spoken digits to their words.

    Args:
        held_out: the speaker of the split "new_speaker", who is in no other one.
        stack: int, frames of 10 ms that become one.
        train_limit, validation_limit, test_limit: int or None, take the first strings of the split
            only.

    Returns:
        `Task` with the splits "train" (4,000 strings), "validation" (300) and "test" (500) of five
        speakers, and "new_speaker" (300). Sources are paths in the cache folder.

    Raises:
        ZooError: the data cannot be read or written, or an option is out of range.
    """
    check_choice(SPEAKERS, held_out=held_out)
    check_positive(stack=stack)
    limits = {"train": train_limit, "validation": validation_limit, "test": test_limit}
    limited({}, **limits)  # before anything is read
    splits = {
        split: [Example(source, (text,)) for source, text in strings]
        for split, strings in written_strings(held_out).items()
    }
    known = limited({split: splits[split] for split in limits}, **limits)
    return Task(
        "spoken_digits",
        {"held_out": held_out, "stack": stack}
        | {f"{split}_limit": limit for split, limit in limits.items()},
        splits | known,
        LogMel(rate=RATE, bins=40, stack=stack),
        SymbolTokenizer(sorted(WORDS), " "),
        METRICS,
    )


def written_strings(held_out):
    """The strings of each split as (path in the cache folder, text), written if they are not yet.

    Raises:
        ZooError: any error of `read_recordings`, or the cache folder cannot be written to.
    """

    def write(folder):
        recordings = read_recordings(download(ARCHIVE, ORIGIN))
        listed = {}
        for split, strings in plan_strings(held_out).items():
            (folder / split).mkdir()
            listed[split] = []
            for number, keys in enumerate(strings):
                file = f"{split}/{number:04d}_{keys[0][1]}.wav"
                write_wav(folder / file, [recordings[key] for key in keys])
                text = " ".join(WORDS[digit] for digit, _, _ in keys)
                listed[split].append((file, text))
        return listed

    return made_files(f"spoken_digits/{held_out}-{VERSION}", write, "150 MB")


def plan_strings(held_out):
    """The recordings of each string, as lists of (digit, speaker, number), by split."""
    known = [speaker for speaker in SPEAKERS if speaker != held_out]
    splits = {split: (known, numbers) for split, numbers in SPLITS.items()}
    splits["new_speaker"] = [held_out], HELD_OUT
    return {
        split: list(strings_of(number, STRINGS[split], *splits[split]))
        for number, split in enumerate(STRINGS)
    }


def strings_of(seed, count, speakers, numbers):
    """Yields `count` strings, speaker after speaker, that use up all recordings before any twice.

    Args:
        seed: int.
        count: int.
        speakers: list of str.
        numbers: the numbers of the recordings that may be used.
    """
    rng = np.random.default_rng(seed)
    decks = collections.defaultdict(collections.deque)
    for speaker in itertools.islice(itertools.cycle(speakers), count):
        deck, string = decks[speaker], []
        for _ in range(rng.integers(SHORTEST, LONGEST + 1)):
            if not deck:
                own = list(itertools.product(range(10), [speaker], numbers))
                deck.extend(own[i] for i in rng.permutation(len(own)))
            string.append(deck.popleft())
        yield string


def read_recordings(archive):
    """The samples of all recordings: int16 bytes by (digit, speaker, number).

    Raises:
        ZooError: any error of `zoo.data.archive.archive_files`.
    """
    recordings = {}
    for name, data in archive_files(archive, ORIGIN, CONTENTS).items():
        if found := RECORDING.fullmatch(name):
            digit, speaker, number = found.groups()
            recordings[int(digit), speaker, int(number)] = samples_of(data)
    return recordings


def samples_of(data):
    """The int16 bytes of a WAV of the data set."""
    with wave.open(io.BytesIO(data)) as recording:
        return recording.readframes(recording.getnframes())


def write_wav(path, parts):
    """Writes int16 bytes, one straight after the other, as a recording of one channel."""
    with wave.open(str(path), "wb") as recording:
        recording.setnchannels(1)
        recording.setsampwidth(2)
        recording.setframerate(RATE)
        recording.writeframes(b"".join(parts))
