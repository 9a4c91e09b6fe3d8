"""Models that cannot fit are refused before they are built, and models that fit are not."""

import dataclasses
import time

import pytest

import zoo
from zoo.data.buckets import Bucket
from zoo.errors import ZooError
from zoo.inspection import limits
from zoo.inspection.abstract import abstract_model, trainable
from zoo.inspection.limits import check_model, check_positions

GIB = 2**30


@pytest.fixture(autouse=True)
def machine(monkeypatch):
    """A machine with 16 GiB."""
    monkeypatch.setattr("zoo.backend.memory", lambda: 16 * GIB)
    monkeypatch.setattr("zoo.backend.gpu_memory", lambda: 0)


@pytest.mark.parametrize(
    "name, overrides, lower",
    [
        ("transformer_nano", {"units": 10**9}, "--set units"),
        ("transformer_nano", {"units": 100_000}, "--set units"),
        ("lstm_seq2seq_nano", {"units": 10**9}, "--set units"),
        ("bilstm_bahdanau_nano", {"embedding_units": 10**9}, "--set embedding_units"),
        ("lstm_seq2seq_nano", {"depth": 10**9}, "--set depth"),
        ("bart_nano", {"max_positions": 10**9}, "--set max_positions"),
        ("conv_seq2seq_nano", {"kernel": 10**9}, "--set kernel"),
        ("t5_nano", {"inner_units": 10**9, "dropout": 0.1}, "--set inner_units"),
        ("t5_11b", {}, "the model's size"),
    ],
)
def test_a_model_that_cannot_fit_names_what_to_lower_within_seconds(name, overrides, lower):
    started = time.monotonic()
    with pytest.raises(ZooError, match=f"training {name}.* takes at least .*iB.*; lower {lower}$"):
        check_model(name, *zoo.card(name)["vocabulary"], overrides, "adam")
    assert time.monotonic() - started < 30


def test_every_registered_model_that_fits_is_allowed():
    for name in zoo.list_models():
        card = zoo.card(name)
        if 16 * card["parameters"] < 16 * GIB:
            check_model(name, *card["vocabulary"], {}, "adam")


@pytest.mark.parametrize("overrides", [{"units": 6000}, {"depth": 12}, {"inner_units": 10**5}])
def test_extrapolation_never_exceeds_the_true_count(overrides):
    [key] = overrides
    counted = trainable(abstract_model("transformer_nano", 32, 32, **overrides))
    bound = limits.least_parameters("transformer_nano", (32, 32), overrides, key)
    assert 0.99 * counted < bound <= counted


def test_what_fits_only_without_training_is_allowed_to_decode(monkeypatch):
    vocabulary, overrides = zoo.card("t5_nano")["vocabulary"], {"inner_units": 5000}
    needed = 10 * trainable(abstract_model("t5_nano", *vocabulary, **overrides))  # bytes
    monkeypatch.setattr("zoo.backend.memory", lambda: needed)
    check_model("t5_nano", *vocabulary, overrides)
    check_model("t5_nano", *vocabulary, overrides, "adafactor")
    with pytest.raises(ZooError, match="training t5_nano with inner_units=5000"):
        check_model("t5_nano", *vocabulary, overrides, "adam")


def test_other_mistakes_are_left_to_the_model():
    check_model("transformer_nano", 32, 32, {"heads": 10**9}, "adam")
    with pytest.raises(ZooError, match="takes no 'unit'"):
        check_model("transformer_nano", 32, 32, {"unit": 3}, "adam")


def test_batches_that_cannot_fit_name_the_tokens():
    model = abstract_model("transformer_nano")
    limits.check_batches(model, [Bucket(9, 7, 10**4), Bucket(30, 20, 8)])
    with pytest.raises(ZooError, match="1,000,000 rows of 9 source and 7 target .*lower --tokens$"):
        limits.check_batches(model, [Bucket(3, 3, 8), Bucket(9, 7, 10**6)])


@pytest.mark.parametrize("name, enough", [("bart_nano", 71), ("prefix_lm_nano", 142)])
def test_a_task_that_reaches_beyond_the_positions_says_how_many_are_enough(name, enough):
    task = zoo.create_task("reverse", test_max_length=70, train=99, validation=9, test=99)
    assert task.max_source_length == 71
    with pytest.raises(ZooError, match=f"for the task reverse, .* set max_positions={enough}$"):
        check_positions(zoo.create(name, 30, 30), task)
    check_positions(zoo.create(name, 30, 30, max_positions=enough), task)
    check_positions(zoo.create("transformer_nano", 30, 30), task)  # sinusoids have no end


@pytest.mark.parametrize("name", ["bart_nano", "conv_seq2seq_nano", "whisper_nano"])
def test_targets_beyond_the_positions_are_refused(name):
    """A training would read on at the last position, and fail at its first validation."""
    task = zoo.create_task("reverse", test_max_length=5, train=99, validation=9, test=9)
    model = zoo.create(name, 30, 30)
    task = dataclasses.replace(task, max_target_length=model.longest_target() + 1)
    with pytest.raises(ZooError, match=f"set max_positions={task.max_target_length}$"):
        check_positions(model, task)


def test_a_model_of_shortened_sources_says_how_long_they_may_be():
    task = zoo.create_task("reverse", test_max_length=70, train=99, validation=9, test=99)
    with pytest.raises(
        ZooError, match="50 positions are too few .* set max_source=71 and max_positions=71$"
    ):
        check_positions(zoo.create("whisper_nano", 30, 30, max_source=50), task)
    check_positions(zoo.create("whisper_nano", 30, 30, max_source=71, max_positions=71), task)


def test_a_limit_under_another_name_is_told_without_an_option():
    class Short(zoo.Seq2Seq):
        def longest_source(self, room):
            return 5

    task = zoo.create_task("reverse", min_length=7, max_length=7, train=99, validation=9, test=9)
    with pytest.raises(ZooError, match="reads at most 5 source .* of the task reverse has"):
        check_positions(Short(30, 30), task)
