"""What differs between two sets of rows, and whether it is more than chance."""

import dataclasses
import json
import pathlib

from tabulate import tabulate

from benchmarks.comparison import metric_of
from benchmarks.rows import read_outcomes, read_rows
from benchmarks.settings_changes import rows_of, settings_that_differ
from benchmarks.statistics import LEVEL, Difference, difference, holm
from zoo.errors import ZooError
from zoo.evaluation.alignment import ALIGNMENT_ERROR

EQUAL, NOISE, DIFFERENT, OPEN = "equal", "within noise", "different", "not comparable"


class NothingShared(ZooError):
    """Two folders without a cell that both have."""


@dataclasses.dataclass(frozen=True)
class Change:
    """One score of a model on a task, in two sets of rows.

    Attributes:
        model, task, decoder, metric: str.
        values: the mean scores (of the first set, of the second).
        seeds: the seeds that were compared.
        verdict: `EQUAL`: the same to the last digit for every seed. `DIFFERENT`: more than chance
            explains; p is adjusted by Holm over all unequal scores that can be judged. `NOISE`:
            chance may explain it. `OPEN`: outcomes are missing, or the spread between seeds is
            unknown.
        difference: of the second set minus the first, positive if the second is better; None if
            outcomes are missing or are of other numbers of examples.
    """

    model: str
    task: str
    decoder: str
    metric: str
    values: tuple[float, float]
    seeds: tuple[int, ...]
    verdict: str | None
    difference: Difference | None


def compare(first, second, siblings=None, names=None) -> list[Change]:
    """Compares the scores of the cells that two folders share.

    Args:
        first, second: paths of folders with rows/ and outcomes/.
        siblings: path of a folder that may have the same cells with other seeds; None takes
            `first`. If one seed is compared, they show how far two seeds are apart: a training
            differs by as much on another kind of CPU. Without them, the verdict on one seed
            is `OPEN`.
        names: set of the cells to compare; None takes all.

    Raises:
        NothingShared: they share no cell.
        ZooError: a file is broken.
    """
    rows = [read_rows(first), rows_of(second, names)]
    systems = {}
    for name in rows[0].keys() & rows[1].keys():
        row = rows[0][name]
        systems.setdefault((row["model"], row["task"]), []).append((row["seed"], name))
    if not systems:
        raise NothingShared(f"{first} and {second} have no cell in common")
    changes, siblings = [], first if siblings is None else siblings
    known = rows[0] if siblings == first else read_rows(siblings)
    for (model, task), cells in sorted(systems.items()):
        names = [name for _, name in sorted(cells)]
        pairs = [[found[name] for name in names] for found in rows]
        outcomes = [
            [outcomes_of(folder, name, row) for name, row in zip(names, members)]
            for folder, members in zip((first, second), pairs)
        ]
        seeds = tuple(seed for seed, _ in sorted(cells))
        others = [
            outcomes_of(siblings, name, row)
            for name, row in known.items()
            if len(seeds) == 1 and but_for_the_seed(row) == but_for_the_seed(pairs[0][0])
        ]
        scores = [[scores_in(row) for row in members] for members in pairs]
        for column in shared(scores):
            values = [[found[column] for found in members] for members in scores]
            changes.append(change(model, task, column, seeds, values, outcomes, others))
    return judged(changes)


def judged(changes):
    """Changes with their verdicts, which take into account how many of them chance may explain."""
    adjusted = iter(holm([found.difference.p for found in changes if found.verdict is None]))
    return [
        found
        if found.verdict
        else dataclasses.replace(found, verdict=DIFFERENT if next(adjusted) < LEVEL else NOISE)
        for found in changes
    ]


def scores_in(row):
    """The scores of a row by decoder and metric, with the alignment error if it has one."""
    found = {
        (decoder, metric): score["value"]
        for decoder, result in row["scores"].items()
        for metric, score in result["metrics"].items()
    }
    error = ALIGNMENT_ERROR.name
    return found | ({("greedy", error): row[error]} if error in row else {})


def but_for_the_seed(row):
    """All that a row was made by, except the seed."""
    settings = json.loads(json.dumps(row["settings"]))
    for part in (settings, settings.get("pretraining") or {}):
        part.get("recipe", {}).pop("seed", None)
    return row["model"], row["task"], settings


def shared(pairs):
    """The keys that all dicts of two lists have, in the order of the first."""
    everyone = [found for members in pairs for found in members]
    return [key for key in everyone[0] if all(key in other for other in everyone)]


def outcomes_of(folder, name, row):
    """The outcomes of a row, or None if it was written without."""
    return read_outcomes(folder, name, row) if row.get("outcomes") else None


def change(model, task, column, seeds, scores, outcomes, siblings):
    """The `Change` of one score; its verdict is None if chance is to be judged."""
    (decoder, name), metric = column, metric_of(column[1])
    means = tuple(sum(values) / len(values) for values in scores)
    found, others = None, []
    if all(each and name in each.counts.get(decoder, {}) for each in sum(outcomes, [])):
        counts = [[each.counts[decoder][name] for each in members] for members in outcomes]
        if len({len(run) for runs in counts for run in runs}) == 1:
            counted = [each.counts.get(decoder, {}) for each in filter(None, siblings)]
            others = [counts[name] for counts in counted if name in counts]
            found = difference(counts[1], counts[0], metric, siblings=others)
    if scores[0] == scores[1]:
        verdict = EQUAL
    elif found is None or (len(seeds) == 1 and len(others) < 2):
        verdict = OPEN
    else:
        verdict = None
    return Change(model, task, decoder, name, means, seeds, verdict, found)


def table(changes, names):
    """Changes as text, one line per score; `names` are of the two sets."""
    lines = []
    for found in changes:
        effect = found.difference
        lines.append(
            (
                f"{found.model} on {found.task}",
                f"{metric_of(found.metric).label}, {found.decoder}",
                f"{found.values[0]:.4g}",
                f"{found.values[1]:.4g}",
                f"{effect.value:+.2f} [{effect.low:+.2f}, {effect.high:+.2f}]" if effect else "",
                found.verdict,
            )
        )
    head = ("", "score", *names, "better by [95%]", "verdict")
    sides = ("left", "left", "right", "right", "right", "left")
    return tabulate(lines, head, disable_numparse=True, colalign=sides)


def verdict_of(changes):
    """One sentence on whether two sets of scores agree."""
    counts = dict.fromkeys((EQUAL, NOISE, DIFFERENT, OPEN), 0)
    for found in changes:
        counts[found.verdict] += 1
    if counts[EQUAL] == len(changes):
        return f"All {len(changes)} scores are equal to the last digit."
    said = ", ".join(f"{number} {verdict}" for verdict, number in counts.items() if number)
    return f"Of {len(changes)} scores: {said}."


def main(first, second):
    """Prints what differs. Returns 1 if a score differs by more than chance, else 0."""
    for folder in (first, second):
        if not (pathlib.Path(folder) / "rows").is_dir():
            raise ZooError(f"{folder} is not a folder of rows: it lacks rows/")
    changes = compare(first, second)
    print(table(changes, map(str, (first, second))))
    print(verdict_of(changes))
    for line in settings_that_differ(first, second):
        print(line)
    return int(any(found.verdict == DIFFERENT for found in changes))


def beside_committed(names, work, results):
    """The scores of a suite's run beside the committed ones, as text.

    Args:
        names: of the cells that were run, a set; the folder may have rows of other runs, too.
        work: path of the working folder.
        results: path of the committed rows.
    """
    if not (results / "rows").is_dir():
        return f"There are no committed rows in {results} to compare with."
    try:
        changes = compare(results, work, names=names)
    except NothingShared:
        return f"The committed rows in {results} are of other cells, such as other seeds."
    lines = [table(changes, ("committed", "here")), verdict_of(changes)]
    if any(found.verdict != EQUAL for found in changes):
        lines += settings_that_differ(results, work, names)
    return "\n".join(lines)
