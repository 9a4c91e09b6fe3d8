"""Takes the place of a cell's process: `... SUITE --cell NAME --work FOLDER [--supervised]`.

It copies its row and outcomes from the folder ZOO_STAND_IN. If NAME.STATE is there, it first does
what that says: "fail"; "wait" until the file is removed; or, once, "hang" until it is ended, or
"die" by SIGKILL.
"""

import os
import pathlib
import shutil
import signal
import sys
import time

name, work = sys.argv[sys.argv.index("--cell") + 1], pathlib.Path(sys.argv[-1])
if "--supervised" in sys.argv:
    from benchmarks.run_cell import die_with_parent

    die_with_parent()
    work = pathlib.Path(sys.argv[-2])
given = pathlib.Path(os.environ["ZOO_STAND_IN"])
once = [state for state in ("die", "hang") if (given / f"{name}.{state}").exists()]
for state in once:
    (given / f"{name}.{state}").unlink()
with open(given / f"{name}.starts", "a") as starts:
    starts.write("started\n")
for folder in ("rows", "outcomes", "progress"):
    (work / folder).mkdir(exist_ok=True)
(work / "progress" / f"{name}.json").write_text("epoch 1/2")
print("a line of the log", flush=True)
if (given / f"{name}.fail").exists():
    sys.exit("error: it fails [/at] a bracket")
if "die" in once:
    os.kill(os.getpid(), signal.SIGKILL)
while (given / f"{name}.wait").exists():
    time.sleep(0.02)
if "hang" in once:
    time.sleep(600)
    sys.exit("error: nobody ended it")
if (given / f"{name}.tsv.xz").exists():
    shutil.copy(given / f"{name}.tsv.xz", work / "outcomes")
shutil.copy(given / f"{name}.json", work / "rows" / f".{name}.new")
os.replace(work / "rows" / f".{name}.new", work / "rows" / f"{name}.json")
