"""Runs benchmark suites and renders their tables.

python -m benchmarks [SUITE]                    runs a suite and compares it with the committed rows
python -m benchmarks [SUITE] --publish          completes the committed rows and renders them
python -m benchmarks report [SUITE]             renders the table again
python -m benchmarks claims [NAME ...]          says which promises of the papers hold
python -m benchmarks peers decoding [SHAPE ...] compares decoding speed with other libraries
python -m benchmarks peers training [SHAPE ...] compares training speed with PyTorch

SUITE is a name, or the path of a suite file of your own that ends in ".toml".
"""

import argparse
import importlib
import os
import pathlib
import shutil
import sys

from benchmarks.launchers import LAUNCHERS, make_launcher
from benchmarks.suite import REPOSITORY, load_suite, suite_names
from zoo.errors import ZooError, check_positive
from zoo.files import locked, open_lock


class Parser(argparse.ArgumentParser):
    """A parser whose complaints are one line."""

    def error(self, message):
        raise ZooError(f"{message}; see: {self.prog} --help")


def make_parser():
    """The grammar of the command line."""
    parser = Parser(
        prog="python -m benchmarks",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "suite",
        nargs="*",
        default=["quick"],
        metavar="SUITE",
        help=f"{', '.join(suite_names())}, or a file such as my_suite.toml (default: quick)",
    )
    parser.add_argument("--fresh", action="store_true", help="run finished cells again")
    parser.add_argument(
        "--seeds",
        type=int,
        metavar="N",
        help="the first N seeds of the suite (default: 1; with --publish, all)",
    )
    parser.add_argument(
        "--publish",
        action="store_true",
        help="keep the committed rows that have the same settings, run the others, and write rows, "
        "tables and figures to results/SUITE as cells finish",
    )
    parser.add_argument(
        "--jobs", type=int, help="cells to run side by side (default: as many as there is room for)"
    )
    parser.add_argument("--work", type=pathlib.Path, help="working folder (default: runs/SUITE)")
    parser.add_argument(
        "--results",
        type=pathlib.Path,
        help="folder of the published rows, tables and figures (default: results/SUITE)",
    )
    parser.add_argument(
        "--estimate", action="store_true", help="time unknown cells with a few steps each, and stop"
    )
    parser.add_argument(
        "--launcher", choices=LAUNCHERS, default="local", help="where cells run (default: local)"
    )
    parser.add_argument(
        "--sbatch-options", default="", metavar="OPTIONS", help="of sbatch, for --launcher slurm"
    )
    parser.add_argument(
        "--cancel", action="store_true", help="cancel the Slurm jobs when this is interrupted"
    )
    parser.add_argument("--cell", metavar="NAME", help="run only this cell, in this process")
    # The runner's own processes end when their standard input is closed.
    parser.add_argument("--supervised", action="store_true", help=argparse.SUPPRESS)
    return parser


def main(arguments=None):
    """Returns the exit status: 0, or 2 for a failed cell, a user's mistake or an interruption."""
    try:
        return run(make_parser().parse_args(arguments))
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


def run(options):
    """Does what the command line asks for. Returns the exit status."""
    words = list(options.suite)
    if words[0] == "peers":
        return compare_with_peers(words[1:])
    only_report = words[0] == "report"
    if only_report:
        words = words[1:] or ["quick"]
    if len(words) > 1:
        raise ZooError(f"one suite at a time, got: {' '.join(words)}")
    suite = load_suite(words[0])
    home = pathlib.Path() if suite.own else REPOSITORY
    work = (options.work or home / "runs" / suite.name).absolute()
    results = options.results or home / "results" / suite.name
    if only_report:
        return report(suite, results)
    if options.cell:
        return run_one(suite.cell(options.cell), work, options)
    return run_suite(suite, work, results, options)


def compare_with_peers(words):
    """Runs one of the comparisons with other libraries."""
    from zoo.backend import import_tensorflow

    if words[:1] not in (["decoding"], ["training"]):
        raise ZooError(
            "say what to compare with other libraries: "
            "python -m benchmarks peers decoding, or peers training"
        )
    module = importlib.import_module(f"benchmarks.peers.{words[0]}")
    module.check_names(words[1:], module.SHAPES, words[0])
    import_tensorflow()  # here, without its log lines
    return module.main(words[1:])


def run_suite(suite, work, results, options):
    """Runs the cells that a suite lacks and renders them, in its working folder or in `results`."""
    from benchmarks.estimate import estimate
    from benchmarks.publish import adopt, publish
    from benchmarks.runner import FOLDERS, Runner

    wanted = len(suite.seeds) if options.publish else 1
    seeds = wanted if options.seeds is None else options.seeds
    check_positive(seeds=seeds)
    suite = suite.first_seeds(seeds)
    check_writable(work, "--work")
    if options.publish:
        check_writable(results, "--results")
    busy = f"another run of this suite is going on in {work}; wait for it or stop it"
    with locked(work, busy):
        launcher = make_launcher(
            options.launcher, suite, work, options.jobs, options.sbatch_options, options.cancel
        )
        if options.fresh:
            for name in FOLDERS:
                shutil.rmtree(work / name, ignore_errors=True)
        elif options.publish:
            adopt(suite, results, work)
        known = "settings_key" if options.publish else "key"
        runner = Runner(
            suite,
            work,
            known,
            lambda name: publish(work, results, [name]) if options.publish else None,
        )
        if runner.waiting or options.estimate:
            print(estimate(runner, launcher, options.estimate), flush=True)
        if options.estimate:
            return 0
        rows = runner.run(launcher)
        if options.publish:
            publish(work, results, rows)
        if runner.failed:
            first = next(iter(runner.failed))
            raise ZooError(
                f"{len(runner.failed)} of {len(runner.cells)} cells failed, "
                f"{first}: {runner.failed[first]} (log: {work / 'logs' / first}.log); "
                "the others are kept"
            )
        return report(suite, results if options.publish else work)


def check_writable(folder, option):
    """Raises `ZooError` unless `folder` can be written, or made."""
    there = next(path for path in (folder, *folder.absolute().parents) if path.exists())
    if not there.is_dir() or not os.access(there, os.W_OK | os.X_OK):
        raise ZooError(f"cannot write to {there}; choose another folder with {option}")


def run_one(cell, work, options):
    """Runs one cell in this process, as the launchers' processes do."""
    from benchmarks.run_cell import die_with_parent, run_cell
    from benchmarks.runner import FOLDERS, row_of

    if options.supervised:
        die_with_parent()
    for name in FOLDERS:
        (work / name).mkdir(parents=True, exist_ok=True)
    lock = work / "runs" / f".{cell.name}.lock"
    with open_lock(lock, f"{cell.name} is running in {work} already; wait for it"):
        if row_of(cell, work) and not options.fresh:
            print(f"{cell.name} is finished already; --fresh runs it again")
        else:
            run_cell(cell, work)
    return 0


def report(suite, results):
    """Renders the tables and figures of `results` and prints the table."""
    from benchmarks.report import render, render_readme

    print(render(suite, results))
    render_readme(suite, results)
    return 0


if __name__ == "__main__":
    sys.exit(main())
