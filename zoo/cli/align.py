"""`zoo align`: a picture of where a run looks."""

import pathlib

from zoo.cli.opening import add_longest, open_run
from zoo.cli.texts import check_texts
from zoo.errors import ZooError
from zoo.printable import printable


def add_commands(command):
    """Declares `zoo align`."""
    sub = command("align", align_command, "draw where a run looks while it writes an output")
    sub.add_argument("run", metavar="RUN")
    sub.add_argument("text", metavar="TEXT")
    sub.add_argument("--output", help="align this output instead of the run's own")
    add_longest(sub)
    sub.add_argument(
        "--out",
        type=pathlib.Path,
        default=pathlib.Path("alignment.png"),
        help="picture (default: alignment.png)",
    )


def align_command(options):
    """`zoo align RUN TEXT`."""
    check_picture(options.out)
    check_texts(options.text, options.output)
    run = open_run(options.run)
    from zoo.evaluation.alignment import draw_alignment

    model = run.text_model()
    source, target, weights = model.align(options.text, options.output, options.longest)
    draw_alignment(source, target, weights, options.out, title=run.name)
    print(f"{printable(' '.join(target[:-1]))}\n{options.out}")


def check_picture(path):
    """Raises `ZooError` if a picture's name does not end in a known format."""
    if path.suffix not in (".png", ".svg", ".pdf"):
        raise ZooError(f"the picture's name must end in .png, .svg or .pdf, got '{path}'")
