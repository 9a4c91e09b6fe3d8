"""What `zoo train` and `zoo find-lr` are asked to train, checked before TensorFlow is loaded."""

import argparse
import dataclasses
import pathlib

from zoo import registry
from zoo.cli.data import add_data, check_columns_of_data
from zoo.cli.search_options import flag
from zoo.errors import ZooError
from zoo.files import expanded
from zoo.registry.docstrings import described
from zoo.runs.folder import is_checkpoint
from zoo.runs.model_choice import any_name
from zoo.runs.recipe import DECAYS, OPTIMIZERS, PRECISIONS, Recipe

# Options of the task `files`.
TOKENIZER_OPTIONS = ("source_tokenizer", "target_tokenizer", "shared", "vocabulary")


def add_training(sub):
    """Declares what is trained, on what and how."""
    sub.add_argument(
        "model",
        nargs="?",
        metavar="MODEL",
        help="a model or a family of `zoo list`; or, to train further, a trained model of "
        "`zoo list --trained` or a checkpoint of T5, BART, Marian, GPT-2 or Whisper: its folder, "
        "or OWNER/NAME on the hub",
    )
    sub.add_argument("task", nargs="?", metavar="TASK", help="a name of `zoo tasks`, or --data")
    add_data(sub, "--data")
    pair = dict(action="append", default=[], metavar="KEY=VALUE")
    sub.add_argument("--set", help="a model option, such as units=64", **pair)
    sub.add_argument("--task-option", help="a task option, such as max_length=10", **pair)
    choices = {"optimizer": OPTIMIZERS, "decay": DECAYS, "precision": PRECISIONS}
    meanings = described(Recipe.__doc__)
    for name, default in Recipe.fields().items():
        text = f"{meanings[name].rstrip('.')} (default: {default})".replace("%", "%%")
        if isinstance(default, bool):
            sub.add_argument(
                flag(name), action=argparse.BooleanOptionalAction, default=None, help=text
            )
        else:
            sub.add_argument(flag(name), type=type(default), choices=choices.get(name), help=text)


@dataclasses.dataclass(frozen=True)
class Request:
    """What `zoo train` and `zoo find-lr` are asked to train; nothing is loaded yet.

    Attributes:
        name: a registered model, a family, or a checkpoint.
        checkpoint: whether it is a checkpoint.
        overrides: constructor arguments of the model.
        task_name: a registered task.
        task_options: its options.
        fields: the fields of the recipe that the user gave.
        seed: the seed of the recipe.
        label: the model and what it is trained on, for the name of a folder.
    """

    name: str
    checkpoint: bool
    overrides: dict
    task_name: str
    task_options: dict
    fields: dict
    seed: int
    label: str

    def load_task(self):
        """The task."""
        from zoo.data.task import create_task

        return create_task(self.task_name, **self.task_options)


def read_request(options):
    """Reads and checks what is to be trained.

    Raises:
        ZooError: an unknown name, options that do not go together, or a value out of range.
    """
    if not options.model and options.data:
        raise ZooError(
            "name a model before --data, which takes every word after it as a file: "
            "zoo train transformer_mini --data pairs.tsv"
        )
    if not options.model or not (options.task or options.data):
        raise ZooError(
            "name a model and a task, as in: zoo train transformer_mini g2p; or your own data, as "
            "in: zoo train transformer_mini --data pairs.tsv"
        )
    if options.data and options.task:
        raise ZooError(f"--data takes the place of a task; leave out {options.task} or --data")
    check_columns_of_data(options)
    if options.epochs and options.steps:
        raise ZooError("--epochs and --steps both say how long to train; give one of them")
    fields = {name: getattr(options, name) for name in Recipe.fields()}
    fields = {name: value for name, value in fields.items() if value is not None}
    overrides = registry.key_values(options.set)
    task_options = registry.key_values(options.task_option)
    unknown = options.task and options.task not in registry.list_tasks()
    if unknown and pathlib.Path(options.task).exists():
        raise ZooError(
            f"{options.task} is a file or folder, not a task; to train on it: --data {options.task}"
        )
    registry.tasks.entry(options.task or "files")
    checkpoint = is_checkpoint(options.model)
    if checkpoint:
        recipe = Recipe.from_dict(fields)
    else:
        recipe = Recipe.of_model(any_name(options.model), options.task, **fields)
    if checkpoint and (options.task or "files") == "files":
        for name in TOKENIZER_OPTIONS:
            if task_options.get(name) is not None:
                raise ZooError(f"leave out {name}: the checkpoint has its own tokenizers")
    trained_on = options.task
    if options.data:
        for name in ("data", "columns"):
            if name in task_options:
                raise ZooError(f"--task-option {name} is what --{name} says; leave it out")
        task_options |= {"data": options.data, "columns": options.columns}
        names = [pathlib.Path(path).name.split(".")[0] for path in options.data]
        trained_on = "-".join(names).replace(":", "-")
    return Request(
        name=options.model,
        checkpoint=checkpoint,
        overrides=overrides,
        task_name=options.task or "files",
        task_options=task_options,
        fields=fields,
        seed=recipe.seed,
        label=f"{expanded(options.model).resolve().name}-{trained_on}",
    )
