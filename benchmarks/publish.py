"""Rows between a working folder and the committed results."""

import pathlib
import shutil

from benchmarks.rows import attention_file, outcomes_file, read_rows, row_file
from zoo.files import atomic


def adopt(suite, results, work, others=()):
    """Copies the committed rows that have a suite's settings into its working folder.

    Whatever code made them, they count as finished there; `verify` says whether they still hold.
    They replace rows of the working folder, which may be those of an experiment.

    Args:
        suite: `Suite`.
        results: path of the suite's committed rows.
        work: path of the working folder.
        others: paths of the committed rows of other suites. A cell of theirs with the same settings
            is the same run, and need not be run twice; its row goes on naming their command.

    Returns:
        The names of the cells whose rows were copied, a set.
    """
    keys = {cell.name: cell.settings_key for cell in suite.cells()}
    adopted = set()
    for folder in (results, *others):
        names = [
            name
            for name, row in read_rows(folder).items()
            if name not in adopted and row.get("settings_key") == keys.get(name, "")
        ]
        publish(folder, work, names)
        adopted.update(names)
    return adopted


def drop_others(suite, results):
    """Removes the committed rows that are not of a suite as it stands now, and their companions.

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
        row_file(results, name).unlink()
        for file in companions(results, name):
            file.unlink(missing_ok=True)
    return len(others)


def companions(folder, name):
    """The files that a row may have beside it: outcomes, and a picture of attention."""
    return outcomes_file(folder, name), attention_file(folder, name)


def publish(source, target, names):
    """Copies the rows of cells, and what belongs to them first, from one folder to another."""
    source, target = pathlib.Path(source), pathlib.Path(target)
    for name in names:
        for file in (*companions(source, name), row_file(source, name)):
            if file.exists():
                copy = target / file.relative_to(source)
                copy.parent.mkdir(parents=True, exist_ok=True)
                with atomic(copy) as temporary:
                    shutil.copyfile(file, temporary)


def clear(suite, work):
    """Removes what the cells of a suite have left in its working folder."""
    for cell in suite.cells():
        for file in (row_file(work, cell.name), *companions(work, cell.name)):
            file.unlink(missing_ok=True)
        shutil.rmtree(work / "runs" / cell.name, ignore_errors=True)
    for shared in (work / "runs").glob("*.pretraining"):
        shared.with_suffix(".json").unlink(missing_ok=True)  # first: it says that there is one
        shutil.rmtree(shared, ignore_errors=True)
