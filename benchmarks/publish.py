"""Rows between a working folder and the committed results."""

import json
import os
import pathlib
import shutil

from benchmarks.rows import (
    attention_file,
    known_outcomes_file,
    outcomes_file,
    read_row,
    read_rows,
    row_file,
)
from zoo.errors import ZooError
from zoo.files import atomic, checksum, read_json, write_text


def adopt(suite, results, work, others=(), again=(), copy=True):
    """Copies the committed rows that have a suite's settings into its working folder.

    Whatever code made them, they count as finished there; `verify` says whether they still hold.
    They replace rows of the working folder, which may be those of an experiment.

    Args:
        suite: `Suite`.
        results: path of the suite's committed rows.
        work: path of the working folder.
        others: paths of the committed rows of other suites. A cell of theirs with the same settings
            is the same run, and need not be run twice; its row goes on naming their command.
        again: names of cells that are not adopted, because they are to be run again.
        copy: bool, whether to copy the rows; an estimate only asks which there are.

    Returns:
        The names of the cells that are adopted, a set.
    """
    keys = {cell.name: cell.settings_key for cell in suite.cells() if cell.name not in again}
    adopted = set()
    for folder in (results, *others):
        names = [
            name
            for name, row in read_rows(folder).items()
            if name not in adopted and row.get("settings_key") == keys.get(name, "")
        ]
        for name in names if copy else ():
            copy_cell(folder, work, name)
        adopted.update(names)
    return adopted


def drop_others(suite, results):
    """Removes the committed rows that are not of a suite as it stands now, and their companions.

    Suites that have taken over one of them get its outcomes.

    Returns:
        How many were removed.
    """
    keys = {cell.name: cell.settings_key for cell in suite.cells()}
    others = [
        name
        for name, row in read_rows(results).items()
        if row.get("settings_key") != keys.get(name, "")
    ]
    for name in others:
        hand_over(results, name)
        row_file(results, name).unlink()
        for file in companions(results, name):
            file.unlink(missing_ok=True)
    return len(others)


def hand_over(folder, name):
    """Copies a cell's outcomes to the suites that have taken the row over without them."""
    outcomes = outcomes_file(folder, name)
    for other in pathlib.Path(folder).absolute().parent.iterdir():
        if row_file(other, name).is_file() and not outcomes_file(other, name).exists():
            if has_outcomes(outcomes, read_row(row_file(other, name))):
                copy_file(outcomes, outcomes_file(other, name))


def has_outcomes(path, row):
    """Whether a file has the outcomes of a row."""
    return path.is_file() and checksum(path) == (row.get("outcomes") or {}).get("sha256")


def companions(folder, name):
    """The files that a row may have beside it: outcomes, and a picture of attention."""
    return outcomes_file(folder, name), attention_file(folder, name)


def publish(work, results, names, others=()):
    """Copies cells from a working folder to a suite's results.

    Args:
        work, results: paths.
        names: of the cells.
        others: paths of the committed rows of other suites. Those that have the same cell get the
            new row, too; outcomes stay in the folder of the suite that ran the cell.

    Returns:
        The names of the other suites whose rows were replaced, a set.
    """
    replaced, shared = set(), bool(others)
    for name in names:
        copy_cell(work, results, name, shared)
        row = read_row(row_file(results, name))
        for other in others:
            file = row_file(other, name)
            theirs = read_row(file) if file.is_file() else row
            if theirs != row and theirs.get("settings_key") == row.get("settings_key"):
                copy_cell(results, other, name, shared)
                replaced.add(other.name)
    return replaced


def copy_cell(source, target, name, shared=False):
    """Copies a cell's row, and what belongs to it first.

    A picture is only copied for a row with outcomes: no page shows those of the others, which only
    chose a learning rate.

    Args:
        source, target: paths of folders with rows/.
        name: the cell's.
        shared: bool, whether `target` is among the folders of all suites. Outcomes that the suite
            which ran the cell has there are then not stored twice.
    """
    row, old = read_row(row_file(source, name)), row_file(target, name)
    outcomes = known_outcomes_file(source, name, row)
    if old.exists() and old.read_bytes() != row_file(source, name).read_bytes():
        old.unlink()  # killed from here on, this leaves no row beside the outcomes of another
    ran = pathlib.Path(target).absolute().parent / row.get("suite", "")
    if shared and ran.name != target.name and has_outcomes(outcomes_file(ran, name), row):
        outcomes_file(target, name).unlink(missing_ok=True)
    elif outcomes.exists():
        copy_file(outcomes, outcomes_file(target, name))
    if "outcomes" in row and attention_file(source, name).exists():
        copy_picture(attention_file(source, name), attention_file(target, name))
    copy_file(row_file(source, name), row_file(target, name))


def copy_file(source, target):
    """Copies a file whole or not at all."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with atomic(target) as temporary:
        shutil.copyfile(source, temporary)


def copy_picture(source, target):
    """Copies a picture in 64 colours, which look the same and take half the bytes."""
    from PIL import Image

    target.parent.mkdir(parents=True, exist_ok=True)
    with atomic(target) as temporary, Image.open(source) as picture:
        few = picture.convert("RGB").quantize(64, dither=Image.Dither.NONE)
        few.save(temporary, "PNG", optimize=True)


def clear(suite, work):
    """Removes what the cells of a suite have left in its working folder."""
    for cell in suite.cells():
        for file in (row_file(work, cell.name), *companions(work, cell.name)):
            file.unlink(missing_ok=True)
        shutil.rmtree(work / "runs" / cell.name, ignore_errors=True)
    for shared in (work / "runs").glob("*.pretraining"):
        shared.with_suffix(".json").unlink(missing_ok=True)  # first: it says that there is one
        shutil.rmtree(shared, ignore_errors=True)


def check_writable(folder, option):
    """Raises `ZooError` unless `folder` can be written, or made."""
    there = next(path for path in (folder, *folder.absolute().parents) if path.exists())
    if not there.is_dir() or not os.access(there, os.W_OK | os.X_OK):
        raise ZooError(f"cannot write to {there}; choose another folder with {option}")


def read_again(work):
    """The cells whose committed rows an interrupted `--publish --fresh` has yet to replace."""
    path = pathlib.Path(work) / "again.json"
    return set(read_json(path, [str])) if path.is_file() else set()


def write_again(work, names):
    """Notes in again.json that these cells' committed rows are still to be replaced.

    Without names, nothing is left to replace, and the file is deleted.
    """
    path = pathlib.Path(work) / "again.json"
    if names:
        write_text(path, json.dumps(sorted(names)))
    else:
        path.unlink(missing_ok=True)
