"""A checkpoint trains as a fresh model does, is resumed exactly, and leaves as a checkpoint."""

import re
import signal

import keras
import numpy as np
import pytest
import torch
import transformers

import zoo
from tests.pretrained.checkpoints import exchange
from tests.small_training import assert_same, left
from tests.test_loss import numpy_loss
from zoo.cli.main import main
from zoo.data.batches import Batches, shift_right
from zoo.errors import ZooError

pytestmark = pytest.mark.usefixtures("eager")  # the trainings have a few steps each
TASK = {"symbols": 5, "min_length": 1, "max_length": 4, "train": 120, "validation": 8, "test": 20}
RECIPE = {"epochs": 2, "tokens": 400, "buckets": 1, "learning_rate": 1e-3, "compiled": False}
OPTIONS = [
    *(f"--task-option={key}={value}" for key, value in TASK.items()),
    "--epochs=2",
    "--tokens=400",
    "--buckets=1",
    "--learning-rate=1e-3",
    "--no-compiled",
]


class InterruptAfter(keras.callbacks.Callback):
    """Ctrl-C after so many steps."""

    def __init__(self, steps):
        super().__init__()
        self.steps = steps

    def on_train_batch_end(self, batch, logs=None):
        self.steps -= 1
        if self.steps == 0:
            signal.raise_signal(signal.SIGINT)


@pytest.fixture(scope="module")
def task():
    return zoo.create_task("reverse", **TASK)


@pytest.fixture(scope="module")
def tuned(pair, task, tmp_path_factory):
    """A function of a kind to the folder of a run that started from its checkpoint."""
    made = {}

    def of(kind):
        if kind not in made:  # by a test, so eagerly
            made[kind] = tmp_path_factory.mktemp("tuned") / kind
            zoo.train(pair(kind).ours, task, zoo.Recipe(**RECIPE), made[kind], progress=False)
        return made[kind]

    return of


@pytest.mark.parametrize("kind", ["t5", "bart"])
def test_training_starts_from_the_checkpoint_and_learns(pair, tuned, task, kind):
    ours, run = pair(kind).ours, zoo.Run(tuned(kind))
    before = [np.asarray(v) for v in ours.model.weights]
    theirs = task.with_tokenizers(ours.source_tokenizer, ours.target_tokenizer)
    batch = Batches(*theirs.encode("train"), tokens=400, buckets=1, seed=0).batch(0, 0)

    def loss(model):
        opened = shift_right(batch.target, model.start_id)
        return numpy_loss(batch.target, np.asarray(model((batch.source, opened))), 0.0)[0]

    assert loss(run.model) < loss(ours.model)
    assert all(
        np.array_equal(v, saved) for v, saved in zip(ours.model.weights, before)
    )  # what was given is not changed
    moved = [
        np.abs(np.asarray(v) - start).max()
        for v, start in zip(run.model.weights, before)
        if v.trainable
    ]
    assert 0 < np.median(moved) < 0.1  # near where it started


@pytest.mark.parametrize("kind", ["t5", "marian"])  # one and two tokenizers
def test_an_interrupted_run_ends_the_same(pair, tuned, task, tmp_path, kind):
    folder = tmp_path / "run"
    with pytest.raises(zoo.ZooError, match="zoo train --resume"):
        zoo.train(
            pair(kind).ours,
            task,
            zoo.Recipe(**RECIPE),
            folder,
            callbacks=[InterruptAfter(2)],
            progress=False,
        )
    assert main(["train", "--resume", str(folder)]) == 0
    assert_same(left(folder), left(tuned(kind)))


def test_from_the_shell(pair, tuned, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    source = pair("bart").folder
    assert main(["train", str(source), "reverse", *OPTIONS]) == 0
    run = f"runs/{source.name}-reverse-s0"
    assert f"run folder: {run}" in capsys.readouterr().out
    assert_same(left(tmp_path / run), left(tuned("bart")))
    assert main(["generate", run, "a b c", "e", "--max-length", "5"]) == 0
    texts = capsys.readouterr().out.splitlines()
    assert len(texts) == 2
    assert main(["export", run, "exported", "--format", "transformers"]) == 0
    assert "transformers: exported" in capsys.readouterr().out
    assert main(["generate", "exported", "a b c", "e", "--max-length", "5"]) == 0
    assert capsys.readouterr().out.splitlines() == texts
    assert (
        main(["generate", "exported", "a b c", "--beam", "2", "--n-best", "2", "--max-length", "5"])
        == 0
    )
    assert len(capsys.readouterr().out.splitlines()) == 2


@pytest.mark.parametrize("kind", ["t5", "bart"])
def test_transformers_loads_a_tuned_run_with_the_same_logits(
    pair, tuned, task, tmp_path, capsys, kind
):
    assert (
        main(["export", str(tuned(kind)), str(tmp_path / "out"), "--format", "transformers"]) == 0
    )
    theirs = transformers.AutoModelForSeq2SeqLM.from_pretrained(tmp_path / "out").eval()
    run, pad = zoo.Run(tuned(kind)), pair(kind).pad
    source = np.array([run.source_tokenizer.encode(text) for text in ("a b c", "c b a")])
    target = np.array([[run.model.start_id, 5, 7], [run.model.start_id, 9, 8]])
    with torch.no_grad():
        expected = theirs(
            input_ids=torch.tensor(exchange(source, pad)),
            decoder_input_ids=torch.tensor(exchange(target, pad)),
        ).logits.numpy()
    found = np.asarray(run.model((source, target)))[
        ..., exchange(np.arange(expected.shape[-1]), pad)
    ]
    np.testing.assert_allclose(found, expected, atol=1e-4 * np.abs(expected).max())


def test_overrides_that_fit_the_weights_and_those_that_do_not(pair, task, tmp_path):
    recipe = zoo.Recipe(**RECIPE | {"epochs": 1})
    run = zoo.train(
        pair("t5").ours, task, recipe, tmp_path / "one", {"dropout": 0.3}, progress=False
    )
    assert zoo.Run(run.folder).model.dropout == 0.3
    with pytest.raises(ZooError, match="another architecture than that of the pre-trained weights"):
        zoo.train(pair("t5").ours, task, recipe, tmp_path / "two", {"depth": 1}, progress=False)
    with pytest.raises(ZooError, match="t5.* takes no 'depht'"):
        zoo.train(pair("t5").ours, task, recipe, tmp_path / "two", {"depht": 1}, progress=False)
    assert not (tmp_path / "two").exists()


@pytest.mark.parametrize(
    "words, message",
    [
        (
            ["train", "no/where", "reverse"],
            "'no/where' is not a folder, is not in the hub's cache|no repository of this|cannot be",
        ),
        (["train", "no/where", "revers"], "unknown task 'revers'; nearest: reverse"),
        (
            ["generate", "no/where", "a"],
            "'no/where' is not a folder, is not in the hub's cache|no repository of this|cannot be",
        ),
        (["generate", "{checkpoint}", "a b c d e f g h i j", "--longest", "3"], "at most 3 are"),
        (
            ["generate", "{checkpoint}", "a", "--max-length", "0"],
            "--max-length must be a whole number above 0",
        ),
        (["generate", "{empty}", "a"], "is not a run folder"),
        (
            ["evaluate", "{checkpoint}"],
            "does not say which task it was trained on; train it on one",
        ),
    ],
)
def test_mistakes_in_one_line(pair, tmp_path, monkeypatch, capsys, words, message):
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "empty").mkdir()
    folders = {"checkpoint": pair("t5").folder, "empty": tmp_path / "empty"}
    assert main([word.format(**folders) for word in words]) == 2
    printed = capsys.readouterr()
    assert not printed.out and len(printed.err.splitlines()) == 1
    assert re.search(message, printed.err), printed.err
    assert sorted(p.name for p in tmp_path.iterdir()) == ["empty"]
