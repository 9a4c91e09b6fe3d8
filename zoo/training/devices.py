"""Several devices, or several machines, that train as one: each takes its share of the rows of every batch.

The result is that of one device on the whole batch, up to rounding: gradients are summed over all real tokens before they are
divided, clipped and applied. Dropout draws its own units for each share.
"""

import json
import os

import numpy as np
import tensorflow as tf

from zoo.data.tokenizers import EOS
from zoo.errors import ZooError, check_choice
from zoo.runs.recipe import STRATEGIES
from zoo.training.step import Step

ALONE = {
    "accumulate": 1,
    "moving_average": 0.0,
}  # fields of a recipe that several devices do not share, and their only value


def make_strategy(name):
    """A strategy of `tf.distribute`; to be called before TensorFlow has computed anything.

    Args:
        name: "mirrored", all devices of this machine: its GPUs, or where it has none, its logical processors; or "workers", one
            process a machine, which all are told of by TF_CONFIG or by Slurm.

    Raises:
        ZooError: fewer than two devices; no cluster, or one that is not understood.
    """
    check_choice(STRATEGIES, strategy=name)
    if name == "mirrored":
        devices = tf.config.list_logical_devices("GPU") or tf.config.list_logical_devices("CPU")
        if len(devices) < 2:
            raise ZooError(
                f"--strategy mirrored needs two devices or more, and TensorFlow sees {devices[0].name}; "
                "zoo doctor tells what it lacks"
            )
        return tf.distribute.MirroredStrategy([device.name for device in devices])
    return tf.distribute.MultiWorkerMirroredStrategy(cluster_resolver=cluster())


def cluster():
    """The resolver of the machines that train together. Raises `ZooError` where neither TF_CONFIG nor Slurm tells them."""
    told = os.environ.get("TF_CONFIG")
    if told:
        try:
            config = json.loads(told)
            workers, index = config["cluster"]["worker"], config["task"]["index"]
            if config["task"]["type"] == "worker" and 0 <= index < len(workers):
                return tf.distribute.cluster_resolver.TFConfigClusterResolver()
        except (ValueError, KeyError, TypeError):
            pass
        raise ZooError(
            'TF_CONFIG is not understood; it is like {"cluster": {"worker": ["host1:2222", "host2:2222"]}, '
            f'"task": {{"type": "worker", "index": 0}}}}, got {told[:80]}'
        )
    if "SLURM_STEP_NODELIST" in os.environ:
        return tf.distribute.cluster_resolver.SlurmClusterResolver(port_base=8888)
    raise ZooError(
        "--strategy workers needs to know its machines: set TF_CONFIG in each process, or start them with srun"
    )


def is_chief(strategy):
    """Whether this process is the one that writes: the only one, or the first worker."""
    resolver = None if strategy is None else strategy.cluster_resolver
    return resolver is None or not resolver.cluster_spec().as_dict() or resolver.task_id == 0


def check_recipe(recipe):
    """Raises `ZooError` for what several devices cannot do."""
    for name, value in ALONE.items():
        if getattr(recipe, name) != value:
            raise ZooError(f"{name} is for one device; leave it out, or --strategy")
    if recipe.precision == "mixed_float16":
        raise ZooError("mixed_float16 is for one device; several take float32 or mixed_bfloat16")


class SharedStep(Step):
    """A training step whose rows are shared among the replicas of a strategy.

    Args:
        strategy: `tf.distribute.Strategy`, in whose scope model and optimizer were made; others as in `Step`. The optimizer
            must not clip: the whole gradient is clipped here.
    """

    def __init__(self, strategy, model, optimizer, recipe, updates):
        check_recipe(recipe)
        self.strategy = strategy
        with strategy.scope():
            super().__init__(model, optimizer, recipe, updates)
        self._run = tf.function(self.everywhere)

    def __call__(self, source, target, update=True):
        count = self.strategy.num_replicas_in_sync
        filler = -len(source) % count
        source, target = (np.pad(ids, ((0, filler), (0, 0))) for ids in (source, target))
        source[len(source) - filler :, 0] = EOS
        shares = [(a, b) for a, b in zip(np.split(source, count), np.split(target, count))]
        given = [
            self.strategy.experimental_distribute_values_from_function(
                lambda context, side=side: tf.constant(
                    shares[context.replica_id_in_sync_group][side]
                )
            )
            for side in (0, 1)
        ]
        return [self.strategy.experimental_local_results(found)[0] for found in self._run(*given)]

    def everywhere(self, source, target):
        """The step on every replica; what it gives is the same on all."""
        return self.strategy.run(self.on_replica, (source, target))

    def on_replica(self, source, target):
        """A share of the batch forwards and backwards, and the update that all replicas make alike."""
        # Compiled for each replica by itself, or the second one would read the variables of the first.
        found = self.compiled(self.gradients)(source, target)
        summed = tf.distribute.get_replica_context().all_reduce(tf.distribute.ReduceOp.SUM, found)
        *gradients, total, tokens = summed
        gradients, _ = tf.clip_by_global_norm(
            [g / tf.maximum(tokens, 1.0) for g in gradients], self.recipe.clip_norm
        )
        count = self.strategy.num_replicas_in_sync  # since Keras sums over replicas once more
        self.optimizer.apply([g / count for g in gradients], self.model.trainable_variables)
        return total, tokens
