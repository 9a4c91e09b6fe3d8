"""Opens the run or the checkpoint that a command names."""

import pathlib
import shlex

from zoo.backend import import_tensorflow
from zoo.errors import ZooError
from zoo.runs.folder import check_run_folder, is_checkpoint


def open_run(folder):
    """The `Run` of a folder. Says what is wrong with the folder before TensorFlow is loaded.

    Raises:
        ZooError: the folder is not a run, or it is broken.
    """
    if pathlib.Path(folder).exists() and is_checkpoint(folder):
        raise ZooError(
            f"{folder} is a checkpoint, not a run; train it on a task first: "
            f"zoo train {shlex.quote(str(folder))} TASK"
        )
    check_run_folder(folder)
    import_tensorflow()
    from zoo.runs.run import Run

    return Run(folder)


def open_checkpoint(name):
    """The `TextModel` of a trained model that comes with the zoo, a saved folder, or the hub.

    Raises:
        ZooError: there is no such checkpoint, or it is broken.
    """
    import_tensorflow()
    from zoo.pretrained import from_pretrained

    return from_pretrained(name)


def open_text_model(name):
    """The `TextModel` of a run or a checkpoint. Raises what `open_run` and `open_checkpoint` do."""
    return open_checkpoint(name) if is_checkpoint(name) else open_run(name).text_model()


def add_run(sub):
    """Declares the run or the checkpoint that a command uses."""
    sub.add_argument(
        "run",
        metavar="RUN",
        help="a run folder; a trained model of `zoo list --trained`; or a checkpoint: its folder, "
        "or OWNER/NAME on the hub",
    )


def add_longest(sub):
    """Declares --longest."""
    sub.add_argument(
        "--longest",
        type=int,
        metavar="N",
        help="allow sources of up to N tokens (default: the longest that the model was trained on)",
    )


def add_others(sub):
    """Declares --with, which makes an ensemble."""
    sub.add_argument(
        "--with",
        dest="others",
        action="append",
        default=[],
        metavar="RUN",
        help="decode together with this run or checkpoint, as an ensemble; may be given again",
    )
