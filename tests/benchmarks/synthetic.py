"""Rows and outcomes that no training made, for tests of what is computed from them."""

import numpy as np

from benchmarks.rows import Outcomes, write_row
from zoo.evaluation.metrics import METRICS, score_of


def write_system(folder, model, rates, task="g2p", metric="wrong_words", examples=500, **fields):
    """Writes one row per seed of a model, whose outcomes are drawn.

    Args:
        folder: path, of rows/ and outcomes/.
        model, task: str.
        rates: list of float, the share of examples that are counted, one per seed.
        metric: "wrong_words" or "exact_match".
        examples: int.
        **fields: further fields of the rows, or others in place of what they have.

    Returns:
        The rows by cell name.
    """
    for name in ("rows", "outcomes"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    rows = {}
    for seed, rate in enumerate(rates):
        name = f"{model.replace(' ', ',')}.{task}.s{seed}"
        digest = sum(map(ord, f"{model}{task}"))
        hit = np.random.default_rng((digest, seed)).random(examples) < rate
        counts = np.stack([hit.astype("float64"), np.ones(examples)], axis=1)
        outcomes = Outcomes(
            np.arange(examples) % 20 + 1,
            {"greedy": [None if right else "x" for right in hit]},
            {"greedy": {metric: counts}},
        )
        value = score_of(metric, counts)
        row = {
            "suite": "made",
            "model": model,
            "task": task,
            "seed": seed,
            "key": "k",
            "settings_key": f"{name} settings",
            "settings": {"recipe": {"learning_rate": 0.003}, "split": "test"},
            "card": {"family": model.split(" ")[0].rpartition("_")[0]},
            "hardware": {"processor": "P", "cores": 2, "gpus": []},
            "parameters": 1000,
            "scores": {"greedy": {"metrics": {metric: {"value": value, "signature": metric}}}},
            "timing": {},
        }
        assert METRICS[metric].counts
        rows[name] = write_row(folder, name, row | fields, outcomes)
    return rows
