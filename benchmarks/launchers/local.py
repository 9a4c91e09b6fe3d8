"""Cells as processes of this machine."""

import os
import signal
import subprocess

from benchmarks.launchers import Ended, cell_command, cell_environment, failure
from benchmarks.suite import REPOSITORY
from zoo.backend import cards_hidden, cores, nvidia_cards


def default_jobs(threads):
    """Cells to run side by side: one if there is a GPU to use, else as many as fit the cores."""
    return 1 if nvidia_cards() and not cards_hidden() else max(1, cores() // threads)


class Local:
    """Runs each cell in a process, which ends when the runner does."""

    pause = 0.3
    begun = "loading and compiling"

    def __init__(self, suite, folder, jobs=None):
        self.suite, self.folder = suite, folder
        self.slots = jobs or default_jobs(suite.threads)
        self.running = {}

    def room(self):
        """How many more cells fit."""
        return self.slots - len(self.running)

    def start(self, cells):
        """Starts the process of each cell. Its output goes to logs/."""
        for cell in cells:
            words = cell_command(self.suite.argument, cell.name, self.folder)
            with open(self.folder / "logs" / f"{cell.name}.log", "w") as log:
                self.running[cell.name] = subprocess.Popen(
                    [*words, "--supervised"],
                    stdin=subprocess.PIPE,
                    stdout=log,
                    stderr=subprocess.STDOUT,
                    env=os.environ | cell_environment(),
                    cwd=REPOSITORY,
                    start_new_session=True,
                )

    def ended(self):
        """Gives the cells whose processes have ended."""
        for name, process in list(self.running.items()):
            status = process.poll()
            if status is None:
                continue
            process.stdin.close()
            del self.running[name]
            if status < 0:
                yield Ended(name, f"killed by {signal.Signals(-status).name}", lost=True)
            else:
                log = self.folder / "logs" / f"{name}.log"
                yield Ended(name, failure(log, status) if status else "")

    def stop(self):
        """Kills what still runs."""
        for process in self.running.values():
            process.kill()
            process.wait()
            process.stdin.close()
        return ""
