"""The short answers at the top of the choosing page, each from rows and with a link to them."""

import json

from markup import table, wrapped
from row_values import baselines, best, linked, mean, on_longest, ranked, right_beyond

from benchmarks.cell import (
    constructor_overrides,
    is_pretrained,
    recipe_overrides,
    registered_name,
)
from benchmarks.claims.measure import in_sentence
from benchmarks.comparison import decoded_per_second, metric_of, unit
from benchmarks.labels import passes
from benchmarks.rows import first_metric, first_score
from benchmarks.yardsticks import baseline_score, mark


def answers(found, families):
    """A table of needs, the variant that the rows speak for, and how to train it.

    Args:
        found: comparisons by task, by suite.
        families: names of the families that have a page.
    """
    rows = [
        (
            need,
            linked(model, families),
            f"{evidence} ([rows](results/{suite}/index.md#{comparison.rows[0]['task']}))",
            minutes_of(comparison.of(model)),
            how,
        )
        for suite, answer in NEEDS.items()
        if suite in found
        for need, comparison, model, evidence, how in answer(found[suite])
    ]
    if not rows:
        return []
    heads = ("If you have", "Take", "Because", "Minutes", "Train it on your data")
    return [
        "This is what the rows so far say. Without `--epochs`, a command passes over your pairs "
        "until the model has seen 8 million target tokens, but at least 5 and at most 50 times. "
        "The minutes are those of the row, with its scoring.",
        wrapped(table(heads, rows, (3,))),
        "No time to train? [Some variants come trained](../trained.md), and "
        "[public checkpoints](../pretrained.md) load by name.",
    ]


def minutes_of(rows):
    """The mean of the minutes that rows took, with their scoring, as text.

    Rows that share a pre-training have nothing: the minutes of one of them would tell too little.
    """
    if is_pretrained(rows[0]["model"]):
        return ""
    return f"{max(1, round(mean(rows, lambda row: row['timing']['minutes'])))}"


def training(model, data="pairs.tsv", **recipe):
    """The command that trains a suite's model on a reader's file, with further recipe fields."""
    if is_pretrained(model):
        return "two trainings, the first on other data: see the rows"
    words = ["zoo train", registered_name(model), f"--data {data}"]
    words += [f"--set {key}={json.dumps(x)}" for key, x in constructor_overrides(model).items()]
    for field, value in (recipe_overrides(model) | recipe).items():
        flag = field.replace("_", "-")
        switch = {True: f"--{flag}", False: f"--no-{flag}"}
        words.append(switch[value] if isinstance(value, bool) else f"--{flag} {value}")
    return f"`{' '.join(words)}`"


def scored(comparison, score):
    """A score in words: "wrong words 28.5 %"."""
    metric = metric_of(first_metric(comparison.rows[0]))
    return f"{in_sentence(metric.label)} {score:.1f} {unit(metric)}".strip()


def beside_baseline(comparison, score):
    """What to know of a score that is no better than that of the baseline, in words, or ""."""
    settings, metric = comparison.rows[0]["settings"], comparison.main
    simple = baseline_score(settings, metric, baselines())
    if not mark(metric, [score], simple):
        return ""
    return f", where a rule without a network has {simple:.1f}"


def after_training(tasks, need):
    """Who is best on spelling to phonemes after the training of a suite."""
    comparison = tasks.get("g2p")
    if comparison is None:
        return
    model, score = best(comparison)
    recipes = [row["settings"]["recipe"] for row in comparison.rows]
    epochs = max(recipe["epochs"] for recipe in recipes)
    words = f"{scored(comparison, score)} on `g2p` after {passes(*recipes)}"
    yield need, comparison, model, words, training(model, epochs=epochs)


def few_pairs(tasks):
    """Who is best with the fewest pairs from which a model beats the baseline."""
    for comparison in tasks.values():
        model, score = best(comparison)
        if not beside_baseline(comparison, score):
            break
    else:
        return
    task = comparison.rows[0]["task"]
    count = comparison.rows[0]["settings"]["options"].get("train_limit")
    words = f"{scored(comparison, score)} from {count:,} pairs" if count else task
    if len({registered_name(name) for name in comparison.models}) == 1:
        words += "; no other model was tried"
    how = "[two commands](../own_data.md#much-text-and-few-pairs)"
    yield "few pairs, and more text without a translation", comparison, model, words, how


def few_short_pairs(tasks):
    """Who is best where there are few pairs of short texts, and nothing else."""
    counts = {task: c.rows[0]["settings"]["options"]["train"] for task, c in tasks.items()}
    task = min(counts, key=counts.get)
    comparison, count = tasks[task], counts[task]
    model, score = best(comparison)
    words = f"{scored(comparison, score)} from {count:,} dates as people write them"
    yield f"about {count:,} pairs of short texts", comparison, model, words, training(model)


def translating(tasks):
    """Who translates best with a beam."""
    comparison = next(iter(tasks.values()))
    model, score = best(comparison, lambda row: first_score(row, "beam"))
    words = f"{scored(comparison, score)} with a beam, of {len(comparison.models)} variants"
    yield "sentences to translate", comparison, model, words, training(model)


def beyond(tasks):
    """Who gets most of the sources right that are longer than those of the training."""
    comparison = next(iter(tasks.values()))
    model, score = ranked(comparison, right_beyond, highest=True)[0]
    limit = comparison.rows[0]["settings"]["options"]["max_length"]
    words = f"{score:.0f} % of the sources of more than {limit} symbols right"
    yield "sources longer than those of the training", comparison, model, words, training(model)


def long_sources(tasks):
    """Who is best on the longest sources that were trained on."""
    if comparison := tasks.get("reverse"):
        bucket = comparison.rows[0]["scores"]["greedy"]["by_length"][-1]
        model, score = ranked(comparison, on_longest, highest=True)[0]
        words = f"{score:.1f} % right at {bucket['low']} to {bucket['high']} symbols of `reverse`"
        yield (
            f"sources of up to {bucket['high']} symbols",
            comparison,
            model,
            words,
            training(model),
        )


def fast(tasks):
    """Who decodes the longest outputs fastest."""
    comparison = list(tasks.values())[-1]
    (model, speed), *_, (slowest, slow) = ranked(comparison, decoded_per_second, highest=True)
    length = comparison.rows[0]["settings"]["options"]["max_length"]
    words = (
        f"{speed / slow:.1f} times as many sentences per second as `{slowest}` at {length} symbols"
    )
    yield "a CPU, and long outputs to write fast", comparison, model, words, training(model)


def applying(tasks):
    """Who is best on some uses of seq2seq."""
    for need, task, data in USES:
        if comparison := tasks.get(task):
            model, score = best(comparison, lambda row: first_score(row, "beam"))
            words = f"{scored(comparison, score)} on `{task}`"
            words += beside_baseline(comparison, score)
            yield need, comparison, model, words, training(model, data)


USES = (  # what for, the task that shows it, and the reader's file
    ("recordings", "spoken_digits", "recordings.tsv"),
    ("texts to summarise", "emails", "pairs.tsv"),
    ("questions to turn into queries", "sql", "pairs.tsv"),
)
NEEDS = {  # by suite
    "variants": lambda tasks: (*long_sources(tasks), *after_training(tasks, "minutes to train")),
    "trained": lambda tasks: after_training(tasks, "a training as long as it takes"),
    "scaling": few_short_pairs,
    "pretraining": few_pairs,
    "translation": translating,
    "length": beyond,
    "speed": fast,
    "applications": applying,
}
