"""A model zoo for sequence-to-sequence learning in Keras 3.

Every variant is built by name, trained on one harness and compared in one table.
"""

import importlib
import os
import sys

from zoo.backend import quiet_imports

os.environ.setdefault("KERAS_BACKEND", "tensorflow")
os.environ.setdefault("TF_FORCE_GPU_ALLOW_GROWTH", "true")  # not all of a GPU's memory at once

__version__ = "0.1.0"

_HOMES = {
    "zoo.registry": (
        "card",
        "list_models",
        "list_tasks",
        "register_model",
        "register_task",
        "Paper",
        "Size",
    ),
    "zoo.loading": ("create", "load", "load_model"),
    "zoo.frames": ("Frames",),
    "zoo.seq2seq": ("Memory", "Seq2Seq", "State"),
    "zoo.decoding": (
        "Beam",
        "Constraints",
        "Ensemble",
        "Greedy",
        "Sample",
        "generate",
        "score",
        "stream",
    ),
    "zoo.data.batches": ("Batches", "as_dataset"),
    "zoo.data.task": ("create_task",),
    "zoo.runs.recipe": ("Recipe",),
    "zoo.loss": ("TokenCrossentropy",),
    "zoo.training.train": ("train",),
    "zoo.runs.run": ("Run",),
    "zoo.evaluation.evaluate": ("evaluate_model",),
    "zoo.pretrained": ("from_pretrained", "save_pretrained"),
    "zoo.text.decoding": ("Decoding",),
    "zoo.text.text_model": ("TextModel",),
    "zoo.errors": ("ZooError",),
}
_HOME = {name: module for module, names in _HOMES.items() for name in names}
__all__ = [*sorted(_HOME), "__version__"]


def __getattr__(name):
    """Imports a public name at its first use, so that `import zoo` does not wait for TensorFlow."""
    if name not in _HOME:
        raise AttributeError(f"module 'zoo' has no attribute '{name}'")
    home = _HOME[name]
    if home not in sys.modules:
        with quiet_imports():
            importlib.import_module(home)
    return getattr(sys.modules[home], name)


def __dir__():
    return __all__
