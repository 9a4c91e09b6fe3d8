"""Rows and outcomes of cells, as files.

rows/CELL.json         what was run, where, and its scores
outcomes/CELL.tsv.xz   per test example: the source's length, each decoder's output, and what each
                       metric counts of it
attention/CELL.png     where the model looks in the first one, if that is a recording or a picture

A row names the digest of its outcomes, so that the two stay together. With outcomes, any two cells
of a task can be compared example by example from their files alone; the test data are not in them.
A row that a suite has taken over from another one may leave its outcomes in that suite's folder.
"""

import dataclasses
import hashlib
import json
import lzma
import pathlib

import numpy as np

from zoo.errors import ZooError
from zoo.files import atomic, read_bytes, read_json, write_text
from zoo.printable import escaped, unescaped

RIGHT, AS_FIRST = "=", "~"  # an output that is the first reference, or that of the first decoder
LARGEST = 2**28  # bytes of the text of a cell's outcomes


@dataclasses.dataclass(frozen=True)
class Outcomes:
    """What a cell did with each of `N` test examples.

    Attributes:
        lengths: int `[N]`, source tokens without the end token.
        outputs: decoder's label to `N` outputs; None where it is the first reference.
        counts: decoder's label to metric's name to float64 `[N, K]`, as `zoo.evaluation.metrics`
            counts.
    """

    lengths: np.ndarray
    outputs: dict[str, list[str | None]]
    counts: dict[str, dict[str, np.ndarray]]

    @classmethod
    def of(cls, reports: dict) -> "Outcomes":
        """The outcomes of reports by decoder's label, as `zoo.evaluate_model` gives them."""
        first = next(iter(reports.values()))
        outputs = {
            label: [
                None if output == references[0] else output
                for output, references in zip(report.outputs, report.references)
            ]
            for label, report in reports.items()
        }
        counts = {label: report.counts for label, report in reports.items()}
        return cls(np.asarray(first.lengths), outputs, counts)


def as_bytes(outcomes: Outcomes) -> bytes:
    """Outcomes as a compressed table, the same bytes for the same outcomes."""
    head, columns = ["length"], [[str(length) for length in outcomes.lengths.tolist()]]
    first = None
    for label, outputs in outcomes.outputs.items():
        texts = [RIGHT if text is None else protected(text) for text in outputs]
        head.append(label)
        columns.append(
            texts if first is None else [AS_FIRST if x == y else x for x, y in zip(texts, first)]
        )
        first = first or texts
        for name, counted in outcomes.counts[label].items():
            head.append(f"{label}:{name}")
            columns.append([" ".join(f"{x:.17g}" for x in row) for row in counted.tolist()])
    lines = ["\t".join(line) for line in [head, *zip(*columns)]]
    return lzma.compress(("\n".join(lines) + "\n").encode(), preset=9)


def protected(text):
    """A text on one line that is not mistaken for one of the marks."""
    text = escaped(text)
    return f"\\{text}" if text in (RIGHT, AS_FIRST) else text


def from_bytes(data: bytes) -> Outcomes:
    """The outcomes of a compressed table. Raises `ValueError` or `lzma.LZMAError` if broken."""
    reader = lzma.LZMADecompressor()
    text = reader.decompress(data, LARGEST)
    if not reader.eof:
        raise ValueError("it ends early" if reader.needs_input else "it is too large")
    head, *lines = text.decode().removesuffix("\n").split("\n")
    columns = dict(zip(head.split("\t"), zip(*(line.split("\t") for line in lines), strict=True)))
    lengths = np.array([int(x) for x in columns.pop("length")])
    outputs, counts, first = {}, {}, None
    for name, column in columns.items():
        label, _, metric = name.partition(":")
        if metric:
            numbers = np.array(" ".join(column).split(" "), "float64")
            counts[label][metric] = numbers.reshape(len(column), -1)
            continue
        texts = [
            y if x == AS_FIRST else x for x, y in zip(column, column if first is None else first)
        ]
        first = first or texts
        outputs[label] = [None if text == RIGHT else plain(text) for text in texts]
        counts[label] = {}
    return Outcomes(lengths, outputs, counts)


def plain(text):
    """The text that `protected` was given."""
    return text[1:] if text in (f"\\{RIGHT}", f"\\{AS_FIRST}") else unescaped(text)


def write_row(folder, name: str, row: dict, outcomes: Outcomes | None) -> dict:
    """Writes a cell's outcomes, and then its row: where there is a row, the cell is finished.

    Args:
        folder: path of a folder with rows/ and outcomes/.
        name: the cell's.
        row: dict of JSON types; what it says of outcomes is replaced.
        outcomes: None writes the row alone.

    Returns:
        The row with the digest of its outcomes.
    """
    folder = pathlib.Path(folder)
    row = {key: value for key, value in row.items() if key != "outcomes"}
    if outcomes is not None:
        data = as_bytes(outcomes)
        row["outcomes"] = {
            "sha256": hashlib.sha256(data).hexdigest(),
            "examples": len(outcomes.lengths),
        }
        with atomic(outcomes_file(folder, name)) as temporary:
            temporary.write_bytes(data)
    write_text(row_file(folder, name), row_text(row))
    return row


def row_text(row: dict) -> str:
    """A row as JSON with a line per field."""
    lines = [f"{json.dumps(key)}: {json.dumps(value)}" for key, value in row.items()]
    return "{\n" + ",\n".join(lines) + "\n}\n"


def row_file(folder, name):
    """The path of a cell's row."""
    return pathlib.Path(folder) / "rows" / f"{name}.json"


def outcomes_file(folder, name):
    """The path of a cell's outcomes."""
    return pathlib.Path(folder) / "outcomes" / f"{name}.tsv.xz"


def known_outcomes_file(folder, name: str, row: dict):
    """The path of a row's outcomes: in its own folder, or in that of the suite which ran the cell.

    Args:
        folder: path of a folder with rows/, whose parent has a folder for each suite.
        name: the cell's.
        row: the cell's.
    """
    own = outcomes_file(folder, name)
    shared = outcomes_file(pathlib.Path(folder).absolute().parent / row.get("suite", ""), name)
    return shared if not own.is_file() and shared.is_file() else own


def attention_file(folder, name):
    """The path of a cell's picture of attention."""
    return pathlib.Path(folder) / "attention" / f"{name}.png"


def read_rows(folder) -> dict[str, dict]:
    """Reads the rows of a folder that has them in rows/, by cell name.

    Raises:
        ZooError: a file is broken.
    """
    paths = sorted((pathlib.Path(folder) / "rows").glob("*.json"))
    return {path.stem: read_row(path) for path in paths}


def differing_rows(expected: dict[str, dict], found: dict[str, dict]) -> list[str]:
    """The cells whose rows differ in more than the time they took and the commit, or are missing.

    Args:
        expected, found: rows by cell name.
    """
    kept = lambda row: {key: value for key, value in row.items() if key not in ("timing", "commit")}
    return [name for name in expected if kept(found.get(name, {})) != kept(expected[name])]


def read_row(path) -> dict:
    """Reads one row. Raises `ZooError` if the file is broken."""
    fields = {"key": str, "scores": dict, "timing": dict, ...: object}
    try:
        return read_json(path, fields)
    except ZooError as error:
        raise ZooError(f"{error}; delete it and run the suite again") from error


def read_outcomes(folder, name: str, row: dict) -> Outcomes:
    """Reads the outcomes that belong to a row.

    Args:
        folder: path of a folder with rows/ and outcomes/.
        name: the cell's.
        row: the cell's, as `read_rows` gives it.

    Raises:
        ZooError: the row has no outcomes, or the file is missing, broken or another row's.
    """
    path = known_outcomes_file(folder, name, row)
    known = row.get("outcomes")
    if not known:
        raise ZooError(f"the row {name} in {folder} has no outcomes; run the cell again")
    if not path.is_file():
        raise ZooError(f"{path} is missing; put it back, or run the cell {name} again")
    data = read_bytes(path)
    if hashlib.sha256(data).hexdigest() != known["sha256"]:
        raise ZooError(
            f"{path} is not the file that belongs to its row; put that back, or run the cell again"
        )
    return from_bytes(data)


def first_metric(row: dict) -> str:
    """The name of the metric that decides, which is the first one of the task."""
    return next(iter(row["scores"]["greedy"]["metrics"]))


def first_score(row: dict, decoder: str = "greedy") -> float:
    """The score of a decoder by the metric that decides."""
    return row["scores"][decoder]["metrics"][first_metric(row)]["value"]
