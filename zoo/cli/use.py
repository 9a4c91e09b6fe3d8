"""What each command of `zoo` but those that train does once its options are read.

Nothing here imports TensorFlow before a command's names and options are known to be right.
"""

import pathlib
import sys

from tabulate import tabulate
from tqdm import tqdm

from zoo.backend import import_tensorflow
from zoo.cli.search_options import make_strategy
from zoo.errors import ZooError, check_positive
from zoo.runs.folder import check_run_folder, is_checkpoint


def inspect_command(options):
    """`zoo data inspect FILE`."""
    from zoo.data.inspect_pairs import Inspection

    print(Inspection(options.data, options.columns).report())


def runs_command(options):
    """`zoo runs`."""
    from zoo.runs.compare import compare_runs, list_runs

    print(
        compare_runs(options.folders) if len(options.folders) > 1 else list_runs(options.folders[0])
    )


def report_command(options):
    """`zoo report RUN`."""
    from zoo.runs.report import write_report

    print(write_report(options.run))


def doctor_command(options):
    """`zoo doctor`."""
    from zoo.cli.doctor import diagnose

    facts, advice = diagnose()
    print(tabulate(facts, tablefmt="plain", disable_numparse=True))
    print("\n" + "\n".join(advice or ["nothing is amiss"]))


def evaluate_command(options):
    """`zoo evaluate RUN`."""
    if options.limit < 0:
        raise ZooError(f"limit must not be negative, got {options.limit}")
    run, others = open_run(options.run), [open_run(other) for other in options.others]
    chosen = make_strategy(options, run.target_tokenizer)
    from zoo.evaluation.evaluate import evaluate_model

    report = evaluate_model(
        run.text_model().with_others([other.text_model() for other in others]).model,
        run.task(),
        options.split,
        chosen,
        options.limit,
        options.max_length,
        jit=run.recipe.compiled,
    )
    run.write_predictions(report)
    print_report(report)


def print_report(report):
    """Scores with their signatures, then by source length."""
    print(f"{report.split}: {len(report.outputs):,} examples, {report.strategy}")
    print(
        tabulate(
            [(name, f"{s['value']:.4g}", s["signature"]) for name, s in report.scores.items()],
            ("metric", "score", "signature"),
            disable_numparse=True,
        )
    )
    names = [key for key in report.by_length[0] if key not in ("low", "high", "count")]
    rows = [
        (
            f"{b['low']}-{b['high']}",
            b["count"],
            *("" if b[n] is None else f"{b[n]:.4g}" for n in names),
        )
        for b in report.by_length
    ]
    print("\n" + tabulate(rows, ("source length", "examples", *names), disable_numparse=True))


def open_checkpoint(name):
    """The `TextModel` of a checkpoint."""
    import_tensorflow()
    from zoo.pretrained import from_pretrained

    return from_pretrained(name)


def open_run(folder):
    """The run of a folder; says what is wrong before TensorFlow is loaded."""
    if pathlib.Path(folder).exists() and is_checkpoint(folder):
        raise ZooError(
            f"{folder} is a checkpoint, and no run; train it on a task first: zoo train {folder} TASK"
        )
    check_run_folder(folder)
    import_tensorflow()
    from zoo.runs.run import Run

    return Run(folder)


def generate_command(options):
    """`zoo generate RUN [TEXT ...]`."""
    check_positive(n_best=options.n_best)
    if options.n_best > (options.beam or options.sample or 1):
        raise ZooError(
            f"--n-best {options.n_best} needs as many hypotheses: --beam {options.n_best}, or --sample"
        )
    checkpoint = is_checkpoint(options.run)
    if checkpoint and options.longest is not None:
        raise ZooError(
            "--longest is for runs, whose sources have a longest length; limit outputs with --max-length"
        )
    if checkpoint and options.others:
        raise ZooError("--with is for runs, which say what they were trained on")
    if checkpoint and options.replace_unknown:
        raise ZooError("--replace-unknown is for runs, whose vocabularies are of whole symbols")
    model = open_checkpoint(options.run) if checkpoint else open_run(options.run).text_model()
    from zoo.text.decoding import Decoding

    decoding = Decoding(
        make_strategy(options, model.target_tokenizer),
        options.longest,
        options.max_length,
        options.replace_unknown,
    )
    model = model.with_others([open_run(other).text_model() for other in options.others])
    outputs = model.stream(options.text or read_lines(sys.stdin), decoding)
    with tqdm(outputs, unit=" texts", disable=sys.stdout.isatty() or None) as progress:
        for best in progress:
            for text, score in best[: options.n_best]:
                print(text if options.n_best == 1 else f"{score:.4f}\t{text}")


def score_command(options):
    """`zoo score RUN`."""
    run, pairs = open_run(options.run), []
    for number, line in enumerate(read_lines(sys.stdin), 1):
        parts = line.split("\t")
        if len(parts) != 2 or not all(part.strip() for part in parts):
            raise ZooError(
                f"line {number} of standard input is not SOURCE, a tab, TARGET: {line[:60]!r}"
            )
        pairs.append(parts)
    for (_, target), score in zip(pairs, run.text_model().score(pairs, options.longest)):
        line = f"{score.log_probability:.4f}"
        if options.tokens:
            names = [
                run.target_tokenizer.decode([i]) or "</s>"
                for i in run.target_tokenizer.encode(target)
            ]
            line += "\t" + " ".join(
                f"{name}:{value:.4f}" for name, value in zip(names, score.tokens)
            )
        print(line)


def read_lines(stream):
    """Yields the lines of a stream, each a text. Raises `ZooError` for no line, an empty one, or one that is no text."""
    if stream.isatty():
        print("type one text a line, then Ctrl-D", file=sys.stderr)
    number = 0
    try:
        for number, line in enumerate(stream, 1):
            if not line.strip():
                raise ZooError(
                    f"line {number} of standard input is empty; every line must be a text, so that line by line "
                    f"outputs match inputs"
                )
            yield line.rstrip("\n")
    except UnicodeDecodeError as error:
        raise ZooError(
            f"standard input is not {error.encoding} text after line {number}: {error.reason}"
        ) from None
    if not number:
        raise ZooError("standard input has no line, so there is nothing to do")


def align_command(options):
    """`zoo align RUN TEXT`."""
    check_picture(options.out)
    run = open_run(options.run)
    from zoo.evaluation.alignment import draw_alignment

    source, target, weights = run.text_model().align(options.text, options.output, options.longest)
    draw_alignment(source, target, weights, options.out, title=run.name)
    print(f"{' '.join(target[:-1])}\n{options.out}")


def check_picture(path):
    """Raises `ZooError` for a picture of another format."""
    if path.suffix not in (".png", ".svg", ".pdf"):
        raise ZooError(f"the picture's name must end in .png, .svg or .pdf, got '{path}'")


def export_command(options):
    """`zoo export RUN FOLDER`."""
    run = open_run(options.run)
    from zoo.pretrained import save_pretrained

    save_pretrained(run.text_model(), options.folder)
    print(f"checkpoint: {options.folder}\ntry: zoo generate {options.folder} TEXT")
