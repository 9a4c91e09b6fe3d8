"""One's own pairs as a task."""

import json
import os

import numpy as np
import pytest

from zoo.data.readers.digest import digest
from zoo.data.readers.oddities import DataWarning
from zoo.data.splits import split_of
from zoo.data.task import Example, create_task
from zoo.errors import ZooError

PAIRS = [
    (f"{chr(97 + i % 26)}{i}", " ".join(f"D{digit}" for digit in str(i)[::-1])) for i in range(1000)
]


def write(path, pairs=PAIRS):
    path.write_text("".join(f"{source}\t{target}\n" for source, target in pairs), encoding="utf-8")
    return str(path)


@pytest.fixture
def data(tmp_path):
    return write(tmp_path / "pairs.tsv")


def test_every_pair_is_in_one_split_by_its_source(data):
    task = create_task("files", data=data)
    found = {
        x.source: (split, x.references) for split, examples in task.splits.items() for x in examples
    }
    assert len(found) == len(PAIRS) == sum(map(len, task.splits.values()))
    for source, target in PAIRS:
        assert found[source] == (split_of(source), (target,))


def test_the_options_make_the_same_task_again(data, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    task = create_task("files", data="pairs.tsv", vocabulary=17, target_tokenizer="bpe", longest=90)
    monkeypatch.chdir("/")
    again = create_task("files", **json.loads(json.dumps(task.options)))
    assert again.options == task.options and len(task.options["sha256"]) == 64
    assert again.target_tokenizer.get_config() == task.target_tokenizer.get_config()
    for one, other in zip(task.encode("train"), again.encode("train")):
        np.testing.assert_array_equal(one.lengths, other.lengths)


def test_other_data_than_a_run_began_with_are_refused(data):
    options = create_task("files", data=data).options
    with open(data, "a") as file:
        file.write("x\ty\n")
    with pytest.raises(ZooError, match="pairs.tsv changed since the run began"):
        create_task("files", **options)


def test_missing_splits_are_cut_from_what_trains(tmp_path):
    write(tmp_path / "train.tsv"), write(tmp_path / "dev.tsv", [("judge", "1 2")])
    task = create_task("files", data=str(tmp_path))
    assert [x.source for x in task.splits["validation"]] == ["judge"]
    assert {x.source for x in task.splits["test"]} == {
        source for source, _ in PAIRS if split_of(source) == "test"
    }
    assert len(task.splits["train"]) == len(PAIRS) - len(task.splits["test"])


def test_targets_of_one_source_are_references_where_outputs_are_judged(tmp_path):
    (
        write(tmp_path / "train.tsv"),
        write(tmp_path / "valid.tsv", [("a", "1"), ("b", "2"), ("a", "3"), ("a", "1")]),
    )
    write(tmp_path / "test.tsv", [("a", "1")])
    task = create_task("files", data=str(tmp_path))
    assert task.splits["validation"] == [Example("a", ("1", "3")), Example("b", ("2",))]


def test_what_trains_and_is_judged_by_is_counted(tmp_path):
    (
        write(tmp_path / "train.tsv"),
        write(tmp_path / "test.tsv", PAIRS[5:8]),
        write(tmp_path / "valid.tsv", [PAIRS[0]]),
    )
    with pytest.warns(
        DataWarning,
        match="pairs given for training that are in the split test, too: 3, the first in pair 6",
    ):
        create_task("files", data=str(tmp_path))


def test_sources_that_train_with_another_output_are_counted(tmp_path):
    write(tmp_path / "train.tsv")
    write(tmp_path / "test.tsv", [(source, f"{target} D0") for source, target in PAIRS[5:8]])
    words = "sources given for training that are in the split test, too, with another output: 3"
    with pytest.warns(DataWarning, match=words):
        create_task("files", data=str(tmp_path))


def test_long_pairs_are_left_out_and_counted(tmp_path):
    data = write(tmp_path / "pairs.tsv", [*PAIRS, ("long", "D1 " * 50), ("l" * 50, "D1")])
    with pytest.warns(DataWarning, match="more than 9 tokens: 2, the first in source 'long'"):
        task = create_task(
            "files", data=data, longest=9, source_tokenizer="character", target_tokenizer="word"
        )
    assert (task.max_source_length, task.max_target_length) == (5, 4)
    assert all(len(ids) <= 9 for side in task.encode("train") for ids in side)


def test_token_ids_are_no_text(tmp_path):
    with pytest.warns(DataWarning, match="a side of whole numbers only, which may be token ids"):
        create_task(
            "files",
            data=write(tmp_path / "ids.tsv", [(f"{i} {i + 1} 2", "a b") for i in range(300)]),
        )


@pytest.mark.parametrize(
    "target, metrics",
    [
        ("word", ("token_error_rate", "exact_match", "perplexity")),
        ("character", ("exact_match", "chrf", "perplexity")),
        ("byte", ("chrf", "exact_match", "perplexity")),  # three words have no BLEU
    ],
)
def test_metrics_fit_the_target(data, target, metrics):
    assert create_task("files", data=data, target_tokenizer=target).metrics == metrics
    assert create_task("files", data=data, target_tokenizer=target, metrics=["chrf"]).metrics == (
        "chrf",
    )


def test_bleu_is_for_texts_of_several_words(tmp_path):
    pairs = [(source, f"so {target} it is") for source, target in PAIRS]
    task = create_task("files", data=write(tmp_path / "a.tsv", pairs), target_tokenizer="byte")
    assert task.metrics == ("bleu", "chrf", "perplexity")
    pairs = [
        (source, f"今日は天気が良いから散歩に{target.replace(' ', '')}") for source, target in PAIRS
    ]
    task = create_task("files", data=write(tmp_path / "b.tsv", pairs), target_tokenizer="byte")
    assert task.metrics[0] == "chrf"


def test_references_of_symbols_have_single_blanks_as_outputs_have(tmp_path):
    pairs = [(source, target.replace(" ", "\u00a0 ")) for source, target in PAIRS]
    task = create_task("files", data=write(tmp_path / "a.tsv", pairs), target_tokenizer="word")
    plain = {source: target for source, target in PAIRS}
    assert all(x.references == (plain[x.source],) for x in task.splits["test"])


def test_limits(data):
    task = create_task("files", data=data, train_limit=10, validation_limit=2, test_limit=3)
    assert [len(task.splits[split]) for split in ("train", "validation", "test")] == [10, 2, 3]


@pytest.mark.parametrize(
    "options, message",
    [
        ({"data": None}, "needs files: --data FILE"),
        ({"data": "none.tsv"}, "there is no .*none.tsv"),
        ({"longest": 0}, "longest"),
        ({"metrics": ["blue"]}, "unknown metric 'blue'"),
        ({"train_limit": -1}, "train_limit"),
        ({"source_tokenizer": "wrod"}, "unknown source_tokenizer 'wrod'; nearest: word"),
    ],
)
def test_mistakes(data, options, message):
    with pytest.raises(ZooError, match=message):
        create_task("files", **{"data": data} | options)


def test_no_pair_that_is_short_enough(data):
    with (
        pytest.raises(ZooError, match="a side of more than 1 tokens"),
        pytest.warns(DataWarning, match="1 tokens: 1,000"),
    ):
        create_task("files", data=data, longest=1)


@pytest.mark.parametrize("pairs", [[], [("a", "b")], [("", "b")]])
def test_too_few_pairs(tmp_path, pairs):
    with pytest.raises(ZooError, match="no pair"):
        create_task("files", data=write(tmp_path / "few.tsv", pairs))


def test_a_file_that_no_run_reads_does_not_change_the_data(tmp_path):
    folder = tmp_path / "set"
    folder.mkdir()
    write(folder / "train.tsv")
    options = create_task("files", data=str(folder)).options
    (folder / "README.md").write_text("about the data")
    assert create_task("files", **options).options == options
    write(folder / "test.tsv", PAIRS[:9])
    with pytest.raises(ZooError, match="changed since the run began"):
        create_task("files", **options)


def test_a_digest_of_an_earlier_release_is_accepted(tmp_path):
    folder = tmp_path / "set"
    folder.mkdir()
    write(folder / "train.tsv")
    (folder / "README.md").write_text("about the data")
    earlier = digest([folder / "README.md", folder / "train.tsv"])
    task = create_task("files", data=str(folder), sha256=earlier)
    assert task.options["sha256"] == earlier


def test_a_pipe_is_one_line(tmp_path):
    os.mkfifo(tmp_path / "a.tsv")
    with pytest.raises(ZooError, match="a.tsv is not a regular file"):
        create_task("files", data=str(tmp_path / "a.tsv"))


def test_one_metric_may_be_a_name(data):
    task = create_task("files", data=data, metrics="chrf")
    assert task.metrics == ("chrf",) and task.options["metrics"] == ["chrf"]


def test_a_header_is_told(tmp_path):
    with pytest.warns(DataWarning, match="look like a header.*a.tsv, line 1"):
        create_task("files", data=write(tmp_path / "a.tsv", [("source", "target"), *PAIRS]))


@pytest.mark.parametrize(
    "options, message",
    [
        ({"shared": "maybe"}, "shared must be"),
        ({"columns": 5}, "columns must be"),
        ({"columns": "en"}, "columns must be"),
        ({"columns": ["en"]}, "columns are two names"),
        ({"metrics": 5}, "metrics must be"),
        ({"metrics": [5]}, "metrics must be"),
        ({"metrics": "b"}, "unknown metric 'b'"),
        ({"sha256": 5}, "sha256 must be"),
        ({"data": 5}, "data must be"),
        ({"data": [5]}, "data (must be|are one path)"),
        ({"vocabulary": "many"}, "vocabulary must be"),
        ({"vocabulary": 1, "source_tokenizer": "bpe"}, "the special ids alone take 4"),
        ({"source_tokenizer": 5}, "source_tokenizer must be"),
        ({"longest": None}, "longest must be"),
    ],
)
def test_values_of_another_type(data, options, message):
    with pytest.raises(ZooError, match=message):
        create_task("files", **{"data": data} | options)
