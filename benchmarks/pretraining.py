"""What a cell is trained on before its task, once for all cells that would train the same."""

import hashlib
import json
import os
import shutil

from benchmarks.unfinished import forget, train_or_go_on
from zoo.files import open_lock, read_json, write_text


def pretrain(cell, name, overrides, task, folder, progress):
    """Trains a cell's model on the suite's pre-training, with the tokenizers of its task.

    Cells that would train the same model on the same texts share one training, the folder
    NAME-DIGEST.pretraining beside their own. The first cell trains it; the others wait for it.

    Returns:
        What `zoo.train` starts from, the model's name if there is no pre-training; and what the row
        says of it, a dict.
    """
    import zoo

    table = cell.settings.get("pretraining")
    if table is None:
        return name, {}
    tokenizers = task.source_tokenizer, task.target_tokenizer
    configs = [tokenizer.get_config() for tokenizer in tokenizers]
    key = json.dumps([cell.all_code, name, overrides, table, configs], sort_keys=True)
    digest = hashlib.sha256(key.encode()).hexdigest()[:12]
    shared = folder.with_name(f"{name}-{digest}.pretraining")
    counts = shared.with_suffix(".json")  # written last: the training is finished
    progress.write("pre-training")
    with open_lock(shared.with_suffix(".lock")):
        if not counts.exists():
            own = folder.with_name(f"{folder.name}.pretraining")  # where locks do nothing, too
            first = zoo.create_task(table["task"], **table["options"]).with_tokenizers(*tokenizers)
            recipe = zoo.Recipe.from_dict(table["recipe"])
            run = train_or_go_on(digest, name, first, recipe, own, overrides, progress)
            seen = {key: run.training[key] for key in ("tokens_seen", "steps")}
            shutil.rmtree(shared, ignore_errors=True)  # of a process that was killed
            os.replace(own, shared)
            write_text(counts, json.dumps(seen))
            forget(own)
    return zoo.load(shared), {"pretraining": read_json(counts)}
