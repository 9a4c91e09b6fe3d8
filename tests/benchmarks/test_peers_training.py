"""Training speed is compared with the same models on the same batches; the table shows it."""

import functools
import importlib
import json
import os
import pathlib

import numpy as np
import pandas as pd
import pytest

import zoo
from benchmarks.__main__ import main
from benchmarks.peers import train_zoo, training
from benchmarks.peers.training import SHAPES, draw, keep, render, step_flops
from benchmarks.peers.training_shapes import Shape
from zoo.errors import ZooError
from zoo.inspection import trace

PEERS = pathlib.Path(training.__file__).parent
TINY = dict(units=16, depth=2, heads=2, inner_units=32, dropout=0.1)
MODELS = {
    "LSTM": ("lstm_seq2seq_nano", dict(units=16, depth=2), dict(units=16, depth=2)),
    "Bahdanau": ("bilstm_bahdanau_nano", dict(units=16), dict(units=16)),
    "nn.Transformer": ("transformer_nano", TINY | dict(tied_embeddings="all"), TINY),
    "transformers T5": ("t5_nano", TINY | dict(tied_embeddings="all"), TINY),
}


@pytest.fixture
def batches(tmp_path):
    """A file of 12 batches of a task of 9 symbols, and their shapes."""
    task = ("reverse", dict(symbols=9, max_length=6, train=200, validation=8, test=8))
    shape = Shape("transformer_nano", {}, "", {}, task, tokens=64, batches=12, vocabulary=16)
    shapes, padding, seconds = draw(shape, tmp_path / "batches.json")
    assert 0 < padding < 0.5 and 0 < seconds < 10 and len(shapes) == 12
    assert all(rows * target <= 64 for rows, _, target in shapes)
    return tmp_path / "batches.json", shapes


@pytest.mark.parametrize("peer", MODELS)
def test_both_train_the_same_model_on_the_same_batches(batches, monkeypatch, peer):
    monkeypatch.syspath_prepend(str(PEERS))
    monkeypatch.setattr(os, "cpu_count", lambda: 1)
    monkeypatch.setattr(zoo, "Recipe", functools.partial(zoo.Recipe, compiled=False))
    file, shapes = batches
    variant, options, arguments = MODELS[peer]
    start_id = 0 if "t5" in variant else 1
    learners = [
        train_zoo.load(variant, 16, options, shapes, "float32"),
        importlib.import_module("train_pytorch").load(
            peer, arguments | {"vocabulary": 16}, start_id
        ),
    ]
    found = [[learner(str(file)) for _ in range(2)] for learner in learners]
    tokens = sum(len(row) for _, targets in json.loads(file.read_text()) for row in targets)
    for rounds in found:
        assert rounds[-1]["loss"] < rounds[0]["loss"] and rounds[0]["tokens"] == tokens
    ours, theirs = (rounds[0]["parameters"] for rounds in found)
    assert (
        abs(ours / theirs - 1) < 0.06
    )  # biases of the LSTMs, which are few in models of real size
    if "ransformer" in peer:
        assert ours == theirs


@pytest.mark.parametrize("name", SHAPES)
def test_operations_of_a_real_size_add_up(name, monkeypatch):
    model, shape = training.built(SHAPES[name]), SHAPES[name]
    traced = functools.cache(trace.trace)  # once for each size
    monkeypatch.setattr(trace, "trace", traced)
    monkeypatch.setattr(training, "built", lambda shape: model)
    step = step_flops(shape, [(8, 16, 16)])
    assert 1e9 < step < 1e12
    assert step_flops(shape, [(8, 16, 16)] * 3) == 3 * step


ROW = {
    "shape": "T5-small",
    "peer": "transformers T5",
    "precision": "float32",
    "batches": 8,
    "rounds": 5,
    "parameters": 60_000_000,
    "peer_parameters": 60_000_000,
    "padding": 0.2,
    "zoo_tokens_per_second": 1000.0,
    "peer_tokens_per_second": 500.0,
    "ratio": 2.0,
    "lowest_ratio": 1.9,
    "highest_ratio": 2.1,
    "zoo_loss": 8.0,
    "peer_loss": 8.1,
    "matrix_share": 0.5,
    "pipeline_share": 0.0123,
    "zoo_first_seconds": 30.0,
    "peer_first_seconds": 9.0,
}


def test_a_new_row_takes_the_place_of_its_old_one(tmp_path):
    for shape, ratio in (("T5-small", 2.0), ("LSTM 2+2, d 512", 1.3), ("T5-small", 2.5)):
        keep(ROW | {"shape": shape, "ratio": ratio}, tmp_path)
    table = pd.read_csv(tmp_path / "training.csv")
    assert table["shape"].tolist() == ["LSTM 2+2, d 512", "T5-small"] and np.allclose(
        table["ratio"], [1.3, 2.5]
    )
    text = (tmp_path / "training.md").read_text()
    assert (
        text == render(tmp_path / "training.csv")
        and "**2.50** (1.90 to 2.10) | 50% | 20% | 1.2%" in text
    )


def test_mistakes(capsys):
    assert main(["peers", "training", "GPT"]) == 2
    assert (
        "unknown shape 'GPT'; known: 'Bi-LSTM attention, d 512', 'LSTM 2+2, d 512'"
        in capsys.readouterr().err
    )
    assert main(["peers", "trianing"]) == 2
    with pytest.raises(ZooError, match="unknown shape"):
        training.main(["x"])
