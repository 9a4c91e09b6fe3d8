"""Rows and outcomes made by hand, for tests of claims."""

import numpy as np

from benchmarks.rows import Outcomes, write_row

EXAMPLES = 400
LENGTHS = np.arange(EXAMPLES) % 20 + 1  # source tokens


def write_run(
    results,
    model="lstm",
    rate=0.5,
    seed=0,
    suite="quick",
    task="g2p",
    metric="wrong_words",
    speed=100.0,
    processor="Xeon",
    parameters=1000,
    beams=None,
    outcomes=True,
    luck=0,
):
    """Writes the row and outcomes of a run that counts `rate` of the examples.

    Args:
        rate: a probability, or one per example.
        beams: dict of a decoder's label to its rate, beside greedy decoding.
        luck: the seed that decides which examples are counted.
    """
    drawn = np.random.default_rng(luck).random(EXAMPLES)
    counts = {
        decoder: {metric: counted(drawn < share, metric)}
        for decoder, share in ({"greedy": rate} | (beams or {})).items()
    }
    row = {
        "key": "k",
        "suite": suite,
        "model": model,
        "task": task,
        "seed": seed,
        "parameters": parameters,
        "hardware": {"processor": processor, "cores": 2, "gpus": []},
        "precision": "float32",
        "scores": {},
        "timing": {
            "training": {"tokens_per_second": speed},
            "decoding": {name: {"sentences_per_second": speed} for name in counts},
        },
    }
    folder = results / suite
    for name in ("rows", "outcomes"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    found = Outcomes(LENGTHS, {name: [None] * EXAMPLES for name in counts}, counts)
    cell = f"{model.replace(' ', ',')}.{task}.s{seed}"
    return write_row(folder, cell, row, found if outcomes else None)


def counted(examples, metric):
    """Counts [N, K] of a metric, K = 2, or 3 for the one of alignments, of which one is unused."""
    columns = [examples, np.ones(EXAMPLES)]
    return np.stack(columns[:1] * (metric == "alignment_error") + columns, -1).astype(float)


def write_runs(results, model, rate=0.5, seeds=3, speeds=(100.0, 101.0, 99.0), **options):
    """Writes the rows and outcomes of several seeds, which count about as many examples each."""
    for seed in range(seeds):
        shaken = np.random.default_rng([seed, *model.encode()]).integers(2**31)
        write_run(
            results, model, rate, **({"speed": speeds[seed % 3]} | options), seed=seed, luck=shaken
        )
