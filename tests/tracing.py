"""Ways around the compiler, for tests that ask nothing of it.

A trace costs what a few eager steps cost: many steps are faster traced, a few are faster eager.
"""

import contextlib
import importlib
import weakref

import pytest
import tensorflow as tf

_functions = weakref.WeakKeyDictionary()


def traced(model, key, function):
    """`zoo.backend.compiled` without XLA."""
    kept = _functions.setdefault(model, {})
    if key not in kept:
        held = weakref.ref(model)
        kept[key] = tf.function(lambda *tensors: function(held(), *tensors), autograph=False)
    return kept[key]


@contextlib.contextmanager
def traced_decoding():
    """`generate`, `score` and `evaluate_model` trace what they would compile."""
    with pytest.MonkeyPatch.context() as patch:
        for module in ("zoo.decoding.decoder", "zoo.decoding.score", "zoo.evaluation.evaluate"):
            patch.setattr(importlib.import_module(module), "compiled", traced)
        yield


@contextlib.contextmanager
def run_eagerly():
    """Functions run as they are: a few steps take less time than a trace of one."""
    tf.config.run_functions_eagerly(True)
    try:
        yield
    finally:
        tf.config.run_functions_eagerly(False)


def search(model, strategy, source, length):
    """`Hypotheses` of sources int [B, S], found by one traced loop."""
    key = ("search", strategy, length)
    run = traced(model, key, lambda model, source: strategy(model, source, length))
    return run(tf.convert_to_tensor(source))
