"""`zoo export`."""

import pathlib
import shlex

from zoo.cli.opening import add_run, open_text_model
from zoo.errors import ZooError, check_positive
from zoo.export.formats import DEFAULT, FORMATS, SAVED, check_format
from zoo.files import check_new_folder

TOLD = {"strategy": "--beam", "max_length": "--max-length", "dtype": "--dtype"}


def add_commands(command):
    """Declares `zoo export`."""
    sub = command(
        "export",
        export_command,
        "write a trained model as a folder to share, or for other programs",
    )
    add_run(sub)
    sub.add_argument("folder", type=pathlib.Path, metavar="FOLDER", help="the folder to write")
    told = "; ".join(f"{name}: {text}" for name, text in FORMATS.items())
    sub.add_argument("--format", default=DEFAULT, help=f"{told} (default: {DEFAULT})")
    sub.add_argument(
        "--beam", type=int, metavar="K", help="savedmodel: search with K hypotheses, not greedily"
    )
    sub.add_argument(
        "--length-penalty", type=float, help="savedmodel: as in zoo generate (default: 0.6)"
    )
    sub.add_argument(
        "--dtype", choices=("float32", "float16"), help="zoo: of the weights (default: float32)"
    )
    sub.add_argument(
        "--max-length",
        type=int,
        help="savedmodel, onnx: most tokens of an output (default: the longest target that the "
        "run was trained on; 128 for a checkpoint)",
    )


def export_command(options):
    """`zoo export RUN FOLDER --format FORMAT`."""
    given = given_options(options)
    check_format(options.format, given, TOLD)
    check_new_folder(options.folder)
    opened = open_text_model(options.run)
    from zoo.decoding import Beam
    from zoo.export import export

    if "strategy" in given:
        given["strategy"] = Beam(**given["strategy"])
    export(opened, options.folder, options.format, **given)
    name = shlex.quote(str(options.folder))
    opens = f"\ntry: zoo generate {name} TEXT" if options.format in SAVED else ""
    print(f"{options.format}: {options.folder}{opens}")


def given_options(options):
    """The options of the format that the user gave.

    Raises:
        ZooError: a count that is not above 0, or a length penalty without a beam.
    """
    if options.length_penalty is not None and options.beam is None:
        raise ZooError("--length-penalty needs --beam K")
    given = {} if options.dtype is None else {"dtype": options.dtype}
    if options.beam is not None:
        check_positive(beam=options.beam)
        given["strategy"] = {"size": options.beam}
        if options.length_penalty is not None:
            given["strategy"]["length_penalty"] = options.length_penalty
    if options.max_length is not None:
        check_positive(max_length=options.max_length)
        given["max_length"] = options.max_length
    return given
