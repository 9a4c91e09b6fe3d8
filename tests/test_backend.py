"""What this machine has, and a TensorFlow that stays quiet."""

import os
import subprocess
import sys
import types

import keras
import pytest
import tensorflow as tf

import zoo
from zoo import backend
from zoo.errors import ZooError


def test_memory_is_what_is_free_or_what_a_container_may_have(monkeypatch):
    free = backend.memory()
    assert 2**20 < free < 2**50
    monkeypatch.setattr(backend, "container_limits", lambda: [2**20, 2**30])
    assert backend.memory() == 2**20
    monkeypatch.setattr(backend, "container_limits", lambda: [2**60])
    assert backend.memory() > 2**20


@pytest.mark.parametrize("text", ["", "MemTotal: 1 kB\n", "MemAvailable: many kB\n"])
def test_a_system_that_does_not_tell_its_memory_refuses_nothing(monkeypatch, text):
    monkeypatch.setattr(backend.pathlib.Path, "read_text", lambda path: text)
    assert backend.memory() is None
    backend.check_memory(10**30, "everything", "it")


def test_what_does_not_fit_is_refused_with_what_to_lower(monkeypatch):
    monkeypatch.setattr(backend, "memory", lambda: 3 * 2**30)
    backend.check_memory(3 * 2**30, "a beam", "--beam")
    with pytest.raises(ZooError) as found:
        backend.check_memory(2**40, "a beam", "--beam")
    assert str(found.value) == (
        "a beam takes at least 1.0 TiB of memory, and 3.0 GiB are free here; lower --beam"
    )


def test_tensorflow_does_not_take_all_memory_of_a_card():
    script = "import os, zoo.layers; print(os.environ['TF_FORCE_GPU_ALLOW_GROWTH'])"
    given = {k: v for k, v in os.environ.items() if k != "TF_FORCE_GPU_ALLOW_GROWTH"}
    done = subprocess.run([sys.executable, "-c", script], env=given, capture_output=True, text=True)
    assert done.stdout == "true\n"


@pytest.mark.parametrize("limits, known", [([2**30, 2**35], 2**35), ([], backend.LARGEST_GPU)])
def test_what_a_gpu_may_have_is_what_tensorflow_says(monkeypatch, limits, known):
    from tensorflow.python.client import device_lib

    backend.largest_limit.cache_clear()
    monkeypatch.setattr(backend, "memory", lambda: 2**45)  # the host's does not count
    monkeypatch.setattr(tf.config, "list_physical_devices", lambda kind: ["a card"])
    devices = [types.SimpleNamespace(device_type="GPU", memory_limit=limit) for limit in limits]
    monkeypatch.setattr(device_lib, "list_local_devices", lambda: devices)
    backend.check_memory(known, "a model", "its size")
    with pytest.raises(ZooError, match=f"and {backend.readable(known)} are free here"):
        backend.check_memory(known + 2**40, "a model", "its size")
    backend.largest_limit.cache_clear()


@pytest.mark.parametrize(
    "message, expected",
    [
        ("RESOURCE_EXHAUSTED: Out of memory while trying to allocate", True),
        ("failed to create cublas handle: CUBLAS_STATUS_ALLOC_FAILED", True),
        ("Failed to capture gpu graph: CUDA_ERROR_OUT_OF_MEMORY: out of memory", True),
        ("CUBLAS_STATUS_NOT_INITIALIZED", False),
    ],
)
def test_messages_that_say_that_memory_ran_out(message, expected):
    assert backend.is_out_of_memory(tf.errors.InternalError(None, None, message)) is expected


@pytest.mark.parametrize(
    "number, text", [(1000, "1.0 KiB"), (2**20, "1.0 MiB"), (3 * 2**50, "3.0 PiB")]
)
def test_bytes_are_readable(number, text):
    assert backend.readable(number) == text


def test_a_function_is_compiled_once_and_lets_its_model_go():
    class Model(keras.Model):
        pass

    calls = []

    def double(model, x):
        calls.append(type(model))
        return 2 * x

    model = Model()
    for value in (1.0, 2.0):
        assert float(backend.compiled(model, "double", double)(tf.constant(value))) == 2 * value
    assert calls == [Model]
    functions = len(backend._functions)
    del model
    import gc

    gc.collect()
    assert len(backend._functions) < functions


def test_noise_is_held_back_until_something_fails(capfd):
    with backend.quiet_imports():
        os.write(2, b"noise\n")
    assert not capfd.readouterr().err
    with pytest.raises(OSError):
        with backend.quiet_imports():
            os.write(2, b"the reason\n")
            raise OSError
    assert capfd.readouterr().err == "the reason\n"


def test_seeds_make_a_process_repeatable():
    drawn = []
    for seed in (1, 1, 2):
        backend.make_repeatable(zoo.Recipe(seed=seed))
        drawn.append(float(keras.random.normal(())))
    assert drawn[0] == drawn[1] != drawn[2]


def test_a_processor_trains_in_float32_and_its_cores_are_counted():
    assert backend.default_precision() == "float32"
    assert 1 <= backend.cores() <= os.cpu_count()


def test_gpus_are_those_that_the_driver_names(monkeypatch, tmp_path):
    program = tmp_path / "nvidia-smi"
    program.write_text("#!/bin/sh\necho NVIDIA H100\necho NVIDIA H100\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/bin:/usr/bin")
    assert backend.nvidia_cards() == ["NVIDIA H100"] * 2
    program.write_text("#!/bin/sh\necho NVIDIA-SMI has failed\nexit 9\n")
    assert backend.nvidia_cards() == []
