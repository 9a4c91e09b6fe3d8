"""Names to entries: one class, used for models and for tasks.

An entry is declared where its code is, by a decorator, and found by its name:

    @register_model("transformer", paper=VASWANI_2017, encoder="...", decoder="...", attention="...",
                    sizes={"mini": Size(vocabulary=(32, 43), units=128)})
    class Transformer(Seq2Seq): ...

    zoo.create("transformer_mini", source_vocabulary=32, target_vocabulary=43, dropout=0.2)

Listing must not import TensorFlow, and declaring a model does. `catalog.json` beside this file therefore keeps the cards
and parameter counts of the package's own modules with a digest of each module's text: a module whose digest differs, or that
the catalog does not know, is imported instead. The catalog is a cache: `python -m zoo.catalog` writes it anew.

Files outside the package take part, too: ZOO_VARIANTS=my_variant.py, as many as wanted, separated as in PATH.
"""

import dataclasses
import fnmatch
import hashlib
import importlib.util
import inspect
import json
import os
import pathlib
import sys

from zoo.backend import quiet_imports
from zoo.errors import UnknownName, ZooError

RECIPES = {
    "midi": {"learning_rate": 1e-3}
}  # in which a size differs from the defaults, unless the family says otherwise
CATALOG = pathlib.Path(__file__).with_name("catalog.json")


@dataclasses.dataclass(frozen=True)
class Paper:
    """Where a model or a data set was published: authors as cited, title, year and address."""

    authors: str
    title: str
    year: int
    url: str


class Size:
    """One registered size of a model: the vocabulary it is counted at, and constructor arguments.

    Args:
        vocabulary: pair of int, source and target vocabulary sizes at which the parameters are counted.
        **arguments: the constructor arguments that make this size.
    """

    def __init__(self, vocabulary, **arguments):
        self.vocabulary, self.arguments = tuple(vocabulary), arguments


@dataclasses.dataclass
class Entry:
    """One name of a registry.

    Attributes:
        name: the name it is asked for by.
        module: the module that declares it.
        card: dict of what a reader wants to know, JSON types only.
        defaults: dict of arguments this name stands for.
        make: the class or function behind the name; None until its module is imported.
    """

    name: str
    module: str
    card: dict
    defaults: dict
    make: object = None


class Registry:
    """Entries by name, declared by decorators in the modules of one package.

    Args:
        kind: str, what an entry is called in messages, such as "model".
        package: str, the package whose modules declare entries.
    """

    def __init__(self, kind, package):
        self.kind, self.package = kind, package
        self._entries, self._seen, self._scanned = {}, set(), False

    def add(self, entry):
        """Adds an entry. Raises `ZooError` when another module, or another class of the same one, holds the name already."""
        if entry.module not in self.modules():
            self._scan()  # or a name of the package's own would be hidden without a word
        present, kind = (
            self._entries.get(entry.name),
            lambda e: getattr(e.make, "__qualname__", None),
        )
        if present is not None and (
            present.module != entry.module or present.make and kind(present) != kind(entry)
        ):
            raise ZooError(f"{self.kind} '{entry.name}' is registered by {present.module} already")
        if (
            present is not None and present.make is None
        ):  # known from the catalog, which has counted the parameters
            entry.card = present.card | entry.card
        self._entries[entry.name] = entry

    def names(self, pattern="*"):
        """Sorted names that match a wildcard pattern; a pattern without a wildcard matches anywhere in the name."""
        self._scan()
        pattern = pattern if any(c in pattern for c in "*?[") else f"*{pattern}*"
        return sorted(name for name in self._entries if fnmatch.fnmatchcase(name, pattern))

    def entry(self, name):
        """The entry of `name`, imported or not. Raises `UnknownName` with the nearest names."""
        self._scan()
        if name not in self._entries:
            raise UnknownName(self.kind, name, list(self._entries))
        return self._entries[name]

    def create(self, name, *args, **overrides):
        """Calls what `name` stands for with its defaults, `args` and `overrides`.

        Raises:
            UnknownName: no such name.
            ZooError: as `check_overrides`.
        """
        entry = self.loaded(name)
        self.check_overrides(name, overrides)
        return entry.make(*args, **{**entry.defaults, **overrides})

    def check_overrides(self, name, overrides):
        """Raises `ZooError` for an override that the entry does not take, or text and the like for a flag or a whole number."""
        entry = self.loaded(name)
        valid, parameters = self.overrides(name), inspect.signature(entry.make).parameters
        for key, value in overrides.items():
            if key not in valid:
                raise ZooError(f"{name} takes no '{key}'; valid: {', '.join(valid)}")
            kind = type(parameters[key].default) if key in parameters else None
            if kind in (bool, int) and type(value) is not kind:  # "False" would count as true
                raise ZooError(
                    f"{key} must be {'true or false' if kind is bool else 'a whole number'}, got {value!r}"
                )

    def overrides(self, name):
        """The keyword arguments that `create(name, ...)` takes, with the value each has for this name."""
        entry = self.loaded(name)
        values = {}
        for parameter in inspect.signature(entry.make).parameters.values():
            if parameter.kind == parameter.VAR_KEYWORD:
                values |= {} if "dtype" in values else {"dtype": None}
            elif parameter.kind != parameter.VAR_POSITIONAL:
                values[parameter.name] = entry.defaults.get(parameter.name, parameter.default)
        return values

    def loaded(self, name):
        """The entry of `name`, its module imported."""
        if self.entry(name).make is None:
            importlib.import_module(self.entry(name).module)
        return self.entry(name)

    def modules(self):
        """The package's modules as {dotted name: digest of the text}."""
        folder = pathlib.Path(__file__).parent.joinpath(*self.package.split(".")[1:])
        return {
            f"{self.package}.{path.stem}": hashlib.sha256(path.read_bytes()).hexdigest()[:16]
            for path in sorted(folder.glob("[!_]*.py"))
        }

    def _scan(self):
        """Learns every entry of the package: from the catalog where it is fresh, by import where it is not."""
        if self._scanned:
            return
        self._scanned = True
        try:
            listed = json.loads(CATALOG.read_text(encoding="utf-8"))[self.kind]
            catalog = {
                module: (known["digest"], known["entries"]) for module, known in listed.items()
            }
        except (
            OSError,
            ValueError,
            KeyError,
            TypeError,
            AttributeError,
        ):  # a cache: without it everything is imported
            catalog = {}
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


def variant_module(path):
    """The name under which the module of a file that `import_variants` reads stands in `sys.modules`."""
    return (
        f"zoo_variants_{path.stem}_{hashlib.sha256(str(path.resolve()).encode()).hexdigest()[:8]}"
    )


def import_variants():
    """Imports the Python files that the environment variable ZOO_VARIANTS names, separated as in PATH.

    Raises:
        ZooError: a name that is no Python file, or one that cannot be imported.
    """
    for path in map(
        pathlib.Path, filter(None, os.environ.get("ZOO_VARIANTS", "").split(os.pathsep))
    ):
        name = variant_module(path)
        if name in sys.modules:
            continue
        if path.suffix != ".py" or not path.is_file():
            raise ZooError(f"ZOO_VARIANTS names {path}, which is no Python file")
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


models = Registry("model", "zoo.models")
tasks = Registry("task", "zoo.data.tasks")


def register_model(family, *, paper, encoder, decoder, attention, expect, sizes, recipe=None):
    """Registers a `Seq2Seq` class under one name a size, `family_size`.

    Args:
        family: str, the name without its size.
        paper: `Paper` the variant is faithful to.
        encoder, decoder, attention: str, a few words for the comparison table; attention is "none" where there is none.
        expect: str, what the paper promises and a user should see.
        sizes: dict of size name to `Size`.
        recipe: dict of `Recipe` fields in which training this family differs from the defaults.
    """

    def decorate(cls):
        import keras  # the module that declares a model has imported it already

        keras.saving.register_keras_serializable("zoo")(cls)
        for size, spec in sizes.items():
            card = dict(
                family=family,
                size=size,
                paper=dataclasses.asdict(paper),
                encoder=encoder,
                decoder=decoder,
                attention=attention,
                expect=expect,
                vocabulary=list(spec.vocabulary),
                recipe=RECIPES.get(size, {}) | (recipe or {}),
            )
            models.add(Entry(f"{family}_{size}", cls.__module__, card, spec.arguments, cls))
        return cls

    return decorate


def register_task(name, *, title, source, licence, metrics, published=()):
    """Registers a function that returns a `Task`, under `name`; its parameters are the task's options.

    Args:
        name: str, the task's name.
        title: str, what is mapped to what.
        source: str, where the data come from.
        licence: str, the data's licence.
        metrics: sequence of str, metric names; the first one decides early stopping and the best checkpoint.
        published: sequence of (who and what, score, address of the source): what others report on the test split.
    """

    def decorate(function):
        card = dict(
            title=title,
            source=source,
            licence=licence,
            metrics=list(metrics),
            published=list(map(list, published)),
        )
        tasks.add(Entry(name, function.__module__, card, {}, function))
        return function

    return decorate


def list_models(pattern="*"):
    """Sorted names of the registered models that match a wildcard pattern, such as "*lstm*"."""
    return models.names(pattern)


def list_tasks(pattern="*"):
    """Sorted names of the registered tasks that match a wildcard pattern."""
    return tasks.names(pattern)


def card(name):
    """The card of a registered model: a dict with paper, encoder, decoder, attention, expectation and vocabulary."""
    return models.entry(name).card


def create(name, source_vocabulary, target_vocabulary, **overrides):
    """Builds a registered model.

    Args:
        name: str, a name of `list_models()`.
        source_vocabulary, target_vocabulary: int, number of token ids, specials included.
        **overrides: constructor arguments that differ from the registered ones, such as `dropout=0.2`,
            and `dtype="mixed_bfloat16"`.

    Returns:
        A built `Seq2Seq`.

    Raises:
        UnknownName: no model of this name; the message holds the nearest names.
        ZooError: an unknown override or a value out of range.
    """
    if overrides.get("dtype") is not None:
        import keras

        models.loaded(name)
        try:
            keras.dtype_policies.get(overrides["dtype"])
        except (ValueError, TypeError):
            raise ZooError(
                f"dtype must be such as 'float32' or 'mixed_bfloat16', got {overrides['dtype']!r}"
            ) from None
    model = models.create(
        name, source_vocabulary=source_vocabulary, target_vocabulary=target_vocabulary, **overrides
    )
    model.build()
    return model


def create_task(name, **options):
    """Loads a registered task. Raises `UnknownName` or, for an option it does not take, `ZooError`."""
    return tasks.create(name, **options)


def key_values(pairs):
    """["units=64", "tied_embeddings=none"] -> dict; a value is read as JSON where it is JSON."""
    values = {}
    for pair in pairs:
        key, found, text = pair.partition("=")
        if not found or not key:
            raise ZooError(f"expected KEY=VALUE, got '{pair}'")
        try:
            values[key] = json.loads(text)
        except ValueError:
            values[key] = text
    return values
