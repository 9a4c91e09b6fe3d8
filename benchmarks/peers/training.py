"""`python -m benchmarks peers training [SHAPE ...]`: tokens a second in training beside PyTorch, as ratios of paired rounds.

Both train the same architecture with as many parameters on the same batches, in the order in which they come: the zoo pads each
to the shape that it was compiled for, PyTorch to its longest sentence. Loss, clipping and optimizer are the same, too. Each
library runs in a process of its own, and they take turns. What a lower precision gains is measured likewise, beside the zoo in
float32.
"""

import json
import sys
import time
from typing import NamedTuple

import numpy as np
import pandas as pd

from benchmarks.peers import table
from benchmarks.peers.decoding import HERE
from benchmarks.peers.environment import python_of
from benchmarks.peers.process import in_turns
from benchmarks.peers.table import check_names, unique
from benchmarks.suite import REPOSITORY
from zoo.errors import ZooError
from zoo.files import write_text


class Shape(NamedTuple):
    """A model that is trained in both libraries.

    Attributes:
        variant: str, a registered name; options: dict of its constructor.
        peer: str, a model of `benchmarks.peers.training_models`, or `SELF`; arguments: dict of its constructor but for the
            vocabulary.
        task: str, a registered task, and its options.
        tokens: int, target tokens of a batch, padding included; batches: int, how many a round takes.
        vocabulary: int, token ids of each side.
        start_id: int, what opens a target.
        precision: of the zoo, as in `zoo.Recipe`; the peer computes in float32.
    """

    variant: str
    options: dict
    peer: str
    arguments: dict
    task: tuple = ("multi30k", {})
    tokens: int = 2048
    batches: int = 24
    vocabulary: int = 8000
    start_id: int = 1
    precision: str = "float32"


SELF = "the zoo in float32"


def transformer(units, inner_units, heads):
    """The options of a Transformer of three blocks a side, as both libraries take them."""
    return dict(units=units, depth=3, heads=heads, inner_units=inner_units, dropout=0.1)


T5 = dict(units=512, depth=6, heads=8, inner_units=2048, dropout=0.1)
SHAPES = {
    "LSTM 2+2, d 512": Shape(
        "lstm_seq2seq_base",
        dict(units=512, depth=2, uniform=None),
        "LSTM",
        dict(units=512, depth=2),
    ),
    "Bi-LSTM attention, d 512": Shape(
        "bilstm_bahdanau_base",
        dict(units=512, embedding_units=512, readout_units=512),
        "Bahdanau",
        dict(units=512),
    ),
    "Transformer 3+3, d 256": Shape(
        "transformer_base", transformer(256, 1024, 8), "nn.Transformer", transformer(256, 1024, 8)
    ),
    "T5-small": Shape(
        "t5_small",
        dict(dropout=0.1),
        "transformers T5",
        T5,
        batches=8,
        vocabulary=32_128,
        start_id=0,
    ),
    "Transformer 3+3, d 128, spelling": Shape(
        "transformer_base",
        transformer(128, 512, 4),
        "nn.Transformer",
        transformer(128, 512, 4),
        ("cmudict", {}),
        vocabulary=80,
    ),
    "Transformer 3+3, d 256, bfloat16": Shape(
        "transformer_base", transformer(256, 1024, 8), SELF, {}, precision="mixed_bfloat16"
    ),
}
ROUNDS, ALIKE = 5, 0.01  # paired rounds; how far the numbers of parameters may differ


def built(shape):
    """The zoo's model of a shape, without values in its variables."""
    from zoo.inspection.abstract import abstract_model

    return abstract_model(shape.variant, shape.vocabulary, shape.vocabulary, **shape.options)


def draw(shape, file):
    """Writes the batches of a shape to a file.

    Returns:
        List of (rows, source length, target length), what each batch is padded to; the share of padding in them; and the
        seconds in which the zoo makes them, as the mean over an epoch says.
    """
    from zoo.registry import create_task
    from zoo.runs.recipe import Recipe
    from zoo.training.batches import make_batches

    batches = make_batches(
        create_task(shape.task[0], **shape.task[1]),
        Recipe(tokens=shape.tokens),
        built(shape).count_params(),
    )
    started = time.perf_counter()
    chosen = list(batches.epoch(0))
    seconds = (time.perf_counter() - started) / len(chosen) * shape.batches
    chosen = chosen[: shape.batches]
    real = lambda rows, count: [row[row != 0].tolist() for row in rows[:count]]
    write_text(file, json.dumps([(real(b.source, b.rows), real(b.target, b.rows)) for b in chosen]))
    places = sum(b.source.size + b.target.size for b in chosen)
    full = sum(
        np.count_nonzero(b.source[: b.rows]) + np.count_nonzero(b.target[: b.rows]) for b in chosen
    )
    return [(*b.source.shape, b.target.shape[1]) for b in chosen], 1 - full / places, seconds


def measure(name, python, folder):
    """The row of a shape in the table.

    Raises:
        ZooError: a worker ends, the models differ in size, or one does not learn.
    """
    shape, file = SHAPES[name], folder / "batches.json"
    shapes, padding, pipeline = draw(shape, file)
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
        folder / "peer.log",
        dict(
            model=shape.peer,
            arguments=shape.arguments | {"vocabulary": shape.vocabulary},
            start_id=shape.start_id,
            work=str(file),
        ),
    )
    workers, seconds = in_turns(
        {
            "zoo": (*ours, folder / "zoo.log", given | {"precision": shape.precision}),
            "peer": (*ours, folder / "peer.log", given | {"precision": "float32"})
            if shape.peer == SELF
            else theirs,
        },
        ROUNDS,
    )
    zoo, peer = workers["zoo"].found, workers["peer"].found
    if abs(zoo["parameters"] / peer["parameters"] - 1) > ALIKE:
        raise ZooError(
            f"{name}: the zoo's model has {zoo['parameters']:,} parameters and the peer's {peer['parameters']:,}"
        )
    ratios = seconds["peer"] / seconds["zoo"]
    ours, theirs = (zoo["tokens"] / np.median(seconds[key]) for key in ("zoo", "peer"))
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
        "zoo_tokens_per_second": ours,
        "peer_tokens_per_second": theirs,
        "ratio": np.median(ratios),
        "lowest_ratio": ratios.min(),
        "highest_ratio": ratios.max(),
        "zoo_loss": zoo["loss"],
        "peer_loss": peer["loss"],
        "pipeline_share": pipeline / np.median(seconds["zoo"]),
        "matrix_share": flops / np.median(seconds["zoo"]) / matrix_rate(),
        "zoo_first_seconds": workers["zoo"].first,
        "peer_first_seconds": workers["peer"].first,
    }


def step_flops(shape, shapes):
    """Operations of the matrix products of all steps of a round, padding included."""
    from zoo.inspection.flops import training_flops
    from zoo.inspection.trace import trace

    model = built(shape)
    counted = {sizes: training_flops(trace(model, *sizes)) for sizes in set(shapes)}
    return sum(counted[sizes] for sizes in shapes)


def matrix_rate(size=2048):
    """Operations a second of this machine's largest products in float32, compiled by XLA: the best of several."""
    import tensorflow as tf

    x, product = tf.random.normal((size, size)), tf.function(tf.matmul, jit_compile=True)
    product(x, x)
    best = np.inf
    for _ in range(8):
        started = time.perf_counter()
        product(x, x).numpy()
        best = min(best, time.perf_counter() - started)
    return 2 * size**3 / best


def main(names=()):
    """Measures shapes, and writes training.csv and training.md in results/peers, anew after each.

    Args:
        names: str, keys of `SHAPES`; none are all. Rows of the others stay as they are.
    """
    check_names(names, SHAPES, "training")
    folder = REPOSITORY / "runs" / "peers"
    (folder / "training").mkdir(parents=True, exist_ok=True)
    python = python_of(folder / "environment")
    for name in names or SHAPES:
        row = measure(name, python, folder / "training")
        print(
            f"{name}: {row['ratio']:.2f} times as fast as {row['peer']} ({row['lowest_ratio']:.2f} to "
            f"{row['highest_ratio']:.2f}), {row['matrix_share']:.0%} of the matrix rate",
            flush=True,
        )
        keep(row, REPOSITORY / "results" / "peers")
    return 0


def keep(row, results):
    """Writes the table: a shape's new row in place of its old one."""
    table.keep([row], list(SHAPES), results / "training.csv", results / "training.md", render)


def render(path):
    """The rows of a training.csv as Markdown."""
    found = pd.read_csv(path)
    lines = [
        "| model | peer | zoo, tokens a second | peer, tokens a second | ratio | of the matrix rate | padding "
        "| making batches | zoo, first | peer, first | measured on, at commit |",
        "|---" * 11 + "|",
    ]
    lines += [
        f"| {row['shape']} | {row['peer']} | {row['zoo_tokens_per_second']:,.0f} "
        f"| {row['peer_tokens_per_second']:,.0f} | **{row['ratio']:.2f}** ({row['lowest_ratio']:.2f} to "
        f"{row['highest_ratio']:.2f}) | {row['matrix_share']:.0%} | {row['padding']:.0%} "
        f"| {row['pipeline_share']:.1%} | {row['zoo_first_seconds']:.0f} s | {row['peer_first_seconds']:.0f} s "
        f"| {row['processor']}, {row['commit'][:8]} |"
        for row in found.to_dict("records")
    ]
    return "\n".join(
        [
            "# Training against PyTorch",
            "",
            *lines,
            "",
            "Target tokens a second, padding not counted, in float32 unless a row says otherwise. Above 1, the zoo is faster: the "
            f"median of {unique(found['rounds'])} rounds taken in turns, and their range. Both train on the same batches of "
            "Multi30k, English to German (the spelling model on CMUdict), with Adam, label smoothing and clipping; the zoo pads a "
            'batch to the shape that it was compiled for, PyTorch to its longest sentence. "Of the matrix rate" is the share of '
            "the time that the zoo's matrix products, padding included, would take if each ran as fast as the largest ones do in "
            'float32. "Making batches" is the time that the input pipeline takes, of all. "First" is the first round, with '
            "loading and compiling.",
            "",
            f"Measured on {unique(found['cores'])} cores; written by `python -m benchmarks peers training`.",
            "",
        ]
    )
