"""`zoo evaluate`: scores of a model on a split of its task, or on a user's own pairs."""

import sys

from tabulate import tabulate

from zoo.cli.data import add_data, check_columns_of_data
from zoo.cli.opening import add_others, add_run, open_checkpoint, open_run, open_text_model
from zoo.cli.search_options import add_strategy, check_search, make_strategy
from zoo.errors import ZooError
from zoo.printable import number_text
from zoo.runs.folder import is_checkpoint


def add_commands(command):
    """Declares `zoo evaluate`."""
    sub = command(
        "evaluate", evaluate_command, "score a model on a split of its task, or on other pairs"
    )
    add_run(sub)
    add_others(sub)
    sub.add_argument(
        "--split", default="test", help="a split of the task, such as validation (default: test)"
    )
    sub.add_argument("--limit", type=int, default=0, help="the first examples only (default: all)")
    add_data(
        sub,
        "--data",
        "score the pairs of these files instead, as `zoo train --data` reads them; all of them, "
        "unless they come in splits",
    )
    add_strategy(sub)


def evaluate_command(options):
    """`zoo evaluate RUN`. Prints the scores; those of a run on its task are kept in its folder."""
    if options.limit < 0:
        raise ZooError(f"--limit must not be negative, got {options.limit}")
    check_columns_of_data(options)
    check_search(options)
    run = None if is_checkpoint(options.run) else open_run(options.run)
    model = run.text_model() if run else open_checkpoint(options.run)
    others = [open_text_model(other) for other in options.others]
    strategy = make_strategy(options, model.target_tokenizer)
    from zoo.evaluation.evaluate import evaluate_model
    from zoo.runs.task import own_test_of, task_of

    if options.data:
        task = own_test_of(model, options.data, options.columns, options.split)
    else:
        task = run.task() if run else task_of(model)
    report = evaluate_model(
        model.with_others(others).model,
        task,
        options.split,
        strategy,
        options.limit,
        options.max_length,
        jit=model.compiled,
    )
    print_report(report)
    if run and not options.data:
        run.write_evaluation(report, options.limit, options.others, options.max_length)


def print_report(report):
    """Prints scores with their signatures, then scores by source length."""
    print(f"{report.split}: {len(report.outputs):,} examples, {report.strategy}")
    scores = [
        (name, number_text(score["value"]), score["signature"])
        for name, score in report.scores.items()
    ]
    print(tabulate(scores, ("metric", "score", "signature"), disable_numparse=True))
    names = [key for key in report.by_length[0] if key not in ("low", "high", "count")]
    rows = []
    for bucket in report.by_length:
        values = ["" if bucket[name] is None else number_text(bucket[name]) for name in names]
        rows.append((f"{bucket['low']}-{bucket['high']}", bucket["count"], *values))
    print("\n" + tabulate(rows, ("source length", "examples", *names), disable_numparse=True))
    if report.by_group:
        rows = [
            (row["group"], row["count"], *(number_text(row[name]) for name in names))
            for row in report.by_group
        ]
        print("\n" + tabulate(rows, ("group", "examples", *names), disable_numparse=True))
    sys.stdout.flush()  # what follows may fail
