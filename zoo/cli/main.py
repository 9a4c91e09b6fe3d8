"""The `zoo` command and its grammar.

Nothing here imports TensorFlow before a command needs it, so that help and lists come at once.
"""

import argparse
import contextlib
import os
import pathlib
import sys
import warnings

import zoo
from zoo.cli.search_options import add_strategy
from zoo.cli.show import list_command, show_command, tasks_command
from zoo.cli.train import find_lr_command, train_command
from zoo.cli.use import (
    align_command,
    doctor_command,
    evaluate_command,
    export_command,
    generate_command,
    inspect_command,
    report_command,
    runs_command,
    score_command,
)
from zoo.data.pair_files import DataWarning
from zoo.errors import ZooError
from zoo.runs.recipe import DECAYS, OPTIMIZERS, PRECISIONS, STRATEGIES, Recipe


def main(arguments=None):
    """Runs the command. Returns the exit status: 0; 2 for a mistake or a failed write; 130 after Ctrl-C."""
    try:
        options = make_parser().parse_args(arguments)
        with warnings_on_a_line():
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
        print(
            f"zoo: cannot read or write{where}: {error.strerror or error}; what was there before is untouched",
            file=sys.stderr,
        )
        return 2
    except KeyboardInterrupt:
        print("zoo: stopped", file=sys.stderr)
        return 130


@contextlib.contextmanager
def warnings_on_a_line():
    """Shows what is odd about data as one line each, and every other warning as Python does."""
    with warnings.catch_warnings():
        usual = warnings.showwarning

        def show(message, category, *where):
            if category is DataWarning:
                print(f"zoo: {message}", file=sys.stderr)
            else:
                usual(message, category, *where)

        warnings.simplefilter("always", DataWarning)
        warnings.showwarning = show
        yield


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
    sub.add_argument(
        "pattern",
        nargs="?",
        default="*",
        metavar="PATTERN",
        help='part of a name, or a wildcard such as "*lstm*"',
    )

    sub = command("tasks", tasks_command, "list the tasks with their licence")
    sub.add_argument("pattern", nargs="?", default="*", metavar="PATTERN", help="as in `zoo list`")

    sub = command(
        "show",
        show_command,
        "show a model's card, options, layers, cost and diagram, or a task's card and options",
    )
    sub.add_argument("name", metavar="NAME")
    sub.add_argument(
        "--batch", type=int, default=64, help="rows that memory is counted for (default: 64)"
    )
    sub.add_argument(
        "--source-length",
        type=int,
        default=32,
        metavar="S",
        help="tokens of a source (default: 32)",
    )
    sub.add_argument(
        "--target-length",
        type=int,
        default=32,
        metavar="T",
        help="tokens of a target (default: 32)",
    )
    sub.add_argument(
        "--svg", type=pathlib.Path, metavar="FILE", help="draw the model's architecture"
    )

    sub = command(
        "data", inspect_command, "look at your own pairs of texts before you train on them"
    )
    sub.add_argument(
        "verb",
        choices=("inspect",),
        help="lengths, vocabulary, duplicates, overlap of the splits, oddities",
    )
    add_data(sub)

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
        help="go on with an interrupted run, exactly where it stopped",
    )
    sub.add_argument("--overwrite", action="store_true", help="replace a run in the folder")
    sub.add_argument(
        "--strategy",
        choices=STRATEGIES,
        help="train on all GPUs of this machine, or with the workers that TF_CONFIG or Slurm names",
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
    sub.add_argument("--low", type=float, default=1e-6, help="the first rate (default: 1e-6)")
    sub.add_argument("--high", type=float, default=1.0, help="the last rate (default: 1)")
    sub.add_argument(
        "--sweep", type=int, default=120, metavar="STEPS", help="steps of the sweep (default: 120)"
    )
    sub.add_argument(
        "--out",
        type=pathlib.Path,
        default=pathlib.Path("learning_rate.png"),
        help="picture; a table goes beside it (default: learning_rate.png)",
    )

    sub = command(
        "runs",
        runs_command,
        "list the runs below a folder; or compare runs, setting by setting and score by score",
    )
    sub.add_argument(
        "folders",
        nargs="*",
        type=pathlib.Path,
        metavar="RUN",
        default=[pathlib.Path("runs")],
        help="a folder of runs to list (default: runs), or two or more runs to compare",
    )

    sub = command("evaluate", evaluate_command, "score a run on a split of its task")
    sub.add_argument("run", metavar="RUN")
    add_others(sub)
    sub.add_argument("--split", default="test", help="train, validation or test (default: test)")
    sub.add_argument("--limit", type=int, default=0, help="the first examples only (default: all)")
    add_strategy(sub)

    sub = command(
        "generate",
        generate_command,
        "transduce texts with a run or a public checkpoint; without a text, lines of standard input",
    )
    sub.add_argument(
        "run",
        metavar="RUN",
        help="a run folder; or a checkpoint: its folder, or OWNER/NAME on the hub",
    )
    sub.add_argument("text", nargs="*", metavar="TEXT")
    add_others(sub)
    sub.add_argument(
        "--n-best", type=int, default=1, help="outputs a text, with their scores if more than one"
    )
    sub.add_argument(
        "--longest",
        type=int,
        help="allow sources of up to this many tokens (default: what the run has seen)",
    )
    sub.add_argument(
        "--replace-unknown",
        action="store_true",
        help="take sources with unknown symbols, and put for <unk> the source symbol that it looked at most",
    )
    add_strategy(sub)

    sub = command(
        "score",
        score_command,
        "log-probability of given outputs; lines of standard input, SOURCE, a tab, TARGET",
    )
    sub.add_argument("run", metavar="RUN")
    sub.add_argument(
        "--tokens", action="store_true", help="the log-probability of every token, too"
    )
    sub.add_argument(
        "--longest",
        type=int,
        help="allow sources of up to this many tokens (default: what the run has seen)",
    )

    sub = command("align", align_command, "draw where a run looks while it transduces a text")
    sub.add_argument("run", metavar="RUN")
    sub.add_argument("text", metavar="TEXT")
    sub.add_argument("--output", help="align this output instead of the run's own")
    sub.add_argument(
        "--longest",
        type=int,
        help="allow a source of up to this many tokens (default: what the run has seen)",
    )
    sub.add_argument(
        "--out",
        type=pathlib.Path,
        default=pathlib.Path("alignment.png"),
        help="picture (default: alignment.png)",
    )

    sub = command(
        "report",
        report_command,
        "write a run on one page, RUN/report.html: curves, scores, samples, worst errors",
    )
    sub.add_argument("run", metavar="RUN")

    command(
        "doctor",
        doctor_command,
        "tell what TensorFlow can compute on here, and what an idle GPU lacks",
    )

    sub = command(
        "export",
        export_command,
        "write a run of T5, BART or Marian as a checkpoint that transformers loads",
    )
    sub.add_argument("run", metavar="RUN")
    sub.add_argument("folder", type=pathlib.Path, metavar="FOLDER")
    return parser


def add_data(sub, name="data"):
    """Where one's own pairs of texts are."""
    sub.add_argument(
        name,
        nargs="+",
        metavar="FILE",
        help="pairs of texts: a .tsv, .csv or .jsonl file; two parallel text files; a folder with a file a split; "
        "each also .gz; or hf:NAME, a data set of the Hugging Face hub",
    )
    sub.add_argument(
        "--columns",
        nargs=2,
        metavar=("SOURCE", "TARGET"),
        help="names of the two columns, fields, or endings of parallel files (default: source target)",
    )


def add_training(sub):
    """What is trained on what, and how."""
    sub.add_argument(
        "model",
        nargs="?",
        metavar="MODEL",
        help="a model or a family of `zoo list`; or a checkpoint of T5, BART or Marian: its folder, or OWNER/NAME "
        "on the hub",
    )
    sub.add_argument(
        "task", nargs="?", metavar="TASK", help="a name of `zoo tasks`; none with --data"
    )
    add_data(sub, "--data")
    pair = dict(action="append", default=[], metavar="KEY=VALUE")
    sub.add_argument("--set", help="a model option, such as units=64", **pair)
    sub.add_argument("--task-option", help="a task option, such as max_length=10", **pair)
    choices = {"optimizer": OPTIMIZERS, "decay": DECAYS, "precision": PRECISIONS}
    for name, default in Recipe.fields().items():
        flag = "--" + name.replace("_", "-")
        if isinstance(default, bool):
            sub.add_argument(
                flag,
                action=argparse.BooleanOptionalAction,
                default=None,
                help=f"(default: {default})",
            )
        else:
            sub.add_argument(
                flag, type=type(default), choices=choices.get(name), help=f"(default: {default})"
            )


def add_others(sub):
    """The option that makes an ensemble."""
    sub.add_argument(
        "--with",
        dest="others",
        action="append",
        default=[],
        metavar="RUN",
        help="decode with this run, too, as an ensemble; may be given again",
    )
