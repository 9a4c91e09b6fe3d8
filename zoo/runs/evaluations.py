"""Evaluations of a run: scores.json, where each stands beside the others, and their predictions.

An evaluation is known by its split, strategy, limit, longest output and the runs that voted. The
scores of the same evaluation are replaced; all others stay. Greedy outputs on the whole
test split are in predictions.tsv; those of any other evaluation are in a file that scores.json
names.
"""

import dataclasses
import hashlib
import json
import pathlib

from zoo.errors import ZooError
from zoo.files import read_json, read_text, write_text
from zoo.json_fields import check_fields
from zoo.printable import escaped, unescaped

SCORES, PREDICTIONS = "scores.json", "predictions.tsv"
OLD_HEAD = "source\toutput\treferences"  # of files in which nothing is escaped
FIELDS = {
    "split": str,
    "strategy": str,
    "limit?": int,
    "max_length?": (int, type(None)),
    "others?": [str],
    "scores": {...: {"value": float, "signature": str}},
    "by_length": [{"low": int, "high": int, "count": int, ...: (float, type(None))}],
    "by_group?": [{"group": str, "count": int, ...: (float, type(None))}],
    "predictions?": (str, type(None)),
}


@dataclasses.dataclass(frozen=True)
class Evaluation:
    """The scores of a run on a split.

    Args:
        split: such as "test".
        strategy: the strategy's `repr`.
        scores: dict of metric name to {"value": float, "signature": str}.
        by_length: list of dicts, one per range of source lengths.
        limit: how many examples were scored; 0 for all.
        max_length: the maximum number of tokens in an output, or None for the task's own.
        others: folders of the runs that voted, too.
        predictions: name of the file with the outputs, or None if they were replaced.
        by_group: list of dicts, one per group of examples; empty where there are no groups.
    """

    split: str
    strategy: str
    scores: dict
    by_length: list
    limit: int = 0
    max_length: int | None = None
    others: tuple = ()
    predictions: str | None = None
    by_group: list = dataclasses.field(default_factory=list)

    @classmethod
    def of(cls, report, **options):
        """The evaluation of a `zoo.evaluation.evaluate.Report`; `options` are further fields."""
        own = {name: getattr(report, name) for name in ("split", "strategy", "scores")}
        return cls(**own, by_length=report.by_length, by_group=report.by_group, **options)

    @property
    def key(self):
        """Identifies an evaluation among those of a run: a list of JSON types."""
        return [self.split, self.strategy, self.limit, self.max_length, list(self.others)]

    @property
    def whole(self):
        """Whether the run alone was scored on a whole split, with the task's own longest output."""
        return not (self.limit or self.others) and self.max_length is None

    @property
    def plain(self):
        """Whether that split is the test split."""
        return self.split == "test" and self.whole


def read_evaluations(folder):
    """The evaluations of a run folder, the last one last: list of `Evaluation`.

    Raises:
        ZooError: scores.json is broken.
    """
    path = pathlib.Path(folder) / SCORES
    if not path.exists():
        return []
    value = read_json(path)
    found = value.get("evaluations")
    if found is None:  # written when a run kept a single one
        found = [{"predictions": PREDICTIONS} | value]
    check_fields(found, [FIELDS], path, "evaluations")
    names = {field.name for field in dataclasses.fields(Evaluation)}
    kept = [{key: item[key] for key in item.keys() & names} for item in found]
    return [Evaluation(**item | {"others": tuple(item.get("others", ()))}) for item in kept]


def plain_evaluation(evaluations):
    """The last evaluation of the whole test split by the run alone, or None.

    With several strategies it is the one used last.
    """
    return next((found for found in reversed(evaluations) if found.plain), None)


def write_evaluation(folder, evaluation, rows):
    """Keeps an evaluation beside the others of a run folder. Returns the path of its predictions.

    Args:
        folder: path; held by this process.
        evaluation: `Evaluation`; where its predictions are is decided here.
        rows: list of (source, output, references), the last a sequence of str.
    """
    folder = pathlib.Path(folder)
    digest = hashlib.sha256(json.dumps(evaluation.key).encode()).hexdigest()[:8]
    default = evaluation.plain and evaluation.strategy == "Greedy()"
    name = PREDICTIONS if default else f"predictions-{digest}.tsv"
    evaluation = dataclasses.replace(evaluation, predictions=name)
    kept = [found for found in read_evaluations(folder) if found.key != evaluation.key]
    kept = [
        dataclasses.replace(found, predictions=None) if found.predictions == name else found
        for found in kept
    ]
    write_predictions(folder / name, rows)
    found = {"evaluations": [dataclasses.asdict(item) for item in [*kept, evaluation]]}
    write_text(folder / SCORES, json.dumps(found, indent=1) + "\n")
    return folder / name


def drop_evaluations(folder):
    """Removes the scores and outputs of a run folder, as those of weights that are replaced."""
    folder = pathlib.Path(folder)
    try:
        names = {found.predictions or PREDICTIONS for found in read_evaluations(folder)}
    except ZooError:  # a broken file says nothing of the new weights
        names = set()
    (folder / SCORES).unlink(missing_ok=True)
    for name in names:
        path = folder / pathlib.PurePath(name).name  # of this folder, whatever a file says
        if path.match("predictions*.tsv"):
            path.unlink(missing_ok=True)


def write_predictions(path, rows):
    """Writes (source, output, references) rows, one line per example, to a file of columns."""
    most = max((len(references) for _, _, references in rows), default=1)
    head = ["source", "output", *["reference"] * most]
    lines = [(source, output, *references) for source, output, references in rows]
    text = ["\t".join(map(escaped, line)) for line in [head, *lines]]
    write_text(path, "\n".join(text) + "\n")


def read_predictions(path):
    """The rows that `write_predictions` wrote; none if there is no such file.

    Raises:
        ZooError: the file is broken.
    """
    path = pathlib.Path(path)
    if not path.exists():
        return []
    head, *lines = read_text(path).removesuffix("\n").split("\n")
    if head == OLD_HEAD:
        columns = [line.split("\t") for line in lines]
        return [(row[0], row[1], tuple(row[2].split(" | "))) for row in columns if len(row) == 3]
    rows = []
    for number, line in enumerate(lines, 2):
        columns = [unescaped(column) for column in line.split("\t")]
        if len(columns) < 3:
            raise ZooError(f"{path}, line {number}: expected 3 columns, found {len(columns)}")
        rows.append((columns[0], columns[1], tuple(columns[2:])))
    return rows
