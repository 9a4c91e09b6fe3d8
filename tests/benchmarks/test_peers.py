"""The comparison with other libraries: its workers, the weights they share, and the table."""

import functools
import gzip
import importlib
import json
import os
import pathlib
import sys

import keras
import numpy as np
import pandas as pd
import pytest

from benchmarks.__main__ import main
from benchmarks.peers import decode_zoo, decoding, decoding_shapes, weights
from benchmarks.peers.decoding import keep, render
from benchmarks.peers.decoding_shapes import Shape
from benchmarks.peers.process import Worker
from benchmarks.suite import REPOSITORY
from tests.tracing import run_eagerly
from zoo.errors import ZooError
from zoo.registry import list_models

PEERS = str(pathlib.Path(decoding.__file__).parent)
ECHO = f"""import sys; sys.path.insert(0, {PEERS!r})
from worker import serve
print("what a library prints")
serve(lambda times: lambda sources: [source * times for source in sources])
"""
WORDS = (
    "ein Mann steht am Rand der Straße und sieht zwei Hunden zu , "
    "die im Schnee mit einem roten Ball spielen ."
).split()
SMALL = dict(units=32, depth=2, heads=2, inner_units=64)
SHAPES = {
    "t5": Shape("t5_nano", dict(units=32, start_id=0, tied_embeddings="all"), (), vocabulary=60),
    "bart": Shape("bart_nano", SMALL | dict(tied_embeddings="all"), (), vocabulary=60),
    "lstm": Shape("lstm_seq2seq_nano", dict(units=32), (), vocabulary=60),
    "bahdanau": Shape(
        "bilstm_bahdanau_nano",
        dict(units=32, embedding_units=24, readout_units=40),
        (),
        vocabulary=60,
    ),
}


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory):
    """A small model, trained for two steps on sentences of a few words."""
    folder, random = tmp_path_factory.mktemp("peers"), np.random.default_rng(0)
    for name in ("train.en.gz", "train.de.gz", "test.en.gz"):
        lines = [" ".join(random.choice(WORDS, random.integers(2, 9))) for _ in range(80)]
        (folder / name).write_bytes(gzip.compress("\n".join(lines).encode(), mtime=0))
    with pytest.MonkeyPatch.context() as patch, run_eagerly():
        patch.setattr(
            weights, "multi30k_file", lambda split, language: folder / f"{split}.{language}.gz"
        )
        patch.setattr(weights, "PIECES", 44)
        patch.setitem(
            weights.SHAPES,
            "small",
            Shape("marian_nano", dict(tied_embeddings="all"), (), vocabulary=44, steps=2),
        )
        weights.make("small", folder / "small")
    return folder / "small"


@pytest.fixture
def peers(monkeypatch):
    """A function that imports a worker of the peers' environment as that environment does."""
    monkeypatch.syspath_prepend(PEERS)
    return importlib.import_module


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    """Returns a function from a name in `SHAPES` to the folder of a model with random weights."""
    made, root = {}, tmp_path_factory.mktemp("shapes")

    def folder(name):
        if name not in made:
            random, made[name] = np.random.default_rng(0), root / name
            keras.utils.set_random_seed(3)
            model = weights.build(weights.arguments(SHAPES[name]))
            for variable in model.trainable_variables:
                variable.assign_add(0.2 * random.normal(size=variable.shape))
                if variable.path.endswith("target_embedding/embeddings"):
                    variable.assign(
                        variable * (np.arange(60) > 1)[:, None]
                    )  # no padding and start tokens put out
            sources = [
                [*random.integers(4, 60, random.integers(1, 9)).tolist(), 2] for _ in range(30)
            ]
            weights.save(model, SHAPES[name], sources, made[name])
        return made[name]

    return folder


@pytest.fixture(autouse=True)
def cheap(traced, monkeypatch):
    """The zoo traces and does not compile, on which no output depends; PyTorch has one thread."""
    monkeypatch.setattr(os, "cpu_count", lambda: 1)


@functools.cache
def decoded(module, folder, beam):
    """Outputs of a worker's module for the sources of a folder."""
    return module.load(str(folder), beam, 8, 12, "float32")(
        json.loads((folder / "sources.json").read_text())[:30]
    )


def shares(folder, module, beam):
    """The share of outputs that a worker's module and the zoo have in common."""
    ours, theirs = (decoded(each, folder, beam) for each in (decode_zoo, module))
    assert len(ours) == len(theirs) == 30 and len(set(map(tuple, ours))) > 3
    return np.mean([a == b for a, b in zip(ours, theirs)])


@pytest.mark.parametrize("beam", [1, 4])
@pytest.mark.parametrize("name", ["marian", "t5", "bart"])
def test_transformers_decodes_the_same(name, beam, checkpoint, folders, peers):
    folder = checkpoint if name == "marian" else folders(name)
    assert shares(folder, peers("decode_transformers"), beam) >= decoding.AGREEMENT


@pytest.mark.parametrize("beam", [1, 4])
@pytest.mark.parametrize("name", ["lstm", "bahdanau"])
def test_the_pytorch_loop_decodes_the_same(name, beam, folders, peers):
    assert shares(folders(name), peers("decode_pytorch"), beam) >= decoding.AGREEMENT


def test_kerashub_decodes_the_same(folders):
    from benchmarks.peers import decode_kerashub

    assert shares(folders("bart"), decode_kerashub, 1) >= decoding.AGREEMENT


@pytest.mark.parametrize("name, beam", [("t5", 1), ("t5", 4), ("bart", 4)])
def test_ctranslate2_decodes_the_same(name, beam, folders, peers):
    assert shares(folders(name), peers("decode_ctranslate2"), beam) >= decoding.AGREEMENT


def test_a_worker_answers_as_often_as_it_is_asked(tmp_path):
    worker = Worker(
        sys.executable, ["-c", ECHO], tmp_path / "log", {"times": 2, "work": [[3], [4, 5]]}
    )
    assert worker.found == [[3, 3], [4, 5, 4, 5]] and worker.first >= 0
    assert worker.ask()["seconds"] >= 0
    worker.close()
    with pytest.raises(ZooError, match="ended before it answered; see .*log"):
        worker.ask()


def test_a_worker_that_fails_says_where_to_look(tmp_path):
    with pytest.raises(ZooError, match="log"):
        Worker(sys.executable, ["-c", ECHO], tmp_path / "log", {"tmies": 2, "work": []})
    assert "tmies" in (tmp_path / "log").read_text()


def test_the_table_is_what_the_rows_say():
    folder = REPOSITORY / "results" / "peers"
    assert (folder / "README.md").read_text() == render(folder / "decoding.csv")


def test_rows_of_other_shapes_stay(tmp_path):
    old = pd.read_csv(REPOSITORY / "results" / "peers" / "decoding.csv").iloc[:1]
    row = old.iloc[0].to_dict()
    for shape, ratio in (("T5-small", 2.0), ("marian 3+3, d 256", 3.0), ("T5-small", 4.0)):
        keep([row | {"shape": shape, "ratio": ratio}], tmp_path)
    table = pd.read_csv(tmp_path / "decoding.csv")
    assert list(zip(table["shape"], table["ratio"])) == [
        ("marian 3+3, d 256", 3.0),
        ("T5-small", 4.0),
    ]


def test_every_shape_is_one_that_its_peers_can_decode():
    for shape in decoding_shapes.SHAPES.values():
        assert set(shape.peers) <= set(decoding.PEERS) and shape.peers
        assert weights.arguments(shape)["variant"] in list_models()


@pytest.mark.parametrize(
    "words, said",
    [
        (["peers"], "python -m benchmarks peers"),
        (["peers", "speed"], "python -m benchmarks peers"),
        (["peers", "decoding", "T5-small", "twice"], "unknown shape 'twice'"),
    ],
)
def test_what_is_not_compared(words, said, capsys):
    assert main(words) == 2
    assert said in capsys.readouterr().err
