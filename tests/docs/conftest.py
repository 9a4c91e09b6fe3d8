"""The site, built once per session."""

import shutil
import subprocess
import sys

import pytest

import zoo
from tests.docs.blocks import DOCS
from tests.once import make_once
from zoo import registry

FAMILIES = registry.list_families()


def build(folder, *options):
    """Runs build.py on a copy of docs/ in `folder`; returns the finished process."""
    skip = shutil.ignore_patterns("_build", "generated", "__pycache__")
    shutil.copytree(DOCS, folder / "docs", ignore=skip, dirs_exist_ok=True)
    return subprocess.run(
        [sys.executable, folder / "docs" / "build.py", *map(str, options)],
        capture_output=True,
        text=True,
    )


@pytest.fixture(scope="session")
def site(tmp_path_factory):
    """The folder of the built site."""

    def make(folder):
        folder.mkdir()
        done = build(folder)
        assert done.returncode == 0, done.stdout + done.stderr

    return make_once(tmp_path_factory, "site", make) / "docs" / "_build" / "html"


@pytest.fixture
def restored():
    """Forgets the page's variants, which are registered in this process."""
    zoo.list_models()
    entries, modules = set(registry.models._entries), set(sys.modules)
    yield
    for name in set(registry.models._entries) - entries:
        del registry.models._entries[name]
    for name in set(sys.modules) - modules:
        if name.startswith("zoo_variants_"):
            del sys.modules[name]
