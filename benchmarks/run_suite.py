"""`python -m benchmarks [run] [SUITE]`: runs what a suite lacks, and shows what came out."""

import pathlib

from benchmarks.launchers import LAUNCHERS, make_launcher
from benchmarks.publish import (
    adopt,
    check_writable,
    clear,
    drop_others,
    publish,
    read_again,
    write_again,
)
from benchmarks.suite import REPOSITORY, load_suite
from zoo.errors import ZooError, check_positive
from zoo.files import locked, open_lock


def add_arguments(parser):
    """Adds the options of a run to a parser."""
    parser.add_argument(
        "--seeds",
        type=int,
        metavar="N",
        help="the first N seeds of the suite (default: 1; with --publish, all)",
    )
    parser.add_argument(
        "--publish",
        action="store_true",
        help="keep the committed rows that have the same settings, run the others, and write "
        "results/SUITE: rows as cells finish, tables and figures at the end",
    )
    parser.add_argument(
        "--with",
        dest="variant",
        type=pathlib.Path,
        metavar="FILE.py",
        help="add the models that a file of your own registers; the committed rows of the others "
        "are taken as they are",
    )
    parser.add_argument("--fresh", action="store_true", help="run finished cells again")
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
    parser.add_argument(
        "--cell",
        metavar="NAME",
        help="run only this cell, in this process; NAME.json runs the cell of a row again",
    )
    # The runner's own processes end when their standard input is closed.
    parser.add_argument("--supervised", action="store_true", help="end when standard input closes")


def main(options):
    """Does what the options ask for. Returns the exit status."""
    from benchmarks.changes import beside_committed

    if options.cell and options.cell.endswith(".json"):
        return run_row(options)
    suite = load_suite(options.suite)
    work = (options.work or work_of(suite)).absolute()
    results = options.results or results_of(suite)
    if options.cell:
        return run_one(suite.cell(options.cell), work, options)
    wanted = len(suite.seeds) if options.publish else 1
    seeds = wanted if options.seeds is None else options.seeds
    check_positive(seeds=seeds)
    if options.variant:
        from benchmarks.own_variant import run_with_variant

        return run_with_variant(suite, results, options, seeds)
    part = suite.first_seeds(seeds)
    if options.publish:
        finished = run_cells(part, work, results, options, adopted=True, published=suite)
        return report(suite, results) if finished else 0
    if not run_cells(part, work, results, options, adopted=False):
        return 0
    report(part, work)
    print(beside_committed({cell.name for cell in part.cells()}, work, results))
    return 0


def is_committed(suite, results):
    """Whether a folder is that of the zoo's own committed rows of a suite."""
    return results.resolve() == (REPOSITORY / "results" / suite.name).resolve()


def home(suite):
    """The folder that has runs/ and results/: the repository, or the current one for own suites."""
    return pathlib.Path() if suite.own else REPOSITORY


def work_of(suite):
    """The folder that a suite runs in."""
    return home(suite) / "runs" / suite.name


def results_of(suite):
    """The folder of a suite's published rows."""
    return home(suite) / "results" / suite.name


def beside(suite, results):
    """The folders of the committed rows of the zoo's other suites, where its own are used."""
    if suite.own or not is_committed(suite, results):
        return []
    return sorted(path for path in results.parent.glob("*/") if path != results)


def run_cells(suite, work, results, options, adopted, published=None, own=None):
    """Runs the cells that a suite lacks.

    Args:
        suite: `Suite`.
        work: path of the working folder.
        results: path of the committed rows.
        options: of the command line.
        adopted: bool, whether committed rows of the same settings count as finished.
        published: the suite with all its seeds, if `results` gets the rows as cells finish.
        own: the models that `--fresh` runs again; None for all.

    Returns:
        bool, False if only an estimate was asked for.

    Raises:
        ZooError: a cell failed, another run goes on, or a folder cannot be written.
    """
    from benchmarks.estimate import estimate
    from benchmarks.runner import Runner

    check_writable(work, "--work")
    if options.estimate:
        published = None
    if published:
        check_writable(results, "--results")
    busy = f"another run of this suite is going on in {work}; wait for it or stop it"
    with locked(work, busy):
        jobs = options.jobs if options.jobs is not None else suite.jobs or None
        how = options.sbatch_options, options.cancel
        launcher = make_launcher(options.launcher, suite, work, jobs, *how)
        if published and (dropped := drop_others(published, results)):
            print(f"removed {dropped} committed rows of other settings than the suite's")
        others = beside(suite, results)
        renewed = suite if own is None else suite.only(own)
        fresh = {cell.name for cell in renewed.cells()} if options.fresh else set()
        again = fresh | (read_again(work) if adopted else set())
        if published:
            again &= {cell.name for cell in published.cells()}
            write_again(work, again)
        if fresh and not options.estimate:
            clear(renewed, work)
        taken = set()
        if adopted:
            taken = adopt(suite, results, work, others, again, copy=not options.estimate)

        def landed(*names):
            if not published:
                return
            if copies := publish(work, results, names, others):
                print(f"also replaced in {', '.join(sorted(copies))}; render with: make results")
            again.difference_update(names)
            write_again(work, again)

        runner = Runner(suite, work, taken, fresh, landed)
        landed(*runner.rows)
        if options.estimate:
            runner.waiting = [cell for cell in runner.waiting if cell.name not in taken]
        if runner.waiting or options.estimate:
            print(estimate(runner, launcher, options.estimate), flush=True)
        if options.estimate:
            return False
        try:
            run_all(runner, launcher)
        except ZooError:
            if published and runner.rows:
                report(published, results)
            raise
    return True


def run_all(runner, launcher):
    """Runs a runner's cells. Raises `ZooError` if one failed or the run was stopped."""
    runner.run(launcher)
    if runner.failed:
        first = next(iter(runner.failed))
        raise ZooError(
            f"{len(runner.failed)} of {len(runner.cells)} cells failed, "
            f"{first}: {runner.failed[first]} (log: {runner.folder / 'logs' / first}.log); "
            "the others are kept"
        )


def run_one(cell, work, options):
    """Runs one cell in this process, as the launchers' processes do."""
    from benchmarks.run_cell import die_with_parent, run_cell
    from benchmarks.runner import FOLDERS, row_of
    from benchmarks.unfinished import forget

    if options.supervised:
        die_with_parent()
    for name in FOLDERS:
        (work / name).mkdir(parents=True, exist_ok=True)
    lock = work / "runs" / f".{cell.name}.lock"
    with open_lock(lock, f"{cell.name} is running in {work} already; wait for it"):
        if row_of(cell, work) and not options.fresh:
            print(f"{cell.name} is finished already; --fresh runs it again")
        else:
            if options.fresh:
                forget(work / "runs" / cell.name)
            run_cell(cell, work)
    return 0


def run_row(options):
    """Runs the cell of a row again, with the row's own settings."""
    from benchmarks.rows import read_row
    from benchmarks.verify import cell_of

    cell = cell_of(read_row(options.cell))
    return run_one(cell, (options.work or REPOSITORY / "runs" / "verify").absolute(), options)


def report(suite, results):
    """Renders the tables and figures of `results` and prints the table."""
    from benchmarks.report import render, render_readme
    from benchmarks.results_index import render_index

    print(render(suite, results))
    if is_committed(suite, results):
        render_readme(suite, results)
        render_index()
    return 0
