"""What a cell trains on before its task, as its suite says."""

import pytest

import zoo
from benchmarks.cell import Cell
from benchmarks.labels import change
from benchmarks.pretraining import pretrain
from benchmarks.progress import Progress
from benchmarks.suite import load_suite
from zoo.errors import ZooError

OPTIONS = {"symbols": 5, "max_length": 4, "train": 200, "validation": 20, "test": 20}
RECIPE = {"steps": 3, "tokens": 100, "buckets": 1, "compiled": False, "seed": 0}
FIRST = {"task": "copy", "options": OPTIONS, "recipe": RECIPE}


@pytest.fixture
def cell():
    """A model that is pre-trained."""
    settings = {"task": "reverse", "options": OPTIONS, "pretraining": FIRST}
    return Cell("x", "transformer_nano pretrained=true", "reverse", 0, settings, "x")


def test_training_goes_on_from_the_weights_of_the_pretraining(eager, cell, tmp_path):
    task = zoo.create_task("reverse", **OPTIONS)
    progress = Progress(tmp_path / "progress.json")
    start, facts = pretrain(cell, cell.base, cell.overrides, task, tmp_path / "run", progress)
    assert facts["pretraining"]["steps"] == 3 and facts["pretraining"]["tokens_seen"] > 100
    assert start.source_tokenizer.get_config() == task.source_tokenizer.get_config()
    fresh = zoo.create("transformer_nano", task.source_tokenizer.size, task.target_tokenizer.size)
    assert any((a != b).any() for a, b in zip(start.model.get_weights(), fresh.get_weights()))
    again, same = pretrain(cell, cell.base, cell.overrides, task, tmp_path / "other", progress)
    assert same == facts and len(list(tmp_path.glob("*.pretraining"))) == 1  # trained once
    assert all((a == b).all() for a, b in zip(start.model.get_weights(), again.model.get_weights()))


def test_other_settings_are_trained_for_themselves(eager, cell, tmp_path):
    task = zoo.create_task("reverse", **OPTIONS)
    progress = Progress(tmp_path / "progress.json")
    for steps in (1, 2):
        cell.settings["pretraining"] = FIRST | {"recipe": RECIPE | {"steps": steps}}
        found = pretrain(cell, cell.base, cell.overrides, task, tmp_path / "run", progress)[1]
        assert found["pretraining"]["steps"] == steps


def test_without_pretraining_training_starts_from_the_name(cell, tmp_path):
    del cell.settings["pretraining"]
    assert pretrain(cell, "transformer_nano", {}, None, tmp_path, None) == ("transformer_nano", {})


SUITE = """
title = "T"
models = ["transformer_nano pretrained=true", "transformer_nano"]
seeds = [0]
threads = 1
decoders = {}
[tasks.reverse]
options = { symbols = 5 }
recipe = { epochs = 2 }
length_edges = [1, 21]
"""
PRETRAINING = """
[pretraining]
task = "copy"
options = {}
recipe = { epochs = 1 }
"""


@pytest.fixture
def write(tmp_path):
    """Writes a suite file and reads it."""

    def load(text):
        (tmp_path / "own.toml").write_text(text)
        return load_suite(str(tmp_path / "own.toml"))

    return load


def test_a_model_may_be_trained_on_another_task_first(write):
    text = SUITE + PRETRAINING
    first, plain = write(text).cells()
    assert first.overrides == {} and "pretraining" not in plain.settings
    assert first.settings["pretraining"] == {
        "task": "copy",
        "options": {},
        "recipe": first.settings["recipe"] | {"epochs": 1},
    }
    assert change(first.model) == "`pretrained`: false → true"
    later = text.replace('task = "copy"', 'task = "sort"')
    assert write(later).cells()[0].key != first.key and first.code != plain.code


@pytest.mark.parametrize(
    "old, new, message",
    [
        (PRETRAINING, "", "a pretrained model needs .pretraining. with task, options, recipe"),
        ("options = {}\nrecipe = { epochs = 1 }", "options = {}", "needs .pretraining. with"),
        ('task = "copy"', 'task = "cpy"', "unknown task 'cpy'; nearest: copy"),
        ("{ epochs = 1 }", "{ epoch = 1 }", "epoch"),
        ("pretrained=true", "pretrained=perhaps", "must be true or false, got 'perhaps'"),
    ],
)
def test_a_wrong_pretraining_is_told(write, old, new, message):
    text = SUITE + PRETRAINING
    with pytest.raises(ZooError, match=message):
        write(text.replace(old, new))
