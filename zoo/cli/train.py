"""`zoo train` and `zoo find-lr`. What they are asked for is checked before TensorFlow is loaded."""

import argparse
import dataclasses
import pathlib
import shlex
import shutil
import tempfile

from zoo import registry
from zoo.backend import import_tensorflow
from zoo.cli.align import check_picture
from zoo.cli.data import add_data
from zoo.cli.evaluate import print_report
from zoo.cli.opening import open_checkpoint, open_run
from zoo.cli.search_options import flag
from zoo.errors import ZooError
from zoo.runs.folder import check_free, is_checkpoint
from zoo.runs.model_choice import any_name, choose_model
from zoo.runs.recipe import DECAYS, DISTRIBUTIONS, OPTIMIZERS, PRECISIONS, Recipe
from zoo.text.printable import printable

# A fresh model's recipe would undo what a checkpoint knows.
FINE_TUNING = {"learning_rate": 1e-4, "epochs": 5}
RESUMABLE = ("command", "resume", "devices", "tensorboard", "overwrite")


def add_commands(command):
    """Declares `zoo train` and `zoo find-lr`."""
    sub = command(
        "train", train_command, "train a model on a task, or fine-tune a public checkpoint"
    )
    add_training(sub)
    sub.add_argument(
        "--out",
        type=pathlib.Path,
        metavar="RUN",
        help="run folder (default: runs/MODEL-TASK-sSEED)",
    )
    sub.add_argument(
        "--resume",
        type=pathlib.Path,
        metavar="RUN",
        help="continue an interrupted run exactly where it stopped",
    )
    sub.add_argument("--overwrite", action="store_true", help="replace a run in the folder")
    sub.add_argument(
        "--devices",
        choices=DISTRIBUTIONS,
        help="train on all GPUs of this machine (mirrored), or on the machines that TF_CONFIG or "
        "Slurm names (workers)",
    )
    sub.add_argument(  # what --devices was called before
        "--strategy", dest="devices", choices=DISTRIBUTIONS, help=argparse.SUPPRESS
    )
    sub.add_argument(
        "--tensorboard",
        action="store_true",
        help="write curves, sample outputs and attention maps to RUN/tensorboard",
    )

    sub = command(
        "find-lr",
        find_lr_command,
        "sweep the learning rate over the first steps of a training, and plot the loss",
    )
    add_training(sub)
    sub.add_argument("--low", type=float, default=1e-6, help="first rate (default: 1e-6)")
    sub.add_argument("--high", type=float, default=1.0, help="last rate (default: 1)")
    sub.add_argument(
        "--sweep", type=int, default=120, metavar="STEPS", help="steps of the sweep (default: 120)"
    )
    sub.add_argument(
        "--out",
        type=pathlib.Path,
        default=pathlib.Path("learning_rate.png"),
        help="picture; a table goes beside it (default: learning_rate.png)",
    )


def add_training(sub):
    """Declares what is trained, on what and how."""
    sub.add_argument(
        "model",
        nargs="?",
        metavar="MODEL",
        help="a model or a family of `zoo list`; or a checkpoint of T5, BART or Marian: its "
        "folder, or OWNER/NAME on the hub",
    )
    sub.add_argument("task", nargs="?", metavar="TASK", help="a name of `zoo tasks`, or --data")
    add_data(sub, "--data")
    pair = dict(action="append", default=[], metavar="KEY=VALUE")
    sub.add_argument("--set", help="a model option, such as units=64", **pair)
    sub.add_argument("--task-option", help="a task option, such as max_length=10", **pair)
    choices = {"optimizer": OPTIMIZERS, "decay": DECAYS, "precision": PRECISIONS}
    for name, default in Recipe.fields().items():
        text = f"(default: {default})"
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
        return registry.create_task(self.task_name, **self.task_options)


def read_request(options):
    """Reads and checks what is to be trained.

    Raises:
        ZooError: an unknown name, options that do not go together, or a value out of range.
    """
    if not options.model or not (options.task or options.data):
        raise ZooError(
            "name a model and a task, as in: zoo train transformer_mini g2p; or your own data, as "
            "in: zoo train transformer_mini --data pairs.tsv"
        )
    if options.data and options.task:
        raise ZooError(f"--data takes the place of a task; leave out {options.task} or --data")
    if options.columns and not options.data:
        raise ZooError("--columns names the columns of --data FILE")
    if options.epochs and options.steps:
        raise ZooError("--epochs and --steps both say how long to train; give one of them")
    fields = {name: getattr(options, name) for name in Recipe.fields()}
    fields = {name: value for name, value in fields.items() if value is not None}
    overrides = registry.key_values(options.set)
    task_options = registry.key_values(options.task_option)
    registry.tasks.entry(options.task or "files")
    checkpoint = is_checkpoint(options.model)
    if checkpoint:
        recipe = Recipe.from_dict(fields)
    else:
        recipe = Recipe.of_model(any_name(options.model), **fields)
    trained_on = options.task
    if options.data:
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
        label=f"{pathlib.Path(options.model).expanduser().resolve().name}-{trained_on}",
    )


def train_command(options):
    """`zoo train MODEL TASK` and `zoo train --resume RUN`."""
    if options.resume:
        resume(options)
        return
    request = read_request(options)
    folder = options.out or pathlib.Path("runs") / f"{request.label}-s{request.seed}"
    distribution = open_distribution(options.devices)
    if request.checkpoint:
        model = open_checkpoint(request.name)
        fields = FINE_TUNING | request.fields
    else:
        import_tensorflow()
        registry.models.check_overrides(any_name(request.name), request.overrides)
        model, fields = request.name, request.fields
    if distribution is None:  # of several workers, the first one looks
        check_free(folder, options.overwrite)
    task = request.load_task()
    train_and_report(
        model,
        task,
        fields,
        folder,
        request.overrides,
        distribution,
        options.tensorboard,
        overwrite=options.overwrite,
    )


def resume(options):
    """`zoo train --resume RUN`."""
    others = [value for key, value in vars(options).items() if key not in RESUMABLE]
    if options.overwrite or any(value is not None and value != [] for value in others):
        raise ZooError("--resume continues a run as it is; it takes no model, task or other option")
    distribution = open_distribution(options.devices)
    run = open_run(options.resume)
    train_and_report(
        run.name,
        run.task(),
        run.recipe,
        options.resume,
        run.overrides,
        distribution,
        options.tensorboard,
        resume=True,
    )


def open_distribution(devices):
    """The distribution of a name of `DISTRIBUTIONS`, or None for one device.

    It must be made before TensorFlow computes anything.
    """
    if devices is None:
        return None
    import_tensorflow()
    from zoo.training.devices import make_distribution

    return make_distribution(devices)


def train_and_report(
    model, task, recipe, folder, overrides, distribution, tensorboard, resume=False, overwrite=False
):
    """Trains, scores the test split and prints the scores. Workers after the first only train."""
    from zoo.evaluation.evaluate import evaluate_model
    from zoo.training.devices import is_chief
    from zoo.training.train import train

    if not is_chief(distribution):
        with tempfile.TemporaryDirectory() as private:
            if resume:
                shutil.copytree(folder, private, dirs_exist_ok=True)
            train(
                model,
                task,
                recipe,
                private,
                overrides,
                resume=resume,
                progress=False,
                distribution=distribution,
            )
        return
    callbacks = []
    if tensorboard:
        from zoo.training.tensorboard import TensorBoard

        compiled = recipe.get("compiled", True) if isinstance(recipe, dict) else recipe.compiled
        callbacks.append(TensorBoard(task, folder, jit=compiled))
    run = train(
        model,
        task,
        recipe,
        folder,
        overrides,
        resume,
        overwrite,
        callbacks,
        distribution=distribution,
    )
    report = evaluate_model(run.model, task, "test", jit=run.recipe.compiled)
    print_report(report)
    run.write_evaluation(report)
    print(f"\nrun folder: {folder}\ntry: {generate_example(folder, report.sources[0])}")


def generate_example(folder, source):
    """A command to paste into a shell, whatever the source holds."""
    words = ["zoo", "generate", str(folder)]
    words += ["--"] if source.startswith("-") else []
    return shlex.join([*words, printable(source)])


def find_lr_command(options):
    """`zoo find-lr MODEL TASK`."""
    check_picture(options.out)
    request = read_request(options)
    if request.checkpoint:
        raise ZooError(
            "find-lr sweeps the rate of a registered model that starts from scratch, not of a "
            "checkpoint"
        )
    import_tensorflow()
    from zoo.training.find_lr import find_lr, write_sweep

    task = request.load_task()
    name, overrides = choose_model(
        request.name, request.overrides, task.source_tokenizer, task.target_tokenizer
    )
    recipe = Recipe.of_model(name, **request.fields)
    rates, losses, best = find_lr(
        name, task, recipe, overrides, options.low, options.high, options.sweep
    )
    write_sweep(rates, losses, best, options.out)
    print(
        f"the loss falls the fastest at {best:.2g}; the recipe's highest rate is "
        f"{recipe.learning_rate:g}\n{options.out}\ntry: --learning-rate {best:.1g}"
    )
