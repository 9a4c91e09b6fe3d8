"""TensorFlow beneath Keras: quiet start, compiled functions, precision, seeds, and the cores and GPUs of this machine.

Nothing here imports TensorFlow before a function that needs it is called.
"""

import contextlib
import os
import sys
import tempfile
import threading
import weakref

BFLOAT16_SINCE = (8, 0)  # compute capability of the first GPUs with bfloat16 matrix units (Ampere)

_functions = weakref.WeakKeyDictionary()
_making = threading.Lock()


@contextlib.contextmanager
def quiet_imports():
    """Holds back what C++ code writes to standard error, and writes it after all if an exception passes.

    TensorFlow reads its settings from the environment when it is imported. Settings that the user made stay.
    """
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    os.environ.setdefault("TF_FORCE_GPU_ALLOW_GROWTH", "true")  # not all of a GPU's memory at once
    sys.stderr.flush()
    kept = os.dup(2)
    with tempfile.TemporaryFile() as held:
        os.dup2(held.fileno(), 2)
        try:
            yield
        except BaseException:
            os.dup2(kept, 2)
            held.seek(0)
            os.write(2, held.read())
            raise
        finally:
            sys.stderr.flush()
            os.dup2(kept, 2)
            os.close(kept)


def import_tensorflow():
    """Imports TensorFlow without its start-up lines, registers its devices, and returns it."""
    with quiet_imports():
        import tensorflow as tf

        tf.config.list_physical_devices()
        tf.get_logger().setLevel("ERROR")  # it takes the shapes of a compiled function for mistakes
    return tf


def compiled(model, key, function):
    """Compiles `function(model, *tensors)` with XLA, once per model, key and input shape.

    Args:
        model: any Keras model. The compiled function lives as long as the model.
        key: hashable, tells this function from the model's other functions.
        function: takes the model and tensors.

    Returns:
        A function of the tensors alone.
    """
    import tensorflow as tf

    with _making:
        kept = _functions.setdefault(model, {})
        if key not in kept:
            held = weakref.ref(model)  # a strong reference here would keep the model alive for ever
            kept[key] = tf.function(
                lambda *tensors: function(held(), *tensors), jit_compile=True, autograph=False
            )
        return kept[key]


def cores():
    """Number of CPU cores available to this process."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()


def default_precision():
    """The precision of a training that names none.

    Returns:
        "mixed_bfloat16" where every visible GPU has matrix units for it, else "float32".
    """
    import tensorflow as tf

    gpus = tf.config.list_physical_devices("GPU")
    details = [tf.config.experimental.get_device_details(gpu) for gpu in gpus]
    capabilities = [detail.get("compute_capability", (0, 0)) for detail in details]
    return "mixed_bfloat16" if gpus and min(capabilities) >= BFLOAT16_SINCE else "float32"


def make_repeatable(recipe):
    """Seeds this process from a `Recipe`, and makes TensorFlow deterministic where the recipe asks."""
    import keras
    import tensorflow as tf

    keras.utils.set_random_seed(recipe.seed)
    if recipe.deterministic:
        tf.config.experimental.enable_op_determinism()
