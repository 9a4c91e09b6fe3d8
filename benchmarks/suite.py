"""What a suite is: a TOML file that names models, tasks, recipes and seeds, and the cells it stands for."""

import dataclasses
import functools
import hashlib
import json
import pathlib
import shlex
import sys
import tomllib

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
        suite, task: str, names.
        model: str, a registered name, and overrides after it, as in "transformer_mini positions=rotary".
        seed: int.
        settings: dict, all that the run is made from, JSON types only.
        argument: str, what the suite is called on the command line.
    """

    suite: str
    model: str
    task: str
    seed: int
    settings: dict
    argument: str

    @property
    def name(self):
        """File name of the cell: model.task.seed, with commas for the blanks of the model."""
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
        """Digest of the settings and of the code, the zoo's and the variant's own: a row of another key is out of date."""
        text = json.dumps([self.model, self.task, self.seed, self.settings], sort_keys=True)
        variant = outside_file(self.base)
        return hashlib.sha256(
            (text + code_digest()).encode() + (variant.read_bytes() if variant else b"")
        ).hexdigest()[:16]

    @property
    def command(self):
        """The command that runs the cell alone."""
        variant = outside_file(self.base)
        setting = f"ZOO_VARIANTS={shlex.quote(str(variant))} " if variant else ""
        return f"{setting}python -m benchmarks {shlex.quote(self.argument)} --cell {shlex.quote(self.name)}"


def registered_name(model):
    """The registered name of a suite's model, without its overrides."""
    return model.split(" ")[0]


def outside_file(model):
    """Path of the file outside the package that declares a model; None for a model of the zoo."""
    module = registry.models.entry(model).module
    file = (
        None
        if module.startswith(f"{registry.models.package}.")
        else getattr(sys.modules.get(module), "__file__", None)
    )
    return file and pathlib.Path(file).resolve()


@functools.cache
def code_digest():
    """Digest of every module of the zoo."""
    digest = hashlib.sha256()
    for path in sorted((REPOSITORY / "zoo").rglob("*.py")):
        digest.update(path.relative_to(REPOSITORY).as_posix().encode() + path.read_bytes())
    return digest.hexdigest()[:16]


@dataclasses.dataclass(frozen=True)
class Suite:
    """A suite file, read and checked.

    Attributes:
        name, title: str.
        file: path of the file.
        models: list of str, as `Cell.model`; tasks: dict of task name to its table; seeds: list of int.
        threads: int, processor threads of a cell.
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
        """Whether it is a file outside `suites/`."""
        return self.file.parent != (HERE / "suites").resolve()

    @property
    def argument(self):
        """What the suite is called on the command line."""
        return str(self.file) if self.own else self.name

    def cells(self):
        """The suite's cells, tasks outermost."""
        return [
            Cell(
                self.name,
                model,
                task,
                seed,
                {
                    "options": spec["options"],
                    "length_edges": spec["length_edges"],
                    "beam": self.beam,
                    "threads": self.threads,
                    "recipe": registry.card(registered_name(model))["recipe"]
                    | spec["recipe"]
                    | {"seed": seed},
                },
                self.argument,
            )
            for task, spec in self.tasks.items()
            for seed in self.seeds
            for model in self.models
        ]

    def cell(self, name):
        """The cell of a name. Raises `UnknownName`."""
        for cell in self.cells():
            if cell.name == name:
                return cell
        raise UnknownName("cell", name, [cell.name for cell in self.cells()])


def suite_names():
    """Names of the suites there are."""
    return sorted(path.stem for path in (HERE / "suites").glob("*.toml"))


def load_suite(name):
    """Reads `suites/NAME.toml`, or the file at a path that ends in ".toml".

    Raises:
        UnknownName: no suite of this name.
        ZooError: no file at the path, one that has the name of a suite of the zoo, or one that does not fit.
    """
    if name.endswith(".toml"):
        path = pathlib.Path(name).resolve()
        if not path.is_file():
            raise ZooError(f"there is no suite file {name}")
        name = path.stem
        if name in suite_names() and path.parent != (HERE / "suites").resolve():
            raise ZooError(f"{path} has the name of a suite of the zoo: call it something else")
    else:
        if name not in suite_names():
            raise UnknownName("suite", name, suite_names())
        path = (HERE / "suites" / f"{name}.toml").resolve()
    try:
        suite = Suite(name=name, file=path, **tomllib.loads(path.read_text(encoding="utf-8")))
        check_positive(threads=suite.threads)
        for key in {key for spec in suite.tasks.values() for key in spec}:
            if key not in TASK_KEYS:
                raise UnknownName("key of a task", key, TASK_KEYS)
        for cell in suite.cells():
            registry.models.entry(cell.base), registry.tasks.entry(cell.task)
            if cell.overrides:
                import_tensorflow()
                registry.models.check_overrides(cell.base, cell.overrides)
            Recipe.from_dict(cell.settings["recipe"])
        if len({cell.name for cell in suite.cells()}) < max(1, len(suite.cells())):
            raise ZooError("it has no cell, or one of them twice")
        return suite
    except (tomllib.TOMLDecodeError, TypeError, KeyError, AttributeError, ZooError) as error:
        reason = f"lacks {error}" if type(error) is KeyError else error
        raise ZooError(f"{path} does not fit a suite: {reason}") from error
