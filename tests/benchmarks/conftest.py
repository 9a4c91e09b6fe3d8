"""An undisturbed run of the smoke suite, and suite files that tests write."""

import pytest

from benchmarks import suite as suites
from benchmarks.suite import load_suite
from tests.benchmarks.running import call
from tests.once import make_once


@pytest.fixture(scope="session")
def finished(tmp_path_factory):
    """The folder of an undisturbed run, one for all workers of the test session."""

    def make(folder):
        done = call(folder, "smoke")
        assert done.returncode == 0, done.stderr

    return make_once(tmp_path_factory, "smoke", make)


@pytest.fixture
def write(tmp_path, monkeypatch):
    """A function that writes a suite file among those of the zoo, and reads it."""
    (tmp_path / "suites").mkdir()
    monkeypatch.setattr(suites, "HERE", tmp_path)

    def load(text, name="x"):
        (tmp_path / "suites" / f"{name}.toml").write_text(text)
        return load_suite(name)

    return load
