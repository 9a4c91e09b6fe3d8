"""Where the cells of a suite run: processes here, a Slurm array, or tasks of a Ray cluster.

A launcher has methods
- `room()`: how many more cells it takes now,
- `start(cells)`,
- `ended()`: an `Ended` for each cell that has ended since the last call,
- `stop()`: lets go of what runs, and returns what the user should know about it,

and attributes
- `pause`: the time in seconds between two calls of `ended`,
- `begun`: the state of a cell that has not said more,
- `slots`: how many cells run side by side on this machine; None if they run elsewhere.
"""

import os
import pathlib
import sys
from typing import NamedTuple

from benchmarks.suite import REPOSITORY
from zoo.errors import ZooError, check_positive

LAUNCHERS = ("local", "slurm", "ray")


class Ended(NamedTuple):
    """How a cell ended.

    Attributes:
        name: of the cell.
        reason: why there is no row; empty if there should be one.
        lost: whether its worker is to blame, so that the cell is worth another try.
    """

    name: str
    reason: str = ""
    lost: bool = False


def make_launcher(name, suite, folder, jobs=None, sbatch_options="", cancel=False):
    """A launcher.

    Args:
        name: one of `LAUNCHERS`.
        suite: `Suite`.
        folder: path of the suite's working folder.
        jobs: int, cells to run side by side; None takes as many as there is room for.
        sbatch_options: str, more options of sbatch, as on its command line.
        cancel: whether an interruption cancels the Slurm jobs.

    Raises:
        ZooError: `jobs` is not above 0, an option belongs to Slurm alone, or there is no sbatch,
            no Ray or no cluster.
    """
    if jobs is not None:
        check_positive(jobs=jobs)
    if name == "slurm":
        from benchmarks.launchers.slurm import Slurm

        return Slurm(suite, folder, jobs, sbatch_options, cancel)
    if sbatch_options or cancel:
        raise ZooError("--sbatch-options and --cancel need --launcher slurm")
    if name == "ray":
        from benchmarks.launchers.ray import Ray

        return Ray(suite, folder, jobs)
    from benchmarks.launchers.local import Local

    return Local(suite, folder, jobs)


def cell_command(argument, name, folder):
    """The words that run one cell of the suite `argument` in `folder`."""
    words = [sys.executable, "-m", "benchmarks", argument, "--cell", name]
    return [*words, "--work", str(folder)]


def cell_environment():
    """What a cell needs of the environment: the zoo's own variables, and equal hashes each time."""
    variants = [
        os.path.abspath(path)
        for path in os.environ.get("ZOO_VARIANTS", "").split(os.pathsep)
        if path
    ]
    path = [str(REPOSITORY), *os.environ.get("PYTHONPATH", "").split(os.pathsep)]
    own = {key: value for key, value in os.environ.items() if key.startswith("ZOO_")}
    return own | {
        "ZOO_VARIANTS": os.pathsep.join(variants),
        "PYTHONPATH": os.pathsep.join(filter(None, path)),
        "PYTHONUNBUFFERED": "1",
        "PYTHONHASHSEED": "0",
        "TF_CPP_MIN_LOG_LEVEL": "2",
    }


def failure(log, status):
    """Why a cell failed: the last line of its log, or its exit status if the log is empty."""
    log = pathlib.Path(log)
    try:
        lines = log.read_text(errors="replace").strip().splitlines()
        room = os.statvfs(log.parent)
    except OSError as error:
        return f"exit status {status}, and its log cannot be read ({error.strerror})"
    if lines:
        return lines[-1]
    full = room.f_bavail * room.f_frsize < 2**16  # too little for a row, or for a line of the log
    return f"exit status {status}" + (f"; the disk of {log.parent} is full" if full else "")
