"""Weights laid out for a loop of steps, once before the loop.

A step for a few rows is bound by reading weights, so it gains from weights joined into one matrix
or stored in the order in which they are read. A layer that knows such a layout derives from
`Hoistable`; a decoder opens `hoisted(model)` around its loop; steps traced inside find the tensors.
"""

import contextlib
import contextvars

import keras

_hoisted = contextvars.ContextVar("hoisted", default=None)


class Hoistable(keras.layers.Layer):
    """A layer that can derive tensors from its weights before a loop of steps."""

    def hoist(self):
        """The tensors, computed from the weights alone; None where nothing is gained."""
        raise NotImplementedError(f"{type(self).__name__} must define hoist")

    @property
    def hoisted(self):
        """What `hoist` gave before the loop that is being traced, or None outside of one."""
        return (_hoisted.get() or {}).get(id(self))


@contextlib.contextmanager
def hoisted(*models):
    """Computes what the models' layers hoist. Steps traced inside the context use it."""
    layers = [layer for model in models for layer in model._flatten_layers()]
    tensors = {id(layer): layer.hoist() for layer in layers if isinstance(layer, Hoistable)}
    token = _hoisted.set(tensors)
    try:
        yield
    finally:
        _hoisted.reset(token)
