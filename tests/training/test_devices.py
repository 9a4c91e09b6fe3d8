"""Two devices, and two processes on loopback, against one device on the same batches."""

import json
import os
import socket
import subprocess
import sys

import numpy as np
import pytest

from tests.small_training import recipe
from zoo.errors import ZooError
from zoo.training.devices import check_recipe, cluster, make_strategy

SCRIPT = """
import os, sys
import numpy as np
import tensorflow as tf

kind, out = sys.argv[1:3]
if kind == "mirrored":
    tf.config.set_logical_device_configuration(tf.config.list_physical_devices("CPU")[0],
                                               [tf.config.LogicalDeviceConfiguration()] * 2)
from zoo.training.devices import make_strategy
strategy = None if kind == "one" else make_strategy(kind)
import zoo

task = zoo.create_task("reverse", symbols=5, min_length=1, max_length=4, train=200, validation=8, test=8)
# No Adam for a Transformer: some of its biases have no gradient but rounding, which Adam makes as large as any other.
recipe = zoo.Recipe(steps=20, tokens=150, buckets=2, learning_rate=5e-3, optimizer=sys.argv[4], weight_decay=0.01,
                    clip_norm=0.1, validation_limit=8, compiled=sys.argv[3] == "compiled")
run = zoo.train(sys.argv[5], task, recipe, out + "_run", {"depth": 1}, progress=False, strategy=strategy)
with np.load(out + "_run/last.checkpoint.npz") as saved:
    np.savez(out, *[saved[name] for name in saved.files if name != "position" and saved[name].dtype == np.float32])
"""


def free_ports(count):
    """Ports of this machine that nobody listens on."""
    sockets = [socket.socket() for _ in range(count)]
    for found in sockets:
        found.bind(("localhost", 0))
    ports = [found.getsockname()[1] for found in sockets]
    for found in sockets:
        found.close()
    return ports


def start(kind, out, model, optimizer, compiled, worker=None, ports=()):
    """The script in a process of its own, as a worker of a cluster where it is one."""
    environment = dict(os.environ)
    if worker is not None:
        environment["TF_CONFIG"] = json.dumps(
            {
                "cluster": {"worker": [f"localhost:{port}" for port in ports]},
                "task": {"type": "worker", "index": worker},
            }
        )
    return subprocess.Popen(
        [sys.executable, "-c", SCRIPT, kind, str(out), compiled, optimizer, model],
        env=environment,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )


def trained(*processes):
    """Waits for processes, all of which must succeed."""
    for process in processes:
        said, _ = process.communicate(timeout=300)
        assert process.returncode == 0, said[-3000:]


@pytest.mark.parametrize(
    "what", [("transformer_nano", "sgd", "compiled"), ("lstm_seq2seq_nano", "adamw", "not")]
)
def test_two_devices_train_as_one(tmp_path, what):
    trained(start("one", tmp_path / "one", *what), start("mirrored", tmp_path / "two", *what))
    assert_alike(tmp_path / "one.npz", tmp_path / "two.npz")


def test_two_workers_train_as_one(tmp_path):
    what, ports = ("lstm_seq2seq_nano", "adamw", "not"), free_ports(2)
    trained(
        start("one", tmp_path / "one", *what),
        *(start("workers", tmp_path / f"worker{i}", *what, i, ports) for i in (0, 1)),
    )
    for worker in ("worker0", "worker1"):
        assert_alike(tmp_path / "one.npz", tmp_path / f"{worker}.npz")


def assert_alike(one, other):
    """Weights and moments, after 20 steps."""
    with np.load(one) as a, np.load(other) as b:
        assert len(a.files) == len(b.files) > 10
        for name in a.files:
            np.testing.assert_allclose(a[name], b[name], rtol=0, atol=1e-5)


@pytest.mark.parametrize(
    "changes, message",
    [
        ({"accumulate": 2}, "accumulate is for one device"),
        ({"moving_average": 0.9}, "moving_average is for one device"),
        ({"precision": "mixed_float16"}, "mixed_float16 is for one device"),
    ],
)
def test_what_several_devices_cannot_do(changes, message):
    with pytest.raises(ZooError, match=message):
        check_recipe(recipe(**changes))


@pytest.mark.parametrize(
    "told, message",
    [
        (None, "needs to know its machines: set TF_CONFIG"),
        ("{", "TF_CONFIG is not understood; it is like"),
        (
            '{"cluster": {"worker": ["a:1"]}, "task": {"type": "worker", "index": 3}}',
            "not understood",
        ),
        (
            '{"cluster": {"worker": ["a:1"]}, "task": {"type": "chief", "index": 0}}',
            "not understood",
        ),
        ("[]", "not understood"),
    ],
)
def test_clusters_that_are_not_understood(monkeypatch, told, message):
    monkeypatch.delenv("TF_CONFIG", raising=False)
    monkeypatch.delenv("SLURM_STEP_NODELIST", raising=False)
    if told is not None:
        monkeypatch.setenv("TF_CONFIG", told)
    with pytest.raises(ZooError, match=message):
        cluster()


def test_one_device_is_too_few():
    with pytest.raises(
        ZooError, match="needs two devices or more, and TensorFlow sees .*CPU:0; zoo doctor"
    ):
        make_strategy("mirrored")
    with pytest.raises(ZooError, match="unknown strategy 'miror'; nearest: mirrored"):
        make_strategy("miror")
