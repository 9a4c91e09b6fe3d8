"""Runs one cell of a suite: trains, decodes, scores and writes one row."""

import json
import os
import pathlib
import sys
import threading
import time

from benchmarks import provenance
from benchmarks.digest import code_digest

TIMED = 1024  # test examples that are decoded again, compiled by then, to measure the speed


def die_with_parent():
    """Ends this process when the runner, which holds its standard input open, is gone."""

    def watch():
        while os.read(sys.stdin.fileno(), 1024):
            pass
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


def run_cell(cell, folder):
    """Runs `cell` in `folder`/runs and writes its row to `folder`/rows.

    The row is written last: where there is a row, the cell is finished.

    Args:
        cell: `Cell`.
        folder: path of the suite's working folder.

    Returns:
        The row, a dict of JSON types. Everything that depends on the clock is under "timing".
    """
    started = time.time()
    from zoo.backend import import_tensorflow

    tf = import_tensorflow()
    tf.config.threading.set_intra_op_parallelism_threads(cell.settings["threads"])
    tf.config.threading.set_inter_op_parallelism_threads(1)
    import keras

    import zoo
    from zoo.files import write_text

    folder = pathlib.Path(folder)
    task = zoo.create_task(cell.task, **cell.settings["options"])
    recipe = zoo.Recipe.from_dict(cell.settings["recipe"])
    progress = Progress(folder / "progress" / f"{cell.name}.json")
    callback = keras.callbacks.LambdaCallback(
        on_epoch_begin=progress.epoch_begin, on_train_batch_end=progress.batch_end
    )
    callback.set_params = progress.set_params
    run = zoo.train(
        cell.base,
        task,
        recipe,
        folder / "runs" / cell.name,
        cell.overrides,
        overwrite=True,
        callbacks=[callback],
        progress=False,
    )
    scores, decoding = {}, {}
    for label, strategy in (("greedy", zoo.Greedy()), ("beam", zoo.Beam(**cell.settings["beam"]))):
        progress.write(f"decoding, {label}")
        options = dict(edges=cell.settings["length_edges"], jit=recipe.compiled)
        first = zoo.evaluate_model(run.model, task, "test", strategy, **options)
        again = zoo.evaluate_model(run.model, task, "test", strategy, limit=TIMED, **options)
        scores[label] = {
            "strategy": first.strategy,
            "metrics": first.scores,
            "by_length": first.by_length,
        }
        decoding[label] = {
            "seconds_with_compilation": first.seconds,
            "seconds": again.seconds,
            "sentences_per_second": len(again.outputs) / again.seconds,
        }
        run.write_evaluation(first)
    card = zoo.card(cell.base)
    training = dict(run.training)  # counts, then what depends on the clock
    row = {
        "suite": cell.suite,
        "model": cell.model,
        "task": cell.task,
        "seed": cell.seed,
        "key": cell.key,
        "settings": cell.settings,
        "command": cell.command,
        "commit": provenance.commit(),
        "code": code_digest(),
        "versions": provenance.versions(),
        "hardware": provenance.hardware(),
        "precision": run.recipe.precision,
        "compiled": recipe.compiled,
        "card": {key: card[key] for key in ("family", "encoder", "decoder", "attention")}
        | {"paper": card["paper"]["authors"], "year": card["paper"]["year"]},
        "parameters": run.model.count_params(),
        "target_tokens_seen": training.pop("tokens_seen"),
        "steps": training.pop("steps"),
        "padding": training.pop("padding"),
        "test_examples": len(task.splits["test"]),
        "history": run.history,
        "scores": scores,
        "timing": {
            "started": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(started)),
            "training": training,
            "decoding": decoding,
            "minutes": (time.time() - started) / 60,
            "peak_memory_gib": provenance.peak_memory(),
        },
    }
    write_text(folder / "rows" / f"{cell.name}.json", json.dumps(row, indent=1) + "\n")
    return row


class Progress:
    """Writes what a cell is doing for the runner's table, at most twice per second."""

    def __init__(self, path):
        self.path = pathlib.Path(path)
        self.last = 0.0
        self.prefix = "training"
        self.params = {}

    def set_params(self, params):
        """Keeps the numbers of epochs and steps, which Keras passes to callbacks."""
        self.params = params or {}

    def epoch_begin(self, epoch, logs=None):
        """Keeps the number of the epoch."""
        self.prefix = f"epoch {epoch + 1}/{self.params.get('epochs', '?')}"

    def batch_end(self, step, logs=None):
        """Writes how much of the epoch is done, and the loss."""
        if time.time() - self.last > 0.5:
            steps = self.params.get("steps") or 1
            self.write(f"{self.prefix}, {100 * (step + 1) / steps:.0f}%, loss {logs['loss']:.2f}")

    def write(self, text):
        """Writes one line, so that a reader never sees half of it."""
        from zoo.files import write_text

        self.last = time.time()
        write_text(self.path, text)
