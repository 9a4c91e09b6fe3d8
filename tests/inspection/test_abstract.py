"""Parameter counts and layer tables of any size, without its memory."""

import pathlib

import numpy as np
import pytest

import zoo
from zoo import registry
from zoo.inspection.abstract import abstract_model, count, layer_rows, parameters


def resident():
    """Bytes of memory this process holds."""
    return int(pathlib.Path("/proc/self/statm").read_text().split()[1]) * 4096


@pytest.mark.parametrize(
    "name, expected", [("lstm_seq2seq_base", 384_112_000), ("t5_base", 222_903_552)]
)
def test_the_papers_sizes_are_counted_without_their_memory(name, expected):
    abstract_model("lstm_seq2seq_nano"), abstract_model("t5_nano")
    zoo.create("lstm_seq2seq_nano", 9, 9)
    before = resident()
    model = abstract_model(name)
    assert sum(count(v) for v in model.trainable_variables) == expected
    zoo.create("lstm_seq2seq_nano", 9, 9)  # where Keras would make up for what was put off
    assert resident() - before < 100 * 2**20 < 4 * expected


def test_counts_equal_those_of_real_models():
    for name in ("lstm_seq2seq_nano", "transformer_nano"):
        assert parameters(name) == zoo.create(name, *zoo.card(name)["vocabulary"]).count_params()
        assert parameters(name) == registry.card(name)["parameters"]


def test_the_vocabulary_and_overrides_can_be_given():
    assert abstract_model("transformer_nano", 11, 13, units=24).target_vocabulary == 13
    real = zoo.create("transformer_nano", 11, 13, units=24)
    abstract = abstract_model("transformer_nano", 11, 13, units=24)
    assert [v.shape for v in abstract.variables] == [v.shape for v in real.variables]


def test_an_abstract_model_leaves_later_models_real():
    abstract_model("transformer_nano")
    model = zoo.create("transformer_nano", 8, 8)
    assert np.isfinite(np.asarray(model((np.array([[4, 2]]), np.array([[1, 4]]))))).all()


def test_layer_table_adds_up():
    for name in ("lstm_seq2seq_midi", "bilstm_bahdanau_midi", "transformer_midi", "t5_midi"):
        *rows, (total, _, parameters_) = layer_rows(abstract_model(name))
        assert total == "total" and parameters_ == registry.card(name)["parameters"]
        assert sum(row[2] for row in rows) == parameters_, name
        assert all(row[2] for row in rows) and len({row[0] for row in rows}) == len(rows)
