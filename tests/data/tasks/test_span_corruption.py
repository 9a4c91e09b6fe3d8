"""The span corruption task on a generated text file."""

import random

import pytest

from zoo.data.task import create_task
from zoo.errors import ZooError
from zoo.files import checksum


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    """A text file of 400 documents of 5 to 40 words of 50, every one with a comma and a stop."""
    rng, path = random.Random(0), tmp_path_factory.mktemp("text") / "text.txt"
    words = lambda: " ".join(f"w{int(rng.random() ** 2 * 50)}" for _ in range(rng.randint(2, 37)))
    path.write_text("\n".join(f"doc{i}, {words()}." for i in range(400)), encoding="utf-8")
    return str(path)


@pytest.fixture(scope="module")
def task(path):
    return create_task("span_corruption", path=path, join=False)


def restored(example):
    """The words that an example came from."""
    pieces = {}
    for word in example.references[0].split():
        if word.startswith("<extra_id_"):
            pieces[word] = span = []
        else:
            span.append(word)
    return [word for token in example.source.split() for word in pieces.get(token, [token])]


def test_examples_hold_the_documents(task, path):
    with open(path, encoding="utf-8") as file:
        lines = {line.strip().replace(",", " ,").replace(".", " .") for line in file}
    assert {" ".join(restored(e)) for split in task.splits.values() for e in split} == lines
    assert sum(map(len, task.splits.values())) == 400 and len(task.splits["train"]) > 320
    assert min(len(task.splits[name]) for name in ("validation", "test")) > 5


def test_sentinels_are_known_and_few(task):
    assert task.source_tokenizer is task.target_tokenizer
    assert task.source_tokenizer.symbols[:4] == tuple(
        f"<extra_id_{i}>" for i in range(4)
    )  # 64 words: 10 noise, 3 spans
    for split in task.splits.values():
        for example in split:
            assert not any(
                word.startswith("<") for word in task.source_tokenizer.unknown(example.source)
            )
            assert example.references[0].split()[-1].startswith("<extra_id_")
    ids = task.target_tokenizer.encode("<extra_id_0> w0 <extra_id_1>")
    assert (
        ids[0] == 4
        and ids[2] == 5
        and task.target_tokenizer.decode(ids) == "<extra_id_0> w0 <extra_id_1>"
    )


def test_options_and_metrics(task, path):
    assert task.metrics == ("token_error_rate", "exact_match", "perplexity")
    assert task.options == dict(
        path=path,
        density=0.15,
        mean_span=3.0,
        join=False,
        max_length=64,
        vocabulary=8000,
        draws=1,
        seed=0,
        train_limit=None,
        validation_limit=None,
        test_limit=None,
        sha256=checksum(path),
    )
    assert create_task("span_corruption", **task.options).splits == task.splits


def test_vocabulary_and_limits(task, path):
    small = create_task(
        "span_corruption", path=path, join=False, vocabulary=10, train_limit=50, test_limit=3
    )
    assert small.source_tokenizer.size == 4 + 4 + 10 and {",", ".", "w0"} <= set(
        small.source_tokenizer.symbols
    )
    assert (
        small.splits["train"] == task.splits["train"][:50]
        and small.splits["test"] == task.splits["test"][:3]
    )
    assert small.splits["validation"] == task.splits["validation"]


def test_draws_are_of_training_documents_only(task, path):
    drawn = create_task("span_corruption", path=path, join=False, draws=3)
    count = len(task.splits["train"])
    assert (
        drawn.splits["train"][:count] == task.splits["train"]
        and len(drawn.splits["train"]) == 3 * count
    )
    assert drawn.splits["test"] == task.splits["test"]
    again = [drawn.splits["train"][i::count] for i in range(count)]
    assert all(len({tuple(restored(e)) for e in same}) == 1 for same in again)
    assert (
        sum(len({e.source for e in same}) > 1 for same in again) > count / 4
    )  # of one span there is one choice
    assert (
        create_task("span_corruption", path=path, join=False, seed=1).splits["test"]
        != task.splits["test"]
    )


def test_long_documents_are_cut_and_short_ones_joined(path):
    cut = create_task("span_corruption", path=path, join=False, max_length=8)
    assert (cut.max_source_length, cut.source_tokenizer.symbols[:2]) == (
        9,
        ("<extra_id_0>", "<extra_id_1>"),
    )
    joined = create_task("span_corruption", path=path, max_length=512)
    lengths = [len(restored(e)) for e in joined.splits["train"]]
    assert (
        max(lengths) <= 512 and sorted(lengths)[1] > 512 - 40
    )  # but for the last, each holds what fits
    dropped = [
        len(e.references[0].split()) - e.references[0].count("<") for e in joined.splits["train"]
    ]
    spans = [e.source.count("<") for e in joined.splits["train"]]
    assert sum(dropped) / sum(lengths) == pytest.approx(0.15, abs=0.001)
    assert sum(dropped) / sum(spans) == pytest.approx(3, abs=0.05)


@pytest.mark.parametrize(
    "options, message",
    [
        ({"density": 0}, "density"),
        ({"density": 1.5}, "density"),
        ({"mean_span": 0.5}, "mean_span"),
        ({"draws": 0}, "draws"),
        ({"vocabulary": 0}, "vocabulary"),
        ({"max_length": 1}, "max_length"),
        ({"seed": -1}, "seed"),
        ({"path": "/no"}, "/no"),
        ({"max_length": 3000}, "take 151 sentinels, and T5 has 100; lower max_length"),
        ({"train_limit": 0}, "train_limit"),
        ({"rate": 0.3}, "valid: path, density"),
        ({"join": 1}, "join"),
        ({"path": 3}, "path must be"),
    ],
)
def test_mistakes_are_named(path, options, message):
    with pytest.raises(ZooError, match=message) as found:
        create_task("span_corruption", **{"path": path} | options)
    assert "\n" not in str(found.value)


def test_a_run_finds_its_own_file_again_and_notices_a_change(path, tmp_path, monkeypatch):
    (tmp_path / "a.txt").write_text(open(path, encoding="utf-8").read(), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    options = create_task("span_corruption", path="a.txt").options
    monkeypatch.chdir("/")
    assert create_task("span_corruption", **options).options == options
    assert options["path"] == str(tmp_path / "a.txt") and len(options["sha256"]) == 64
    with open(tmp_path / "a.txt", "a") as file:
        file.write("one more\n")
    with pytest.raises(ZooError, match="a.txt changed since the run began"):
        create_task("span_corruption", **options)


def test_sentinels_in_a_document(path, tmp_path):
    (tmp_path / "a.txt").write_text(
        open(path, encoding="utf-8").read() + "\nnot <extra_id_1> here", encoding="utf-8"
    )
    with pytest.raises(
        ZooError, match="a document of .* holds '<extra_id_1>', which the task reserves"
    ):
        create_task("span_corruption", path=str(tmp_path / "a.txt"))
