"""`zoo train`, `evaluate`, `generate`, `score`, `align` and `export`: what each command does once its options are read.

Nothing here imports TensorFlow before a command's names and options are known to be right.
"""

import json
import pathlib
import sys

from tabulate import tabulate
from tqdm import tqdm

from zoo import registry
from zoo.data.describe import describe
from zoo.errors import ZooError, check_positive
from zoo.listing import import_backend
from zoo.strategy_options import make_strategy
from zoo.training.folder import check_free, check_run_folder, is_checkpoint
from zoo.training.recipe import Recipe

FINE_TUNING_RATE = 1e-4  # a fresh model's learning rate would undo what a checkpoint knows


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
        if (options.model or given or options.set or options.task_option or options.out or options.overwrite or options.data
                or options.columns):
            raise ZooError("--resume goes on with a run as it is; it takes no model, task or other option")
        run = open_run(options.resume)
        report_training(run.name, run.task(), run.recipe, options.resume, run.overrides, resume=True, overwrite=False)
        return
    if not options.model or not (options.task or options.data):
        raise ZooError("name a model and a task, as in: zoo train transformer_mini g2p; or your own data: "
                       "zoo train transformer_mini --data pairs.tsv")
    task_options = key_values(options.task_option)
    if options.data:
        if options.task:
            raise ZooError(f"--data takes the place of a task; leave out {options.task} or --data")
        task_options |= {"data": options.data, "columns": options.columns}
    elif options.columns:
        raise ZooError("--columns names the columns of --data FILE")
    registry.tasks.entry(options.task or "files")  # a typo is told before TensorFlow loads
    checkpoint, model = is_checkpoint(options.model), options.model
    if not checkpoint:
        registry.models.entry(model)
    overrides = key_values(options.set)
    if checkpoint:
        model = open_checkpoint(options.model)
        recipe = Recipe.of_model(model.name, **{"learning_rate": FINE_TUNING_RATE} | given)
    else:
        recipe = Recipe.of_model(model, **given)
    name = pathlib.Path(options.model).expanduser().resolve().name
    about = options.task or "-".join(pathlib.Path(path).name.split(".")[0] for path in options.data).replace(":", "-")
    folder = options.out or pathlib.Path("runs") / f"{name}-{about}-s{recipe.seed}"
    check_free(folder, options.overwrite)
    import_backend()
    task = registry.create_task(options.task or "files", **task_options)
    print(describe(task) + "\n", flush=True)
    report_training(model, task, recipe, folder, overrides, resume=False, overwrite=options.overwrite)


def report_training(name, task, recipe, folder, overrides, resume, overwrite):
    """Trains, scores the test split, and says where everything is."""
    from zoo.evaluation.evaluate import evaluate_model
    from zoo.training.loop import train

    run = train(name, task, recipe, folder, overrides, resume=resume, overwrite=overwrite)
    report = evaluate_model(run.model, task, "test", jit=recipe.compiled)
    run.write_predictions(report)
    print_report(report)
    print(f"\nrun folder: {folder}\ntry: zoo generate {folder} \"{report.sources[0]}\"")


def inspect_command(options):
    """`zoo data inspect FILE`."""
    from zoo.data.inspect_pairs import Inspection

    print(Inspection(options.data, options.columns).report())


def evaluate_command(options):
    """`zoo evaluate RUN`."""
    if options.limit < 0:
        raise ZooError(f"limit must not be negative, got {options.limit}")
    run, others = open_run(options.run), [open_run(other) for other in options.others]
    chosen = make_strategy(options, run.target_tokenizer)
    from zoo.evaluation.evaluate import evaluate_model

    report = evaluate_model(run.voting_with(others), run.task(), options.split, chosen, options.limit, options.max_length,
                            jit=run.recipe.compiled)
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


def open_checkpoint(name):
    """The `TextModel` of a checkpoint."""
    import_backend()
    from zoo.pretrained import from_pretrained

    return from_pretrained(name)


def open_run(folder):
    """The run of a folder; says what is wrong before TensorFlow is loaded."""
    if pathlib.Path(folder).exists() and is_checkpoint(folder):
        raise ZooError(f"{folder} is a checkpoint, and no run; train it on a task first: zoo train {folder} TASK")
    check_run_folder(folder)
    import_backend()
    from zoo.training.run import Run

    return Run(folder)


def generate_command(options):
    """`zoo generate RUN [TEXT ...]`."""
    check_positive(n_best=options.n_best)
    if options.n_best > (options.beam or options.sample or 1):
        raise ZooError(f"--n-best {options.n_best} needs as many hypotheses: --beam {options.n_best}, or --sample")
    checkpoint = is_checkpoint(options.run)
    if checkpoint and options.longest is not None:
        raise ZooError("--longest is for runs, whose sources have a longest length; limit outputs with --max-length")
    if checkpoint and options.others:
        raise ZooError("--with is for runs, which say what they were trained on")
    if checkpoint and options.replace_unknown:
        raise ZooError("--replace-unknown is for runs, whose vocabularies are of whole symbols")
    model = (open_checkpoint if checkpoint else open_run)(options.run)
    more = {} if checkpoint else {"longest": options.longest, "others": [open_run(other) for other in options.others],
                                  "replace_unknown": options.replace_unknown}
    texts = options.text or read_lines(sys.stdin)
    outputs = model.stream(texts, make_strategy(options, model.target_tokenizer), max_length=options.max_length, **more)
    with tqdm(outputs, unit=" texts", disable=sys.stdout.isatty() or None) as progress:
        for best in progress:
            for text, score in best[:options.n_best]:
                print(text if options.n_best == 1 else f"{score:.4f}\t{text}")


def score_command(options):
    """`zoo score RUN`."""
    run, pairs = open_run(options.run), []
    for number, line in enumerate(read_lines(sys.stdin), 1):
        parts = line.split("\t")
        if len(parts) != 2 or not all(part.strip() for part in parts):
            raise ZooError(f"line {number} of standard input is not SOURCE, a tab, TARGET: {line[:60]!r}")
        pairs.append(parts)
    for (_, target), score in zip(pairs, run.score(pairs, options.longest)):
        line = f"{score.log_probability:.4f}"
        if options.tokens:
            names = [run.target_tokenizer.decode([i]) or "</s>" for i in run.target_tokenizer.encode(target)]
            line += "\t" + " ".join(f"{name}:{value:.4f}" for name, value in zip(names, score.tokens))
        print(line)


def read_lines(stream):
    """Yields the lines of a stream, each a text. Raises `ZooError` for no line, an empty one, or one that is no text."""
    if stream.isatty():
        print("type one text a line, then Ctrl-D", file=sys.stderr)
    number = 0
    try:
        for number, line in enumerate(stream, 1):
            if not line.strip():
                raise ZooError(f"line {number} of standard input is empty; every line must be a text, so that line by line "
                               f"outputs match inputs")
            yield line.rstrip("\n")
    except UnicodeDecodeError as error:
        raise ZooError(f"standard input is not {error.encoding} text after line {number}: {error.reason}") from None
    if not number:
        raise ZooError("standard input has no line, so there is nothing to do")


def align_command(options):
    """`zoo align RUN TEXT`."""
    if options.out.suffix not in (".png", ".svg", ".pdf"):
        raise ZooError(f"the picture's name must end in .png, .svg or .pdf, got '{options.out}'")
    run = open_run(options.run)
    from zoo.evaluation.alignment import draw_alignment

    source, target, weights = run.align(options.text, options.output, options.longest)
    draw_alignment(source, target, weights, options.out, title=run.name)
    print(f"{' '.join(target[:-1])}\n{options.out}")


def export_command(options):
    """`zoo export RUN FOLDER`."""
    run = open_run(options.run)
    from zoo.pretrained import save_pretrained

    save_pretrained(run.model, run.source_tokenizer, run.target_tokenizer, options.folder)
    print(f"checkpoint: {options.folder}\ntry: zoo generate {options.folder} TEXT")
