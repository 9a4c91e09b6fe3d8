"""Suites: TOML files that name models, tasks, recipes and seeds, and the cells they expand to."""

import dataclasses
import pathlib
import tomllib

from benchmarks.cell import (
    Cell,
    is_pretrained,
    outside_file,
    recipe_overrides,
    registered_name,
)
from benchmarks.rates import chosen_rate
from benchmarks.suite_checks import check
from zoo import registry
from zoo.errors import UnknownName, ZooError
from zoo.files import expanded

HERE = pathlib.Path(__file__).parent
REPOSITORY = HERE.parent
FILE_OPTIONS = {"data", "path"}  # of tasks
PRETRAINING_KEYS = ("task", "options", "recipe")


@dataclasses.dataclass(frozen=True)
class Suite:
    """A suite file, read and checked.

    Attributes:
        name, title: str.
        file: path of the file.
        models: list of str: registered names, with overrides of the constructor or the recipe, such
            as "transformer_mini positions=rotary learning_rate=0.001".
        tasks: dict of a task's name in the suite to its table: "task", the registered name if it
            differs; "options"; "recipe"; "budget", one of tokens, flops or minutes to train for in
            place of epochs; "length_edges", rising whole numbers, the bounds of the ranges of
            source lengths that are scored apart, of which the outer ones are open; "split", the
            one that is scored, "test" (the default) or "validation"; "models", which replaces the
            suite's models on this task; "pretraining", which replaces that of the suite.
        seeds: list of int. A run takes the first one, with `--publish` all; `--seeds N` takes the
            first N.
        threads: int, at least 1, CPU threads per cell. With one, scores do not depend on the
            number of cores.
        decoders: dict of label to the arguments of `Beam`; "greedy" is always there.
        learning_rates: list of float. Each model is trained with each.
        rates: str, the suite whose rows choose each model's learning rate on validation; or "".
        pretraining: dict of "task", "options" and "recipe": what models with "pretrained=true" are
            trained on before their task, with that task's tokenizers; or empty.
        margin: float, the largest relative difference between the numbers of parameters of models
            without overrides; 0 turns the check off.
        jobs: int, how many cells may run side by side if the command line does not say it; 0 sets
            no limit.
        scored: bool, false where only speeds matter. Pages then leave out the scores.
    """

    name: str
    file: pathlib.Path
    title: str
    models: list
    tasks: dict
    seeds: list
    threads: int
    decoders: dict
    learning_rates: list = ()
    rates: str = ""
    pretraining: dict = dataclasses.field(default_factory=dict)
    margin: float = 0.0
    jobs: int = 0
    scored: bool = True

    @property
    def own(self):
        """Whether the suite is a user's file, outside `suites/`."""
        return self.file.parent != (HERE / "suites").resolve()

    @property
    def argument(self):
        """The suite as the command line names it."""
        return str(self.file) if self.own else self.name

    def cells(self):
        """The suite's cells, seeds outermost: every seed leaves a table of all tasks."""
        return [
            Cell(self.name, model, task, seed, self.settings(model, task, seed), self.argument)
            for seed in self.seeds
            for task in self.tasks
            for model in self.models_of(task)
        ]

    def models_of(self, task):
        """The models of a task, each with every learning rate that the suite tries: list of str."""
        models = self.tasks[task].get("models", self.models)
        if not self.learning_rates:
            return list(models)
        return [f"{model} learning_rate={rate}" for model in models for rate in self.learning_rates]

    def settings(self, model, task, seed):
        """The `settings` of one cell.

        The recipe is the one on the model's card, then the chosen learning rate, then what the
        suite says of the task, then what it says of the model.
        """
        table = self.tasks[task]
        recipe = dict(registry.card(registered_name(model))["recipe"])
        if self.rates:
            recipe["learning_rate"] = chosen_rate(self.rates, model, task)
        settings = {
            "task": table.get("task", task),
            "options": table["options"],
            "length_edges": table["length_edges"],
            "split": table.get("split", "test"),
            "decoders": self.decoders,
            "threads": self.threads,
            "recipe": recipe | table["recipe"] | recipe_overrides(model) | {"seed": seed},
        }
        if is_pretrained(model):  # its table wins: overrides are for the task itself
            first = table.get("pretraining", self.pretraining)
            settings["pretraining"] = pretraining_of(first, recipe | recipe_overrides(model), seed)
        return settings | ({"budget": table["budget"]} if "budget" in table else {})

    def cell(self, name):
        """Finds a cell by name. A model from outside the package need not be in the suite's file.

        Raises:
            UnknownName: there is no such cell.
        """
        model, _, _ = name.rpartition(".s")[0].replace(",", " ").rpartition(".")
        suite, base = self, registered_name(model)
        if base in registry.list_models() and outside_file(base):
            suite = dataclasses.replace(self, models=[model], learning_rates=[])
        cells = {cell.name: cell for cell in suite.cells()}
        if name not in cells:
            raise UnknownName("cell", name, [cell.name for cell in self.cells()])
        return cells[name]

    def only(self, models):
        """The suite with some of its models, and the tasks that have one of them."""
        tasks = {}
        for name, table in self.tasks.items():
            if "models" in table:
                table = table | {"models": [m for m in table["models"] if m in models]}
            if table.get("models", models):
                tasks[name] = table
        return dataclasses.replace(self, models=list(models), tasks=tasks)

    def first_seeds(self, count):
        """The suite with its first `count` seeds only."""
        return dataclasses.replace(self, seeds=self.seeds[:count])


def pretraining_of(table, recipe, seed):
    """The `settings` of a cell's pre-training.

    Args:
        table: dict, what the suite says of pre-training.
        recipe: dict, what the recipe has besides that of the table.
        seed: int.

    Raises:
        ZooError: the suite says nothing of pre-training, or not enough.
    """
    if set(table) != set(PRETRAINING_KEYS):
        raise ZooError(f"a pretrained model needs [pretraining] with {', '.join(PRETRAINING_KEYS)}")
    return table | {"recipe": recipe | table["recipe"] | {"seed": seed}}


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
        check_keys(content)
        suite = Suite(name=path.stem, file=path, **content)
        check(suite)
        find_files(suite)
        return suite
    except (tomllib.TOMLDecodeError, TypeError, KeyError, AttributeError, ZooError) as error:
        reason = f"lacks {error}" if type(error) is KeyError else error
        raise ZooError(f"{path} does not fit a suite: {reason}") from error


def check_keys(content):
    """Raises `ZooError` for a key that no suite has, or a missing one."""
    known = {field.name: field for field in dataclasses.fields(Suite)}
    del known["name"], known["file"]  # which do not stand in it
    for key in content:
        if key not in known:
            raise UnknownName("key of a suite", key, list(known))
    for name, field in known.items():
        needed = field.default is field.default_factory is dataclasses.MISSING
        if needed and name not in content:
            raise ZooError(f"it lacks '{name}'")


def find_files(suite):
    """Makes the files that a suite's options name whole paths, seen from the suite's folder.

    Raises:
        ZooError: a file is missing.
    """
    tables = [*suite.tasks.values(), suite.pretraining or {}]
    tables += [table.get("pretraining") or {} for table in suite.tasks.values()]
    for options in (table.get("options") or {} for table in tables):
        for key in FILE_OPTIONS & options.keys():
            value, folder = options[key], suite.file.parent
            if isinstance(value, str):
                options[key] = whole(value, folder)
            else:
                options[key] = [whole(name, folder) for name in value]


def whole(name, folder):
    """The whole path of a file, seen from a folder. "" and a name with ":" are no files."""
    if not name or ":" in name:
        return name
    path = folder / expanded(name)
    if not path.exists():
        raise ZooError(f"there is no {path}")
    return str(path)


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
