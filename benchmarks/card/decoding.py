"""Part `decoding`: decoding speed beside transformers on the same card."""

import itertools
import json
import sys

import numpy as np

from benchmarks.peers.decoding import HERE
from benchmarks.peers.decoding_shapes import Shape
from benchmarks.peers.process import compared, in_turns
from benchmarks.peers.weights import arguments, build, save

TITLE = "Decoding beside transformers"
TEXT = """Sentences per second of a Marian model in both libraries, with the same random weights.
Its end token cannot be chosen, so every output has 32 tokens. A beam has 4 hypotheses."""
LENGTH, ROUNDS, END, LEAST = 32, 3, 2, -1e4
SENTENCES = (64, 512)


def steps(rehearse):
    """Searches by precision and sentences in a batch."""
    found = {}
    if rehearse:
        tried = [("float32", 1, 4)]
    else:
        tried = itertools.product(("float32", "bfloat16"), (1, 4), SENTENCES)
    for precision, beam, sentences in tried:
        search = f"beam of {beam}" if beam > 1 else "greedy"
        found[f"{search}, {precision}, batches of {sentences}"] = dict(
            beam=beam, precision=precision, sentences=sentences, size=1 if rehearse else 8
        )
    return found


def checkpoint(folder, size):
    """Writes a random model of `64 * size` units and its sources, unless they are there."""
    path = folder / "logs" / f"marian_{size}"
    if not path.is_dir():
        import keras

        sizes = dict(units=64 * size, depth=min(size, 6), heads=size, inner_units=256 * size)
        shape = Shape("marian_base", sizes | dict(dropout=0.0), (), vocabulary=8000)
        keras.utils.set_random_seed(0)
        model = build(arguments(shape))
        bias = np.zeros(shape.vocabulary, "float32")
        bias[END] = LEAST
        model.output_bias.assign(bias)
        random = np.random.default_rng(0)
        sources = [
            [*random.integers(4, shape.vocabulary, size=length).tolist(), END]
            for length in random.integers(12, 37, size=2 * max(SENTENCES))
        ]
        save(model, shape, sources, path)
    return path


def measure(folder, peer_python, beam, precision, sentences, size):
    """Decodes in turns: a row with both speeds, their ratio, and the share of equal outputs."""
    path = checkpoint(folder, size)
    sources = json.loads((path / "sources.json").read_text())[: 2 * sentences]
    given = dict(
        folder=str(path), beam=beam, rows=sentences, max_length=LENGTH, precision=precision
    )
    given["work"] = sources
    logs = folder / "logs"
    ours, theirs = ["-m", "benchmarks.peers.decode_zoo"], [str(HERE / "decode_transformers.py")]
    workers, seconds = in_turns(
        {
            "zoo": (sys.executable, ours, logs / "decode_zoo.log", given),
            "peer": (peer_python, theirs, logs / "decode_transformers.log", given),
        },
        ROUNDS,
    )
    pairs = zip(workers["zoo"].found, workers["peer"].found)
    return {
        **compared(seconds, len(sources), "sentences"),
        "equal_outputs": np.mean([a == b for a, b in pairs]),
        "zoo_first_seconds": workers["zoo"].first,
        "peer_first_seconds": workers["peer"].first,
    }
