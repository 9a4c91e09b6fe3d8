"""`python -m benchmarks probe many_examples [KIND ...]`: memory of training on many examples.

Pairs are sentences of made-up words with Zipf's frequencies, and their word-by-word translations in
reversed order. Recordings are half a second of tones, one per letter of a short word. For each kind
`zoo train MODEL --data FILE` trains on few and on many examples for a few steps in its own process,
whose peak of resident memory is read when it ends. The difference is the cost of the examples; it
includes file pages that the system may drop. Writes results/many_examples.csv, of which the rows of
kinds that are not named stay.
"""

import dataclasses
import os
import pathlib
import subprocess
import sys
import tempfile
import wave

import numpy as np
import pandas as pd

from benchmarks import provenance
from benchmarks.suite import REPOSITORY
from zoo.errors import UnknownName, ZooError
from zoo.files import write_text

STEPS, WORDS = 20, 20_000
RATE, LETTER_SECONDS = 8000, 0.1
PATH = REPOSITORY / "results" / "many_examples.csv"


@dataclasses.dataclass
class Kind:
    """A kind of examples.

    Attributes:
        write: function of a new folder and a count that writes examples, and returns the file that
            names them.
        counts: of examples, the smaller first.
        model: str, what is trained.
        options: list of str, further words of `zoo train`.
    """

    write: object
    counts: tuple
    model: str
    options: list


def write_pairs(folder, count):
    """Writes a table of pairs of sentences."""
    random = np.random.default_rng(0)
    syllables = [a + b for a in "bdfgklmnprstvz" for b in "aeiou"]
    words = [
        np.array(["".join(random.choice(syllables, random.integers(1, 5))) for _ in range(WORDS)])
        for _ in range(2)
    ]
    zipf = np.cumsum(1 / np.arange(1, WORDS + 1))
    path = folder / "pairs.tsv"
    with open(path, "w", encoding="utf-8") as file:
        for _ in range(count):
            drawn = np.searchsorted(zipf, zipf[-1] * random.random(random.integers(4, 25)))
            file.write(f"{' '.join(words[0][drawn])}\t{' '.join(words[1][drawn[::-1]])}\n")
    return path


def write_recordings(folder, count):
    """Writes recordings and the manifest that names them."""
    random = np.random.default_rng(0)
    seconds = np.arange(int(RATE * LETTER_SECONDS)) / RATE
    tones = {x: np.sin(2 * np.pi * (300 + 100 * i) * seconds) for i, x in enumerate("abcdefgh")}
    path = folder / "recordings.tsv"
    with open(path, "w", encoding="utf-8") as manifest:
        for number in range(count):
            word = "".join(random.choice(list(tones), random.integers(3, 8)))
            samples = np.concatenate([tones[letter] for letter in word])
            samples = samples + 0.05 * random.standard_normal(len(samples))
            with wave.open(str(folder / f"{number}.wav"), "wb") as file:
                file.setparams((1, 2, RATE, 0, "NONE", ""))
                file.writeframes((samples * 20_000).astype("<i2").tobytes())
            manifest.write(f"{number}.wav\t{word}\n")
    return path


LIMITS = ["--task-option", "test_limit=200", "--validation-limit", "200"]
KINDS = {
    "pairs": Kind(write_pairs, (10_000, 1_000_000), "transformer", [*LIMITS, "--buckets", "3"]),
    "recordings": Kind(write_recordings, (1_000, 10_000), "whisper_mini", LIMITS),
}


def main(names):
    """Measures kinds of examples; an empty list means all. Returns the exit status."""
    for name in names:
        if name not in KINDS:
            raise UnknownName("kind", name, list(KINDS))
    known = pd.read_csv(PATH).to_dict("records")
    for name in names or KINDS:
        measured = [measure(name, KINDS[name], count) for count in KINDS[name].counts]
        known = [row for row in known if row["kind"] != name] + measured
        write_text(PATH, pd.DataFrame(known).to_csv(index=False, float_format="%.4g"))
        few, many = (row["peak_memory_gib"] for row in measured)
        print(f"{name}: {many - few:.2f} GiB more for {KINDS[name].counts[1]:,}", flush=True)
    return 0


def measure(name, kind, count):
    """The row of one training: a dict."""
    with tempfile.TemporaryDirectory() as place:
        folder = pathlib.Path(place)
        data = kind.write(folder, count)
        size = sum(path.stat().st_size for path in folder.iterdir())
        words = ["train", kind.model, "--data", data, "--out", folder / "run", *kind.options]
        process = subprocess.Popen(
            [sys.executable, "-m", "zoo", *words, "--steps", str(STEPS)],
            cwd=REPOSITORY,
            stdout=subprocess.DEVNULL,
            env=os.environ | {"ZOO_CACHE": str(folder / "cache")},
        )
        _, status, used = os.wait4(process.pid, 0)
    if status:
        raise ZooError(f"the training on {count:,} {name} failed")
    peak = provenance.peak_memory(used)
    print(f"{count:,} {name}: {peak:.2f} GiB", flush=True)
    return {
        "kind": name,
        "examples": count,
        "mebibytes": size / 2**20,
        "steps": STEPS,
        "peak_memory_gib": peak,
        "commit": provenance.commit(),
    }
