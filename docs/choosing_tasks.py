"""Which variant is best on each task, and with how much data: sections of the choosing page."""

import statistics

import scipy.stats
from markup import table, wrapped
from row_values import baselines, linked, marked, mean

from benchmarks.cell import PRETRAINED, is_pretrained
from benchmarks.labels import metric_header, passes
from benchmarks.rows import first_metric, first_score
from benchmarks.tables import digits
from benchmarks.yardsticks import BELOW, baseline_score

# Suites that ask something else than which variant is best, or have a section of their own.
ASIDE = (
    "ablations",
    "beams",
    "length",
    "pretraining",
    "rates",
    "scaling",
    "seeds",
    "smoke",
    "speed",
    "trained",
)


def by_task(suites, families):
    """The best variant of every task, in the suite that compares most variants on it."""
    widest = {}
    for suite, comparisons in suites:
        for task, comparison in comparisons.items():
            others = widest.get(task, (None, None))[1]
            judged = ("greedy", comparison.main) in comparison.behind
            if suite.name not in ASIDE and judged:
                if others is None or len(comparison.models) > len(others.models):
                    widest[task] = suite, comparison
    rows = [task_row(task, *found, families) for task, found in widest.items()]
    head = (
        "Task",
        "Best",
        "Score, greedy",
        "Baseline",
        "Metric",
        "Level with it",
        "Variants compared",
    )
    if not rows:
        return []
    text = table(head, rows, (2, 3, 6))
    return ["## By task", wrapped(text), *([BELOW] if "†" in text else [])]


def task_row(task, suite, comparison, families):
    """The line of a task: its best variant, and those that do not differ by more than chance."""
    column = "greedy", comparison.main
    [best] = [name for name, behind in comparison.behind[column].items() if behind is None]
    settings = comparison.rows[0]["settings"]
    of = "" if settings["task"] == task else f" of `{settings['task']}`"
    places = digits(comparison.main)
    simple = baseline_score(settings, comparison.main, baselines())
    as_good = sorted(with_changes(name, families) for name in comparison.ties(column) - {best})
    return (
        f"[`{task}`](results/{suite.name}/index.md#{task}){of}",
        with_changes(best, families),
        marked(comparison, best, places),
        "–" if simple is None else f"{simple:,.{places}f}",
        metric_header(comparison.main),
        ", ".join(as_good) or "none",
        len(comparison.models),
    )


def with_changes(model, families):
    """A model with a link to its family, its overrides, and whether it was pre-trained."""
    words = [x for x in model.split(" ")[1:] if not x.startswith(f"{PRETRAINED}=")]
    changes = f" `{' '.join(words)}`" if words else ""
    return linked(model, families) + changes + (" after pre-training" * is_pretrained(model))


def by_training_length(short, long, families):
    """Whether the order of the variants after a short training is that after a long one.

    Args:
        short, long: `Comparison`s of the same task after fewer and more passes.
        families: names of the families that have a page.
    """
    models = [model for model in long.models if model in short.models]
    if len(models) < 3:
        return []
    scores = {
        model: [mean(comparison.of(model), first_score) for comparison in (short, long)]
        for model in models
    }
    order = sorted(models, key=lambda model: scores[model][1])
    ranks = scipy.stats.spearmanr(*zip(*scores.values())).statistic
    lengths = [passes(*(row["settings"]["recipe"] for row in c.rows)) for c in (short, long)]
    gains = {model: first - last for model, (first, last) in scores.items()}
    usual = statistics.median(gains.values())
    stuck = [linked(model, families) for model in order if gains[model] < usual / 2]
    rows = [
        (
            linked(model, families),
            *(f"{score:.1f}" for score in scores[model]),
            f"{gains[model]:.1f}",
        )
        for model in order
    ]
    warning = (
        f" {' and '.join(stuck)} gain less than half as much as most. The learning rate was chosen "
        "after half a pass, and may be too high for a long training."
        if stuck
        else ""
    )
    return [
        "## By the length of the training",
        f"The order after {lengths[0]} on `{long.rows[0]['task']}` tells only so much of that "
        f"after {lengths[1]}: the rank correlation is {ranks:.2f}.{warning}",
        table(
            ("Variant", *(f"Errors after {length}, %" for length in lengths), "Fewer by"),
            rows,
            range(1, 4),
        ),
    ]


def by_data_size(comparisons, families):
    """Scores by the number of pairs in the training, with and without denoising first."""
    pairs = {task: pairs_of(comparison) for task, comparison in comparisons.items()}
    models = dict.fromkeys(model for c in comparisons.values() for model in c.models)
    rows = [
        (
            linked(model, families),
            "yes" if "pretrained=true" in model else "no",
            *(marked(c, model) for c in comparisons.values()),
        )
        for model in models
    ]
    below = BELOW if any("†" in cell for row in rows for cell in row) else ""
    metric = metric_header(first_metric(next(iter(comparisons.values())).rows[0]))
    heads = [f"{count:,} pairs" if count else "all pairs" for count in pairs.values()]
    text = (
        f"Translation (Multi30k, {metric}) from few pairs and from all of them, with and without "
        "learning to restore unpaired text first ([all rows](results/pretraining/index.md)); an "
        "empty cell was not run yet."
    )
    return [
        "## By the amount of data",
        " ".join(filter(None, [text, gains(comparisons, heads), below])),
        table(("Variant", "Denoised first", *heads), rows, range(2, 2 + len(heads))),
    ]


def gains(comparisons, heads):
    """What denoising first gains with each number of pairs, in words; "" without such pairs."""
    found = []
    for head, comparison in zip(heads, comparisons.values()):
        for model in comparison.models:
            plain = model.replace(" pretrained=true", "")
            if plain != model and plain in comparison.models:
                scores = [mean(comparison.of(name), first_score) for name in (model, plain)]
                found.append(f"{scores[0] - scores[1]:+.1f} points with {head}")
    return (
        f"Learning to restore text first changes the score by {', '.join(found)}." if found else ""
    )


def pairs_of(comparison):
    """How many pairs a task's models learned from, or None for all of them."""
    return comparison.rows[0]["settings"]["options"].get("train_limit")
