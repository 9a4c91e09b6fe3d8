"""`zoo align`: a picture of where a model looks."""

import pathlib

from zoo.cli.opening import add_longest, add_run, open_text_model
from zoo.cli.texts import check_texts
from zoo.errors import ZooError
from zoo.printable import printable


def add_commands(command):
    """Declares `zoo align`."""
    sub = command("align", align_command, "draw where a model looks while it writes an output")
    add_run(sub)
    sub.add_argument("text", metavar="TEXT", help="a source, or the path of a file of frames")
    sub.add_argument("--output", help="align this output instead of the model's own")
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
    model = open_text_model(options.run)
    model.compiled = False  # one text is decoded sooner than the compiler is done
    from zoo.evaluation.alignment import draw_attention

    tokens = draw_attention(model, options.text, options.out, options.output, options.longest)
    print(f"{printable(' '.join(tokens))}\n{options.out}")


def check_picture(path):
    """Raises `ZooError` if a picture's name does not end in a known format."""
    if path.suffix not in (".png", ".svg", ".pdf"):
        raise ZooError(f"the picture's name must end in .png, .svg or .pdf, got '{path}'")
