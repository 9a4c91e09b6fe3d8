"""`zoo export`."""

import pathlib
import shlex

from zoo.cli.opening import open_checkpoint, open_run
from zoo.errors import ZooError, check_positive
from zoo.export.formats import DEFAULT, FORMATS, check_format
from zoo.runs.folder import is_checkpoint


def add_commands(command):
    """Declares `zoo export`."""
    sub = command("export", export_command, "write a run in the format of another program")
    sub.add_argument(
        "run",
        metavar="RUN",
        help="a run folder; or a checkpoint: its folder, or OWNER/NAME on the hub",
    )
    sub.add_argument("folder", type=pathlib.Path, metavar="FOLDER")
    told = "; ".join(f"{name}: {text}" for name, text in FORMATS.items())
    sub.add_argument("--format", default=DEFAULT, help=f"{told} (default: {DEFAULT})")
    sub.add_argument(
        "--beam", type=int, metavar="K", help="savedmodel: search with K hypotheses, not greedily"
    )
    sub.add_argument(
        "--length-penalty", type=float, help="savedmodel: as in zoo generate (default: 0.6)"
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
    check_format(options.format, given, {"strategy": "--beam", "max_length": "--max-length"})
    checkpoint = is_checkpoint(options.run)
    opened = open_checkpoint(options.run) if checkpoint else open_run(options.run).text_model()
    from zoo.decoding import Beam
    from zoo.export import export

    if "strategy" in given:
        given["strategy"] = Beam(**given["strategy"])
    export(opened, options.folder, options.format, **given)
    name = shlex.quote(str(options.folder))
    if options.format == "transformers":
        print(f"checkpoint: {options.folder}\ntry: zoo generate {name} TEXT")
    else:
        print(f"{options.format}: {options.folder}")


def given_options(options):
    """The options of the format that the user gave.

    Raises:
        ZooError: a count that is not above 0, or a length penalty without a beam.
    """
    if options.length_penalty is not None and options.beam is None:
        raise ZooError("--length-penalty needs --beam K")
    given = {}
    if options.beam is not None:
        check_positive(beam=options.beam)
        given["strategy"] = {"size": options.beam}
        if options.length_penalty is not None:
            given["strategy"]["length_penalty"] = options.length_penalty
    if options.max_length is not None:
        check_positive(max_length=options.max_length)
        given["max_length"] = options.max_length
    return given
