"""Rows and outcomes of models that were never trained, for tests of tables and figures."""

import pathlib

import numpy as np

from benchmarks.comparison import row_name
from benchmarks.rows import Outcomes, write_row
from benchmarks.suite import Suite
from zoo.evaluation.by_length import by_length
from zoo.evaluation.metrics import score_of

EPYC = {"processor": "AMD EPYC", "cores": 2, "memory_gib": 23.5, "gpus": []}
EDGES = [1, 5, 9, 13, 17, 21]


def write_rows(folder, wrong, seeds=(0, 1, 2), task="reverse", examples=200, **changes):
    """Writes the rows and outcomes of models below `folder`.

    Args:
        folder: path.
        wrong: dict of model to the probability of a wrong output.
        seeds: ints. Each adds a little to it.
        task: str.
        examples: int, test examples.
        **changes: fields of the rows, or functions of (model, seed) that give them.

    Returns:
        The rows by cell name.
    """
    for name in ("rows", "outcomes"):
        (pathlib.Path(folder) / name).mkdir(parents=True, exist_ok=True)
    rows = {}
    for number, (model, share) in enumerate(wrong.items()):
        for seed in seeds:
            row, outcomes = made(model, share, seed, number, task, examples)
            for key, value in changes.items():
                row[key] = value(model, seed) if callable(value) else value
            rows[row_name(row)] = write_row(folder, row_name(row), row, outcomes)
    return rows


def suite_of(rows, **fields):
    """A suite that has the models, tasks and seeds of rows."""
    tasks = {
        row["task"]: {"options": {}, "recipe": {}, "length_edges": EDGES} for row in rows.values()
    }
    known = {
        "name": "synthetic",
        "file": pathlib.Path(__file__).parents[2] / "benchmarks" / "suites" / "quick.toml",
        "title": "Synthetic",
        "models": list(dict.fromkeys(row["model"] for row in rows.values())),
        "tasks": tasks,
        "seeds": sorted({row["seed"] for row in rows.values()}),
        "threads": 1,
        "decoders": {},
    }
    return Suite(**known | fields)


def made(model, share, seed, number, task, examples):
    """A row and its outcomes."""
    rng = np.random.default_rng([seed, number, len(model)])
    lengths = 1 + np.arange(examples) % 20
    chance = np.clip(share * (0.4 + lengths / 20) + 0.01 * (seed - 1), 0, 1)
    counts, scores = {}, {}
    for decoder, gain in (("greedy", 1.0), ("beam", 0.95)):
        right = (rng.random(examples) >= chance * gain).astype(float)
        edits = np.where(right > 0, 0, rng.integers(1, 4, examples)).astype(float)
        counts[decoder] = {
            "exact_match": np.stack([right, np.ones(examples)], 1),
            "token_error_rate": np.stack([edits, lengths.astype(float)], 1),
        }
        metrics = {
            name: {"value": score_of(name, counted), "signature": f"{name}|synthetic"}
            for name, counted in counts[decoder].items()
        }
        if decoder == "greedy":
            metrics["perplexity"] = {"value": 1 + share, "signature": "perplexity|synthetic"}
        scores[decoder] = {
            "strategy": "Greedy()" if decoder == "greedy" else "Beam(size=4)",
            "metrics": metrics,
            "by_length": by_length(counts[decoder], lengths, EDGES),
        }
    outputs = {decoder: [None] * examples for decoder in counts}
    speed = 5000.0 + 1000 * number + 50 * seed
    best = scores["greedy"]["metrics"]["exact_match"]["value"]
    settings = {
        "task": task,
        "options": {"max_length": 20},
        "length_edges": EDGES,
        "split": "test",
        "recipe": {"epochs": 2, "learning_rate": 0.003, "seed": seed},
    }
    row = {
        "suite": "synthetic",
        "model": model,
        "task": task,
        "seed": seed,
        "key": "",
        "settings": settings,
        "commit": "0123456789abcdef",
        "versions": {"python": "3.11.7", "keras": "3.15.1"},
        "hardware": EPYC,
        "precision": "float32",
        "card": {"encoder": "LSTM", "decoder": "LSTM", "attention": f"kind {number}"},
        "parameters": 400_000 + 1000 * number,
        "target_tokens_seen": 1_000_000,
        "training_flops": 1e12 + 1e11 * number,
        "recipe": {"optimizer": "adam", "learning_rate": 0.003},
        "test_examples": examples,
        "history": [
            {"epoch": i / 2, "tokens": 250_000 * i, "validation_exact_match": best * i / 4}
            for i in range(1, 5)
        ],
        "scores": scores,
        "timing": {
            "training": {"tokens_per_second": speed, "seconds": 1e6 / speed},
            "decoding": {
                "greedy": {"sentences_per_second": 900.0 + 100 * number + seed},
                "beam": {"sentences_per_second": 450.0 + 50 * number + seed},
            },
            "minutes": 3.0 + 0.1 * number,
            "peak_memory_gib": 1.4,
        },
    }
    return row, Outcomes(lengths, outputs, counts)


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
            "precision": "float32",
            "parameters": 1000,
            "scores": {"greedy": {"metrics": {metric: {"value": value, "signature": metric}}}},
            "timing": {},
        }
        rows[name] = write_row(folder, name, row | fields, outcomes)
    return rows
