"""Importing TensorFlow without its start-up lines, for the command line and the benchmark runner."""

import contextlib
import os
import sys
import tempfile


@contextlib.contextmanager
def quiet_imports():
    """Holds back what C++ code writes to standard error; writes it after all when an exception passes.

    TensorFlow reads its settings from the environment when it is imported here; those that are set already stay.
    """
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    os.environ.setdefault("TF_FORCE_GPU_ALLOW_GROWTH", "true")  # as much of a GPU's memory as is needed, not all of it
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
    """Imports TensorFlow quietly and registers its devices, which is when it has most to say."""
    with quiet_imports():
        import tensorflow as tf

        tf.config.list_physical_devices()
        tf.get_logger().setLevel("ERROR")  # it counts the shapes of a compiled function as mistakes
    return tf
