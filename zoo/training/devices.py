"""Several devices, or several machines, that train as one: each takes its share of every batch.

The result is that of one device on the whole batch, up to rounding: gradients are summed over all
real tokens before they are divided, clipped and applied. Dropout differs from device to device.
"""

import json
import os

import numpy as np
import tensorflow as tf
from tensorflow.python.distribute.cluster_resolver.slurm_cluster_resolver import (
    expand_hostlist,
    expand_tasks_per_node,
)

from zoo.data.batches import with_rows
from zoo.errors import ZooError, check_choice
from zoo.frames import map_source
from zoo.layers.dropout import share
from zoo.runs.recipe import DISTRIBUTIONS
from zoo.training.step import Step

# Fields of a recipe that several devices do not support, and their only value.
ALONE = {"accumulate": 1, "moving_average": 0.0}
FIRST_PORT = 8888  # of a node's tasks under Slurm


def make_distribution(name):
    """The `tf.distribute.Strategy` of a name. Call it before TensorFlow has computed anything.

    Args:
        name: "mirrored" takes all devices of this machine: its GPUs, or its logical CPUs if it has
            none. "workers" takes one process per machine; TF_CONFIG or Slurm names them.

    Raises:
        ZooError: there are fewer than two devices, or the machines are not known.
    """
    check_choice(DISTRIBUTIONS, distribution=name)
    if name == "mirrored":
        gpus = tf.config.list_logical_devices("GPU")
        devices = gpus or tf.config.list_logical_devices("CPU")
        if len(devices) < 2:
            idle = "" if gpus else "; zoo doctor says why a GPU is not used"
            raise ZooError(
                "--devices mirrored needs two devices or more, and TensorFlow sees "
                f"{devices[0].name}{idle}"
            )
        return tf.distribute.MirroredStrategy([device.name for device in devices])
    return tf.distribute.MultiWorkerMirroredStrategy(cluster_resolver=cluster())


def cluster():
    """The resolver of the machines that train together.

    Raises:
        ZooError: neither TF_CONFIG nor Slurm names them.
    """
    given = os.environ.get("TF_CONFIG")
    if given:
        try:
            config = json.loads(given)
            workers, index = config["cluster"]["worker"], config["task"]["index"]
            if config["task"]["type"] == "worker" and 0 <= index < len(workers):
                return tf.distribute.cluster_resolver.TFConfigClusterResolver()
        except (ValueError, KeyError, TypeError, RecursionError):
            pass
        raise ZooError(
            "TF_CONFIG cannot be read: expected something like "
            '{"cluster": {"worker": ["host1:2222", "host2:2222"]}, '
            f'"task": {{"type": "worker", "index": 0}}}}, got {given[:80]}'
        )
    if "SLURM_STEP_NODELIST" in os.environ:
        return slurm_cluster()
    raise ZooError(
        "--devices workers needs to know its machines: set TF_CONFIG in each process, or start "
        "them with srun"
    )


def slurm_cluster():
    """The resolver of the tasks of a Slurm step. Those of one node divide its GPUs.

    TensorFlow's own resolver needs nvidia-smi, takes a node without GPUs for a mistake, and sorts
    node10 before node2, in which order Slurm does not number its tasks.
    """
    hosts = expand_hostlist(os.environ["SLURM_STEP_NODELIST"])
    counts = expand_tasks_per_node(os.environ["SLURM_STEP_TASKS_PER_NODE"])
    rank = int(os.environ["SLURM_PROCID"])
    tasks = [(host, i, count) for host, count in zip(hosts, counts) for i in range(count)]
    _, own, count = tasks[rank]
    gpus = tf.config.list_physical_devices("GPU")
    if len(gpus) >= count:  # fewer are those that Slurm has bound to this task alone
        gpus = gpus[own::count]
        tf.config.set_visible_devices(gpus, "GPU")
    return tf.distribute.cluster_resolver.SimpleClusterResolver(
        tf.train.ClusterSpec({"worker": [f"{host}:{FIRST_PORT + i}" for host, i, _ in tasks]}),
        task_type="worker",
        task_id=rank,
        num_accelerators={"GPU": len(gpus)},
        rpc_layer="grpc",
    )


def is_chief(distribution):
    """Whether this process writes the run folder: the only process, or the first worker."""
    return not of_machines(distribution) or distribution.cluster_resolver.task_id == 0


def of_machines(distribution):
    """Whether a `tf.distribute.Strategy`, or None, is one of several machines."""
    resolver = None if distribution is None else distribution.cluster_resolver
    return resolver is not None and bool(resolver.cluster_spec().as_dict())


def on_own_share(function, *arguments):
    """Calls a function on a device, so that its dropout differs from that of other devices."""
    with share(tf.distribute.get_replica_context().replica_id_in_sync_group):
        return function(*arguments)


def check_recipe(recipe, distribution=None):
    """Raises `ZooError` for what the devices of a `tf.distribute.Strategy` cannot do."""
    if recipe.minutes and of_machines(distribution):
        raise ZooError("minutes is for one machine, since clocks differ; give --steps or --epochs")
    for name, value in ALONE.items():
        if getattr(recipe, name) != value:
            raise ZooError(f"{name} is for one device; leave it out, or --devices")
    if recipe.precision == "mixed_float16":
        raise ZooError("mixed_float16 is for one device; several take float32 or mixed_bfloat16")


class SharedStep(Step):
    """A training step whose rows are shared among several devices.

    Args:
        distribution: `tf.distribute.Strategy`, in whose scope model and optimizer were made.
        model, recipe, updates: as in `Step`.
        optimizer: as in `Step`, but it must not clip: the whole gradient is clipped here.
    """

    def __init__(self, distribution, model, optimizer, recipe, updates):
        check_recipe(recipe, distribution)
        self.distribution = distribution
        with distribution.scope():
            super().__init__(model, optimizer, recipe, updates)
        self._run = tf.function(self.everywhere)

    def run(self, source, target, update):
        count = self.distribution.num_replicas_in_sync
        rows = len(target) + -len(target) % count
        source = with_rows(source, rows)
        target = np.pad(target, ((0, rows - len(target)), (0, 0)))
        shared = lambda ids: self.shared(np.split(ids, count))
        results = self._run(map_source(shared, source), shared(target))
        return [self.distribution.experimental_local_results(result)[0] for result in results]

    def shared(self, shares):
        """A value that is `shares[i]` on the i-th device."""
        return self.distribution.experimental_distribute_values_from_function(
            lambda context: tf.constant(shares[context.replica_id_in_sync_group])
        )

    def everywhere(self, source, target):
        """The step on every device; what it returns is the same on all."""
        return self.distribution.run(self.on_replica, (source, target))

    def on_replica(self, source, target):
        """A share of the batch forwards and backwards, and the update, the same on all devices."""
        # Compiled for each replica by itself, or the second one would read the first's variables.
        found = on_own_share(self.compiled(self.gradients), source, target)
        summed = tf.distribute.get_replica_context().all_reduce(tf.distribute.ReduceOp.SUM, found)
        *gradients, total, tokens = summed
        gradients, _ = tf.clip_by_global_norm(
            [g / tf.maximum(tokens, 1.0) for g in gradients], self.recipe.clip_norm
        )
        count = self.distribution.num_replicas_in_sync  # Keras sums over replicas once more
        self.optimizer.apply([g / count for g in gradients], self.weights)
        return total, tokens
