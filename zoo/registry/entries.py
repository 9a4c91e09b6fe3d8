"""The registry class: entries by name, read from a catalog where nothing has changed.

Listing must not import TensorFlow, and declaring a model does. `zoo/catalog.json` therefore keeps
the cards and parameter counts of the package's own modules, with a digest of each module's text.
A module whose digest differs, or that the catalog does not know, is imported instead. The catalog
is a cache: `python -m zoo.catalog` rewrites it.
"""

import dataclasses
import fnmatch
import hashlib
import importlib
import json
import pathlib
import threading
from typing import Any

from zoo.backend import quiet_imports
from zoo.errors import UnknownName, ZooError
from zoo.registry.overrides import check_arguments, parameters_of, python_value
from zoo.registry.variants import import_variants

PACKAGE = pathlib.Path(__file__).parents[1]
CATALOG = PACKAGE / "catalog.json"


@dataclasses.dataclass
class Entry:
    """One name of a registry.

    Attributes:
        name: the name that users ask for.
        module: dotted name of the module that declares it.
        card: what a reader wants to know, JSON types only.
        defaults: arguments that this name sets.
        make: the class or function behind the name, or None until its module is imported.
    """

    name: str
    module: str
    card: dict
    defaults: dict
    make: Any = None


class Registry:
    """Entries by name, declared by decorators in the modules of one package.

    Args:
        kind: what messages call an entry, such as "model".
        package: the package whose modules declare entries.
    """

    def __init__(self, kind, package):
        self.kind = kind
        self.package = package
        self._entries = {}
        self._scanned = False
        self._lock = threading.RLock()

    def add(self, entry):
        """Adds an entry.

        Raises:
            ZooError: another module, or another class of the same module, has the name already.
        """
        if entry.module not in self.modules():
            self._scan()  # or the entry could hide a name of the package
        present = self._entries.get(entry.name)
        if present is not None:
            if present.module != entry.module or not same_kind(present.make, entry.make):
                raise ZooError(
                    f"{self.kind} '{entry.name}' is registered by {present.module} already"
                )
            if present.make is None:  # the catalog has counted the parameters
                entry.card = present.card | entry.card
        self._entries[entry.name] = entry

    def names(self, pattern="*"):
        """Sorted names that match a pattern. One without a wildcard matches any part of a name."""
        self._scan()
        return matching(self._entries, pattern)

    def entry(self, name):
        """The entry of a name, imported or not. Raises `UnknownName` with the nearest names."""
        self._scan()
        if not isinstance(name, str) or name not in self._entries:
            sizes = [known for known in self._entries if known.startswith(f"{name}_")]
            raise UnknownName(self.kind, name, sizes or list(self._entries))
        return self._entries[name]

    def loaded(self, name):
        """The entry of a name, its module imported."""
        if self.entry(name).make is None:
            importlib.import_module(self.entry(name).module)
        return self.entry(name)

    def create(self, name, **overrides):
        """Calls what the name stands for with its defaults and `overrides`.

        NumPy scalars become Python's, since a saved model or run keeps overrides as JSON.

        Raises:
            UnknownName: there is no such name.
            ZooError: an unknown override, or a value of the wrong type.
        """
        overrides = {key: python_value(value) for key, value in overrides.items()}
        self.check_overrides(name, overrides)
        entry = self.loaded(name)
        return entry.make(**{**entry.defaults, **overrides})

    def check_overrides(self, name, overrides):
        """Raises `ZooError` for an unknown override, or a value of the wrong type."""
        check_arguments(name, self.loaded(name).make, list(self.overrides(name)), overrides)

    def overrides(self, name):
        """The keyword arguments of `create(name, ...)`, with the value each has for this name."""
        entry = self.loaded(name)
        values = {}
        parameters = parameters_of(entry.make)
        for parameter in parameters.values():
            if parameter.kind not in (parameter.VAR_KEYWORD, parameter.VAR_POSITIONAL):
                values[parameter.name] = entry.defaults.get(parameter.name, parameter.default)
        if any(p.kind == p.VAR_KEYWORD for p in parameters.values()):
            values.setdefault("dtype", None)
        return values

    def modules(self):
        """The package's modules as {dotted name: digest of the text}."""
        folder = PACKAGE.joinpath(*self.package.split(".")[1:])
        return {
            f"{self.package}.{path.stem}": hashlib.sha256(path.read_bytes()).hexdigest()[:16]
            for path in sorted(folder.glob("[!_]*.py"))
        }

    def _scan(self):
        """Learns every entry of the package, from the catalog or by importing its modules."""
        with self._lock:  # of one thread, whose imports ask again
            if self._scanned:
                return
            self._scanned = True
            try:
                self._learn()
            except BaseException:
                self._scanned = False  # so that the next call fails, too
                raise

    def _learn(self):
        catalog = read_catalog(self.kind)
        for module, digest in self.modules().items():
            known, entries = catalog.get(module, (None, {}))
            if known != digest:
                with quiet_imports():
                    importlib.import_module(module)
                continue
            for name, entry in entries.items():
                if name not in self._entries:
                    self._entries[name] = Entry(name, module, entry["card"], entry["defaults"])
        import_variants()


def same_kind(present, new):
    """Whether two classes or functions have the same name, or the present one is not known yet."""
    return present is None or present.__qualname__ == getattr(new, "__qualname__", None)


def read_catalog(kind):
    """The catalog of one kind as {module: (digest, entries)}; empty where it cannot be read."""
    try:
        listed = json.loads(CATALOG.read_text(encoding="utf-8"))[kind]
        return {module: (known["digest"], known["entries"]) for module, known in listed.items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {}  # a cache: without it, everything is imported


def matching(names, pattern):
    """Sorted names that match a pattern, in upper or lower case.

    One without a wildcard matches any part of a name.

    Raises:
        ZooError: the pattern is not text.
    """
    if not isinstance(pattern, str):
        raise ZooError(f"a pattern must be text such as 't5*', got {pattern!r}")
    pattern = pattern if any(c in pattern for c in "*?[") else f"*{pattern}*"
    return sorted(name for name in names if fnmatch.fnmatchcase(name.lower(), pattern.lower()))
