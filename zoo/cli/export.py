"""`zoo export`."""

import pathlib
import shlex

from zoo.cli.opening import open_run


def add_commands(command):
    """Declares `zoo export`."""
    sub = command(
        "export",
        export_command,
        "write a run of T5, BART or Marian as a checkpoint that transformers loads",
    )
    sub.add_argument("run", metavar="RUN")
    sub.add_argument("folder", type=pathlib.Path, metavar="FOLDER")


def export_command(options):
    """`zoo export RUN FOLDER`."""
    run = open_run(options.run)
    from zoo.pretrained import save_pretrained

    save_pretrained(run.text_model(), options.folder, "transformers")
    folder = options.folder
    print(f"checkpoint: {folder}\ntry: zoo generate {shlex.quote(str(folder))} TEXT")
