"""The results page of a suite, as Markdown."""

from benchmarks.comparison import EVEN, Comparison, machines, uneven_load
from benchmarks.introduction import paragraphs, question
from benchmarks.overview import overview_parts
from benchmarks.rate_table import chosen_table, edge_note, rate_header, rate_table
from benchmarks.statistics import ENOUGH
from benchmarks.summary import joined, summary
from benchmarks.tables import LETTERS, as_markdown, difference_table, quality_table, speed_table
from benchmarks.worth import worth_parts
from benchmarks.yardsticks import BELOW, yardsticks


def page(suite, comparisons, missing, figures, results) -> str:
    """The results page: what was asked, tables and figures task by task, and how they were made.

    Args:
        suite: `Suite`.
        comparisons: dict of task to its `Comparison`.
        missing: the suite's cells without a row.
        figures: dict of task to figures, each a file name, a title and a caption.
        results: path of the folder with the rows' outcomes/.
    """
    rows = [row for comparison in comparisons.values() for row in comparison.rows]
    parts = [f"# {suite.title}", *filter(None, [question(suite), *paragraphs(suite)[1:]])]
    parts += overview_parts(suite, comparisons, results)
    if missing:
        parts.append(f"Not run yet: {named_cells(suite, missing)}.")
    for task, comparison in comparisons.items():
        parts += [f"## {task}", test_set(comparison)]
        if suite.learning_rates:
            parts += rate_parts(comparison)
        elif suite.scored:
            parts += [*quality_parts(comparison), *worth_parts(comparison, results)]
        if not suite.learning_rates:
            parts += ["### Speed", as_markdown(speed_table(comparison.rows))]
            parts += [where_timed(comparison.rows)]
        for name, title, caption in figures.get(task, ()):
            parts += [f"### {title}", caption, f"![{title}, {task}]({name})"]
    parts += ["## How it was made", summary(suite, comparisons)]
    if suite.rates:
        parts += [
            f"Each model has the learning rate that scored best on validation in [{suite.rates}]"
            f"(../{suite.rates}/README.md). A model with options that was not tried there takes "
            "the rate of the plain model; a task that was not tried takes that of the task that "
            "was.",
            as_markdown(chosen_table(rows)),
        ]
    return "\n\n".join(parts) + "\n"


def quality_parts(comparison: Comparison) -> list[str]:
    """The scores of a task, how to read them, what to compare them with, and the differences."""
    table = as_markdown(quality_table(comparison))
    return [
        "### Quality",
        table,
        " ".join([reading(comparison), *([BELOW] if "†" in table else [])]),
        *yardsticks(comparison.rows[0]),
        signatures(comparison),
        *difference_parts(comparison),
    ]


def named_cells(suite, cells) -> str:
    """Cells as text: those of the same tasks and seeds together."""

    def whole(names, found):
        return all(list(found) == suite.models_of(name) for name in names)

    seeds, models, tasks = {}, {}, {}
    for cell in cells:
        seeds.setdefault((cell.task, cell.model), []).append(cell.seed)
    for (task, model), missing in seeds.items():
        models.setdefault((task, tuple(missing)), []).append(model)
    for (task, missing), found in models.items():
        tasks.setdefault((missing, tuple(found)), []).append(task)
    return "; ".join(
        f"{joined(names)}, seed{'s' * (len(missing) > 1)} {joined(missing)}: "
        + ("all" if whole(names, found) else ", ".join(f"`{model}`" for model in found))
        for (missing, found), names in tasks.items()
    )


def test_set(comparison: Comparison) -> str:
    """How many examples are scored, and by which decoders."""
    first = comparison.rows[0]
    split = first["settings"]["split"]
    beams = [
        f"{label}: `{result['strategy']}`"
        for label, result in first["scores"].items()
        if label != "greedy"
    ]
    return "; ".join([f"{first['test_examples']:,} {split} examples", *beams]) + "."


def reading(comparison: Comparison, page: str = "") -> str:
    """How to read the table of scores: what is bold, and what the deviations are.

    Args:
        comparison: of the table's rows.
        page: address of the page that has the intervals and the other metrics, "" for this one.
    """
    intervals = f"the intervals on [its page]({page}) say" if page else "the intervals below say"
    notes = []
    counts = {model: len(comparison.of(model)) for model in comparison.models}
    seeds = sorted(set(counts.values()))
    if comparison.behind:
        notes.append(
            "Bold: the best score of a column, and every score whose difference from it has an "
            f"interval that contains 0. That does not make it as good: {intervals} how far behind "
            "it may be."
        )
    if seeds != [1]:
        notes.append(
            "± is the standard deviation between "
            f"{' or '.join(str(count) for count in seeds if count > 1)} seeds"
            + ("." if page else "; perplexities are geometric means.")
        )
        few = [f"`{model}`" for model, count in counts.items() if count < ENOUGH]
        if len(few) == len(counts):
            notes.append("With so few seeds, it is known only roughly how scores vary.")
        elif few:
            notes.append(
                f"Fewer than three seeds: {', '.join(few)}. Their scores are taken to vary between "
                "seeds as much as those of the others."
            )
    elif comparison.behind:
        notes.append("There is one seed: intervals and ties cover the choice of examples only.")
    else:
        notes.append("There is one seed, so nothing is known of how scores vary between seeds.")
    if len(comparison.unknown) == len(comparison.models):
        notes.append(
            "The rows lack outcomes per example, so scores have no intervals and none is marked."
        )
    elif comparison.unknown:
        names = ", ".join(f"`{model}`" for model in comparison.unknown)
        notes.append(f"Not compared, because rows lack outcomes per example: {names}.")
    return " ".join(notes)


def signatures(comparison: Comparison) -> str:
    """How each metric was counted."""
    metrics = comparison.rows[0]["scores"]["greedy"]["metrics"]
    return "Counted as " + "; ".join(f"`{m['signature']}`" for m in metrics.values()) + "."


def where_timed(rows: list[dict]) -> str:
    """The machines of a table of speeds."""
    names = machines(rows)
    load, slowed = uneven_load(rows), ""
    if load > EVEN:
        slowed = (
            f" Other programs ran on {'this machine' if len(names) == 1 else 'one of them'}: a "
            f"matrix product timed after each cell was up to {load:.1f} times as fast after one "
            "cell as after another. Do not compare speeds and minutes."
        )
    if len(names) == 1:
        return f"Machine: {names[0]}.{slowed}"
    listed = "; ".join(f"{letter}: {name}" for letter, name in zip(LETTERS, names))
    return f"Compare lines of the same machine only. {listed}.{slowed}"


def difference_parts(comparison: Comparison) -> list[str]:
    """The table of differences from the best, under its heading; nothing without outcomes."""
    table = difference_table(comparison)
    if table.empty:
        return []
    several = any(len(comparison.of(model)) > 1 for model in comparison.models)
    between = "; intervals also cover the variation between seeds" if several else ""
    return [
        "### Differences from the best",
        as_markdown(table),
        f"Models are compared on the same test examples{between}. An interval is for one "
        "comparison. p is adjusted for all pairs of the column by Holm's method, so that it can "
        "exceed 0.05 although the interval excludes 0: among so many pairs, such a difference may "
        "be chance.",
    ]


def rate_parts(comparison: Comparison) -> list[str]:
    """The table of learning rates and how to read it."""
    return [
        as_markdown(rate_table(comparison.rows)),
        f"{rate_header(comparison.rows)}, on the first examples of the validation split. "
        "Bold: the rate that other suites take for the model.",
        *filter(None, [edge_note(comparison.rows)]),
    ]
