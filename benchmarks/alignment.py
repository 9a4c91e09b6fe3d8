"""Whether attention looks where an output token comes from, on tasks that leave no doubt about it.

The alignment error is the share of output tokens whose highest attention is on another source
token than those that they come from, as Koehn and Knowles (2017, section 3.5) compare attention with
alignments. Output tokens that come from no source token are not counted.
"""

import functools
import re
from collections.abc import Sequence

import numpy as np

from zoo.data.batches import pad, shift_right
from zoo.data.task import Example, Task
from zoo.errors import ZooError
from zoo.evaluation.metrics import Metric

ALIGNMENT_ERROR = Metric(
    "alignment_error",
    "Alignment error",
    "lower",
    "reference:forced|attention:highest",
    combine=lambda summed: 100.0 * summed[..., 0] / np.maximum(summed[..., 1], 1),
)
BATCH = 250  # examples


def alignment_counts(model, task: Task, split: str = "test") -> np.ndarray | None:
    """Counts misplaced attention while the model is led through the references.

    Args:
        model: a `Seq2Seq`.
        task: a task; only those of `TRUTHS` have known alignments.
        split: whose examples are counted.

    Returns:
        Of each example, how many output tokens were aligned to a wrong source token, and how many
        were judged, float64 [N, 2]. None if the truth is unknown or the model has no attention.
    """
    truth = TRUTHS.get(task.name)
    examples = task.examples(split)
    if truth is None:
        return None
    sources = pad(task.source_tokenizer.encode_batch([e.source for e in examples]))
    targets = pad(task.target_tokenizer.encode_batch([e.references[0] for e in examples]))
    counts = []
    try:
        for start in range(0, len(examples), BATCH):
            part = slice(start, start + BATCH)
            decoder_input = shift_right(targets[part], model.start_id)
            highest = np.asarray(model.align(sources[part], decoder_input)).argmax(-1)  # [B, T]
            counts += [misplaced(row, truth(e)) for row, e in zip(highest, examples[part])]
    except ZooError:
        return None  # no attention
    return np.array(counts, "float64")


def misplaced(highest: Sequence[int], truth: list[set[int]]) -> tuple[int, int]:
    """Counts output tokens that look at a wrong place.

    Args:
        highest: index of the source token with the highest attention, per output token.
        truth: the right source tokens of each output token; an empty set is not judged.

    Returns:
        Number of wrong ones and of judged ones.
    """
    judged = [place in right for place, right in zip(highest, truth) if right]
    return judged.count(False), len(judged)


def same_order(example: Example) -> list[set[int]]:
    """The alignment of a copy."""
    return [{i} for i in range(len(example.source.split()))]


def reversed_order(example: Example) -> list[set[int]]:
    """The alignment of a reversal."""
    return same_order(example)[::-1]


def date_places(example: Example) -> list[set[int]]:
    """Where the digits of an ISO date stand in the date as people write it.

    A digit of the year comes from that digit. Both digits of a month come from its name, and a zero
    that the source leaves out from the whole number. Hyphens come from nowhere.
    """
    source, (year, month, day) = example.source, example.references[0].split("-")
    runs = list(re.finditer(r"\d+", source))
    years = [run for run in runs if run[0] == year]
    days = [run for run in runs if len(run[0]) < 3 and int(run[0]) == int(day)]
    name = next((name for name in month_names(int(month)) if name in source.lower()), "")
    start = source.lower().find(name)
    months = set(range(start, start + len(name)))
    last = {run.end() - 1 for run in days}
    first = {i for run in days for i in range(run.start(), run.end() - 1)} or last
    digits = [{run.start() + i for run in years} for i in range(4)]
    return [*digits, set(), months, months, set(), first, last]


@functools.cache
def month_names(month: int) -> list[str]:
    """The names of a month in the task's locales, in lower case, the longest first."""
    from babel.dates import get_month_names

    from zoo.data.tasks.dates import LOCALES

    names = {
        get_month_names("wide", context, locale)[month].lower()
        for context in ("format", "stand-alone")
        for locale in LOCALES
    }
    return sorted(names, key=lambda name: (-len(name), name))


TRUTHS = {"copy": same_order, "reverse": reversed_order, "dates": date_places}
