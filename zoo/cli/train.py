"""`zoo train`: a new run, or an interrupted one that goes on."""

import argparse
import pathlib
import shlex
import shutil
import tempfile
import warnings
from collections import Counter

from zoo import registry
from zoo.backend import import_tensorflow
from zoo.cli.evaluate import print_report
from zoo.cli.opening import open_checkpoint, open_run
from zoo.cli.training_request import add_training, read_request
from zoo.data.readers.oddities import DataWarning
from zoo.errors import ZooError
from zoo.printable import printable
from zoo.runs.folder import check_ready, check_run_folder
from zoo.runs.model_choice import any_name
from zoo.runs.recipe import DISTRIBUTIONS

# A fresh model's recipe would undo what a checkpoint knows.
FINE_TUNING = {"learning_rate": 1e-4, "epochs": 5}
WITH_RESUME = ("command", "parser", "resume", "devices", "tensorboard", "overwrite")


def add_commands(command):
    """Declares `zoo train`."""
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
        fields = fine_tuning(model) | request.fields
    else:
        import_tensorflow()
        registry.models.check_overrides(any_name(request.name), request.overrides)
        model, fields = request.name, request.fields
    if distribution is None:  # else the training checks it, in its first process
        check_ready(folder, overwrite=options.overwrite)
    if request.checkpoint:
        from zoo.data.fitting import fitted_to

        own = model.source_tokenizer, model.target_tokenizer
        with fitted_to(*own):
            task = request.load_task().with_tokenizers(*own)
        warn_of_unknown(task, model)
    else:
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


def warn_of_unknown(task, model):
    """Warns of symbols in the pairs for training that a checkpoint's vocabulary lacks."""
    if not model.known_only:
        return
    tokenizers = task.source_tokenizer, task.target_tokenizer
    unknown = Counter(
        symbol
        for pair in task.pairs("train")
        for tokenizer, text in zip(tokenizers, pair)
        for symbol in tokenizer.unknown(text)
    )
    if unknown:
        often = ", ".join(repr(symbol) for symbol, _ in unknown.most_common(5))
        warnings.warn(
            f"the vocabulary of {model.label} lacks symbols of these data, such as {often}; "
            f"{unknown.total():,} of them are taken as unknown",
            DataWarning,
            stacklevel=1,
        )


def fine_tuning(model):
    """The fields of a recipe that goes on from trained weights, where the user sets none.

    A model of the zoo keeps optimizer, label smoothing and batch size, at a tenth of its learning
    rate.
    """
    known = (model.training or {}).get("recipe", {})
    if "learning_rate" not in known:
        return FINE_TUNING
    kept = {key: known[key] for key in ("optimizer", "label_smoothing", "tokens") if key in known}
    return kept | FINE_TUNING | {"learning_rate": known["learning_rate"] / 10}


def resume(options):
    """`zoo train --resume RUN`."""
    others = [value for key, value in vars(options).items() if key not in WITH_RESUME]
    if options.overwrite or any(value is not None and value != [] for value in others):
        raise ZooError(
            "--resume continues a run as it is; only --devices and --tensorboard go with it"
        )
    if options.devices is None:
        check_ready(options.resume, resume=True)
    distribution = open_distribution(options.devices)
    check_run_folder(options.resume, trained=False)
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
