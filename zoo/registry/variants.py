"""Models from files outside the package: ZOO_VARIANTS=my_variant.py, separated as in PATH."""

import hashlib
import importlib.util
import os
import pathlib
import sys

from zoo.backend import quiet_imports
from zoo.errors import ZooError


def variant_module(path):
    """The name in `sys.modules` of the module that `import_variants` makes of a file."""
    digest = hashlib.sha256(str(path.resolve()).encode()).hexdigest()[:8]
    return f"zoo_variants_{path.stem}_{digest}"


def import_variants():
    """Imports the Python files named by the environment variable ZOO_VARIANTS, each once.

    Raises:
        ZooError: a path that is not a Python file, or a file that cannot be imported.
    """
    named = os.environ.get("ZOO_VARIANTS", "").split(os.pathsep)
    for path in map(pathlib.Path, filter(None, named)):
        name = variant_module(path)
        if name in sys.modules:
            continue
        if path.suffix != ".py" or not path.is_file():
            raise ZooError(f"ZOO_VARIANTS names {path}, which is not a Python file")
        spec = importlib.util.spec_from_file_location(name, path)
        sys.modules[name] = module = importlib.util.module_from_spec(spec)
        try:
            with quiet_imports():
                spec.loader.exec_module(module)
        except Exception as error:
            del sys.modules[name]
            raise ZooError(
                f"ZOO_VARIANTS names {path}, which fails: {type(error).__name__}: {error}"
            ) from error
