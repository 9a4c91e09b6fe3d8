"""Two devices, and two processes on loopback, against one device on the same batches."""

import json
import os
import socket
import subprocess
import sys
import types

import numpy as np
import pytest
import tensorflow as tf

import zoo
from tests.small_training import recipe
from zoo.errors import ZooError
from zoo.layers.dropout import counter_hash
from zoo.training import devices, loop
from zoo.training.devices import check_recipe, make_distribution, on_own_share

SCRIPT = """
import os, sys
import numpy as np
import tensorflow as tf

kind, *trainings = sys.argv[1:]
if kind == "mirrored":
    processor = tf.config.list_physical_devices("CPU")[0]
    tf.config.set_logical_device_configuration(
        processor, [tf.config.LogicalDeviceConfiguration()] * 2
    )
from zoo.training.devices import make_distribution
distribution = make_distribution(kind)
from zoo.training import loop
loop.validate = lambda *_: {"validation_exact_match": 0.0}  # the weights alone are compared
from zoo.training import devices
used, own = [], devices.on_own_share
devices.on_own_share = lambda *given: used.append(1) or own(*given)
from tests.training.test_devices import differing, run
assert kind != "mirrored" or differing(distribution)
for training in trainings:  # several in one process, since loading TensorFlow takes long
    out, *what = training.split(",")
    run(out, what, distribution)
assert used
"""


def run(out, what, distribution=None):
    """Trains 10 steps. Leaves weights and moments in the file `out`.npz.

    Args:
        out: path without its suffix.
        what: model, optimizer, and "compiled" or "not".
        distribution: of `make_distribution`.
    """
    model, optimizer, compiled = what
    task = zoo.create_task(
        "reverse", symbols=5, min_length=1, max_length=4, train=200, validation=8, test=8
    )
    # No Adam for a Transformer: some of its biases have no gradient but rounding, which Adam makes
    # as large as any other.
    chosen = zoo.Recipe(
        steps=10,
        tokens=150,
        buckets=1 if compiled == "compiled" else 2,
        learning_rate=5e-3,
        optimizer=optimizer,
        weight_decay=0.01,
        clip_norm=0.1,
        validation_limit=8,
        compiled=compiled == "compiled",
    )
    folder = f"{out}_run"
    overrides = {"depth": 1}
    zoo.train(model, task, chosen, folder, overrides, progress=False, distribution=distribution)
    with np.load(f"{folder}/last.checkpoint.npz") as saved:
        names = [name for name in saved.files if name != "position"]
        np.savez(out, *[saved[name] for name in names if saved[name].dtype == np.float32])


def differing(distribution):
    """Whether two devices with the same seed draw other bits, compiled."""
    seed = tf.constant([3, 4], "int64")
    bits = lambda: on_own_share(tf.function(counter_hash, jit_compile=True), (64,), seed)
    values = tf.function(lambda: distribution.run(bits))()
    one, other = (np.asarray(x) for x in distribution.experimental_local_results(values))
    return (one != other).all() and (one == np.asarray(counter_hash((64,), seed))).all()


def free_ports(count):
    """Ports of this machine that nobody listens on."""
    sockets = [socket.socket() for _ in range(count)]
    for found in sockets:
        found.bind(("localhost", 0))
    ports = [found.getsockname()[1] for found in sockets]
    for found in sockets:
        found.close()
    return ports


def start(kind, trainings, worker=None, ports=()):
    """Runs the script in a process of its own, as a worker of a cluster if `worker` is given.

    `trainings` is a dict of paths without suffix to what is trained, as in `run`.
    """
    environment = os.environ | {"CUDA_VISIBLE_DEVICES": "-1"}
    if worker is not None:
        environment["TF_CONFIG"] = json.dumps(
            {
                "cluster": {"worker": [f"localhost:{port}" for port in ports]},
                "task": {"type": "worker", "index": worker},
            }
        )
    words = [(out, *what) for out, what in trainings.items()]
    return subprocess.Popen(
        [sys.executable, "-c", SCRIPT, kind, *(",".join(map(str, pair)) for pair in words)],
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


TRANSFORMER = ("transformer_nano", "sgd", "compiled")
LSTM = ("lstm_seq2seq_nano", "adamw", "not")


@pytest.fixture(scope="module")
def alone(tmp_path_factory):
    """Gives the result of one device, trained once for each `what`, without validation."""
    made = {}

    def find(what):
        if what not in made:
            made[what] = tmp_path_factory.mktemp("alone") / "one"
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr(loop, "validate", lambda *_: {"validation_exact_match": 0.0})
                patch.setattr(loop.Training, "run_to_the_end", moving)
                run(made[what], what)
        return made[what].with_suffix(".npz")

    return find


def moving(training, train=loop.Training.run_to_the_end):
    """Trains, which must move the weights much further than devices may differ."""
    before = [np.array(v) for v in training.model.trainable_variables]
    trained = train(training)
    after = training.model.trainable_variables
    moved = [np.abs(np.array(v) - old).max() for v, old in zip(after, before, strict=True)]
    assert max(moved) > 5e-4
    return trained


def test_two_devices_train_as_one(tmp_path, alone):
    trainings = {tmp_path / "one": TRANSFORMER, tmp_path / "two": LSTM}
    trained(start("mirrored", trainings))
    for out, what in trainings.items():
        assert_alike(alone(what), out.with_suffix(".npz"))


def test_two_workers_train_as_one(tmp_path, alone):
    ports = free_ports(2)
    trained(*(start("workers", {tmp_path / f"worker{i}": LSTM}, i, ports) for i in (0, 1)))
    for worker in ("worker0", "worker1"):
        assert_alike(alone(LSTM), tmp_path / f"{worker}.npz")


def assert_alike(one, other):
    """Weights and moments, after 10 steps."""
    with np.load(one) as a, np.load(other) as b:
        assert len(a.files) == len(b.files) > 10
        for name in a.files:
            largest = np.abs(b[name]).max()
            np.testing.assert_allclose(a[name], b[name], rtol=0, atol=5e-6 * largest + 1e-11)


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


def test_clocks_of_several_machines_do_not_end_a_training(monkeypatch):
    monkeypatch.setattr(devices, "of_machines", lambda distribution: distribution is not None)
    with pytest.raises(ZooError, match="minutes is for one machine, since clocks differ; give"):
        check_recipe(recipe(minutes=1.0), "workers")
    check_recipe(recipe(minutes=1.0))
    check_recipe(recipe(), "workers")


def test_one_device_is_too_few(monkeypatch):
    with pytest.raises(
        ZooError, match="needs two devices or more, and TensorFlow sees .*CPU:0; zoo doctor"
    ):
        make_distribution("mirrored")
    gpu = types.SimpleNamespace(name="/device:GPU:0")
    monkeypatch.setattr(tf.config, "list_logical_devices", lambda kind: [gpu])
    with pytest.raises(ZooError, match="sees /device:GPU:0$"):
        make_distribution("mirrored")
    with pytest.raises(ZooError, match="unknown distribution 'miror'; nearest: mirrored"):
        make_distribution("miror")
