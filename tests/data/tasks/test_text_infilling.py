"""The text infilling task on a generated text file."""

import random
import re

import pytest

from zoo.data.task import create_task
from zoo.data.tasks.text_infilling import sentences
from zoo.errors import ZooError
from zoo.files import checksum


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    """A text file of 300 documents of three sentences."""
    rng, path = random.Random(0), tmp_path_factory.mktemp("text") / "text.txt"
    sentence = lambda start: " ".join(
        [start, *(f"w{rng.randint(0, 40)}" for _ in range(rng.randint(2, 8)))]
    )
    lines = [
        f"{sentence(f'first{i}')}. {sentence('second')}! {sentence('third')}?" for i in range(300)
    ]
    path.write_text("\n".join(lines), encoding="utf-8")
    return str(path)


@pytest.fixture(scope="module")
def task(path):
    return create_task("text_infilling", path=path, join=False, permute=False)


def test_targets_are_the_documents(task, path):
    with open(path, encoding="utf-8") as file:
        lines = {re.sub(r"([.!?])", r" \1", line.strip()) for line in file}
    assert {e.references[0] for split in task.splits.values() for e in split} == lines


def test_sources_are_masked_targets(task):
    kept = total = masks = 0
    for example in task.splits["train"]:
        words, source = (
            example.references[0].split(),
            [w for w in example.source.split() if w != "<mask>"],
        )
        left = iter(words)
        assert all(word in left for word in source), example  # what is kept stays in order
        kept, total, masks = (
            kept + len(source),
            total + len(words),
            masks + example.source.count("<mask>"),
        )
    assert 1 - kept / total == pytest.approx(0.3, abs=0.03)  # rounded up in each document
    assert (total - kept) / masks == pytest.approx(
        2.4, abs=0.2
    )  # 3, but for the last span, which is cut to fit


def test_sentences_end_at_stops():
    assert sentences("a b . c ! ? d".split()) == [["a", "b", "."], ["c", "!", "?"], ["d"]]
    assert sentences(["a", "."]) == [["a", "."]]
    assert sentences([".", "a"]) == [["."], ["a"]]


def test_permuted_sentences(path):
    light = dict(path=path, join=False, rate=0.001)  # one word is masked
    orders = set()
    for example in create_task("text_infilling", **light).splits["train"]:
        starts = [
            word.rstrip("0123456789")
            for word in example.source.split()
            if re.match("first|second|third", word)
        ]
        orders.add(tuple(starts))
        assert len(example.source.split()) >= len(example.references[0].split())
    assert {order for order in orders if len(order) == 3} == {
        (a, b, c)
        for a in ("first", "second", "third")
        for b in ("first", "second", "third")
        for c in ("first", "second", "third")
        if len({a, b, c}) == 3
    }


def test_the_mask_is_known(task):
    assert (
        task.source_tokenizer is task.target_tokenizer
        and task.source_tokenizer.symbols[0] == "<mask>"
    )
    assert task.source_tokenizer.encode("<mask> second") == [
        4,
        4 + task.source_tokenizer.symbols.index("second"),
        2,
    ]


def test_options_and_metrics(task, path):
    assert task.metrics == ("token_error_rate", "chrf", "perplexity")
    assert task.options == dict(
        path=path,
        rate=0.3,
        mean_span=3.0,
        permute=False,
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
    assert create_task("text_infilling", **task.options).splits == task.splits


def test_draws_limits_and_pieces(task, path):
    drawn = create_task(
        "text_infilling",
        path=path,
        join=False,
        permute=False,
        draws=2,
        train_limit=40,
        max_length=10,
    )
    count = len(drawn.splits["train"]) // 2
    assert [e.references for e in drawn.splits["train"][:count]] == [
        e.references for e in drawn.splits["train"][count:]
    ]
    assert (
        drawn.max_target_length == 11
        and drawn.source_tokenizer.symbols == task.source_tokenizer.symbols
    )
    joined = create_task("text_infilling", path=path, max_length=200)
    assert (
        len(joined.splits["train"]) < len(task.splits["train"]) / 5
        and joined.max_target_length <= 201
    )


@pytest.mark.parametrize(
    "options, message",
    [
        ({"rate": 0}, "rate"),
        ({"rate": "x"}, "rate"),
        ({"mean_span": 0}, "mean_span"),
        ({"draws": 0}, "draws"),
        ({"permute": 1}, "permute must be true or false"),
        ({"seed": -1}, "seed"),
        ({"path": "/no"}, "/no"),
        ({"density": 0.3}, "valid: path, rate"),
        ({"max_length": 1}, "max_length"),
    ],
)
def test_mistakes_are_named(path, options, message):
    with pytest.raises(ZooError, match=message) as found:
        create_task("text_infilling", **{"path": path} | options)
    assert "\n" not in str(found.value)
