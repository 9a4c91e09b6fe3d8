"""Fixtures of the contract: the smallest size of every registered family, in every precision.

Larger sizes are the same classes with other numbers. test_sizes.py builds them all, and steps those
that fit a test machine.
"""

import functools

import numpy as np
import pytest

import zoo
from zoo import registry
from zoo.catalog import count_parameters

VOCABULARY, SOURCE, TARGET = 20, 9, 7
LIMIT = 2_000_000  # parameters
RUNNABLE = [name for name in zoo.list_models() if count_parameters(name) <= LIMIT]
SMALLEST = sorted(
    min((n for n in RUNNABLE if zoo.card(n)["family"] == family), key=count_parameters)
    for family in {zoo.card(n)["family"] for n in RUNNABLE}
)
TOLERANCE = {"float32": 1e-5, "mixed_bfloat16": 0.03}  # relative to the largest logit


@pytest.fixture(params=SMALLEST)
def name(request):
    """The smallest registered name of a family."""
    return request.param


@pytest.fixture(params=list(TOLERANCE))
def precision(request):
    """A precision that every variant supports."""
    return request.param


@pytest.fixture
def model(name, precision):
    """The model in the precision. Its weights are far enough from zero that mistakes show.

    The model is shared: a test that changes its weights puts them back.
    """
    return shared(name, precision)


@pytest.fixture
def small(name):
    """The model in float32, shared as well."""
    return shared(name)


def shared(name, precision="float32", vocabulary=VOCABULARY, **overrides):
    """A model of `make` that many tests look at, since building one takes long."""
    return _shared(name, precision, vocabulary, **overrides)


@functools.cache  # by all arguments, whether a caller gives them or not
def _shared(name, precision, vocabulary, **overrides):
    return make(name, precision, vocabulary, **overrides)


def half(name):
    """The override that halves a model's depth, for what is compiled: layers compile alike."""
    depth = registry.models.overrides(name).get("depth")
    return {"depth": max(1, depth // 2)} if depth else {}


def shallow(name, precision="float32"):
    """The model with half of its layers."""
    return shared(name, precision, **half(name))


def whole(name, precision="float32"):
    """Logits [B, T, V] of `ids()`, which most tests compare with."""
    return _whole(name, precision)


@functools.cache
def _whole(name, precision):
    return shared(name, precision)(ids())


def stepped(name, precision="float32", padding=0):
    """Logits and attention (or None) of the steps on `ids()`, one step at a time.

    Args:
        padding: int, columns of padding that the sources have besides their own.
    """
    return _stepped(name, precision, padding)


@functools.cache
def _stepped(name, precision, padding):
    source, target = ids()
    source = np.pad(source, ((0, 0), (0, padding)))
    return unrolled(shared(name, precision), source, target)


def unrolled(model, source, target):
    """Logits [B, T, V] of `step` called token by token, and attention [B, T, S] or None."""
    from keras import ops

    state = model.start(model.encode(source), target.shape[1])
    found = []
    for t in range(target.shape[1]):
        logits, state, attention = model.step(ops.convert_to_tensor(target[:, t : t + 1]), state)
        found.append((logits, attention))
    logits, attention = zip(*found)
    seen = None if attention[0] is None else np.concatenate(attention, axis=1)
    return np.concatenate(logits, axis=1), seen


def make(name, precision="float32", vocabulary=VOCABULARY, noise=0.1, **overrides):
    """A model whose biases and scales are not all zeros and ones."""
    import keras

    keras.utils.set_random_seed(7)
    source, target = (vocabulary, vocabulary) if isinstance(vocabulary, int) else vocabulary
    source = None if "source_features" in overrides else source
    built = zoo.create(name, source, target, dtype=precision, **overrides)
    rng = np.random.default_rng(7)
    for variable in built.trainable_variables:
        variable.assign(np.asarray(variable) + noise * rng.standard_normal(variable.shape))
    return built


def ids(seed=0, rows=5, source=SOURCE, target=TARGET, vocabulary=VOCABULARY):
    """Source ids [B, S] of several lengths, closed by the end token, and decoder input [B, T]."""
    rng = np.random.default_rng(seed)
    sources = rng.integers(4, vocabulary, (rows, source)).astype("int32")
    for row, length in enumerate(rng.integers(1, source + 1, rows)):
        length = source if row == 0 else length
        sources[row, length - 1], sources[row, length:] = 2, 0
    targets = rng.integers(4, vocabulary, (rows, target)).astype("int32")
    targets[:, 0] = 1
    return sources, targets


def assert_close(actual, expected, precision="float32"):
    """Equal to the precision's tolerance, relative to the largest expected number."""
    actual, expected = np.asarray(actual, "float64"), np.asarray(expected, "float64")
    assert actual.shape == expected.shape
    assert np.isfinite(actual).all()
    assert np.abs(actual - expected).max() <= TOLERANCE[precision] * max(
        1.0, np.abs(expected).max()
    )
