"""What a run shows in TensorBoard."""

import sys

import pytest

from tests.small_training import train
from zoo.errors import ZooError
from zoo.training.tensorboard import MAPS, TensorBoard


def events(folder):
    """Tags of everything that was written, by step."""
    from tensorboard.backend.event_processing.event_file_loader import EventFileLoader

    [file] = (folder / "tensorboard").iterdir()
    found = {}
    for event in EventFileLoader(str(file)).Load():
        for value in event.summary.value:
            found.setdefault(event.step, {})[value.tag] = value.tensor
    return found


@pytest.mark.parametrize(
    "name, overrides, maps", [("transformer_nano", {"depth": 1}, MAPS), ("bag_test", {}, 0)]
)
def test_curves_outputs_and_attention_of_every_epoch(task, tmp_path, name, overrides, maps):
    callback = TensorBoard(task, tmp_path, samples=4, jit=False)
    train(task, tmp_path / "run", name, overrides, epochs=2, callbacks=[callback])
    found = events(tmp_path)
    assert sorted(found) == [1, 2]
    for tags in found.values():
        assert {"loss", "validation_exact_match", "outputs"} <= set(tags)
        assert sum(tag.startswith("attention/") for tag in tags) == maps
        text = tags["outputs"].string_val[0].decode()
        assert text.count("\n") == 5 and f"| {task.examples('validation')[0].source} |" in text


def test_without_tensorboard(task, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "tensorboard", None)
    with pytest.raises(ZooError, match="pip install tensorboard"):
        TensorBoard(task, tmp_path)
