"""The page that helps to choose a variant: each sentence rests on rows, and says on which."""

import pandas as pd
from choosing_tasks import by_data_size, by_task
from markup import table, wrapped
from published_figures import beside_published
from row_values import decoded_per_second, linked, mean, on_longest, shown, trained_per_second

from benchmarks.comparison import EVEN, machines, uneven_load
from benchmarks.labels import metric_header
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
    parts += by_task(suites, families)
    if "trained" in found:
        parts += quality(found["trained"], families)
    parts += lengths(found["quick"], families)
    if "length" in found:
        parts += beyond(found["length"], families)
    if "pretraining" in found:
        parts += by_data_size(found["pretraining"], families)
    if "speed" in found:
        parts += speeds(found["speed"], families)
    parts += [latency(results / "serving.csv", families)]
    if "variants" in found:
        parts += everyone(found["variants"], families)
    parts += beside_published(suites, families)
    parts += surprises(results / "claims" / "claims.csv")
    parts += [
        "## On your own task",
        "[The comparison](../comparison.md) says how to run the table on your own pairs, with your "
        "own recipe: it takes one file. So far only these tasks have rows: "
        f"{', '.join(sorted({f'`{task}`' for tasks in found.values() for task in tasks}))}.",
    ]
    return "\n\n".join(parts) + "\n"


def ranked(comparison, value, highest):
    """Pairs of model and mean, the best first."""
    models = {model: mean(comparison.of(model), value) for model in comparison.models}
    return sorted(models.items(), key=lambda pair: -pair[1] if highest else pair[1])


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
    return [
        "## By quality",
        "Trained for eight passes over the data on spelling to phonemes, "
        f"{linked(best[0], families)} makes the fewest errors: {best[1]:.1f} % of the words are "
        f"wrong, against {last[1]:.1f} % with {linked(last[0], families)} "
        "([all rows](results/trained/index.md)).",
        table(
            ("Variant", "Wrong words, %", "With a beam of 4"),
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
        f"{linked(right[-1][0], families)} reverses {right[-1][1]:.0f} % correctly and "
        f"{linked(right[0][0], families)} {right[0][1]:.0f} % "
        "([by length](results/quick/index.md)).",
        table(("Variant", f"Right at {words} symbols, %"), rows, (1,)),
    ]


def beyond(comparisons, families):
    """What is left on sources longer than those of the training."""
    models, limits = {}, []
    for task, comparison in comparisons.items():
        limit = comparison.rows[0]["settings"]["options"]["max_length"]
        limits.append(limit)

        def longer(row, limit=limit):
            buckets = [b for b in row["scores"]["greedy"]["by_length"] if b["low"] > limit]
            right = sum(bucket["exact_match"] * bucket["count"] for bucket in buckets)
            return right / sum(bucket["count"] for bucket in buckets)

        for model in comparison.models:
            models.setdefault(model, {})[task] = mean(comparison.of(model), longer)
    first = next(iter(comparisons))
    order = sorted(models, key=lambda model: -models[model].get(first, 0))
    rows = [
        (
            linked(model, families),
            model.partition(" ")[2] or "-",
            *(
                f"{models[model][task]:.1f}" if task in models[model] else ""
                for task in comparisons
            ),
        )
        for model in order
    ]
    return [
        "## Beyond the lengths of the training",
        f"These models were trained on at most {' or '.join(map(str, sorted(set(limits))))} "
        "symbols. The table shows how many longer sources they get right, in percent; an empty "
        "cell was not run yet ([all rows](results/length/index.md)).",
        table(("Variant", "Option", *comparisons), rows, range(2, 2 + len(comparisons))),
    ]


def speeds(comparisons, families):
    """Who trains and decodes fastest, by the length of the sources, on what machine."""
    last = list(comparisons.values())[-1]
    longest = source_length(last)
    decoded = ranked(last, decoded_per_second, highest=True)
    trained = ranked(last, trained_per_second, highest=True)
    rows = [
        (
            linked(model, families),
            *(f"{mean(c.of(model), trained_per_second):,.0f}" for c in comparisons.values()),
            *(f"{mean(c.of(model), decoded_per_second):,.0f}" for c in comparisons.values()),
        )
        for model in last.models
    ]
    lengths = [f"at {source_length(comparison)}" for comparison in comparisons.values()]
    heads = [f"Training, tokens/s, {length}" for length in lengths]
    heads += [f"Decoding, sentences/s, {length}" for length in lengths]
    return [
        "## By speed",
        f"On one thread of {'; '.join(machines(last.rows))}{beside(comparisons)}, by the number of "
        f"source symbols. At {longest}, {linked(decoded[0][0], families)} decodes "
        f"{decoded[0][1] / decoded[-1][1]:.1f} times as many sentences per second as "
        f"{linked(decoded[-1][0], families)}, and {linked(trained[0][0], families)} trains on "
        f"{trained[0][1] / trained[-1][1]:.1f} times as many tokens per second as "
        f"{linked(trained[-1][0], families)} ([all rows](results/speed/index.md)).",
        wrapped(table(("Variant", *heads), rows, range(1, len(heads) + 1))),
    ]


def beside(comparisons):
    """Whether nothing else ran, by the matrix rates measured after the cells, in words."""
    rows = [row for comparison in comparisons.values() for row in comparison.rows]
    return ", with nothing else running" if uneven_load(rows) <= EVEN else ""


def source_length(comparison):
    """The number of symbols that all sources of a generated task have."""
    return comparison.rows[0]["settings"]["options"]["max_length"]


def latency(path, families):
    """How long one request waits for its answer: a sentence, from what was measured."""
    rows = pd.read_csv(path)
    alone = rows[rows["clients"] == 1].sort_values("beam")
    model = linked(alone["model"].iloc[0].rpartition("-")[0], families)
    times = " and ".join(
        f"{row.p50_ms:.0f} ms {'greedily' if row.beam == 1 else f'with a beam of {row.beam}'}"
        for row in alone.itertuples()
    )
    return (
        f"Latency: [a service](../serving.md) of {model} answers one word at a time in {times} "
        f"(median, {alone['processor'].iloc[0]})."
    )


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
        "## All families at once",
        "After a short training. ± is the standard deviation between seeds; scores without it come "
        "from one seed ([all rows](results/variants/index.md)).",
        table(("Variant", *heads), rows, range(1, len(heads) + 1)),
    ]


def surprises(path):
    """The claims that do not hold here."""
    claims = pd.read_csv(path, keep_default_na=False)
    broken = claims[claims["verdict"] == "does not hold"]
    lines = [
        f"- {row.statement} Measured: {float(row.value):.1f} {row.unit}, asked: {row.asked} "
        f"([{row.source}]({row.address}))."
        for row in broken.itertuples()
    ]
    if not lines:
        return []
    return [
        "## What surprised us",
        "These promises do not hold here. [All promises](results/claims/index.md) have their "
        "intervals.",
        "\n".join(lines),
    ]
