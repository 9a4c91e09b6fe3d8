"""Runs the cells of a suite side by side, one process per cell, and shows their states."""

import contextlib
import json
import os
import pathlib
import shutil
import subprocess
import sys
import time

from rich.console import Console
from rich.live import Live
from rich.table import Table

from benchmarks.rows import read_rows
from benchmarks.suite import REPOSITORY
from zoo.backend import cores
from zoo.errors import ZooError


def default_jobs(threads):
    """Cells to run side by side: one on a machine with a GPU, else as many as fit the cores."""
    return 1 if shutil.which("nvidia-smi") else max(1, cores() // threads)


class Runner:
    """Runs the cells of a suite that have no row yet.

    Args:
        suite: `Suite`.
        folder: path of the working folder, with rows/, outcomes/, runs/, logs/ and progress/.
        jobs: int, cells to run side by side.
        known: name of the row's field that must equal the cell's for the cell to be finished:
            "key", settings and code; or "settings_key".
        finished: called with the name of each cell that has finished.
    """

    def __init__(self, suite, folder, jobs, known="key", finished=lambda name: None):
        self.suite = suite
        self.folder = pathlib.Path(folder)
        self.jobs = jobs
        self.finished = finished
        self.cells = suite.cells()
        for name in ("rows", "outcomes", "runs", "logs", "progress"):
            (self.folder / name).mkdir(parents=True, exist_ok=True)
        found = read_rows(self.folder)
        keys = {name: row.get(known) for name, row in found.items()}
        fresh = [cell.name for cell in self.cells if keys.get(cell.name) == getattr(cell, known)]
        self.rows = {name: found[name] for name in fresh}
        self.waiting = [cell for cell in self.cells if cell.name not in self.rows]
        self.running = {}
        self.failed = {}

    def run(self, console=None):
        """Runs all waiting cells.

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
        try:
            screen = (
                Live(console=console, auto_refresh=False)
                if console.is_terminal
                else contextlib.nullcontext()
            )
            with screen as live:
                while self.waiting or self.running:
                    while self.waiting and len(self.running) < self.jobs:
                        self.start(self.waiting.pop(0))
                    time.sleep(0.3)
                    self.collect(console)
                    if live is not None:
                        live.update(self.table(), refresh=True)
        except KeyboardInterrupt:
            done = len(self.rows)
            raise ZooError(
                f"stopped with {done} of {len(self.cells)} cells finished, and their rows kept; "
                f"go on with: python -m benchmarks {self.suite.argument}"
            ) from None
        finally:
            for process, log, _ in self.running.values():
                process.kill()
                process.wait()
                log.close()
        return self.rows

    def start(self, cell):
        """Starts the process of a cell. Its output goes to logs/."""
        (self.folder / "progress" / f"{cell.name}.json").unlink(missing_ok=True)
        log = open(self.folder / "logs" / f"{cell.name}.log", "w")
        command = [
            sys.executable,
            "-m",
            "benchmarks",
            self.suite.argument,
            "--cell",
            cell.name,
            "--work",
            str(self.folder),
            "--supervised",
        ]
        variants = [
            os.path.abspath(path)
            for path in os.environ.get("ZOO_VARIANTS", "").split(os.pathsep)
            if path
        ]
        environment = os.environ | {
            "ZOO_VARIANTS": os.pathsep.join(variants),
            "TF_CPP_MIN_LOG_LEVEL": "2",
            "PYTHONUNBUFFERED": "1",
            "PYTHONHASHSEED": "0",
        }
        process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=subprocess.STDOUT,
            env=environment,
            cwd=REPOSITORY,
            start_new_session=True,
        )
        self.running[cell.name] = (process, log, time.time())

    def collect(self, console):
        """Takes in the cells that have finished or failed."""
        for name, (process, log, started) in list(self.running.items()):
            if process.poll() is None:
                continue
            log.close()
            process.stdin.close()
            del self.running[name]
            path = self.folder / "rows" / f"{name}.json"
            if process.returncode == 0 and path.is_file():
                self.rows[name] = json.loads(path.read_text(encoding="utf-8"))
                self.finished(name)
                minutes = (time.time() - started) / 60
                text = f"finished in {minutes:.1f} min: {summary(self.rows[name])}"
            else:
                lines = pathlib.Path(log.name).read_text(errors="replace").strip().splitlines()
                self.failed[name] = lines[-1] if lines else f"exit status {process.returncode}"
                text = f"failed: {self.failed[name]} (log: {log.name})"
            if not console.is_terminal:
                console.print(f"{name}: {text}", highlight=False, soft_wrap=True)

    def table(self):
        """The table on the screen, one line per cell."""
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
                state = path.read_text() if path.exists() else "loading and compiling"
            else:
                state = "waiting"
            table.add_row(cell.model, cell.task, str(cell.seed), state)
        return table


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
