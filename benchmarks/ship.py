"""Puts the weights of finished cells into the package, as trained models by name.

A cell's best weights go, in 16 bits, to zoo/trained/MODEL-TASK, if their score on the test split is
that of the cell's row within `TOLERANCE` points.
"""

import pathlib
import shutil
import tempfile

from tabulate import tabulate

from benchmarks.rows import first_metric, read_rows
from zoo.errors import ZooError
from zoo.registry.trained import FOLDER

TOLERANCE = 0.1  # points of the first metric that 16 bits may cost
HEAD = ("Model", "Metric", "Row", "In 16 bits", "MB")


def main(suite, results, work):
    """Writes a folder for each model of a suite that has a row and weights.

    Args:
        suite: `benchmarks.suite.Suite`.
        results: path of the committed rows.
        work: path of the suite's working folder, where the runs are.

    Returns:
        The exit status, 0.

    Raises:
        ZooError: no cell has a row and weights; or weights do not have the score of their row.
    """
    rows, lines = read_rows(results), []
    for cell in suite.first_seeds(1).cells():
        run = pathlib.Path(work) / "runs" / cell.name
        if cell.model == cell.base and cell.name in rows and run.is_dir():
            lines.append(ship(rows[cell.name], run, f"{cell.base}-{cell.settings['task']}"))
    if not lines:
        raise ZooError(
            f"no cell has a row in {results} and weights in {work}; "
            f"run: python -m benchmarks {suite.argument} --publish"
        )
    print(tabulate(lines, HEAD, disable_numparse=True))
    return 0


def ship(row, folder, name):
    """Writes the trained model of one cell. Returns its line of the table."""
    import zoo

    run = zoo.Run(folder)
    metric = first_metric(row)
    known = row["scores"]["greedy"]["metrics"][metric]
    with tempfile.TemporaryDirectory() as temporary:
        path = pathlib.Path(temporary) / name
        zoo.save_pretrained(run.text_model(), path, dtype="float16")
        model = zoo.from_pretrained(path).model
        split, jit = row["settings"]["split"], run.recipe.compiled
        found = zoo.evaluate_model(model, run.task(), split, jit=jit).scores[metric]
        if abs(found["value"] - known["value"]) > TOLERANCE:
            raise ZooError(
                f"{name} scores {found['value']:.2f} {metric} in 16 bits, and its row says "
                f"{known['value']:.2f}; {folder} is not its run, or 16 bits cost too much"
            )
        shutil.rmtree(FOLDER / name, ignore_errors=True)
        shutil.copytree(path, FOLDER / name)
    size = sum(file.stat().st_size for file in (FOLDER / name).iterdir()) / 1e6
    return name, metric, f"{known['value']:.2f}", f"{found['value']:.2f}", f"{size:.2f}"
