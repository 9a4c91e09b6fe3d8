"""`--with FILE.py`: a variant of one's own in the table of a suite."""

import dataclasses
import os
import pathlib

from benchmarks.cell import outside_file
from zoo import registry
from zoo.errors import ZooError


def with_variant(suite, path):
    """A suite with the models that a file declares.

    They are those of the suite's own sizes, such as "mini", or all if the file has no such size.

    Args:
        suite: `Suite`.
        path: path of a Python file that registers models.

    Raises:
        ZooError: the file cannot be imported, or registers no model.
    """
    path = pathlib.Path(path).resolve()
    if not path.is_file():
        raise ZooError(f"there is no {path}; --with takes a Python file that registers a model")
    files = [*filter(None, os.environ.get("ZOO_VARIANTS", "").split(os.pathsep)), str(path)]
    os.environ["ZOO_VARIANTS"] = os.pathsep.join(dict.fromkeys(files))
    registry.import_variants()
    own = [name for name in registry.list_models() if outside_file(name) == path]
    if not own:
        raise ZooError(f"{path} registers no model; see docs/adding_a_variant.md")
    sizes = {registry.card(model.split(" ")[0])["size"] for model in suite.models}
    fitting = [name for name in own if registry.card(name)["size"] in sizes]
    return dataclasses.replace(suite, models=[*suite.models, *(fitting or own)])


def own_models(suite):
    """The suite's models that are declared outside the package."""
    return [model for model in suite.models if outside_file(model.split(" ")[0])]
