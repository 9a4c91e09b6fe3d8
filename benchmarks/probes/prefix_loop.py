"""`python -m benchmarks probe prefix_loop`: compares cached decoding with a loop over prefixes.

The loop calls the model on the whole prefix for each token. Both decode the same 1,000 test words
greedily, in turns, with the g2p runs of the quick suite; the outputs must be equal. The loop gets
every advantage except a cache: one batch of all words, compiled by XLA once per prefix length,
stopped when every word has ended. Writes the paired ratios to results/prefix_loop.csv.
"""

import time

import numpy as np
import pandas as pd

from benchmarks import provenance
from benchmarks.suite import REPOSITORY, load_suite
from zoo.data.batches import pad
from zoo.decoding import Greedy, generate
from zoo.decoding.generate import until_end
from zoo.errors import ZooError
from zoo.files import write_text
from zoo.runs.run import Run

WORDS, ROUNDS = 1000, 5


def make_prefix_loop(model, max_length):
    """Greedy decoding without a cache, as a function of [B, S] ids."""
    import tensorflow as tf

    @tf.function(jit_compile=True)
    def next_token(source, prefix):
        logits = model((source, prefix))[:, -1]
        banned = tf.reduce_max(tf.one_hot([0, model.start_id], model.target_vocabulary, 1e9), 0)
        return tf.argmax(logits - banned, -1, tf.int32)

    def decode(source):
        prefix, ended = (
            np.full((len(source), 1), model.start_id, "int32"),
            np.zeros(len(source), bool),
        )
        for _ in range(max_length):
            token = next_token(source, prefix).numpy()
            prefix = np.concatenate([prefix, token[:, None]], 1)
            ended |= token == model.end_id
            if ended.all():
                break
        return [until_end(row[1:], model.end_id) for row in prefix]

    return decode


def measure(run):
    """One row: seconds of both ways, a list a round, after one round that compiles."""
    task = run.task()
    sources = task.source_tokenizer.encode_batch([e.source for e in task.examples("test")[:WORDS]])
    loop, source = make_prefix_loop(run.model, task.max_target_length), pad(sources)
    cached = lambda: [
        best[0].ids for best in generate(run.model, sources, Greedy(), task.max_target_length)
    ]
    ways, seconds = (
        {"cached": cached, "prefix_loop": lambda: loop(source)},
        {"cached": [], "prefix_loop": []},
    )
    outputs = {name: way() for name, way in ways.items()}
    if outputs["cached"] != outputs["prefix_loop"]:
        raise ZooError(f"{run.folder}: the two ways of decoding give different outputs")
    for _ in range(ROUNDS):
        for name, way in ways.items():
            started = time.perf_counter()
            way()
            seconds[name].append(time.perf_counter() - started)
    return seconds


def main():
    """Measures the suite's runs and writes the table."""
    rows = []
    for cell in load_suite("quick").cells():
        if cell.task != "g2p" or cell.seed != 0:
            continue
        folder = REPOSITORY / "runs" / "quick" / "runs" / cell.name
        if not folder.is_dir():
            raise ZooError(f"{folder} is missing; train it first with: python -m benchmarks quick")
        seconds = measure(Run(folder))
        ratios = np.array(seconds["prefix_loop"]) / np.array(seconds["cached"])
        rows.append(
            {
                "model": cell.model,
                "words": WORDS,
                "rounds": ROUNDS,
                "cached_seconds": np.median(seconds["cached"]),
                "prefix_loop_seconds": np.median(seconds["prefix_loop"]),
                "ratio": np.median(ratios),
                "lowest_ratio": ratios.min(),
                "highest_ratio": ratios.max(),
                "commit": provenance.commit(),
                "processor": provenance.processor(),
            }
        )
        print(
            f"{cell.model}: cached decoding is {np.median(ratios):.1f} times as fast "
            f"({ratios.min():.1f} to {ratios.max():.1f})"
        )
    path = REPOSITORY / "results" / "prefix_loop.csv"
    path.parent.mkdir(exist_ok=True)
    write_text(path, pd.DataFrame(rows).to_csv(index=False, float_format="%.4g"))
    print(path)
