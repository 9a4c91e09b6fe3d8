"""One checkpoint of each kind, made once a process."""

import shutil
from typing import Any, NamedTuple

import pytest

from tests.pretrained import checkpoints
from zoo.errors import ZooError


class Pair(NamedTuple):
    """A checkpoint as transformers and as the zoo read it."""

    kind: str
    folder: Any
    theirs: Any
    ours: Any
    family: str
    pad: int


@pytest.fixture(scope="session")
def pair(tmp_path_factory):
    """A function of a kind to its `Pair`."""
    made = {}

    def of(kind):
        if kind not in made:
            import zoo

            folder = tmp_path_factory.mktemp(kind)
            theirs = checkpoints.save(kind, folder)
            ours = zoo.from_pretrained(folder)
            made[kind] = Pair(
                kind, folder, theirs, ours, ours.name.rsplit("_", 1)[0], theirs.config.pad_token_id
            )
        return made[kind]

    return of


@pytest.fixture
def broken(pair, tmp_path):
    """Breaks a copy of a checkpoint, which must be refused in one line of a pattern."""

    def check(kind, change, message):
        import zoo

        folder = shutil.copytree(pair(kind).folder, tmp_path / "broken")
        change(folder)
        with pytest.raises(ZooError, match=message) as error:
            zoo.from_pretrained(folder)
        assert "\n" not in str(error.value)

    return check
