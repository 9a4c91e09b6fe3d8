"""Measurements that no suite makes, a module per question; `python -m benchmarks probe` runs them.

Each has a function `main`, which may take a list of names of what to measure, and returns the exit
status or None. It writes its table below results/.
"""

import ast
import importlib
import inspect
import pathlib

from zoo.backend import import_tensorflow
from zoo.errors import UnknownName, ZooError

HERE = pathlib.Path(__file__).parent


def probes() -> dict[str, str]:
    """What each probe does, by its name."""
    files = {path.stem: path for path in HERE.glob("[a-z]*.py")}
    files |= {path.parent.name: path for path in HERE.glob("*/__init__.py")}
    return {name: purpose(files[name]) for name in sorted(files)}


def purpose(path: pathlib.Path) -> str:
    """The first line of a probe's docstring, without the command that it opens with."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return (ast.get_docstring(tree) or "").split("\n")[0].partition("`: ")[2]


def run_probe(name: str, names: list[str]) -> int:
    """Runs a probe. Returns its exit status.

    Raises:
        ZooError: there is no such probe, or it takes no names, or it fails.
    """
    if name not in probes():
        raise UnknownName("probe", name, list(probes()))
    import_tensorflow()  # here, without its log lines
    main = importlib.import_module(f"{__name__}.{name}").main
    if inspect.signature(main).parameters:
        return main(names) or 0
    if names:
        raise ZooError(f"the probe {name} takes no names, got {' '.join(names)}")
    return main() or 0
