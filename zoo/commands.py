"""`zoo train`, `evaluate`, `generate`, `align` and `export`: what each command does once its options are read.

Nothing here imports TensorFlow before a command's names and options are known to be right.
"""

import json
import pathlib
import sys

from tabulate import tabulate

from zoo import registry
from zoo.errors import ZooError, check_positive
from zoo.listing import import_backend
from zoo.training.recipe import Recipe

FINE_TUNING_RATE = 1e-4  # a fresh model's learning rate would undo what a checkpoint knows


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
    registry.tasks.entry(options.task)  # a typo is told before TensorFlow loads
    checkpoint = is_checkpoint(options.model)
    if not checkpoint:
        registry.models.entry(options.model)
    overrides, task_options = key_values(options.set), key_values(options.task_option)
    model = open_checkpoint(options.model) if checkpoint else options.model
    recipe = Recipe.of_model(model.name, **{"learning_rate": FINE_TUNING_RATE} | given) if checkpoint else \
        Recipe.of_model(model, **given)
    name = pathlib.Path(options.model).expanduser().resolve().name
    folder = options.out or pathlib.Path("runs") / f"{name}-{options.task}-s{recipe.seed}"
    import_backend()
    task = registry.create_task(options.task, **task_options)
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


def is_checkpoint(name):
    """Whether a name means a public checkpoint: a folder that holds one, or OWNER/NAME where there is no folder OWNER."""
    path = pathlib.Path(name).expanduser()
    if not path.exists():
        return "/" in str(name) and not path.parent.exists()
    try:
        return "zoo" not in json.loads((path / "config.json").read_text(encoding="utf-8"))
    except (OSError, ValueError, TypeError):
        return any(path.glob("*.safetensors"))


def open_checkpoint(name):
    """The `TextModel` of a checkpoint."""
    import_backend()
    from zoo.pretrained import from_pretrained

    return from_pretrained(name)


def open_run(folder):
    """The run of a folder; says what is wrong before TensorFlow is loaded."""
    if pathlib.Path(folder).exists() and is_checkpoint(folder):
        raise ZooError(f"{folder} is a checkpoint, and no run; train it on a task first: zoo train {folder} TASK")
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
    checkpoint = is_checkpoint(options.run)
    if checkpoint and options.longest is not None:
        raise ZooError("--longest is for runs, whose sources have a longest length; limit outputs with --max-length")
    model, texts = (open_checkpoint if checkpoint else open_run)(options.run), options.text or read_lines(sys.stdin)
    lengths = {"max_length": options.max_length} | ({} if checkpoint else {"longest": options.longest})
    for best in model.generate(texts, strategy(options), **lengths):
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


def export_command(options):
    """`zoo export RUN FOLDER`."""
    run = open_run(options.run)
    from zoo.pretrained import save_pretrained

    save_pretrained(run.model, run.source_tokenizer, run.target_tokenizer, options.folder)
    print(f"checkpoint: {options.folder}\ntry: zoo generate {options.folder} TEXT")
