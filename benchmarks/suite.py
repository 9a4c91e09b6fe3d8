"""Suites: TOML files that name models, tasks, recipes and seeds, and the cells they expand to."""

import dataclasses
import hashlib
import json
import pathlib
import shlex
import sys
import tomllib

from benchmarks.digest import code_digest, plain_code
from zoo import registry
from zoo.backend import import_tensorflow
from zoo.errors import UnknownName, ZooError, check_positive
from zoo.runs.recipe import Recipe

HERE = pathlib.Path(__file__).parent
REPOSITORY = HERE.parent
TASK_KEYS = ("options", "recipe", "length_edges")


@dataclasses.dataclass(frozen=True)
class Cell:
    """One run of a suite.

    Attributes:
        suite, task: str, their names.
        model: str, a registered name with optional overrides: "transformer_mini positions=rotary".
        seed: int.
        settings: dict of JSON types, everything else that the run depends on.
        argument: str, the suite as the command line names it.
    """

    suite: str
    model: str
    task: str
    seed: int
    settings: dict
    argument: str

    @property
    def name(self):
        """File name of the cell: model.task.seed, with commas instead of blanks."""
        return f"{self.model.replace(' ', ',')}.{self.task}.s{self.seed}"

    @property
    def base(self):
        """The registered name of the model."""
        return registered_name(self.model)

    @property
    def overrides(self):
        """The overrides of the model, a dict."""
        return registry.key_values(self.model.split(" ")[1:])

    @property
    def key(self):
        """Digest of the settings and the code. A row whose key differs is out of date."""
        settings = json.dumps([self.model, self.task, self.seed, self.settings], sort_keys=True)
        variant = outside_file(self.base)
        code = code_digest() + (plain_code(variant) if variant else "")
        return hashlib.sha256((settings + code).encode()).hexdigest()[:16]

    @property
    def command(self):
        """The command that runs the cell alone."""
        variant = outside_file(self.base)
        setting = f"ZOO_VARIANTS={shlex.quote(str(variant))} " if variant else ""
        words = shlex.join(["python", "-m", "benchmarks", self.argument, "--cell", self.name])
        return setting + words


def registered_name(model):
    """The registered name of a suite's model, without its overrides."""
    return model.split(" ")[0]


def outside_file(model):
    """Path of the file outside the package that declares a model, or None for the zoo's own."""
    module = registry.models.entry(model).module
    if module.startswith(f"{registry.models.package}."):
        return None
    file = getattr(sys.modules.get(module), "__file__", None)
    return file and pathlib.Path(file).resolve()


@dataclasses.dataclass(frozen=True)
class Suite:
    """A suite file, read and checked.

    Attributes:
        name, title: str.
        file: path of the file.
        models: list of str, as `Cell.model`.
        tasks: dict of task name to its table.
        seeds: list of int.
        threads: int, processor threads per cell.
        beam: dict, arguments of `Beam`.
    """

    name: str
    file: pathlib.Path
    title: str
    models: list
    tasks: dict
    seeds: list
    threads: int
    beam: dict

    @property
    def own(self):
        """Whether the suite is a user's file, outside `suites/`."""
        return self.file.parent != (HERE / "suites").resolve()

    @property
    def argument(self):
        """The suite as the command line names it."""
        return str(self.file) if self.own else self.name

    def cells(self):
        """The suite's cells, tasks outermost."""
        return [
            Cell(self.name, model, task, seed, self.settings(model, task, seed), self.argument)
            for task in self.tasks
            for seed in self.seeds
            for model in self.models
        ]

    def settings(self, model, task, seed):
        """The `settings` of one cell. The suite's recipe overrides the one on the model's card."""
        table = self.tasks[task]
        own_recipe = registry.card(registered_name(model))["recipe"]
        return {
            "options": table["options"],
            "length_edges": table["length_edges"],
            "beam": self.beam,
            "threads": self.threads,
            "recipe": own_recipe | table["recipe"] | {"seed": seed},
        }

    def cell(self, name):
        """Finds a cell by name. Raises `UnknownName`."""
        for cell in self.cells():
            if cell.name == name:
                return cell
        raise UnknownName("cell", name, [cell.name for cell in self.cells()])


def suite_names():
    """Names of the zoo's suites."""
    return sorted(path.stem for path in (HERE / "suites").glob("*.toml"))


def load_suite(name):
    """Reads `suites/NAME.toml`, or the file at a path that ends in ".toml".

    Raises:
        UnknownName: no suite has this name.
        ZooError: the file is missing, has the name of a suite of the zoo, or is not a valid suite.
    """
    path = suite_file(name)
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
        suite = Suite(name=path.stem, file=path, **content)
        check(suite)
        return suite
    except (tomllib.TOMLDecodeError, TypeError, KeyError, AttributeError, ZooError) as error:
        reason = f"lacks {error}" if type(error) is KeyError else error
        raise ZooError(f"{path} does not fit a suite: {reason}") from error


def suite_file(name):
    """The path of a suite, given its name or a path. Raises what `load_suite` raises."""
    if not name.endswith(".toml"):
        if name not in suite_names():
            raise UnknownName("suite", name, suite_names())
        return (HERE / "suites" / f"{name}.toml").resolve()
    path = pathlib.Path(name).resolve()
    if not path.is_file():
        raise ZooError(f"there is no suite file {name}")
    if path.stem in suite_names() and path.parent != (HERE / "suites").resolve():
        raise ZooError(f"{path} has the name of a suite of the zoo: call it something else")
    return path


def check(suite):
    """Raises `ZooError` unless every cell of a suite can be run."""
    check_positive(threads=suite.threads)
    for key in {key for table in suite.tasks.values() for key in table}:
        if key not in TASK_KEYS:
            raise UnknownName("key of a task", key, TASK_KEYS)
    cells = suite.cells()
    for cell in cells:
        registry.models.entry(cell.base)
        registry.tasks.entry(cell.task)
        if cell.overrides:
            import_tensorflow()
            registry.models.check_overrides(cell.base, cell.overrides)
        Recipe.from_dict(cell.settings["recipe"])
    if not cells or len({cell.name for cell in cells}) < len(cells):
        raise ZooError("it has no cell, or one of them twice")
