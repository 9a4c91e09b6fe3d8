"""Weights and their checksum."""

import os
import subprocess

import keras
import numpy as np
import pytest

from tests.contract.conftest import make, shared
from zoo.errors import ZooError
from zoo.runs import weights
from zoo.runs.weights import check_finite, checksum, load_weights, save_weights

NAME = "best.weights.h5"


@pytest.fixture
def path(tmp_path):
    save_weights(tmp_path / NAME, shared("lstm_seq2seq_nano"))
    return tmp_path / NAME


def flip(path, share=0.5):
    data = bytearray(path.read_bytes())
    data[int(share * len(data))] ^= 1
    path.write_bytes(data)


def test_the_checksum_is_that_of_other_tools(path):
    check = subprocess.run(["sha256sum", "-c", f"{NAME}.sha256"], cwd=path.parent, check=False)
    assert check.returncode == 0
    assert sorted(os.listdir(path.parent)) == [NAME, f"{NAME}.sha256"]


@pytest.mark.parametrize("share", [0.01, 0.3, 0.5, 0.7, 0.99])
def test_a_flipped_bit_is_found(path, share):
    flip(path, share)
    with pytest.raises(
        ZooError, match="best.weights.h5 is broken: its SHA-256 is not that"
    ) as found:
        load_weights(path, shared("lstm_seq2seq_nano"))
    assert "\n" not in str(found.value)


def test_weights_of_before_there_were_checksums_are_read(path):
    model = make("lstm_seq2seq_nano", noise=0.5)
    (path.parent / f"{NAME}.sha256").unlink()
    load_weights(path, model)
    for one, other in zip(model.weights, shared("lstm_seq2seq_nano").weights):
        np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize("known", [True, False])
def test_a_process_that_is_killed_leaves_weights_that_can_be_read(path, monkeypatch, known):
    class Killed(BaseException):
        pass

    def kill(*names):
        raise Killed

    if not known:
        (path.parent / f"{NAME}.sha256").unlink()
    before = checksum(path)
    other = make("lstm_seq2seq_nano", noise=0.3)
    replace = os.replace
    for stop in (1, 2, 3):
        calls = []

        def moved(source, target, calls=calls, stop=stop):
            calls.append(target)
            kill() if len(calls) == stop else replace(source, target)

        monkeypatch.setattr(weights.os, "replace", moved)
        with pytest.raises(Killed):
            save_weights(path, other)
        assert (checksum(path) == before) is (stop < 3)
        load_weights(path, make("lstm_seq2seq_nano"))
    monkeypatch.setattr(weights.os, "replace", replace)
    save_weights(path, other)
    assert (path.parent / f"{NAME}.sha256").read_text() == f"{checksum(path)}  {NAME}\n"


def test_what_cannot_be_read_is_not_called_broken(path, monkeypatch):
    def refuse(name, *mode):
        raise PermissionError(13, "Permission denied", str(name))

    monkeypatch.setattr("builtins.open", refuse)
    with pytest.raises(ZooError, match="best.weights.h5 cannot be read: Permission denied"):
        load_weights(path, shared("lstm_seq2seq_nano"))


def test_weights_of_another_model(path):
    with pytest.raises(ZooError, match="best.weights.h5 is broken .*train the run again") as found:
        load_weights(path, shared("transformer_nano"))
    assert "\n" not in str(found.value)


def test_a_pipe_holds_no_weights(tmp_path):
    os.mkfifo(tmp_path / NAME)
    with pytest.raises(ZooError, match="best.weights.h5 is not a regular file"):
        load_weights(tmp_path / NAME, shared("lstm_seq2seq_nano"))


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_one_value_that_is_not_finite_is_enough(value):
    good, bad = keras.Variable([1.0, 2.0], name="good"), keras.Variable([1.0, value], name="bad")
    check_finite([good, keras.Variable(3, dtype="int32")], "the weights", "start again")
    with pytest.raises(ZooError, match=r"^the weights are not finite \(bad\): start again$"):
        check_finite([good, bad], "the weights", "start again")
    with pytest.raises(ZooError, match=r"\(bad and 1 more\)"):
        check_finite([bad, good, bad], "the weights", "start again")


def test_weights_that_are_not_finite_do_not_load(tmp_path):
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    model.layers[0].bias.assign([np.nan])
    save_weights(tmp_path / NAME, model)
    with pytest.raises(ZooError, match="the weights in .*best.weights.h5 are not finite"):
        load_weights(tmp_path / NAME, model)
