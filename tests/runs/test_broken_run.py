"""Every broken file of a run is one clear line."""

import json
import zipfile

import numpy as np
import pytest

from tests.runs.conftest import contents, one_line
from tests.small_training import train
from zoo.errors import ZooError
from zoo.runs.run import Run


@pytest.mark.parametrize(
    "change",
    [
        "",
        "{",
        "[]",
        "3",
        "null",
        b"\xff\xfe",
        {"model": None},
        {"model": {}},
        {"model": {"name": 1}},
        {"recipe": None},
        {"recipe": {"epoch": 3}},
        {"recipe": {"epochs": -3}},
        {"source_tokenizer": None},
        {"source_tokenizer": {"class_name": "X"}},
        {"target_tokenizer": {"class_name": "SymbolTokenizer"}},
        {"longest": None},
        {"longest": [1]},
        {"longest": ["a", "b"]},
        {"longest": [0, 5]},
        {"task": None},
        {"task": {"name": "reverse"}},
        {"task": {"name": "reverse", "options": 3}},
        {"model": {"name": "bag_test", "overrides": [1]}},
        {"model": {"name": ["bag_test"], "overrides": {}}},
        {"model": {"name": "bag_test", "overrides": {"dtype": "float32"}}},
        {"model": {"name": "bag_test", "overrides": {"start_id": 1}}},
        {"model": {"name": "bag_test", "overrides": {"source_vocabulary": 5}}},
        {"task": {"name": ["reverse"], "options": {}}},
        {"source_tokenizer": {"class_name": ["SymbolTokenizer"]}},
        {"recipe": [1]},
        {"recipe": {"seed": [[1]]}},
        {"longest": [1.5, 2]},
        {"longest": [1, 2, 3]},
        {"pretrained": 3},
        b"[" * 300_000,
        b'{"a":' * 300_000,
    ],
)
def test_a_broken_config_is_one_clear_line(folder, change):
    config = json.loads((folder / "config.json").read_text())
    del config["sha256"]  # which older configs lack
    text = json.dumps(config | change) if isinstance(change, dict) else change
    (folder / "config.json").write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(ZooError, match="config.json is broken.*train the run again") as found:
        Run(folder)
    one_line(found)


def test_a_config_that_was_changed_after_the_training_is_refused(folder):
    config = json.loads((folder / "config.json").read_text())
    config["model"]["overrides"]["dropout"] = 0.5  # fits the weights as well
    (folder / "config.json").write_text(json.dumps(config))
    with pytest.raises(ZooError, match="is not what the training wrote .*delete its field sha256"):
        Run(folder)
    del config["sha256"]
    (folder / "config.json").write_text(json.dumps(config))
    assert Run(folder).overrides["dropout"] == 0.5


@pytest.mark.parametrize(
    "name, overrides",
    [
        ("transformer_nano", {}),
        ("bag_test", {"units": "many"}),
        ("bag_test", {"units": [8]}),
        ("bag_test", {"unitz": 8}),
    ],
)
def test_the_config_of_another_model(folder, name, overrides):
    config = json.loads((folder / "config.json").read_text())
    del config["sha256"]
    config["model"] = {"name": name, "overrides": overrides}
    (folder / "config.json").write_text(json.dumps(config))
    with pytest.raises(ZooError, match="config.json is broken|best.weights.h5 is broken") as found:
        assert Run(folder).model
    one_line(found)


@pytest.mark.parametrize("share", [0, 0.01, 0.3, 0.6, 0.9, 0.999])
@pytest.mark.parametrize("name", ["best.weights.h5", "last.checkpoint.npz"])
def test_truncated_files(task, folder, name, share):
    data = (folder / name).read_bytes()
    (folder / name).write_bytes(data[: int(share * len(data))])
    with pytest.raises(ZooError, match=f"{name} is broken") as found:
        Run(folder).model if name == "best.weights.h5" else train(
            task, folder, epochs=2, resume=True
        )
    one_line(found)


def test_other_bytes(task, folder):
    for name in ("best.weights.h5", "last.checkpoint.npz"):
        (folder / name).write_bytes(b"PK\x03\x04 this is a text " * 99)
    with pytest.raises(ZooError, match="last.checkpoint.npz is broken") as found:
        train(task, folder, epochs=2, resume=True)
    one_line(found)
    with pytest.raises(ZooError, match="best.weights.h5 is broken") as found:
        assert Run(folder).model
    one_line(found)


def test_a_flipped_bit_in_the_checkpoint_is_found(task, folder):
    path = folder / "last.checkpoint.npz"
    data = bytearray(path.read_bytes())
    with zipfile.ZipFile(path) as archive:
        largest = max(archive.infolist(), key=lambda member: member.file_size)
    data[largest.header_offset + largest.file_size] ^= 1  # among the numbers of its array
    path.write_bytes(data)
    with pytest.raises(ZooError, match="last.checkpoint.npz is broken .*Bad CRC-32"):
        train(task, folder, epochs=2, resume=True)


def test_missing_files(task, folder):
    (folder / "last.checkpoint.npz").unlink()
    with pytest.raises(
        ZooError, match="has no last.checkpoint.npz to go on from; train it again with --overwrite"
    ):
        train(task, folder, epochs=2, resume=True)
    (folder / "best.weights.h5").unlink()
    with pytest.raises(ZooError, match="best.weights.h5 is missing; put it back, or"):
        assert Run(folder).model
    (folder / "history.jsonl").unlink()
    with pytest.raises(
        ZooError, match="has no trained weights yet; go on with: zoo train --resume"
    ):
        assert Run(folder).model


@pytest.mark.parametrize("rows", [0, 1])
def test_a_history_that_lacks_epochs_is_not_gone_on_with(task, folder, rows):
    lines = (folder / "history.jsonl").read_text().splitlines(keepends=True)
    (folder / "history.jsonl").write_text("".join(lines[:rows]))
    if rows == 0:
        (folder / "history.jsonl").unlink()
    with np.load(folder / "last.checkpoint.npz") as saved:
        arrays = {name: saved[name] for name in saved.files}
    position = json.loads(arrays["position"].tobytes()) | {"finished": False}
    arrays["position"] = np.frombuffer(json.dumps(position).encode(), "uint8")
    np.savez(folder / "last.checkpoint.npz", **arrays)
    before = contents(folder)
    message = f"history.jsonl has {rows} of the 2 validations of this run; put it back, or train"
    with pytest.raises(ZooError, match=message) as found:
        train(task, folder, epochs=2, resume=True)
    one_line(found)
    assert contents(folder) == before
