"""The `zoo` command: list, show, train, evaluate, generate, align.

Nothing here imports TensorFlow before a command needs it, so that help and lists come at once.
"""

import argparse
import json
import os
import pathlib
import sys

from tabulate import tabulate

import zoo
from zoo import registry
from zoo.errors import ZooError, check_positive
from zoo.listing import import_backend, list_command, show_command
from zoo.training.recipe import DECAYS, OPTIMIZERS, PRECISIONS, Recipe


def main(arguments=None):
    """Runs the command. Returns the exit status: 0; 2 for a mistake or a failed write; 130 after Ctrl-C."""
    try:
        options = make_parser().parse_args(arguments)
        options.command(options)
        sys.stdout.flush()
        return 0
    except ZooError as error:
        print("zoo:", " ".join(str(error).splitlines()), file=sys.stderr)
        return 130 if type(error).__name__ == "Interrupted" else 2
    except BrokenPipeError:  # the reader of a pipe, such as head, has enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as error:
        where = f" {error.filename}" if error.filename else ""
        print(f"zoo: cannot read or write{where}: {error.strerror or error}; what was there before is untouched",
              file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("zoo: stopped", file=sys.stderr)
        return 130


class Parser(argparse.ArgumentParser):
    """A parser whose complaints are one line, as all others are."""

    def error(self, message):
        raise ZooError(f"{message}; see: {self.prog} --help")


def make_parser():
    """The command line's grammar."""
    parser = Parser(prog="zoo", description=zoo.__doc__)
    parser.add_argument("--version", action="version", version=f"zoo {zoo.__version__}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def command(name, function, text):
        sub = commands.add_parser(name, help=text, description=text)
        sub.set_defaults(command=function)
        return sub

    sub = command("list", list_command, "list the models and tasks")
    sub.add_argument("pattern", nargs="?", default="*", metavar="PATTERN",
                     help='part of a name, or a wildcard such as "*lstm*"')

    sub = command("show", show_command, "show a model's card, options, layers, cost and diagram, or a task's card and options")
    sub.add_argument("name", metavar="NAME")
    sub.add_argument("--batch", type=int, default=64, help="rows that memory is counted for (default: 64)")
    sub.add_argument("--source-length", type=int, default=32, metavar="S", help="tokens of a source (default: 32)")
    sub.add_argument("--target-length", type=int, default=32, metavar="T", help="tokens of a target (default: 32)")
    sub.add_argument("--svg", type=pathlib.Path, metavar="FILE", help="draw the model's architecture")

    sub = command("train", train_command, "train a model on a task")
    sub.add_argument("model", nargs="?", metavar="MODEL", help="a name of `zoo list`")
    sub.add_argument("task", nargs="?", metavar="TASK", help="a name of `zoo list`")
    sub.add_argument("--out", type=pathlib.Path, metavar="RUN", help="run folder (default: runs/MODEL-TASK-sSEED)")
    sub.add_argument("--resume", type=pathlib.Path, metavar="RUN",
                     help="go on with an interrupted run, exactly where it stopped")
    sub.add_argument("--overwrite", action="store_true", help="replace a run in the folder")
    pair = dict(action="append", default=[], metavar="KEY=VALUE")
    sub.add_argument("--set", help="a model option, such as units=64", **pair)
    sub.add_argument("--task-option", help="a task option, such as max_length=10", **pair)
    for name, default in Recipe.fields().items():
        flag = "--" + name.replace("_", "-")
        if isinstance(default, bool):
            sub.add_argument(flag, action=argparse.BooleanOptionalAction, default=None, help=f"(default: {default})")
        else:
            choices = {"optimizer": OPTIMIZERS, "decay": DECAYS, "precision": PRECISIONS}.get(name)
            sub.add_argument(flag, type=type(default), choices=choices, help=f"(default: {default})")

    sub = command("evaluate", evaluate_command, "score a run on a split of its task")
    sub.add_argument("run", metavar="RUN")
    sub.add_argument("--split", default="test", help="train, validation or test (default: test)")
    sub.add_argument("--limit", type=int, default=0, help="the first examples only (default: all)")
    add_strategy(sub)

    sub = command("generate", generate_command, "transduce texts with a run; without a text, lines of standard input")
    sub.add_argument("run", metavar="RUN")
    sub.add_argument("text", nargs="*", metavar="TEXT")
    sub.add_argument("--n-best", type=int, default=1, help="outputs a text, with their scores if more than one")
    sub.add_argument("--longest", type=int, help="allow sources of up to this many tokens (default: what the run has seen)")
    add_strategy(sub)

    sub = command("align", align_command, "draw where a run looks while it transduces a text")
    sub.add_argument("run", metavar="RUN")
    sub.add_argument("text", metavar="TEXT")
    sub.add_argument("--output", help="align this output instead of the run's own")
    sub.add_argument("--longest", type=int, help="allow a source of up to this many tokens (default: what the run has seen)")
    sub.add_argument("--out", type=pathlib.Path, default=pathlib.Path("alignment.png"), help="picture (default: alignment.png)")
    return parser


def add_strategy(sub):
    """The options that choose a decoding strategy."""
    sub.add_argument("--beam", type=int, metavar="K", help="beam search with K hypotheses (default: greedy)")
    sub.add_argument("--length-penalty", type=float, default=0.6, help="of beam search (default: 0.6)")


def strategy(options):
    """The strategy that the options ask for."""
    from zoo.decoding import Beam, Greedy

    return Greedy() if options.beam is None else Beam(options.beam, options.length_penalty)


def key_values(pairs):
    """["units=64", "tied_embeddings=none"] -> dict; a value is read as JSON where it is JSON."""
    values = {}
    for pair in pairs:
        key, found, text = pair.partition("=")
        if not found or not key:
            raise ZooError(f"expected KEY=VALUE, got '{pair}'")
        try:
            values[key] = json.loads(text)
        except ValueError:
            values[key] = text
    return values


def train_command(options):
    """`zoo train MODEL TASK` and `zoo train --resume RUN`."""
    given = {name: getattr(options, name) for name in Recipe.fields() if getattr(options, name) is not None}
    if options.resume:
        if options.model or given or options.set or options.task_option or options.out or options.overwrite:
            raise ZooError("--resume goes on with a run as it is; it takes no model, task or other option")
        run = open_run(options.resume)
        report_training(run.name, run.task(), run.recipe, options.resume, run.overrides, resume=True, overwrite=False)
        return
    if not options.model or not options.task:
        raise ZooError("name a model and a task, as in: zoo train transformer_mini g2p")
    registry.models.entry(options.model), registry.tasks.entry(options.task)  # a typo is told before TensorFlow loads
    recipe = Recipe.of_model(options.model, **given)
    overrides, task_options = key_values(options.set), key_values(options.task_option)
    folder = options.out or pathlib.Path("runs") / f"{options.model}-{options.task}-s{recipe.seed}"
    import_backend()
    task = registry.create_task(options.task, **task_options)
    report_training(options.model, task, recipe, folder, overrides, resume=False, overwrite=options.overwrite)


def report_training(name, task, recipe, folder, overrides, resume, overwrite):
    """Trains, scores the test split, and says where everything is."""
    from zoo.evaluation.evaluate import evaluate_model
    from zoo.training.loop import train

    run = train(name, task, recipe, folder, overrides, resume=resume, overwrite=overwrite)
    report = evaluate_model(run.model, task, "test", jit=recipe.compiled)
    run.write_predictions(report)
    print_report(report)
    print(f"\nrun folder: {folder}\ntry: zoo generate {folder} \"{report.sources[0]}\"")


def evaluate_command(options):
    """`zoo evaluate RUN`."""
    if options.limit < 0:
        raise ZooError(f"limit must not be negative, got {options.limit}")
    run = open_run(options.run)
    chosen = strategy(options)
    from zoo.evaluation.evaluate import evaluate_model

    report = evaluate_model(run.model, run.task(), options.split, chosen, options.limit, jit=run.recipe.compiled)
    run.write_predictions(report)
    print_report(report)


def print_report(report):
    """Scores with their signatures, then by source length."""
    print(f"{report.split}: {len(report.outputs):,} examples, {report.strategy}")
    print(tabulate([(name, f"{s['value']:.4g}", s["signature"]) for name, s in report.scores.items()],
                   ("metric", "score", "signature"), disable_numparse=True))
    names = [key for key in report.by_length[0] if key not in ("low", "high", "count")]
    rows = [(f"{b['low']}-{b['high']}", b["count"], *("" if b[n] is None else f"{b[n]:.4g}" for n in names))
            for b in report.by_length]
    print("\n" + tabulate(rows, ("source length", "examples", *names), disable_numparse=True))


def open_run(folder):
    """The run of a folder; says what is wrong before TensorFlow is loaded."""
    if not (pathlib.Path(folder) / "config.json").is_file():
        known = ", ".join(sorted(str(p.parent) for p in pathlib.Path("runs").glob("*/config.json"))) or "none in runs/"
        raise ZooError(f"{folder} is no run folder (it has no config.json); runs here: {known}")
    import_backend()
    from zoo.training.run import Run

    return Run(folder)


def generate_command(options):
    """`zoo generate RUN [TEXT ...]`."""
    check_positive(n_best=options.n_best)
    if options.n_best > (options.beam or 1):
        raise ZooError(f"--n-best {options.n_best} needs a beam of at least as many: --beam {options.n_best}")
    run, texts = open_run(options.run), options.text or read_lines(sys.stdin)
    chosen = strategy(options)
    for best in run.generate(texts, chosen, options.longest):
        for text, score in best[:options.n_best]:
            print(text if options.n_best == 1 else f"{score:.4f}\t{text}")


def read_lines(stream):
    """The lines of standard input, each a text. Raises `ZooError` for no line, an empty one, or one that is no text."""
    if stream.isatty():
        print("type one text a line, then Ctrl-D", file=sys.stderr)
    try:
        lines = [line.rstrip("\n") for line in stream]
    except UnicodeDecodeError as error:
        raise ZooError(f"standard input is not {error.encoding} text: {error.reason}") from None
    if not lines:
        raise ZooError("standard input has no line and there is no TEXT, so there is nothing to transduce")
    empty = [str(number) for number, line in enumerate(lines, 1) if not line.strip()]
    if empty:
        raise ZooError(f"empty line {', '.join(empty[:5])}{' ...' if len(empty) > 5 else ''} in standard input; "
                       f"every line must be a text, so that line by line outputs match inputs")
    return lines


def align_command(options):
    """`zoo align RUN TEXT`."""
    if options.out.suffix not in (".png", ".svg", ".pdf"):
        raise ZooError(f"the picture's name must end in .png, .svg or .pdf, got '{options.out}'")
    run = open_run(options.run)
    from zoo.evaluation.alignment import draw_alignment

    source, target, weights = run.align(options.text, options.output, options.longest)
    draw_alignment(source, target, weights, options.out, title=run.name)
    print(f"{' '.join(target[:-1])}\n{options.out}")


if __name__ == "__main__":
    sys.exit(main())
