"""A cell: one model on one task with one seed, and all that its run depends on."""

import dataclasses
import hashlib
import json
import pathlib
import shlex
import sys

from benchmarks.digest import code_digest, plain_code
from zoo import registry
from zoo.errors import ZooError
from zoo.runs.recipe import Recipe

PRETRAINED = "pretrained"  # in a suite's model, beside overrides


@dataclasses.dataclass(frozen=True)
class Cell:
    """One run of a suite.

    Attributes:
        suite, task: str, the suite's name, and its name for the task.
        model: str, a registered name with optional overrides of its constructor or of the recipe:
            "transformer_mini positions=rotary learning_rate=0.001". "pretrained=true" trains it on
            the `pretraining` of its task or of the suite first.
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
        return cell_name(self.model, self.task, self.seed)

    @property
    def base(self):
        """The registered name of the model."""
        return registered_name(self.model)

    @property
    def overrides(self):
        """The overrides of the model's constructor, a dict."""
        return constructor_overrides(self.model)

    @property
    def key(self):
        """Digest of the settings and the code. A row whose key differs is out of date."""
        return digest([self.settings_key, self.all_code])

    @property
    def all_code(self):
        """What stands for all of the cell's code: a digest, and the text of an outside variant."""
        variant = outside_file(self.base)
        return self.code + (plain_code(variant) if variant else "")

    @property
    def code(self):
        """Digest of the zoo's code for the cell's task and model."""
        tables = [self.settings, self.settings.get("pretraining")]
        tasks = [registry.tasks.entry(table["task"]).module for table in tables if table]
        model = registry.models.entry(self.base).module
        outside = outside_file(self.base)  # it may import any model
        return code_digest(tuple(map(last_part, tasks)), () if outside else (last_part(model),))

    @property
    def settings_key(self):
        """Digest of the settings alone: rows that have the same were made by the same rules."""
        return digest([self.model, self.task, self.seed, self.settings])

    @property
    def command(self):
        """The command that runs the cell alone."""
        variant = outside_file(self.base)
        setting = f"ZOO_VARIANTS={shlex.quote(str(variant))} " if variant else ""
        words = shlex.join(["python", "-m", "benchmarks", self.argument, "--cell", self.name])
        return setting + words


def last_part(module):
    """Name of a module without its package."""
    return module.rpartition(".")[2]


def cell_name(model, task, seed):
    """File name of a cell: model.task.seed, with commas instead of blanks."""
    return f"{model.replace(' ', ',')}.{task}.s{seed}"


def digest(value):
    """16 hexadecimal digits of a value of JSON types."""
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()[:16]


def registered_name(model):
    """The registered name of a suite's model, without its overrides."""
    return model.split(" ")[0]


def words_of(model):
    """What a suite's model has after its registered name: a dict."""
    return registry.key_values(model.split(" ")[1:])


def recipe_overrides(model):
    """The fields of the recipe that a suite's model overrides, a dict."""
    return {key: value for key, value in words_of(model).items() if key in Recipe.fields()}


def constructor_overrides(model):
    """The arguments of the constructor that a suite's model overrides, a dict."""
    others = (*Recipe.fields(), PRETRAINED)
    return {key: value for key, value in words_of(model).items() if key not in others}


def is_pretrained(model):
    """Whether a suite's model is trained on the suite's or the task's `pretraining` first.

    Raises:
        ZooError: the value is neither true nor false.
    """
    value = words_of(model).get(PRETRAINED, False)
    if not isinstance(value, bool):
        raise ZooError(f"{PRETRAINED} must be true or false, got {value!r}")
    return value


def outside_file(model):
    """Path of the file outside the package that declares a model, or None for the zoo's own."""
    module = registry.models.entry(model).module
    if module.startswith(f"{registry.models.package}."):
        return None
    file = getattr(sys.modules.get(module), "__file__", None)
    return file and pathlib.Path(file).resolve()
