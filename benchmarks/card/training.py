"""Part `training`: training speed beside PyTorch on the same card."""

import itertools

import numpy as np

from benchmarks.card.machine import rate
from benchmarks.peers.process import compared
from benchmarks.peers.training import draw, step_flops, trained
from benchmarks.peers.training_shapes import Shape, transformer

TITLE = "Training beside PyTorch"
TEXT = """Target tokens per second on the same batches of generated sequences, 12 to 36 tokens
long, with Adam, label smoothing and clipping; both libraries take turns. Both compute float32
products in TensorFloat-32 where the card has it."""
MODELS = {
    "LSTM 2+2": ("lstm_seq2seq_base", "LSTM", dict(depth=2), dict(uniform=None)),
    "Bi-LSTM, attention": ("bilstm_bahdanau_base", "Bahdanau", {}, {}),
    "Transformer 6+6": ("transformer_base", "nn.Transformer", None, {}),
}
SENTENCES, ROUNDS, LONGEST = (64, 512), 3, 36


def steps(rehearse):
    """Models by precision and sentences in a batch."""
    found = {}
    if rehearse:
        tried = [("LSTM 2+2", "float32", 8)]
    else:
        tried = itertools.product(MODELS, ("float32", "mixed_bfloat16"), SENTENCES)
    for model, precision, sentences in tried:
        name = f"{model}, {precision.removeprefix('mixed_')}, batches of {sentences}"
        found[name] = dict(
            model=model,
            precision=precision,
            sentences=sentences,
            units=32 if rehearse else 512,
            shortest=LONGEST if rehearse else 12,  # one length is compiled once
        )
    return found


def shape_of(model, units, sentences, precision, shortest):
    """The `Shape` that is trained."""
    variant, peer, sizes, options = MODELS[model]
    if sizes is None:
        sizes = transformer(units, 4 * units, 8) | dict(depth=6)
    elif variant == "bilstm_bahdanau_base":
        sizes, options = dict(units=units), dict(embedding_units=units, readout_units=units)
    else:
        sizes = dict(units=units) | sizes
    symbols = dict(symbols=1000, min_length=shortest, max_length=LONGEST)
    splits = dict(train=40 * sentences, validation=8, test=8)
    return Shape(
        variant,
        sizes | options,
        peer,
        sizes,
        ("reverse", symbols | splits),
        tokens=(LONGEST + 1) * sentences,
        batches=16,
        buckets=2,
        precision=precision,
    )


def measure(folder, peer_python, model, units, sentences, precision, shortest):
    """Trains in turns: a row with both speeds, their ratio, memory and share of the matrix rate."""
    shape = shape_of(model, units, sentences, precision, shortest)
    file = folder / "batches.json"
    shapes, padding, _ = draw(shape, file)
    workers, seconds = trained(shape, shapes, file, peer_python, folder / "logs", precision, ROUNDS)
    file.unlink()
    zoo, peer = workers["zoo"].found, workers["peer"].found
    return {
        "parameters": zoo["parameters"],
        "padding": padding,
        **compared(seconds, zoo["tokens"], "tokens"),
        "matrix_share": step_flops(shape, shapes)
        / np.median(seconds["zoo"])
        / rate(folder, precision),
        "zoo_memory_gib": zoo["memory_gib"],
        "peer_memory_gib": peer["memory_gib"],
        "zoo_first_seconds": workers["zoo"].first,
        "peer_first_seconds": workers["peer"].first,
    }
