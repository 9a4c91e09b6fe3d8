"""Cells as the tasks of a Slurm job array, on a working folder that all nodes share.

Each task leaves its exit status in progress/CELL.status after its row. The tasks are noted in
slurm/tasks.json: a runner that is started again follows them and submits nothing twice.
"""

import json
import shlex
import shutil
import subprocess
import time

from benchmarks.launchers import Ended, cell_command, cell_environment, failure
from benchmarks.runner import row_of
from benchmarks.suite import REPOSITORY
from zoo.errors import ZooError
from zoo.files import read_json, write_text

SCRIPT = """\
#!/bin/bash
#SBATCH --job-name=zoo-{suite}
#SBATCH --array=0-{last}{throttle}
#SBATCH --cpus-per-task={threads}
#SBATCH --output=/dev/null
# One cell of the suite per task; what it writes goes to logs/ of {folder}.
cells=({cells})
cell=${{cells[$SLURM_ARRAY_TASK_ID]}}
{exports}
cd {repository} || exit 1
{command} >{logs}/"$cell".log 2>&1 </dev/null
status=$?
echo $status >{progress}/"$cell".status
exit $status
"""
ENDED = {  # states that a task does not leave, and whether the node is to blame
    "COMPLETED": False,
    "FAILED": True,  # without an exit status of the cell, the script was killed
    "BOOT_FAIL": True,
    "NODE_FAIL": True,
    "PREEMPTED": True,
    "CANCELLED": False,
    "DEADLINE": False,
    "OUT_OF_MEMORY": False,
    "TIMEOUT": False,
    "UNKNOWN": True,  # no longer in the queue
}
PATIENCE = 300  # seconds without an answer of squeue


class Slurm:
    """Submits cells with sbatch, and follows them with squeue and the files that they leave."""

    pause = 5
    grace = 60  # seconds that a shared disk may take to show what another node has written
    begun = "in the queue"
    slots = None  # on this machine

    def __init__(self, suite, folder, jobs=None, options="", cancel=False):
        if not shutil.which("sbatch"):
            raise ZooError("there is no sbatch here; run this on a login node of a Slurm cluster")
        self.suite, self.folder, self.jobs, self.cancel = suite, folder, jobs, cancel
        try:
            self.options = shlex.split(options)
        except ValueError as error:
            raise ZooError(f"--sbatch-options {options!r}: {error}") from error
        self.notes = folder / "slurm" / "tasks.json"
        self.notes.parent.mkdir(parents=True, exist_ok=True)
        self.earlier = read_json(self.notes, {...: str}) if self.notes.exists() else {}
        self.running = {}  # the Slurm task of each cell, as "JOB_NUMBER"
        self.gone = {}  # the time at which a task was first seen to have ended
        self.answered = time.monotonic()

    def room(self):
        """All cells fit into the queue."""
        return len(self.suite.cells())

    def start(self, cells):
        """Submits the cells as one array, except those that an earlier runner has submitted."""
        states = self.states() if self.earlier else {}
        for cell in cells:
            task = self.earlier.pop(cell.name, None)
            if task is None:
                continue
            untold = states is None  # squeue failed: the task may well be there
            if untold or row_of(cell, self.folder) or states.get(task, "UNKNOWN") not in ENDED:
                self.running[cell.name] = task
        names = [cell.name for cell in cells if cell.name not in self.running]
        if not names:
            return
        for name in names:
            (self.folder / "progress" / f"{name}.status").unlink(missing_ok=True)
        script = self.folder / "slurm" / "array.sh"
        write_text(script, self.script(names))
        done = subprocess.run(
            ["sbatch", "--parsable", *self.options, str(script)], capture_output=True, text=True
        )
        if done.returncode:
            raise ZooError(f"sbatch refuses {script}: {done.stderr.strip()}")
        job = done.stdout.strip().split(";")[0]
        self.running |= {name: f"{job}_{number}" for number, name in enumerate(names)}
        self.note()

    def note(self):
        """Writes down which tasks run, those of an earlier runner too."""
        write_text(self.notes, json.dumps(self.earlier | self.running))

    def script(self, names):
        """The text of the array script."""
        words = shlex.join(cell_command(self.suite.argument, "@", self.folder))
        exports = cell_environment().items()
        return SCRIPT.format(
            suite=self.suite.name,
            last=len(names) - 1,
            throttle=f"%{self.jobs}" if self.jobs else "",
            threads=self.suite.threads,
            folder=self.folder,
            cells=shlex.join(names),
            exports="\n".join(f"export {key}={shlex.quote(value)}" for key, value in exports),
            repository=shlex.quote(str(REPOSITORY)),
            command=words.replace("--cell @", '--cell "$cell"'),
            logs=shlex.quote(str(self.folder / "logs")),
            progress=shlex.quote(str(self.folder / "progress")),
        )

    def ended(self):
        """Gives the cells that left a status, or whose tasks are no longer in the queue."""
        states = self.states()
        for name, task in list(self.running.items()):
            end = self.end_of(name, None if states is None else states.get(task, "UNKNOWN"))
            if end:
                del self.running[name]
                self.gone.pop(name, None)
                self.note()
                yield end

    def end_of(self, name, state):
        """The `Ended` of a cell, or None while it runs. `state` is None if squeue does not tell."""
        status = self.status(name)
        if status is not None:
            if status > 128:
                return Ended(name, f"killed by signal {status - 128}", lost=True)
            log = self.folder / "logs" / f"{name}.log"
            return Ended(name, failure(log, status) if status else "")
        if state is None or state not in ENDED:
            self.gone.pop(name, None)
            return None
        if time.monotonic() - self.gone.setdefault(name, time.monotonic()) < self.grace:
            return None
        return Ended(name, f"its Slurm task left no exit status ({state})", lost=ENDED[state])

    def status(self, name):
        """The exit status that a cell left, or None."""
        try:
            return int((self.folder / "progress" / f"{name}.status").read_text())
        except (OSError, ValueError):  # it is not there yet, or only half of it
            return None

    def states(self):
        """The state of each task of this user by "JOB_NUMBER", or None if squeue fails."""
        words = ["squeue", "--me", "--array", "--states=all", "--noheader", "--format=%F_%K %T"]
        done = subprocess.run(words, capture_output=True, text=True)
        if done.returncode == 0:
            self.answered = time.monotonic()
            return dict(line.split() for line in done.stdout.splitlines() if line.strip())
        if time.monotonic() - self.answered > PATIENCE:
            raise ZooError(f"squeue does not answer: {done.stderr.strip()}; {self.left()}")
        return None

    def jobs_of(self):
        """The numbers of the jobs that run, as scancel takes them."""
        return sorted({task.split("_")[0] for task in self.running.values()})

    def left(self):
        """What the user can do about the jobs that go on without a runner."""
        jobs = " ".join(self.jobs_of())
        return f"Slurm job {jobs} goes on: the same command follows it, scancel {jobs} ends it"

    def stop(self):
        """Cancels the jobs if that was asked for. Returns what the user should know."""
        if not self.running:
            return ""
        if not self.cancel:
            return self.left()
        jobs = self.jobs_of()
        subprocess.run(["scancel", *jobs], capture_output=True)
        if self.earlier:  # tasks of other seeds, which go on
            write_text(self.notes, json.dumps(self.earlier))
        else:
            self.notes.unlink(missing_ok=True)
        return f"Slurm job {' '.join(jobs)} is cancelled"
