"""Cells as tasks of a Ray cluster that is running already.

A task works in a temporary folder of its node and sends the cell's files back through Ray, so the
nodes share no disk. The weights stay behind.
"""

import os
import pathlib
import subprocess
import tempfile

from benchmarks.launchers import Ended, cell_command, cell_environment, failure
from benchmarks.suite import REPOSITORY
from zoo.errors import ZooError, first_line
from zoo.files import atomic

KEPT = (
    "outcomes",
    "attention",
    "rows",
)  # folders whose files are sent back; the row is written last


def run_cell(argument, name):
    """Runs a cell on the node of this task.

    Returns:
        The reason why it failed or None, and the contents of its files by their paths.
    """
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        (folder / "logs").mkdir()
        path = folder / "logs" / f"{name}.log"
        with open(path, "w") as log:
            process = subprocess.Popen(
                [*cell_command(argument, name, folder), "--supervised"],
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=subprocess.STDOUT,
                env=os.environ | cell_environment(),
                cwd=REPOSITORY,
            )
            status = process.wait()  # the cell ends when this task does: it holds the input open
        paths = [path] + [p for kept in KEPT for p in sorted((folder / kept).glob("[!.]*"))]
        files = {str(p.relative_to(folder)): p.read_bytes() for p in paths}
        return failure(path, status) if status else None, files


class Ray:
    """Runs each cell as a task that has as many CPUs as a cell has threads."""

    pause = 1
    begun = "in the cluster"
    slots = None  # on this machine

    def __init__(self, suite, folder, jobs=None):
        try:
            import ray
        except ImportError:
            raise ZooError(
                "--launcher ray needs Ray: pip install 'seq2seq-zoo[ray]', on all nodes"
            ) from None
        self.ray, self.suite, self.folder, self.jobs = ray, suite, folder, jobs
        try:
            ray.init(
                address=os.environ.get("RAY_ADDRESS", "auto"),
                runtime_env={"env_vars": cell_environment()},
                log_to_driver=False,
                logging_level="ERROR",
                ignore_reinit_error=True,
            )
        except (ConnectionError, ValueError, RuntimeError) as error:
            raise ZooError(
                f"no Ray cluster answers ({first_line(error)}); start one with: ray start --head, "
                "or name one in RAY_ADDRESS"
            ) from error
        # The runner itself counts the tries of a lost cell.
        cards = 1 if ray.cluster_resources().get("GPU") else 0
        options = dict(num_cpus=suite.threads, num_gpus=cards, max_retries=0)
        self.task = ray.remote(**options)(run_cell)
        self.running = {}

    def room(self):
        """How many more cells may be handed to the cluster; it queues what does not fit."""
        return (self.jobs or len(self.suite.cells())) - len(self.running)

    def start(self, cells):
        """Hands the cells to the cluster."""
        for cell in cells:
            self.running[self.task.remote(self.suite.argument, cell.name)] = cell.name

    def ended(self):
        """Gives the cells whose tasks have ended; their files are written by then."""
        waiting = list(self.running)
        done, _ = self.ray.wait(waiting, num_returns=len(waiting), timeout=0)
        for task in done:
            name = self.running.pop(task)
            try:
                reason, files = self.ray.get(task)
            except self.ray.exceptions.RayTaskError as error:
                yield Ended(name, first_line(error.cause or error))
            except self.ray.exceptions.RayError as error:
                yield Ended(name, f"{type(error).__name__} in Ray", lost=True)
            else:
                for path, data in files.items():
                    (self.folder / path).parent.mkdir(exist_ok=True)
                    with atomic(self.folder / path) as temporary:
                        temporary.write_bytes(data)
                yield Ended(name, reason or "")

    def stop(self):
        """Ends all tasks, and leaves the cluster."""
        self.ray.shutdown()
        return ""
