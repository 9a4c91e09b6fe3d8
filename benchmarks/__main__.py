"""Runs benchmark suites, and says what their rows show.

python -m benchmarks [SUITE]             runs a suite; its table stands beside the committed one
python -m benchmarks [SUITE] --publish   completes the committed rows of a suite and renders them
python -m benchmarks report [SUITE]      renders the committed tables and figures again
python -m benchmarks claims [NAME ...]   says which promises of the papers hold
python -m benchmarks verify ROW ...      runs committed rows again and compares the scores
python -m benchmarks ship                puts the weights of the suite `trained` into the package
python -m benchmarks compare A B         says what differs between two folders of rows
python -m benchmarks peers decoding      compares decoding speed with other libraries
python -m benchmarks peers training      compares training speed with PyTorch
python -m benchmarks card                measures what a graphics card does with the zoo
python -m benchmarks probe PROBE ...     measures one thing more; probe --help lists them

SUITE is a name, or the path of a suite file of your own that ends in ".toml". Each command has
its own --help: python -m benchmarks run --help, python -m benchmarks verify --help, ...
"""

import argparse
import importlib
import pathlib
import sys

from benchmarks import run_suite
from benchmarks.suite import REPOSITORY, load_suite, suite_names
from zoo.errors import ZooError


class Parser(argparse.ArgumentParser):
    """A parser whose complaints are one line."""

    def error(self, message):
        raise ZooError(f"{message}; see: {self.prog} --help")


def report(words):
    """Renders the tables and figures of a suite again."""
    parser = Parser(prog="python -m benchmarks report", description=report.__doc__)
    suite_argument(parser)
    parser.add_argument("--results", type=pathlib.Path, help="folder (default: results/SUITE)")
    options = parser.parse_args(words)
    suite = load_suite(options.suite)
    return run_suite.report(suite, options.results or run_suite.results_of(suite))


def claims(words):
    """Says which promises of the papers hold, from the committed rows."""
    parser = Parser(prog="python -m benchmarks claims", description=claims.__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help="claims (default: all)")
    parser.add_argument(
        "--results",
        type=pathlib.Path,
        default=REPOSITORY / "results",
        help="folder with a folder of rows per suite (default: results)",
    )
    options = parser.parse_args(words)
    from benchmarks.claims.catalog import report as judge

    print(judge(options.names, options.results))
    return 0


def verify(words):
    """Runs committed rows again from what they say of themselves, and compares the scores.

    The exit status is 1 if a score differs by more than chance, or if a row's scores differ and
    none of them can be judged.
    """
    parser = Parser(prog="python -m benchmarks verify", description=verify.__doc__)
    parser.add_argument("rows", nargs="+", metavar="ROW", help="row files, or folders of rows")
    parser.add_argument("--random", type=int, default=0, metavar="N", help="draw N of them")
    parser.add_argument("--seed", type=int, default=0, help="of the drawing (default: 0)")
    options = parser.parse_args(words)
    from benchmarks.verify import main

    return main(options.rows, options.random, options.seed)


def compare(words):
    """Says what differs between two folders of rows, and whether it is more than chance.

    The exit status is 1 if a score differs by more than chance.
    """
    parser = Parser(prog="python -m benchmarks compare", description=compare.__doc__)
    parser.add_argument("first", metavar="A", help="a folder with rows/, such as results/quick")
    parser.add_argument("second", metavar="B", help="another, such as runs/quick")
    options = parser.parse_args(words)
    from benchmarks.changes import main

    return main(options.first, options.second)


def ship(words):
    """Puts the best weights of a suite's first seed into the package, as trained models by name."""
    parser = Parser(prog="python -m benchmarks ship", description=ship.__doc__)
    parser.add_argument("suite", nargs="?", default="trained", metavar="SUITE", help="(trained)")
    parser.add_argument("--results", type=pathlib.Path, help="folder (default: results/SUITE)")
    parser.add_argument("--work", type=pathlib.Path, help="folder (default: runs/SUITE)")
    options = parser.parse_args(words)
    from benchmarks.ship import main
    from zoo.backend import import_tensorflow

    import_tensorflow()  # here, without its log lines
    suite = load_suite(options.suite)
    results = options.results or run_suite.results_of(suite)
    return main(suite, results, options.work or run_suite.work_of(suite))


def peers(words):
    """Compares the zoo's speed with other libraries."""
    parser = Parser(prog="python -m benchmarks peers", description=peers.__doc__)
    parser.add_argument("what", choices=("decoding", "training"))
    parser.add_argument("shapes", nargs="*", metavar="SHAPE", help="models (default: all)")
    options = parser.parse_args(words)
    from zoo.backend import import_tensorflow

    module = importlib.import_module(f"benchmarks.peers.{options.what}")
    module.check_names(options.shapes, module.SHAPES)
    import_tensorflow()  # here, without its log lines
    return module.main(options.shapes)


def card(words):
    """Measures what this machine's graphics card does with the zoo: tests, speeds beside PyTorch,
    scores. Each part takes at most 4 minutes; finished steps are kept."""
    parser = Parser(prog="python -m benchmarks card", description=card.__doc__)
    parser.add_argument("parts", nargs="*", metavar="PART", help="(default: all)")
    parser.add_argument(
        "--rehearse", action="store_true", help="everything at small size, on a GPU or a CPU"
    )
    parser.add_argument("--fresh", action="store_true", help="measure again what has rows")
    parser.add_argument("--results", type=pathlib.Path, help="folder (default: results/cards/CARD)")
    parser.add_argument(
        "--peer-python",
        default=sys.executable,
        metavar="PYTHON",
        help="a Python that has PyTorch and transformers (default: this one)",
    )
    options = parser.parse_args(words)
    from benchmarks.card.command import main

    return main(
        options.parts, options.rehearse, options.fresh, options.results, options.peer_python
    )


def probe(words):
    """Measures something that no suite does, and writes it below results/."""
    from benchmarks.probes import probes, run_probe

    parser = Parser(
        prog="python -m benchmarks probe",
        description=probe.__doc__,
        epilog="\n".join(f"  {name:16} {what}" for name, what in probes().items()),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("probe", metavar="PROBE", help="one of those below")
    parser.add_argument(
        "names", nargs="*", metavar="NAME", help="models, tasks, kinds or a suite to measure"
    )
    options = parser.parse_args(words)
    return run_probe(options.probe, options.names)


def run(words):
    """Runs a suite, one process per cell."""
    parser = Parser(prog="python -m benchmarks run", description=run.__doc__)
    suite_argument(parser)
    run_suite.add_arguments(parser)
    return run_suite.main(parser.parse_args(words))


def suite_argument(parser):
    """Adds the suite to a command's arguments."""
    parser.add_argument(
        "suite",
        nargs="?",
        default="quick",
        metavar="SUITE",
        help=f"{', '.join(suite_names())}, or a file such as my_suite.toml (default: quick)",
    )


COMMANDS = {
    call.__name__: call for call in (run, report, claims, verify, ship, compare, peers, card, probe)
}


def main(arguments=None):
    """Runs a command.

    Returns:
        The exit status: 0; 1 if `verify` or `compare` found a difference, or a card's part is
        unfinished; or 2 for a failed cell, a user's mistake or an interruption.
    """
    words = list(sys.argv[1:] if arguments is None else arguments)
    try:
        if words[:1] in (["--help"], ["-h"]):
            print(__doc__.strip())
            return 0
        if words and words[0] in COMMANDS:
            return COMMANDS[words[0]](words[1:])
        return run(words)
    except ZooError as error:
        print("error:", " ".join(str(error).splitlines()), file=sys.stderr)
    except OSError as error:
        print(
            f"error: {error.strerror or error}: {error.filename or ''}; "
            "finished cells are kept: solve this and run the command again",
            file=sys.stderr,
        )
    except KeyboardInterrupt:
        print("error: stopped; finished cells are kept", file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main())
