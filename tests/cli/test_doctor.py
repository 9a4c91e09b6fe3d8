"""What is said of this machine, and of machines with a GPU that lies idle."""

import re

import pytest
import tensorflow as tf

from zoo.cli import doctor

CUDA = {"is_cuda_build": True, "cuda_version": "12.5", "cudnn_version": "9"}


def test_the_facts_of_this_machine():
    facts, advice = doctor.diagnose()
    facts = dict(facts)
    assert (
        facts["XLA"] == "yes"
        and facts["Keras"].endswith("backend tensorflow")
        and "cores" in facts["processor"]
    )
    assert facts["GPUs that TensorFlow sees"] == "none" and all("fix it" in line for line in advice)
    assert facts["default precision of a training"] == "float32"


@pytest.mark.parametrize(
    "cards, gpus, built, installed, hidden, expected",
    [
        (["H100"], ["gpu"], CUDA, True, None, None),
        ([], [], {}, False, None, None),
        (
            ["H100"],
            [],
            {},
            False,
            None,
            "built without CUDA; fix it with: pip install 'seq2seq-zoo\\[cuda\\]'",
        ),
        (["H100"], [], CUDA, False, None, "nvidia.cudnn.* are missing; fix it with: pip install"),
        (["H100"], [], CUDA, True, None, "cannot load the card's libraries"),
        (["H100"], [], CUDA, True, "", "fix it with: unset CUDA_VISIBLE_DEVICES"),
    ],
)
def test_an_idle_card_gets_a_command_that_mends_it(
    monkeypatch, cards, gpus, built, installed, hidden, expected
):
    monkeypatch.setattr(doctor, "installed", lambda name: installed)
    monkeypatch.setattr(doctor, "gpus_on_the_bus", lambda: False)
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)
    if hidden is not None:
        monkeypatch.setenv("CUDA_VISIBLE_DEVICES", hidden)
    found = doctor.advice(cards, gpus, built, True)
    assert len(found) == (expected is not None) and (
        expected is None or re.search(expected, found[0])
    )


def test_a_card_without_a_driver(monkeypatch):
    monkeypatch.setattr(doctor, "gpus_on_the_bus", lambda: True)
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)
    [found] = doctor.advice([], [], CUDA, True)
    assert "driver" in found and "nvidia-smi" in found


def test_a_broken_xla_is_a_problem(monkeypatch, capsys):
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)
    monkeypatch.setattr(doctor, "gpus_on_the_bus", lambda: False)

    def broken(x):
        raise tf.errors.InternalError(None, None, "libdevice not found\nand more")

    monkeypatch.setattr(tf, "function", lambda function, jit_compile: broken)
    assert not doctor.compiles()
    assert capsys.readouterr().err == "zoo: XLA fails: libdevice not found\n"
    [found] = doctor.advice(["H100"], ["gpu"], CUDA, False)
    assert "pip install 'seq2seq-zoo[cuda]'" in found and "zoo train --no-compiled" in found
