"""Runs the cells of a suite through a launcher, and shows their states."""

import contextlib
import json
import pathlib
import time

from rich.console import Console
from rich.live import Live
from rich.markup import escape
from rich.table import Table

from benchmarks.rows import read_rows, row_file
from zoo.errors import ZooError

TRIES = 3  # of a cell whose worker is lost
FOLDERS = ("rows", "outcomes", "attention", "runs", "logs", "progress")


class Runner:
    """Runs the cells of a suite that have no row yet.

    Args:
        suite: `Suite`.
        folder: path of the working folder, with `FOLDERS`. The caller holds its lock.
        adopted: names of the cells whose rows in the folder count, whatever code made them. Any
            other cell is finished if its row has the cell's settings and code.
        fresh: names of the cells whose rows do not count.
        on_finish: called with the name of each cell that has finished.
    """

    def __init__(self, suite, folder, adopted=(), fresh=(), on_finish=lambda name: None):
        self.suite = suite
        self.folder = pathlib.Path(folder)
        self.on_finish = on_finish
        self.cells = suite.cells()
        for name in FOLDERS:
            (self.folder / name).mkdir(parents=True, exist_ok=True)
        found = read_rows(self.folder)
        # The digest of the code is taken here: what is edited from now on is noticed.
        keys = {cell.name: cell.key for cell in self.cells}
        self.rows = {
            name: found[name]
            for name, key in keys.items()
            if name in found
            and name not in fresh
            and (name in adopted or found[name].get("key") == key)
        }
        self.waiting = [cell for cell in self.cells if cell.name not in self.rows]
        self.running = {}  # the cells by name
        self.started = {}  # the times of their last starts
        self.tries = {cell.name: 0 for cell in self.waiting}
        self.failed = {}

    def run(self, launcher, console=None):
        """Runs all waiting cells.

        Args:
            launcher: see `benchmarks.launchers`.
            console: of rich.

        Returns:
            The rows by cell name. `failed` holds the reason for each cell that failed.
        """
        console = console or Console()
        if self.rows:
            console.print(
                f"{len(self.rows)} of {len(self.cells)} cells are finished already; "
                "--fresh runs them again",
                highlight=False,
            )
        parting = None
        try:
            screen = (
                Live(console=console, auto_refresh=False)
                if console.is_terminal
                else contextlib.nullcontext()
            )
            with screen as live:
                while self.waiting or self.running:
                    self.start(launcher)
                    time.sleep(launcher.pause)
                    for end in launcher.ended():
                        text = self.take_in(end)
                        if not console.is_terminal:
                            line = escape(f"{end.name}: {text}")
                            console.print(line, highlight=False, soft_wrap=True)
                    if live is not None:
                        live.update(self.table(launcher.begun), refresh=True)
        except KeyboardInterrupt:
            parting = launcher.stop()
            done = len(self.rows)
            raise ZooError(
                f"stopped with {done} of {len(self.cells)} cells finished, and their rows kept; "
                f"{parting + '; ' if parting else ''}"
                "run the same command again, without --fresh, to go on"
            ) from None
        finally:
            if parting is None:
                launcher.stop()
        return self.rows

    def start(self, launcher):
        """Hands the launcher as many cells as it takes."""
        room = max(0, launcher.room())
        cells, self.waiting = self.waiting[:room], self.waiting[room:]
        for cell in cells:
            (self.folder / "progress" / f"{cell.name}.json").unlink(missing_ok=True)
            self.tries[cell.name] += 1
            self.started[cell.name] = time.time()
            self.running[cell.name] = cell
        if cells:
            launcher.start(cells)

    def take_in(self, end):
        """Takes in a cell that has ended, and says how. The cell of a lost worker waits again."""
        cell = self.running.pop(end.name)
        row = row_of(cell, self.folder)
        if row is not None:
            self.rows[end.name] = row
            self.on_finish(end.name)
            minutes = (time.time() - self.started[end.name]) / 60
            return f"finished in {minutes:.1f} min: {summary(row)}"
        if end.lost and self.tries[end.name] < TRIES:
            self.waiting.append(cell)
            return f"its worker is lost ({end.reason}); it runs again"
        reason = end.reason or (
            "its row was made by other code than the runner's: the code changed during the run, or "
            "the worker has another checkout"
        )
        self.failed[end.name] = f"lost {TRIES} workers, the last: {reason}" if end.lost else reason
        log = self.folder / "logs" / f"{end.name}.log"
        return f"failed: {self.failed[end.name]} (log: {log})"

    def table(self, begun):
        """The table on the screen, one line per cell. `begun` is the state of a silent cell."""
        table = Table(
            "Variant", "Task", "Seed", "State", title=self.suite.title, title_justify="left"
        )
        for cell in self.cells:
            if cell.name in self.rows:
                state = summary(self.rows[cell.name])
            elif cell.name in self.failed:
                state = f"failed: {self.failed[cell.name]}"
            elif cell.name in self.running:
                path = self.folder / "progress" / f"{cell.name}.json"
                state = path.read_text() if path.exists() else begun
            else:
                state = "waiting"
            table.add_row(cell.model, cell.task, str(cell.seed), escape(state))
        return table


def row_of(cell, folder):
    """The row of a cell in a working folder, or None if it has none of this code and settings."""
    path = row_file(folder, cell.name)
    try:
        row = json.loads(path.read_text(encoding="utf-8"))
        return row if row["key"] == cell.key else None
    except (FileNotFoundError, ValueError, TypeError, KeyError):
        return None


def summary(row):
    """The scores of a row in one line."""
    from zoo.evaluation.metrics import METRICS

    parts = []
    for name in row["scores"]["greedy"]["metrics"]:
        if name != "perplexity":
            values = (
                f"{result['metrics'][name]['value']:.1f} {label}"
                for label, result in row["scores"].items()
            )
            parts.append(f"{METRICS[name].label} {', '.join(values)}")
    return "; ".join(parts)
