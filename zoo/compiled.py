"""Functions of a model compiled by XLA, kept with the model so that each input shape is compiled once."""

import threading
import weakref

import tensorflow as tf

_functions = weakref.WeakKeyDictionary()
_making = threading.Lock()


def compiled(model, key, function):
    """`function(model, *tensors)` as a compiled function of the tensors.

    Args:
        model: any Keras model; the compiled function lives as long as it does.
        key: hashable, what tells this function from the model's others.
        function: takes the model and tensors.
    """
    with _making:
        kept = _functions.setdefault(model, {})
        if key not in kept:
            held = weakref.ref(model)  # a strong reference here would keep the model alive for ever
            kept[key] = tf.function(lambda *tensors: function(held(), *tensors), jit_compile=True, autograph=False)
        return kept[key]
