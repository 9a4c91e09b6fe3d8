"""An undisturbed run of the smoke suite."""

import pytest

from tests.benchmarks.running import call
from tests.once import make_once


@pytest.fixture(scope="session")
def finished(tmp_path_factory):
    """The folder of an undisturbed run, one for all workers of the test session."""

    def make(folder):
        done = call(folder, "smoke")
        assert done.returncode == 0, done.stderr

    return make_once(tmp_path_factory, "smoke", make)
