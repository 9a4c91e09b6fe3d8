"""`python -m benchmarks [SUITE]` runs a suite and renders its table; `python -m benchmarks report [SUITE]` renders it again;
`python -m benchmarks peers decoding [SHAPE ...]` compares the speed of decoding with other libraries, `peers training` that of
training.

SUITE is a name, or the path of a suite file of one's own, which ends in ".toml".
"""

import argparse
import importlib
import pathlib
import shutil
import sys

from benchmarks.suite import REPOSITORY, load_suite, suite_names
from zoo.cli.main import Parser
from zoo.errors import ZooError, check_positive


def main(arguments=None):
    """Returns the exit status: 0, or 2 for a failed cell, a mistake of the user's or an interruption."""
    parser = Parser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument(
        "suite",
        nargs="*",
        default=["quick"],
        metavar="SUITE",
        help=f"one of: {', '.join(suite_names())}; or a file, as in my_suite.toml; or: report [SUITE]; "
        f"or: peers decoding [SHAPE ...]; or: peers training [SHAPE ...]",
    )
    parser.add_argument("--fresh", action="store_true", help="run finished cells again")
    parser.add_argument(
        "--jobs", type=int, help="cells at a time (default: as many as the cores hold)"
    )
    parser.add_argument("--work", type=pathlib.Path, help="working folder (default: runs/SUITE)")
    parser.add_argument(
        "--results",
        type=pathlib.Path,
        help="where tables and figures go (default: results/SUITE, for a suite file runs/SUITE/results)",
    )
    parser.add_argument("--cell", metavar="NAME", help="run this cell alone, in this process")
    parser.add_argument(
        "--supervised", action="store_true", help=argparse.SUPPRESS
    )  # ends when standard input is closed
    try:
        return run(parser.parse_args(arguments))
    except ZooError as error:
        print("error:", " ".join(str(error).splitlines()), file=sys.stderr)
    except OSError as error:
        print(
            f"error: {error.strerror or error}: {error.filename or ''}; finished cells are kept, mend this and run again",
            file=sys.stderr,
        )
    except KeyboardInterrupt:
        print("error: stopped; finished cells are kept", file=sys.stderr)
    return 2


def run(options):
    """Does what the command line asks."""
    words = list(options.suite)
    if words[0] == "peers":
        if words[1:2] not in (["decoding"], ["training"]):
            raise ZooError(
                "say what to compare with other libraries: python -m benchmarks peers decoding, or peers training"
            )
        return importlib.import_module(f"benchmarks.peers.{words[1]}").main(words[2:])
    only_report = words[0] == "report"
    words = words[1:] or ["quick"] if only_report else words
    if len(words) > 1:
        raise ZooError(f"one suite at a time, got: {' '.join(words)}")
    suite = load_suite(words[0])
    work = (
        options.work or (pathlib.Path() if suite.own else REPOSITORY) / "runs" / suite.name
    ).absolute()
    results = options.results or (
        work / "results" if suite.own else REPOSITORY / "results" / suite.name
    )
    if only_report:
        return report(suite, results)
    from benchmarks.runner import Runner, default_jobs
    from zoo.files import locked

    if options.cell:
        return run_one(suite.cell(options.cell), work, options.supervised)
    jobs = default_jobs(suite.threads) if options.jobs is None else options.jobs
    check_positive(jobs=jobs)
    busy = f"another run of this suite is going on in {work}; wait for it or stop it"
    with locked(work, busy):
        if options.fresh:
            for name in ("rows", "runs", "logs", "progress"):
                shutil.rmtree(work / name, ignore_errors=True)
        runner = Runner(suite, work, jobs)
        rows = runner.run()
        if runner.failed:
            first = next(iter(runner.failed))
            raise ZooError(
                f"{len(runner.failed)} of {len(runner.cells)} cells failed, {first}: {runner.failed[first]} "
                f"(log: {work / 'logs' / first}.log); the others are kept"
            )
        keep_rows(suite, rows, results)
        return report(suite, results)


def run_one(cell, work, supervised):
    """Runs one cell here; the runner's own processes come this way, supervised."""
    from benchmarks.cell import die_with_parent, run_cell

    if supervised:
        die_with_parent()
    for name in ("rows", "runs", "progress"):
        (work / name).mkdir(parents=True, exist_ok=True)
    run_cell(cell, work)
    return 0


def keep_rows(suite, rows, results):
    """Puts the rows of a complete suite where they are kept, in place of the old ones."""
    import json

    from zoo.files import write_text

    (results / "rows").mkdir(parents=True, exist_ok=True)
    for cell in suite.cells():
        write_text(
            results / "rows" / f"{cell.name}.json", json.dumps(rows[cell.name], indent=1) + "\n"
        )
    for path in (results / "rows").glob("*.json"):
        if path.stem not in rows:
            path.unlink()


def report(suite, results):
    """Renders the tables and figures of `results` and prints the table."""
    from benchmarks.report import render, render_readme

    print(render(suite, results))
    render_readme(suite, results)
    return 0


if __name__ == "__main__":
    sys.exit(main())
