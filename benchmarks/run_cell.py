"""Runs one cell of a suite: trains, decodes, scores, and writes its row and outcomes."""

import dataclasses
import os
import pathlib
import sys
import threading
import time

from benchmarks import provenance
from benchmarks.pretraining import pretrain
from benchmarks.progress import Progress
from benchmarks.rows import Outcomes, attention_file, write_row
from benchmarks.speed import gflops
from benchmarks.unfinished import forget, train_or_go_on

TIMED = 1024  # test examples that are decoded again, compiled by then, to measure the speed


def die_with_parent():
    """Ends this process when the runner, which holds its standard input open, is gone."""

    def watch():
        while os.read(sys.stdin.fileno(), 1024):
            pass
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


def run_cell(cell, folder):
    """Runs `cell` in `folder`/runs, and writes its row and outcomes below `folder`.

    A cell that is scored on another split than test only serves to choose something, such as a
    learning rate. Its row gets no outcomes.

    The row is written last: where there is a row, the cell is finished.

    Args:
        cell: `Cell`.
        folder: path of the suite's working folder.

    Returns:
        The row, a dict of JSON types. Everything that depends on the clock is under "timing".
    """
    folder = pathlib.Path(folder)
    progress = Progress(folder / "progress" / f"{cell.name}.json")
    origin = {  # before anything runs: files may be edited meanwhile
        "key": cell.key,
        "settings_key": cell.settings_key,
        "settings": cell.settings,
        "command": cell.command,
        "commit": provenance.commit(),
        "code": cell.code,
    }
    from zoo.backend import import_tensorflow

    tf = import_tensorflow()
    tf.config.threading.set_intra_op_parallelism_threads(cell.settings["threads"])
    tf.config.threading.set_inter_op_parallelism_threads(1)
    import zoo
    from zoo.inspection.abstract import trainable

    task = zoo.create_task(cell.settings["task"], **cell.settings["options"])
    progress.write("training")
    run, facts = train(cell, task, folder / "runs" / cell.name, progress)
    reports, decoding = decode(cell, task, run, progress)
    outcomes = Outcomes.of(reports)
    facts |= align(cell, task, run, outcomes)
    draw(cell, task, run, folder)
    training = dict(run.training)  # counts, then what depends on the clock
    row = {
        "suite": cell.suite,
        "model": cell.model,
        "task": cell.task,
        "seed": cell.seed,
        **origin,
        "versions": provenance.versions(),
        "hardware": provenance.hardware(),
        "precision": run.recipe.precision,
        "compiled": run.recipe.compiled,
        "card": card_of(cell),
        "parameters": trainable(run.model),
        "target_tokens_seen": training.pop("tokens_seen"),
        "steps": training.pop("steps"),
        "padding": training.pop("padding"),
        **facts,
        "test_examples": len(task.splits[cell.settings["split"]]),
        "history": run.history,
        "scores": {
            label: {
                "strategy": report.strategy,
                "metrics": report.scores,
                "by_length": report.by_length,
            }
            for label, report in reports.items()
        },
        "timing": {
            "started": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(progress.started)),
            "training": training,
            "decoding": decoding,
            "minutes": progress.minutes(),
            "peak_memory_gib": max(progress.memory, provenance.peak_memory()),
            "gflops": gflops(cell.settings["threads"]),
        },
    }
    if row["hardware"]["gpus"]:
        row["timing"]["card_peak_memory_gib"] = provenance.card_memory()
    if cell.settings["split"] != "test":
        outcomes = None
    row = write_row(folder, cell.name, row, outcomes)
    forget(run.folder)
    return row


def train(cell, task, folder, progress):
    """Trains a cell's model. Returns its `Run`, and what the row says of the training's size."""
    import zoo
    from benchmarks.budget import epoch_flops, with_budget
    from zoo.inspection.abstract import abstract_model
    from zoo.runs.model_choice import choose_model, inputs_of
    from zoo.training.batches import make_batches

    recipe = zoo.Recipe.from_dict(cell.settings["recipe"])
    tokenizers = task.source_tokenizer, task.target_tokenizer
    name, overrides = choose_model(cell.base, cell.overrides, *tokenizers)
    *vocabularies, shape = inputs_of(*tokenizers, overrides)
    model = abstract_model(name, *vocabularies, **shape)
    batches = make_batches(task, recipe, model.count_params())
    recipe = with_budget(recipe, cell.settings.get("budget"), batches, model)
    start, facts = pretrain(cell, name, overrides, task, folder, progress)
    run = train_or_go_on(cell.key, start, task, recipe, folder, overrides, progress)
    batches = make_batches(task, run.recipe, model.count_params())
    passes = run.training["steps"] / batches.steps_per_epoch
    facts |= {
        "training_flops": passes * epoch_flops(model, batches),
        "recipe": dataclasses.asdict(run.recipe),
    }
    return run, facts


def decode(cell, task, run, progress):
    """Decodes and scores the cell's split greedily and with each beam of the suite.

    Returns:
        Two dicts by decoder's label: `zoo.evaluation.evaluate.Report`, and seconds and speed.
    """
    import zoo

    split = cell.settings["split"]
    options = dict(edges=cell.settings["length_edges"], jit=run.recipe.compiled)
    beams = {label: zoo.Beam(**beam) for label, beam in cell.settings["decoders"].items()}
    reports, timing = {}, {}
    for label, strategy in ({"greedy": zoo.Greedy()} | beams).items():
        progress.write(f"decoding, {label}")
        first = zoo.evaluate_model(run.model, task, split, strategy, **options)
        again = zoo.evaluate_model(run.model, task, split, strategy, limit=TIMED, **options)
        reports[label] = first
        timing[label] = {
            "seconds_with_compilation": first.seconds,
            "seconds": again.seconds,
            "sentences_per_second": len(again.outputs) / again.seconds,
        }
        run.write_evaluation(first)
    return reports, timing


def align(cell, task, run, outcomes):
    """Adds what attention misses to a cell's outcomes, if its task knows where tokens come from.

    Returns:
        What the row says of it: a dict, empty if there is nothing to say.
    """
    from zoo.evaluation.alignment import ALIGNMENT_ERROR, model_alignment_counts

    if task.alignment is None or not run.model.attentive:
        return {}
    examples = task.examples(cell.settings["split"])
    counted = model_alignment_counts(run.model, task, examples, run.recipe.compiled)
    outcomes.counts["greedy"][ALIGNMENT_ERROR.name] = counted
    return {ALIGNMENT_ERROR.name: float(ALIGNMENT_ERROR.combine(counted.sum(0)))}


def draw(cell, task, run, folder):
    """Draws where a model looks in the first test example, if that is a recording or a picture."""
    from zoo.data.front_ends.front_end import FrontEnd
    from zoo.evaluation.alignment import draw_attention

    if not isinstance(task.source_tokenizer, FrontEnd) or not run.model.attentive:
        return
    source = task.examples(cell.settings["split"])[0].source
    draw_attention(run.text_model(), source, attention_file(folder, cell.name))


def card_of(cell):
    """What a row says of its model. A part that an override changes is described with it."""
    import zoo

    card = zoo.card(cell.base)
    overrides = ", ".join(cell.model.split(" ")[1:])
    return {key: card[key] for key in ("family", "encoder", "decoder", "attention")} | {
        "overrides": overrides,
        "paper": card["paper"]["authors"],
        "year": card["paper"]["year"],
    }
