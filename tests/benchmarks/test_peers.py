"""The comparison with other libraries: its workers, the weights they share, and the table."""

import gzip
import json
import pathlib
import sys

import numpy as np
import pytest

from benchmarks.__main__ import main
from benchmarks.peers import decode_zoo, decoding, weights
from benchmarks.peers.decoding import Worker, render
from benchmarks.suite import REPOSITORY
from zoo.errors import ZooError

PEERS = str(pathlib.Path(decoding.__file__).parent)
ECHO = f"""import sys; sys.path.insert(0, {PEERS!r})
from worker import serve
print("what a library prints")
serve(lambda times: lambda sources: [source * times for source in sources])
"""
WORDS = "ein Mann steht am Rand der Straße und sieht zwei Hunden zu , die im Schnee mit einem roten Ball spielen .".split()


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory):
    """A small model, trained for two steps on sentences of a few words."""
    folder, random = tmp_path_factory.mktemp("peers"), np.random.default_rng(0)
    for name in weights.FILES:
        lines = [" ".join(random.choice(WORDS, random.integers(2, 9))) for _ in range(80)]
        (folder / name).write_bytes(gzip.compress("\n".join(lines).encode(), mtime=0))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(weights, "download", lambda name, origin, digest: folder / pathlib.Path(name).name)
        patch.setattr(weights, "VOCABULARY", 44)
        patch.setattr(weights, "STEPS", 2)
        patch.setitem(weights.SHAPES, "small", ("marian_nano", dict(tied_embeddings="all")))
        weights.make("small", folder / "small")
    return folder / "small"


@pytest.mark.parametrize("beam", [1, 4])
def test_transformers_decodes_the_same(checkpoint, beam, monkeypatch):
    monkeypatch.syspath_prepend(PEERS)
    import decode_transformers

    sources = json.loads((checkpoint / "sources.json").read_text())[:30]
    ours, theirs = (module.load(str(checkpoint), beam, 8, 12, "float32")(sources)
                    for module in (decode_zoo, decode_transformers))
    assert len(ours) == 30 and np.mean([a == b for a, b in zip(ours, theirs)]) >= decoding.AGREEMENT


def test_a_worker_answers_as_often_as_it_is_asked(tmp_path):
    worker = Worker(sys.executable, ["-c", ECHO], tmp_path / "log", {"times": 2, "sources": [[3], [4, 5]]})
    assert worker.outputs == [[3, 3], [4, 5, 4, 5]] and worker.first >= 0
    assert worker.ask()["seconds"] >= 0
    worker.close()
    with pytest.raises(ZooError, match="ended before it answered; see .*log"):
        worker.ask()


def test_a_worker_that_fails_says_where_to_look(tmp_path):
    with pytest.raises(ZooError, match="log"):
        Worker(sys.executable, ["-c", ECHO], tmp_path / "log", {"tmies": 2, "sources": []})
    assert "tmies" in (tmp_path / "log").read_text()


def test_the_table_is_what_the_rows_say():
    folder = REPOSITORY / "results" / "peers"
    assert (folder / "README.md").read_text() == render(folder / "decoding.csv")


@pytest.mark.parametrize("words", [["peers"], ["peers", "training"], ["peers", "decoding", "twice"]])
def test_what_is_not_compared(words, capsys):
    assert main(words) == 2
    assert "python -m benchmarks peers decoding" in capsys.readouterr().err
