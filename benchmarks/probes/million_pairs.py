"""`python -m benchmarks.probes.million_pairs`: measures the memory of training on a million pairs.

Sentences of made-up words with Zipf's frequencies, and their word-by-word translations in reversed
order, are written to files of ten thousand and of a million pairs. `zoo train transformer --data
FILE` trains on each for a few steps in its own process, whose peak of resident memory is read when
it ends. The difference is the cost of the pairs; it includes file pages that the system may drop.
Writes results/million_pairs.csv.
"""

import os
import pathlib
import subprocess
import sys
import tempfile

import numpy as np
import pandas as pd

from benchmarks import provenance
from benchmarks.suite import REPOSITORY
from zoo.files import write_text

PAIRS, STEPS, WORDS = (10_000, 1_000_000), 20, 20_000
LIMITS = ["--task-option", "test_limit=200", "--validation-limit", "200"]


def write_pairs(path, count, seed=0):
    """Writes a table of `count` pairs."""
    random = np.random.default_rng(seed)
    syllables = [a + b for a in "bdfgklmnprstvz" for b in "aeiou"]
    words = [
        np.array(["".join(random.choice(syllables, random.integers(1, 5))) for _ in range(WORDS)])
        for _ in range(2)
    ]
    zipf = np.cumsum(1 / np.arange(1, WORDS + 1))
    with open(path, "w", encoding="utf-8") as file:
        for _ in range(count):
            drawn = np.searchsorted(zipf, zipf[-1] * random.random(random.integers(4, 25)))
            file.write(f"{' '.join(words[0][drawn])}\t{' '.join(words[1][drawn[::-1]])}\n")


def main():
    """Returns the exit status: 0 when both trainings ended well."""
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        for count in PAIRS:
            data = pathlib.Path(folder) / f"pairs_{count}.tsv"
            write_pairs(data, count)
            process = subprocess.Popen(
                [
                    sys.executable,
                    "-m",
                    "zoo.cli",
                    "train",
                    "transformer",
                    "--data",
                    data,
                    "--out",
                    f"{folder}/run_{count}",
                    "--steps",
                    str(STEPS),
                    "--buckets",
                    "3",
                    *LIMITS,
                ],
                cwd=REPOSITORY,
                stdout=subprocess.DEVNULL,
            )
            _, status, used = os.wait4(process.pid, 0)
            if status:
                return 1
            peak = provenance.peak_memory(used)
            rows.append(
                {
                    "pairs": count,
                    "mebibytes": data.stat().st_size / 2**20,
                    "steps": STEPS,
                    "peak_memory_gib": peak,
                    "commit": provenance.commit(),
                }
            )
            print(f"{count:,} pairs: {peak:.2f} GiB", flush=True)
    write_text(
        REPOSITORY / "results" / "million_pairs.csv",
        pd.DataFrame(rows).to_csv(index=False, float_format="%.4g"),
    )
    print(
        f"{rows[1]['peak_memory_gib'] - rows[0]['peak_memory_gib']:.2f} GiB more for "
        f"{PAIRS[1] - PAIRS[0]:,} more pairs"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
