"""A virtual environment for the peers, so that none of them changes the packages of the zoo."""

import pathlib
import subprocess
import sys

from zoo.errors import ZooError

REQUIREMENTS = pathlib.Path(__file__).with_name("requirements.txt")


def python_of(folder):
    """Returns the path of the peers' Python. Installs their environment if it is missing or old.

    Raises:
        ZooError: pip fails.
    """
    folder = pathlib.Path(folder)
    python, made_from = folder / "bin" / "python", folder / "made_from.txt"
    wanted = REQUIREMENTS.read_text()
    if made_from.is_file() and made_from.read_text() == wanted:
        return python
    print(f"installing the peers into {folder}", flush=True)
    lines = [line for line in wanted.splitlines() if line]
    try:
        subprocess.run([sys.executable, "-m", "venv", "--clear", folder], check=True)
        for line in lines:  # torch first, since the others depend on it
            subprocess.run([python, "-m", "pip", "install", "-q", line], check=True)
    except subprocess.CalledProcessError as error:
        raise ZooError(
            f"the peers cannot be installed into {folder}: {' '.join(map(str, error.cmd))} failed"
        ) from error
    made_from.write_text(wanted)
    return python
