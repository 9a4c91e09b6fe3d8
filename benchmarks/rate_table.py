"""The table of a suite that tries learning rates: validation scores, one column per rate."""

import pandas as pd

from benchmarks.comparison import metric_of, models_of
from benchmarks.labels import metric_header, named
from benchmarks.rows import first_metric
from benchmarks.tables import digits


def rate_of(model: str) -> tuple[str, float]:
    """A cell's model without its learning rate, and the rate."""
    base, _, rate = model.rpartition(" learning_rate=")
    return base, float(rate)


def validation_metric(rows: list[dict]) -> str:
    """The metric that chooses between the rates of a task: its first."""
    return first_metric(rows[0])


def validation_scores(rows: list[dict]) -> dict[str, dict[float, float]]:
    """The best validation score of each model with each rate. The rows are of one task."""
    name = validation_metric(rows)
    found = {}
    for row in rows:
        model, rate = rate_of(row["model"])
        score = metric_of(name).best([point[f"validation_{name}"] for point in row["history"]])
        found.setdefault(model, {})[rate] = score
    return found


def rate_table(rows: list[dict]) -> pd.DataFrame:
    """Validation scores of each model with each learning rate, the best of a model in bold.

    Args:
        rows: of one task.
    """
    name = validation_metric(rows)
    scores = validation_scores(rows)
    rates = sorted({rate_of(model)[1] for model in models_of(rows)})
    lines = []
    for model, values in scores.items():
        best = metric_of(name).best(sorted(values), key=values.get)
        line = {"Variant": named(model)}
        for rate in rates:
            text = f"{values[rate]:.{digits(name)}f}" if rate in values else "–"
            line[f"at {rate:g}"] = f"**{text}**" if rate == best else text
        lines.append(line)
    return pd.DataFrame(lines)


def edge_note(rows: list[dict]) -> str:
    """Names the models whose best rate is the first or the last tried, "" if there is none.

    Args:
        rows: of one task.
    """
    metric, found = metric_of(validation_metric(rows)), []
    for model, values in validation_scores(rows).items():
        tried = sorted(values)
        best = metric.best(tried, key=values.get)
        if len(tried) > 1 and best in (tried[0], tried[-1]):
            word = "lowest" if best == tried[0] else "highest"
            found.append(f"{named(model)} ({best:g}, the {word})")
    if not found:
        return ""
    return (
        f"Best at the edge of the rates tried, so that another might be better: {'; '.join(found)}."
    )


def chosen_table(rows: list[dict]) -> pd.DataFrame:
    """The optimizer and the learning rate that each model was trained with, one column per task, or
    one for all tasks where no model has two rates.

    Args:
        rows: of a suite.
    """
    lines = {}
    for row in rows:
        recipe = row["recipe"]
        line = {"Variant": named(row["model"]), "Optimizer": recipe["optimizer"]}
        line = lines.setdefault(row["model"], line)
        line[f"Learning rate, {row['task']}"] = f"{recipe['learning_rate']:g}"
    table = pd.DataFrame(lines.values())
    rates = table.iloc[:, 2:]
    if (rates.nunique(axis=1) == 1).all():  # of the tasks that were run
        return table.iloc[:, :2].assign(**{"Learning rate": rates.bfill(axis=1).iloc[:, 0]})
    return table.fillna("–")


def rate_header(rows: list[dict]) -> str:
    """What the numbers of `rate_table` are."""
    return metric_header(validation_metric(rows), "on validation")
