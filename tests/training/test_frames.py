"""A task whose sources are files: trained, stopped and resumed, scored, used and saved."""

import pathlib
import shutil

import numpy as np
import pytest

import zoo
from tests.small_training import assert_same, left, train
from tests.training.conftest import At, interrupt
from zoo.cli.main import main
from zoo.data.front_ends.arrays import ArrayFrames
from zoo.errors import ZooError
from zoo.training.stop import Interrupted


@pytest.fixture(scope="module")
def manifest(tmp_path_factory):
    """A manifest of 90 arrays of 2 to 6 frames whose largest number says what the target is."""
    folder = tmp_path_factory.mktemp("frames")
    rng = np.random.default_rng(0)
    lines = []
    for number in range(90):
        digit = number % 3
        frames = rng.normal(size=(rng.integers(2, 7), 3), scale=0.1)
        frames[:, digit] += 2
        np.save(folder / f"{number}.npy", frames)
        name = f"{number}.npy"
        path = folder / name if number % 2 else name  # both kinds of path
        lines.append(f"{path}\t{'abc'[digit] * 2}")
    (folder / "pairs.tsv").write_text("\n".join(lines) + "\n")
    return folder / "pairs.tsv"


@pytest.fixture(scope="module")
def task(manifest, tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ZOO_CACHE", str(tmp_path_factory.mktemp("cache")))
        yield zoo.create_task("files", data=str(manifest), metrics=["cer", "wer", "perplexity"])


@pytest.fixture(scope="module")
def whole(task, tmp_path_factory):
    """The folder of a run that nothing happened to."""
    return train(task, tmp_path_factory.mktemp("runs") / "whole", tokens=60).folder


def test_a_manifest_becomes_a_task_of_frames(task):
    assert isinstance(task.source_tokenizer, ArrayFrames) and task.source_tokenizer.features == 3
    sources, targets = task.encode("train")
    assert sources[0].dtype == "float32" and len(sources) == len(targets)
    assert task.max_source_length == 6


def test_interrupted_and_resumed_ends_the_same(task, whole, tmp_path):
    with pytest.raises(Interrupted):
        train(task, tmp_path / "run", tokens=60, callbacks=[At(3, interrupt)])
    train(task, tmp_path / "run", tokens=60, resume=True)
    assert_same(left(tmp_path / "run"), left(whole))


def test_a_run_is_used_on_files(task, whole, manifest, tmp_path, monkeypatch, capsys):
    run = zoo.Run(whole)
    report = zoo.evaluate_model(run.model, run.task(), "test", jit=False)
    assert set(report.scores) == {"cer", "wer", "perplexity"}
    assert {(row["low"] >= 2, row["high"] <= 6) for row in report.by_length} == {(True, True)}
    text = zoo.load(whole)
    sources = [str(manifest.parent / f"{n}.npy") for n in range(6)]
    found = text.generate(sources)
    monkeypatch.chdir(manifest.parent)
    assert main(["generate", str(whole), *(f"{n}.npy" for n in range(6))]) == 0
    assert capsys.readouterr().out.splitlines() == [best[0][0] for best in found]
    (log_p,) = text.score([(sources[0], "a a" if " " in found[0][0][0] else "aa")])
    assert log_p.log_probability < 0
    zoo.save_pretrained(text, tmp_path / "saved")
    again = zoo.load(tmp_path / "saved")
    assert again.source_tokenizer.get_config() == {"class_name": "ArrayFrames", "features": 3}
    decoding = zoo.Decoding(compiled=False)
    assert again.generate(sources, decoding) == found


def test_what_cannot_be_read_is_one_line(whole, tmp_path):
    text = zoo.load(whole)
    np.save(tmp_path / "wide.npy", np.zeros((4, 5)))
    np.save(tmp_path / "long.npy", np.zeros((40, 3)))
    for name, message in (
        ("wide.npy", r"wide.npy must hold frames \[S, 3\], got shape \[4, 5\]"),
        ("long.npy", "has 40 frames, and at most 6 are allowed"),
        ("absent.npy", "there is no file"),
    ):
        with pytest.raises(ZooError, match=message):
            text.generate([str(tmp_path / name)])


def test_a_text_model_is_not_trained_on_frames(task, tmp_path):
    from zoo.data.tokenizers import SymbolTokenizer

    letters = SymbolTokenizer(["a"], "")
    with pytest.raises(ZooError, match="the model reads texts, and the task files has frames"):
        task.with_tokenizers(letters, letters)


def test_a_missing_file_of_a_manifest_is_named(tmp_path):
    np.save(tmp_path / "0.npy", np.zeros((2, 3)))
    lines = [f"{'0' if n < 30 else 'gone'}.npy\ta{n}" for n in range(40)]
    (tmp_path / "pairs.tsv").write_text("\n".join(lines) + "\n")
    with pytest.raises(ZooError, match="there is no file gone.npy"):
        zoo.create_task("files", data=str(tmp_path / "pairs.tsv"))


def test_plain_keras_fit_takes_frames(task):
    import keras

    batches = zoo.Batches(*task.encode("train"), tokens=60, buckets=1)
    model = zoo.create("bag_test", None, task.target_tokenizer.size, source_features=3)
    model.compile(optimizer=keras.optimizers.Adam(5e-3), loss=zoo.TokenCrossentropy())
    steps = batches.steps_per_epoch
    data = zoo.as_dataset(batches, epochs=2)
    history = model.fit(data, epochs=2, steps_per_epoch=steps, verbose=0).history["loss"]
    assert history[1] < history[0]


def test_recordings_keep_their_split_where_the_folder_is_moved(manifest, task, tmp_path):
    moved = tmp_path / "elsewhere"
    shutil.copytree(manifest.parent, moved)
    pairs = (moved / "pairs.tsv").read_text().replace(str(manifest.parent), str(moved))
    (moved / "pairs.tsv").write_text(pairs)
    again = zoo.create_task("files", data=str(moved / "pairs.tsv"))
    names = [[pathlib.Path(x.source).name for x in t.examples("test")] for t in (task, again)]
    assert names[0] == names[1] != []
