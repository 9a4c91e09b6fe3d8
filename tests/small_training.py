"""A model, a task and a recipe that train in a second or two, for tests of training and runs."""

import contextlib
import json

import keras
import numpy as np
import pytest
from keras import ops

import zoo
from zoo import registry
from zoo.layers.dropout import Dropout
from zoo.seq2seq import Memory, Seq2Seq, State, padding_mask

MODEL, DROPOUT = "bag_test", {"dropout": 0.3}


class Bag(Seq2Seq):
    """The mean of the source and the last token decide the next: the least that trains."""

    def __init__(
        self,
        source_vocabulary,
        target_vocabulary,
        units=8,
        dropout=0.0,
        start_id=1,
        end_id=2,
        **kwargs,
    ):
        super().__init__(source_vocabulary, target_vocabulary, start_id, end_id, **kwargs)
        self.units, self.dropout = units, dropout
        self.source_embedding = self.source_layer(units)
        self.target_embedding = keras.layers.Embedding(
            target_vocabulary, units, name="target_embedding", dtype=self.dtype_policy
        )
        self.drop = Dropout(dropout, dtype=self.dtype_policy)
        self.output_layer = keras.layers.Dense(
            target_vocabulary, name="output", dtype=self.dtype_policy
        )

    def encode(self, source, training=False):
        states = self.drop(self.source_embedding(source), training=training)
        mask = padding_mask(source)
        weights = ops.cast(mask, states.dtype)[..., None]
        return Memory(
            states, mask, ops.sum(states * weights, 1) / ops.maximum(ops.sum(weights, 1), 1)
        )

    def decode(self, target, memory, training=False):
        return self.logits(self.target_embedding(target), memory.final), None

    def logits(self, x, summary):
        return ops.cast(self.output_layer(ops.tanh(x + summary[:, None])), "float32")

    def start(self, memory, room):
        return State.begin(memory, source=memory.final)

    def step(self, token, state):
        return self.logits(self.target_embedding(token), state.source), state.next(), None


holders = []  # fixtures that need the model `bag_test`; the last one takes it out of the registry


@pytest.fixture(scope="package", autouse=True)
def registered():
    """The model `bag_test`, as long as these tests run."""
    with bag_registered():
        yield


@contextlib.contextmanager
def bag_registered():
    """Registers the model `bag_test` for the block."""
    if not holders:
        register_bag()
    holders.append(None)
    try:
        yield
    finally:
        holders.pop()
        if not holders:
            del registry.models._entries[MODEL]


def register_bag():
    """Registers the model `bag_test`."""
    zoo.register_model(
        "bag",
        paper=zoo.Paper("Nobody", "Nothing", 2026, "https://example.org"),
        encoder="mean",
        decoder="dense",
        attention="none",
        expect="little, and at once",
        sizes={"test": zoo.Size((9, 9), units=8)},
    )(Bag)


@pytest.fixture(scope="session")
def task():
    """Reversing up to four of five symbols: 200 examples to learn from."""
    return zoo.create_task(
        "reverse", symbols=5, min_length=1, max_length=4, train=200, validation=16, test=40
    )


def recipe(**changes):
    """Three epochs of a few steps in float32, without XLA."""
    return zoo.Recipe(
        **{
            "epochs": 3,
            "tokens": 200,
            "buckets": 2,
            "learning_rate": 5e-3,
            "compiled": False,
            "precision": "float32",
        }
        | changes
    )


def train(
    task,
    folder,
    name=MODEL,
    overrides=DROPOUT,
    callbacks=(),
    resume=False,
    overwrite=False,
    **changes,
):
    """Trains without a progress bar."""
    return zoo.train(
        name,
        task,
        recipe(**changes),
        folder,
        overrides,
        resume=resume,
        overwrite=overwrite,
        callbacks=callbacks,
        progress=False,
    )


def left(folder):
    """What a run left that does not depend on the clock.

    Returns:
        History, best weights, last variables, and position.
    """
    with np.load(folder / "last.checkpoint.npz") as saved:
        arrays = {name: saved[name] for name in saved.files}
    position = json.loads(arrays.pop("position").tobytes())
    for key in ("tokens", "seconds", "compile_seconds"):
        del position[key]
    weights = [np.asarray(v) for v in zoo.Run(folder).model.weights]
    return (folder / "history.jsonl").read_text(), weights, list(arrays.values()), position


def assert_same(one, other):
    """Equal to the bit."""
    assert one[0] == other[0] and one[3] == other[3]
    for a, b in ((one[1], other[1]), (one[2], other[2])):
        assert len(a) == len(b) > 0
        for x, y in zip(a, b):
            np.testing.assert_array_equal(x, y)
