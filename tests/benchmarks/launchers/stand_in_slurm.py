"""Takes the place of sbatch, squeue and scancel, by the name in its first argument.

Tasks are processes of this machine. The folder of the script holds JOB_NUMBER.pid for each task,
JOB_NUMBER.state where a state is to be shown in place of the true one, and `calls`.
"""

import os
import pathlib
import re
import signal
import subprocess
import sys

here, program = pathlib.Path(__file__).parent, sys.argv.pop(1)
with open(here / "calls", "a") as calls:
    calls.write(" ".join([program, *sys.argv[1:]]) + "\n")


def alive(pid):
    """Whether a process runs."""
    try:
        stat = pathlib.Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False
    return stat.rsplit(")", 1)[1].split()[0] != "Z"


if program == "sbatch":
    if "--partition=none" in sys.argv:
        sys.exit("sbatch: error: invalid partition specified: none")
    last = re.search(r"^#SBATCH --array=0-(\d+)", pathlib.Path(sys.argv[-1]).read_text(), re.M)
    job = 1 + len(list(here.glob("*_0.pid")))
    for number in range(int(last[1]) + 1):
        task = subprocess.Popen(
            ["bash", sys.argv[-1]],
            env=os.environ | {"SLURM_ARRAY_TASK_ID": str(number)},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        (here / f"{job}_{number}.pid").write_text(str(task.pid))
    print(job)
elif program == "squeue":
    for path in sorted(here.glob("*.pid")):
        state = path.with_suffix(".state")
        true = "RUNNING" if alive(path.read_text()) else "COMPLETED"
        print(path.stem, state.read_text() if state.exists() else true)
elif program == "scancel":
    for path in here.glob(f"{sys.argv[1]}_*.pid"):
        if alive(path.read_text()):
            path.with_suffix(".state").write_text("CANCELLED")
            os.killpg(int(path.read_text()), signal.SIGKILL)
