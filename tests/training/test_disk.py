"""Full disks: what was there stays, no rest is left, and training goes on when there is room."""

import contextlib
import os

import keras
import numpy as np
import pytest

import zoo
from tests.contract.conftest import SMALLEST, shared
from tests.full_disk import Disk
from tests.runs.conftest import contents
from tests.small_training import assert_same, left, train
from tests.training.conftest import At
from zoo.files import write_text
from zoo.runs.weights import save_weights
from zoo.training.checkpoint import save_checkpoint

SPARE = 40_000  # bytes; less than the weights of a tiny model in HDF5 take, more than any text


@pytest.fixture
def disk(tmp_path):
    with contextlib.closing(Disk(tmp_path / "disk")) as disk:
        yield disk


def test_a_full_disk_keeps_what_was_there_and_the_run_goes_on(task, trained, disk):
    folder, kept = disk.folder / "run", {}

    def fill():
        kept.update({name: data for name, data in contents(folder).items()})
        disk.fill(SPARE)

    with pytest.raises(OSError) as found:
        train(task, folder, epochs=2, callbacks=[At(3, fill)])
    assert (
        found.value.errno == disk.error
        and str(folder) in found.value.filename
        and ".tmp" not in found.value.filename
    )
    del kept[".lock"]  # which the training held
    assert contents(folder) == kept and "last.checkpoint.npz" in kept
    disk.free()
    train(task, folder, epochs=2, resume=True)
    assert_same(left(folder), left(trained))


@pytest.mark.parametrize(
    "write",
    [
        lambda path: write_text(path, "x" * 100_000),
        lambda path: save_checkpoint(path, [keras.Variable(np.ones(30_000, "float32"))], {}),
    ],
)
def test_writers_leave_the_old_file_and_no_rest(disk, write):
    path = disk.folder / "file"
    path.write_text("old")
    disk.fill(SPARE)
    with pytest.raises(OSError) as found:
        write(path)
    assert found.value.errno == disk.error and found.value.filename == str(path)
    assert path.read_text() == "old" and {p.name for p in disk.folder.iterdir()} <= {
        "file",
        "filler",
    }


def test_weights_on_a_full_disk(task, disk):
    model = zoo.create("transformer_nano", 9, 9)
    disk.fill(SPARE)
    with pytest.raises(
        OSError
    ) as found:  # HDF5 by itself ends the process here, by a segmentation fault
        save_weights(disk.folder / "best.weights.h5", model)
    disk.free()
    save_weights(disk.folder / "best.weights.h5", model)
    disk.fill(SPARE)
    with pytest.raises(OSError):
        save_weights(disk.folder / "best.weights.h5", zoo.create("transformer_nano", 9, 9))
    again = zoo.create("transformer_nano", 9, 9)
    again.load_weights(disk.folder / "best.weights.h5")
    for one, other in zip(again.weights, model.weights):
        np.testing.assert_array_equal(one, other)
    assert (
        found.value.filename == str(disk.folder / "best.weights.h5")
        and "\n" not in found.value.strerror
    )
    names = {"filler", "best.weights.h5", "best.weights.h5.sha256"}
    assert {p.name for p in disk.folder.iterdir()} <= names


def test_the_room_taken_is_enough_for_every_variant(tmp_path, monkeypatch):
    room = []
    fallocate = os.posix_fallocate
    monkeypatch.setattr(
        os,
        "posix_fallocate",
        lambda file, start, size: (room.append(size), fallocate(file, start, size)),
    )
    for name in SMALLEST:
        save_weights(tmp_path / "x.weights.h5", shared(name))
        assert room[-1] >= (tmp_path / "x.weights.h5").stat().st_size


def test_no_such_folder_names_the_file_and_not_the_temporary_one(tmp_path):
    with pytest.raises(FileNotFoundError) as found:
        write_text(tmp_path / "no" / "file", "")
    assert found.value.filename == str(tmp_path / "no" / "file")
