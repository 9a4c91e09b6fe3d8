"""An undisturbed run of the smoke suite."""

import fcntl
import os
import subprocess

import pytest

from benchmarks.suite import REPOSITORY
from tests.benchmarks.running import command


@pytest.fixture(scope="session")
def finished(tmp_path_factory):
    """The folder of an undisturbed run, one for all workers of the test session."""
    base = tmp_path_factory.getbasetemp()
    base = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    with open(base / "smoke.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (base / "smoke" / "work" / "by_length_reverse.svg").exists():
            done = subprocess.run(
                command(base / "smoke", "smoke"),
                capture_output=True,
                text=True,
                cwd=REPOSITORY,
                timeout=300,
            )
            assert done.returncode == 0, done.stderr
    return base / "smoke"
