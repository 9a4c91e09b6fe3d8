"""Ways to break a checkpoint's folder: functions of the folder."""

import json
import shutil

import torch
from safetensors.numpy import load_file, save_file


def config(**options):
    """Changes config.json; None takes an option away."""

    def change(folder):
        found = json.loads((folder / "config.json").read_text()) | options
        (folder / "config.json").write_text(
            json.dumps({k: v for k, v in found.items() if v is not None})
        )

    return change


def tensors(change_tensors):
    """Changes the dict of tensors in place."""

    def change(folder):
        found = load_file(folder / "model.safetensors")
        change_tensors(found)
        save_file(found, folder / "model.safetensors")

    return change


def cut(name, kept):
    """Keeps the first `kept` bytes of a file."""
    return lambda folder: (folder / name).write_bytes((folder / name).read_bytes()[:kept])


def content(name, written):
    return lambda folder: (folder / name).write_text(written)


def remove(*names):
    return lambda folder: [(folder / name).unlink() for name in names]


def every(*changes):
    return lambda folder: [change(folder) for change in changes]


def pickled(folder):
    (folder / "model.safetensors").unlink()
    torch.save({"w": torch.zeros(2)}, folder / "pytorch_model.bin")


def empty(folder):
    shutil.rmtree(folder)
    folder.mkdir()


def sharded(**changes):
    """Two shards and their index; `changes` are applied to the index's map."""

    def change(folder):
        found = load_file(folder / "model.safetensors")
        (folder / "model.safetensors").unlink()
        keys, of = sorted(found), {}
        for number in range(2):
            part = {key: found[key] for key in keys[number::2]}
            save_file(part, folder / f"part{number}.safetensors")
            of |= dict.fromkeys(part, f"part{number}.safetensors")
        (folder / "model.safetensors.index.json").write_text(
            json.dumps({"weight_map": of | changes})
        )

    return change


def vocabulary(change_vocabulary):
    def change(folder):
        found = json.loads((folder / "vocab.json").read_text())
        change_vocabulary(found)
        (folder / "vocab.json").write_text(json.dumps(found))

    return change


def renamed(old, new):
    return tensors(lambda t: t.update({new: t.pop(old)}))
