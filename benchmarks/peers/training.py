"""`python -m benchmarks peers training [SHAPE ...]`: compares training speed with PyTorch.

Both train the same architecture with the same number of parameters, loss, clipping and optimizer,
on the same batches in the same order. The zoo pads a batch to the shape that it was compiled for,
PyTorch to its longest sentence. Each library runs in its own process, and they take turns. The gain
of a lower precision is measured in the same way, against the zoo in float32.
"""

import json
import sys
import time

import numpy as np

from benchmarks.peers import table
from benchmarks.peers.decoding import HERE
from benchmarks.peers.environment import python_of
from benchmarks.peers.process import compared, hide_gpus, in_turns
from benchmarks.peers.table import check_names
from benchmarks.peers.training_page import render
from benchmarks.peers.training_shapes import SELF, SHAPES
from benchmarks.suite import REPOSITORY
from zoo.errors import ZooError
from zoo.files import write_text

ROUNDS = 5  # in which each library trains on all batches once
CHAINED = 16  # products per call, so that neither the call nor its result counts
ALIKE = 0.01  # largest relative difference between the numbers of parameters


def built(shape):
    """The zoo's model of a shape, whose variables hold no values."""
    from zoo.inspection.abstract import abstract_model

    return abstract_model(shape.variant, shape.vocabulary, shape.vocabulary, **shape.options)


def draw(shape, file):
    """Writes the batches of a shape to a file.

    Returns:
        A tuple of three:
        list of (rows, source length, target length), the padded shape of each batch;
        float, the share of padding in them;
        float, the seconds that the zoo takes to make them, from the mean over an epoch.
    """
    from zoo.data.task import create_task
    from zoo.runs.recipe import Recipe
    from zoo.training.batches import make_batches

    batches = make_batches(
        create_task(shape.task[0], **shape.task[1]),
        Recipe(tokens=shape.tokens, buckets=shape.buckets),
        built(shape).count_params(),
    )
    started = time.perf_counter()
    chosen = list(batches.epoch(0))
    seconds = (time.perf_counter() - started) / len(chosen) * shape.batches
    chosen = chosen[: shape.batches]
    write_text(file, json.dumps([(tokens(b.source, b), tokens(b.target, b)) for b in chosen]))
    places = sum(b.source.size + b.target.size for b in chosen)
    full = sum(
        np.count_nonzero(b.source[: b.rows]) + np.count_nonzero(b.target[: b.rows]) for b in chosen
    )
    return [(*b.source.shape, b.target.shape[1]) for b in chosen], 1 - full / places, seconds


def tokens(side, batch):
    """One side of a batch without padding: a list of ids per row."""
    return [row[row != 0].tolist() for row in side[: batch.rows]]


def trained(shape, shapes, file, python, logs, peer_precision="float32", rounds=ROUNDS):
    """Trains a shape in both libraries, in turns.

    Args:
        shape: `Shape`.
        shapes: the padded shape of each batch, as `draw` returns them.
        file: path of the batches.
        python: path of a Python that has PyTorch.
        logs: path of a folder for what the workers print.
        peer_precision: in which the peer computes, as in `zoo.Recipe`.
        rounds: int.

    Returns:
        The workers by name, "zoo" and "peer", and their seconds by name, float `[rounds]`.

    Raises:
        ZooError: a worker ends early, or the models differ in size.
    """
    given = dict(
        variant=shape.variant,
        vocabulary=shape.vocabulary,
        arguments=shape.options,
        shapes=shapes,
        work=str(file),
    )
    ours = sys.executable, ["-m", "benchmarks.peers.train_zoo"]
    theirs = (
        python,
        [str(HERE / "train_pytorch.py")],
        logs / "peer.log",
        dict(
            model=shape.peer,
            arguments=shape.arguments | {"vocabulary": shape.vocabulary},
            start_id=shape.start_id,
            precision=peer_precision,
            work=str(file),
        ),
    )
    workers, seconds = in_turns(
        {
            "zoo": (*ours, logs / "zoo.log", given | {"precision": shape.precision}),
            "peer": (*ours, logs / "peer.log", given | {"precision": peer_precision})
            if shape.peer == SELF
            else theirs,
        },
        rounds,
    )
    zoo, peer = workers["zoo"].found, workers["peer"].found
    if abs(zoo["parameters"] / peer["parameters"] - 1) > ALIKE:
        raise ZooError(
            f"{shape.variant}: the zoo's model has {zoo['parameters']:,} parameters and the peer's "
            f"{peer['parameters']:,}"
        )
    return workers, seconds


def measure(name, python, folder):
    """Measures a shape. Returns its row in the table. Raises what `trained` raises."""
    shape, file = SHAPES[name], folder / "batches.json"
    shapes, padding, pipeline = draw(shape, file)
    workers, seconds = trained(shape, shapes, file, python, folder)
    zoo, peer = workers["zoo"].found, workers["peer"].found
    flops = step_flops(shape, shapes)
    return {
        "shape": name,
        "peer": shape.peer,
        "precision": shape.precision,
        "batches": shape.batches,
        "rounds": ROUNDS,
        "parameters": zoo["parameters"],
        "peer_parameters": peer["parameters"],
        "padding": padding,
        **compared(seconds, zoo["tokens"], "tokens"),
        "zoo_loss": zoo["loss"],
        "peer_loss": peer["loss"],
        "pipeline_share": pipeline / np.median(seconds["zoo"]),
        "matrix_share": flops / np.median(seconds["zoo"]) / matrix_rate(),
        "zoo_first_seconds": workers["zoo"].first,
        "peer_first_seconds": workers["peer"].first,
    }


def step_flops(shape, shapes):
    """Counts the operations of all matrix products of a round, padding included."""
    from zoo.inspection.flops import training_flops
    from zoo.inspection.trace import trace

    model = built(shape)
    counted = {sizes: training_flops(trace(model, *sizes)) for sizes in set(shapes)}
    return sum(counted[sizes] for sizes in shapes)


def matrix_rate(size=2048, dtype="float32"):
    """Operations per second of large products compiled by XLA, the best of five times 16."""
    import tensorflow as tf

    x = tf.cast(tf.random.normal((size, size)) * size**-0.5, dtype)  # powers of it stay small

    @tf.function(jit_compile=True)
    def products(x):
        y = x
        for _ in range(CHAINED):
            y = tf.matmul(y, x)
        return tf.reduce_sum(tf.cast(y, "float32"))

    products(x).numpy()
    best = np.inf
    for _ in range(5):
        started = time.perf_counter()
        products(x).numpy()
        best = min(best, time.perf_counter() - started)
    return 2 * size**3 * CHAINED / best


def main(names=()):
    """Measures shapes. Writes training.csv and training.md in results/peers after each one.

    Args:
        names: str, keys of `SHAPES`, or nothing for all. Other shapes keep their rows.
    """
    hide_gpus()
    check_names(names, SHAPES)
    folder = REPOSITORY / "runs" / "peers"
    (folder / "training").mkdir(parents=True, exist_ok=True)
    python = python_of(folder / "environment")
    for name in names or SHAPES:
        row = measure(name, python, folder / "training")
        print(
            f"{name}: {row['ratio']:.2f} times as fast as {row['peer']} "
            f"({row['lowest_ratio']:.2f} to "
            f"{row['highest_ratio']:.2f}), {row['matrix_share']:.0%} of the matrix rate",
            flush=True,
        )
        keep(row, REPOSITORY / "results" / "peers")
    return 0


def keep(row, results):
    """Replaces the row of a shape in the table, and renders the page."""
    table.replace_rows(
        [row], list(SHAPES), results / "training.csv", results / "training.md", render
    )
