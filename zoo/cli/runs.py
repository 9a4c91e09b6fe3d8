"""`zoo runs` and `zoo report`: run folders, read without TensorFlow."""

import pathlib


def add_commands(command):
    """Declares `zoo runs` and `zoo report`."""
    sub = command(
        "runs",
        runs_command,
        "list the runs below a folder, or compare runs by their settings and scores",
    )
    sub.add_argument(
        "folders",
        nargs="*",
        type=pathlib.Path,
        metavar="RUN",
        default=[pathlib.Path("runs")],
        help="a folder of runs to list (default: runs), or two or more runs to compare",
    )
    sub = command(
        "report",
        report_command,
        "write a run on one page, RUN/report.html: curves, scores, samples, worst errors",
    )
    sub.add_argument("run", metavar="RUN", help="the folder of a run")


def runs_command(options):
    """`zoo runs [RUN ...]`."""
    from zoo.runs.compare import compare_runs, list_runs

    if len(options.folders) > 1:
        print(compare_runs(options.folders))
    else:
        print(list_runs(options.folders[0]))


def report_command(options):
    """`zoo report RUN`."""
    from zoo.runs.report import write_report

    print(write_report(options.run))
