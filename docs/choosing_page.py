"""The page that helps to choose a variant: each sentence rests on rows, and says on which."""

from choosing_answers import answers
from choosing_speed import hardware, latency, speeds
from choosing_tasks import by_data_size, by_task, by_training_length
from markup import table, wrapped
from published_figures import beside_published
from row_values import (
    claims_of,
    linked,
    mean,
    on_longest,
    ranked,
    right_beyond,
    rows_link,
    shown,
)

from benchmarks.labels import metric_header, passes
from benchmarks.rows import first_metric, first_score


def choosing_page(suites, families, results):
    """The page.

    Args:
        suites: pairs of `Suite` and its comparisons by task.
        families: names of the families that have a page.
        results: path of the committed results.

    Returns:
        Markdown.
    """
    found = {suite.name: comparisons for suite, comparisons in suites}
    parts = [
        "# Which variant should I use?",
        "This page summarises the committed rows. A variant that a suite has not run is missing. "
        "Small differences may be chance: the linked pages have the intervals, and the sizes of "
        "the models.",
    ]
    parts += answers(found, families)
    parts += by_task(suites, families)
    if "trained" in found:
        parts += quality(found["trained"], families)
        if "variants" in found:
            parts += by_training_length(found["variants"]["g2p"], found["trained"]["g2p"], families)
    parts += lengths(found["quick"], families)
    if "length" in found:
        parts += beyond(found["length"], families)
    if "pretraining" in found:
        parts += by_data_size(found["pretraining"], families)
    if "speed" in found:
        parts += speeds(found["speed"], families)
    parts += latency(results / "latency.csv", families)
    parts += hardware([row for tasks in found.values() for c in tasks.values() for row in c.rows])
    if "variants" in found:
        parts += everyone(found["variants"], families)
    parts += beside_published(suites, families)
    parts += surprises(claims_of(results))
    parts += [
        "## On your own task",
        "[The comparison](../comparison.md) says how to run the table on your own pairs, with your "
        "own recipe: it takes one file. So far only these tasks have rows: "
        f"{', '.join(sorted({f'`{task}`' for tasks in found.values() for task in tasks}))}.",
    ]
    return "\n\n".join(parts) + "\n"


def quality(comparisons, families):
    """Who makes the fewest errors after the training of the suite `trained`."""
    comparison = comparisons["g2p"]
    errors = ranked(comparison, first_score, highest=False)
    beams = {
        model: mean(comparison.of(model), lambda row: first_score(row, "beam"))
        for model, _ in errors
    }
    rows = [
        (linked(model, families), f"{error:.1f}", f"{beams[model]:.1f}") for model, error in errors
    ]
    best, last = errors[0], errors[-1]
    tied = comparison.ties(("greedy", comparison.main)) - {best[0]}
    beside = " and ".join(linked(model, families) for model, _ in errors if model in tied)
    return [
        "## By quality",
        f"Trained for {passes(*(row['settings']['recipe'] for row in comparison.rows))} over the "
        f"data on spelling to phonemes, {linked(best[0], families)} makes the fewest errors"
        f"{f', and the difference from {beside} may be chance' if tied else ''}: {best[1]:.1f} % "
        f"of the words are wrong, against {last[1]:.1f} % with {linked(last[0], families)} "
        f"({rows_link(Suite='trained')}).",
        table(
            ("Variant", "Wrong words, %", "With a beam"),
            rows,
            (1, 2),
        ),
    ]


def lengths(comparisons, families):
    """What is left on the longest sources of the training."""
    comparison = comparisons["reverse"]
    bucket = comparison.rows[0]["scores"]["greedy"]["by_length"][-1]
    right = ranked(comparison, on_longest, highest=True)
    rows = [(linked(model, families), f"{value:.1f}") for model, value in right]
    words = f"{bucket['low']} to {bucket['high']}"
    return [
        "## By length",
        f"On sources of {words} symbols, the longest in training, "
        f"{linked(right[-1][0], families)} reverses {right[-1][1]:.1f} % correctly and "
        f"{linked(right[0][0], families)} {right[0][1]:.1f} % "
        f"([by length](results/quick/index.md), {rows_link(Suite='quick', Task='reverse')}).",
        table(("Variant", f"Right at {words} symbols, %"), rows, (1,)),
    ]


def beyond(comparisons, families):
    """What is left on sources longer than those of the training."""
    models, limits = {}, []
    for task, comparison in comparisons.items():
        limits.append(comparison.rows[0]["settings"]["options"]["max_length"])
        for model in comparison.models:
            models.setdefault(model, {})[task] = mean(comparison.of(model), right_beyond)
    first = next(iter(comparisons))
    order = sorted(models, key=lambda model: -models[model].get(first, 0))
    rows = [
        (
            linked(model, families),
            *(
                f"{models[model][task]:.1f}" if task in models[model] else ""
                for task in comparisons
            ),
            model.partition(" ")[2] or "-",
        )
        for model in order
    ]
    return [
        "## Beyond the lengths of the training",
        f"These models were trained on at most {' or '.join(map(str, sorted(set(limits))))} "
        "symbols. The table shows how many longer sources they get right, in percent; an empty "
        "cell was not run yet ([all rows](results/length/index.md)).",
        table(("Variant", *comparisons, "Option"), rows, range(1, 1 + len(comparisons))),
    ]


def everyone(comparisons, families):
    """All families on all tasks of a suite, by the first task's score."""
    comparison = next(iter(comparisons.values()))
    order = [model for model, _ in ranked(comparison, first_score, highest=False)]
    rows = []
    for model in order:
        scores = [shown(c.of(model), first_score) for c in comparisons.values()]
        rows.append((linked(model, families), *scores))
    heads = [
        f"`{task}`: {metric_header(first_metric(c.rows[0]))}" for task, c in comparisons.items()
    ]
    return [
        "## The families of the suite `variants`",
        "After a short training. ± is the standard deviation between seeds; scores without it come "
        "from one seed ([all rows](results/variants/index.md)).",
        table(("Variant", *heads), rows, range(1, len(heads) + 1)),
    ]


def tasks_of(rows):
    """The tasks of rows, given their paths with blanks between: list of str."""
    return list(dict.fromkeys(path.split(".")[-2] for path in rows.split(" ")))


def surprises(claims):
    """The claims that do not hold here."""
    broken = claims[claims["verdict"] == "does not hold"]
    rows = [
        (
            f"{row.statement} ([{row.source}]({row.address}))",
            " ".join(f"`{task}`" for task in tasks_of(row.rows)),
            row.asked,
            f"{float(row.value):.3g} ({float(row.low):.3g} to {float(row.high):.3g}) {row.unit}",
        )
        for row in broken.itertuples()
    ]
    if not rows:
        return []
    return [
        "## What surprised us",
        "These promises do not hold here. A difference below 0 means that the variant named first "
        "does worse. [All promises](results/claims/index.md) says which rows each rests on.",
        wrapped(table(("Promise", "Task", "Promised", "Measured, with its 95 % interval"), rows)),
    ]
