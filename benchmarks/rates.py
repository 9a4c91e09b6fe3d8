"""The learning rate of each model, chosen on validation among those that a suite tried for all."""

import functools
import pathlib

from benchmarks.cell import outside_file, registered_name
from benchmarks.rows import first_metric, read_rows
from zoo.errors import ZooError
from zoo.evaluation.metrics import METRICS

ROOT = pathlib.Path(__file__).parent.parent


def chosen_rate(suite, model, task, root=None):
    """The learning rate with the best validation score.

    Args:
        suite: str, the suite that tried the rates. Its rows are in results/SUITE, and those of
            models from outside the package in runs/SUITE.
        model: str, a suite's model. Overrides that were not tried by themselves take the rate of
            the model without them.
        task: str. Where the suite tried a single task, other tasks take its rate.
        root: path of the folder that has results/ and runs/; None is the repository.

    Raises:
        ZooError: some rate has no row of the model and the task yet.
    """
    root = root or ROOT
    for folder in (root / "results" / suite, root / "runs" / suite):
        tried = tried_rates(folder)
        for name in (model, model.split(" ")[0]):
            tasks = tried.get(name, {})
            if task in tasks or len(tasks) == 1:
                best_first = tasks[task] if task in tasks else next(iter(tasks.values()))
                if missing := set(rates_of(suite)) - set(best_first):
                    raise ZooError(
                        f"the learning rate of {name} cannot be chosen before "
                        f"{', '.join(map(str, sorted(missing)))} is tried; {advice(suite, model)}"
                    )
                return best_first[0]
    raise ZooError(
        f"the learning rate of {model} on {task} is not chosen yet; {advice(suite, model)}"
    )


def advice(suite, model):
    """The command that tries the learning rates of a model, which may be one of the user's own."""
    own = outside_file(registered_name(model))
    return f"run: python -m benchmarks {suite} {f'--with {own}' if own else '--publish'}"


@functools.cache
def rates_of(suite):
    """The learning rates that a suite of the zoo tries."""
    from benchmarks.suite import load_suite  # which chooses rates itself

    return load_suite(suite).learning_rates


@functools.cache
def tried_rates(folder):
    """What was tried: dict of model to dict of task to learning rates, the best one first."""
    found = {}
    for row in read_rows(folder).values():
        model, _, rate = row["model"].rpartition(" learning_rate=")
        metric = METRICS[first_metric(row)]
        values = [point[f"validation_{metric.name}"] for point in row["history"]]
        score = metric.best(values) * (1 if metric.better == "lower" else -1)
        found.setdefault(model, {}).setdefault(row["task"], []).append((score, float(rate)))
    return {
        model: {task: [rate for _, rate in sorted(scores)] for task, scores in tasks.items()}
        for model, tasks in found.items()
    }
