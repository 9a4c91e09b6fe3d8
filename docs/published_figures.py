"""The best rows beside what others published, and whether they were still learning at the end."""

from choosing_tasks import ASIDE, with_changes
from markup import table, wrapped
from row_values import mean

from benchmarks.comparison import metric_of, scores_of
from benchmarks.labels import metric_header
from benchmarks.tables import digits
from benchmarks.yardsticks import figure_links, published


def beside_published(suites, families):
    """The section: a line per task on which others reported a figure.

    Args:
        suites: pairs of `Suite` and its comparisons by task.
        families: names of the families that have a page.
    """
    rows = [
        figure_row(suite, task, comparison, families)
        for suite, comparisons in suites
        if suite.name not in ASIDE
        for task, comparison in comparisons.items()
        if published(comparison.rows[0])
    ]
    if not rows:
        return []
    head = (
        "Task",
        "Published",
        "Here, greedy or with a beam",
        "Metric",
        "By",
        "Parameters",
        "Tokens",
        "Validation",
    )
    return [
        "## Beside published figures",
        "The best score of a suite on a task, and what others report on the same data. Published "
        "models are mostly larger, or saw more data. “Tokens” counts the target tokens read in "
        "training. “Validation” is the score halfway, at three quarters and at the end: if it "
        "still improves, longer training would help. It is of another split than the score, which "
        "can be easier.",
        wrapped(table(head, rows, (2, 5, 6))),
    ]


def figure_row(suite, task, comparison, families):
    """The line of a task."""
    metric = comparison.main
    scores = {
        (model, decoder): float(found.mean())
        for model in comparison.models
        for decoder, name in comparison.columns
        if name == metric and len(found := scores_of(comparison.of(model), (decoder, metric)))
    }
    model, decoder = metric_of(metric).best(scores, key=scores.get)
    members = comparison.of(model)
    return (
        f"[`{task}`](results/{suite.name}/index.md#{task})",
        "; ".join(figure_links(members[0])),
        f"{scores[model, decoder]:.{digits(metric)}f}",
        metric_header(metric),
        with_changes(model, families),
        f"{members[0]['parameters']:,}",
        f"{mean(members, lambda row: row['target_tokens_seen']) / 1e6:.1f} M",
        " → ".join(f"{value:.{digits(metric)}f}" for value in validated(members[0], metric)),
    )


def validated(row, metric):
    """The validation scores of a row at half, three quarters and the end of its training."""
    curve = [
        (point["tokens"], point[f"validation_{metric}"])
        for point in row["history"]
        if f"validation_{metric}" in point
    ]
    if not curve:
        return []
    end = curve[-1][0]
    near = lambda share: min(curve, key=lambda point: abs(point[0] - share * end))
    return [near(share)[1] for share in (0.5, 0.75, 1)]
