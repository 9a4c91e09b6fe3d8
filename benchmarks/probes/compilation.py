"""`python -m benchmarks probe compilation`: times tracing and compiling of a training step.

A training traces its step once and compiles it once per batch shape. One model per family and size
in `SIZES` takes steps of two shapes, twice each: what the first time takes longer than the second
is tracing and compiling. Writes one row per model to results/compilation.csv, with the number of
shapes in a training of the default recipe and the total time of their compilation.
"""

import time

import numpy as np
import pandas as pd

from benchmarks import provenance
from benchmarks.suite import REPOSITORY
from zoo.files import write_text

SIZES = {"base": "multi30k", "mini": "cmudict"}  # each with the task that it trains on
TABLE = REPOSITORY / "results" / "compilation.csv"
ROWS, LENGTHS = 16, (16, 24)  # rows of a batch, and source and target length of the two shapes


def measure(name, task):
    """The row of a registered model, for a task whose vocabulary and batches are those of its
    training.
    """
    import zoo
    from zoo.runs.model_choice import choose_model
    from zoo.training.batches import make_batches
    from zoo.training.optimizer import make_optimizer
    from zoo.training.step import Step

    tokenizers, recipe = (task.source_tokenizer, task.target_tokenizer), zoo.Recipe.of_model(name)
    sizes = [tokenizer.size for tokenizer in tokenizers]
    model = zoo.create(name, *sizes, **choose_model(name, {}, *tokenizers)[1])
    step, random = Step(model, make_optimizer(recipe, 100), recipe, 100), np.random.default_rng(0)
    seconds = []
    for length in LENGTHS:
        source, target = (random.integers(4, size, (ROWS, length), dtype="int32") for size in sizes)
        for _ in range(2):
            started = time.perf_counter()
            float(step(source, target)[0])
            seconds.append(time.perf_counter() - started)
    first, another = seconds[0] - seconds[1], seconds[2] - seconds[3]
    parameters = model.count_params()
    shapes = len(make_batches(task, recipe, parameters).buckets)
    return {
        "model": name,
        "parameters": parameters,
        "first_shape_seconds": first,
        "another_shape_seconds": another,
        "task": task.name,
        "shapes": shapes,
        "training_seconds": first + (shapes - 1) * another,
        "commit": provenance.commit(),
        "processor": provenance.processor(),
    }


def main():
    """Measures the models, and rewrites the table after each."""
    import keras

    from zoo.data.task import create_task
    from zoo.registry import list_models

    tasks, rows = {size: create_task(task) for size, task in SIZES.items()}, []
    for name in list_models():
        task = tasks.get(name.rpartition("_")[2])
        if not task:
            continue
        rows.append(measure(name, task))
        print(
            "{model}: {first_shape_seconds:.1f} s, then {another_shape_seconds:.1f} s a shape, "
            "{training_seconds:.0f} s for "
            "{shapes} shapes".format_map(rows[-1]),
            flush=True,
        )
        write_text(TABLE, pd.DataFrame(rows).to_csv(index=False, float_format="%.4g"))
        keras.backend.clear_session()
    print(TABLE)
