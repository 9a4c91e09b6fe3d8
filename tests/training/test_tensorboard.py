"""What a run shows in TensorBoard."""

import sys
import types

import numpy as np
import pytest

import zoo
from tests.small_training import train
from zoo.data.front_ends.pictures import PixelColumns
from zoo.data.tokenizers import SymbolTokenizer
from zoo.decoding.generate import Output
from zoo.errors import ZooError
from zoo.evaluation.alignment import WIDEST
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


def train_transformer(task, callback):
    """Two epochs of a model that attends, as the callback sees them."""
    sizes = task.source_tokenizer.size, task.target_tokenizer.size
    callback.set_model(zoo.create("transformer_nano", *sizes, depth=1))
    callback.on_train_begin()
    for epoch in range(2):
        callback.on_epoch_end(
            epoch, {"epoch": epoch + 1, "loss": 1.0, "validation_exact_match": 2.0}
        )


@pytest.mark.parametrize("attentive, maps", [(True, MAPS), (False, 0)])
def test_curves_outputs_and_attention_of_every_epoch(task, tmp_path, attentive, maps):
    callback = TensorBoard(task, tmp_path, samples=4, jit=False)
    if attentive:
        train_transformer(task, callback)
    else:
        train(task, tmp_path / "run", epochs=2, callbacks=[callback])
    found = events(tmp_path)
    assert sorted(found) == [1, 2]
    for tags in found.values():
        assert {"loss", "validation_exact_match", "outputs"} <= set(tags)
        assert sum(tag.startswith("attention/") for tag in tags) == maps
        text = tags["outputs"].string_val[0].decode()
        assert text.count("\n") == 5 and f"| {task.examples('validation')[0].source} |" in text


def test_without_tensorboard(task, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "tensorboard", None)
    with pytest.raises(ZooError, match=r"pip install 'seq2seq-zoo\[tensorboard\]'"):
        TensorBoard(task, tmp_path)


def test_a_map_of_many_frames_is_no_wider_than_one_of_align(monkeypatch):
    board = object.__new__(TensorBoard)
    letters, frames = SymbolTokenizer("a", ""), np.zeros((400, 8), "float32")
    board.task = types.SimpleNamespace(
        source_tokenizer=PixelColumns(8, 1), target_tokenizer=letters
    )
    board._model = None
    found = [str(i) for i in range(400)], ["a", "</s>"], np.full((2, 400), 1 / 400)
    monkeypatch.setattr("zoo.training.tensorboard.attention_of", lambda *_: found)
    _, height, width, channels = board.attention_map(frames, [4, 2]).shape
    assert width <= 160 * (WIDEST + 1.4) and channels == 4 and height > 100


def test_an_output_that_was_cut_has_no_end_token(task, tmp_path, monkeypatch):
    """It may have as many tokens as the model has positions."""
    longest = task.max_target_length
    cut = Output([3] * longest, 0.0, 0.0, False)
    monkeypatch.setattr("zoo.training.tensorboard.generate", lambda *_, **__: [[cut]] * 2)
    callback = TensorBoard(task, tmp_path, samples=2, jit=False)
    sizes = task.source_tokenizer.size, task.target_tokenizer.size
    callback.set_model(zoo.create("bart_nano", *sizes, depth=1, max_positions=longest))
    callback.on_train_begin()
    callback.on_epoch_end(0)
    assert "attention/1" in events(tmp_path)[1]
