"""Baselines: what each says, and that they are scored as models are."""

import numpy as np
import pytest

from zoo.baselines import BASELINES, evaluate_baseline, first_different
from zoo.data.front_ends.arrays import ArrayFrames
from zoo.data.task import Example, Task
from zoo.data.tokenizers import SymbolTokenizer
from zoo.errors import UnknownName
from zoo.registry import list_tasks, tasks


def make(train, test, metrics=("exact_match", "token_error_rate", "perplexity")):
    """A task of words; each example is (source, target) or (source, target, group)."""
    splits = {
        split: [Example(source, (target,), *group) for source, target, *group in examples]
        for split, examples in (("train", train), ("test", test))
    }
    words = [word for x in [*splits["train"], *splits["test"]] for word in x.source.split()]
    targets = [word for x in splits["train"] for word in x.references[0].split()]
    return Task(
        "toy",
        {},
        splits,
        SymbolTokenizer(sorted(set(words)), " "),
        SymbolTokenizer(sorted(set(targets)), " "),
        metrics,
    )


def outputs(name, train, sources):
    task = make(train, [(source, "x") for source in sources])
    return evaluate_baseline(name, task).outputs


def test_copy_and_the_first_sentence():
    assert outputs("copy", [("a", "b")], ["a b", "c"]) == ["a b", "c"]
    assert outputs("first_sentence", [("a", "b")], ["one two . three . four"]) == ["one two "]


def test_the_frequent_target_is_that_of_the_group():
    train = [("a", "x", "1"), ("b", "y", "2"), ("c", "y", "2"), ("d", "x", "2")]
    task = make(train, [("e", "x", "1"), ("e", "x", "2"), ("e", "x", "3")])
    assert evaluate_baseline("frequent", task).outputs == ["x", "y", "x"]


def test_the_longest_ending_counts():
    train = [("a b c", "x"), ("d b c", "y"), ("e b c", "y"), ("c", "z")]
    found = outputs("ending", train, ["q a b c", "q b c", "b c a", "c"])
    assert found == ["x", "y", "y", "y"]  # nothing ends in "a": the most frequent of all


def test_words_become_what_they_mostly_became():
    train = [("I goes home", "I go home"), ("he goes", "he goes"), ("I goes", "I go")]
    assert outputs("replacements", train, ["she goes there"]) == ["she go there"]


def test_the_last_day_comes_again():
    day = [str(i) for i in range(24)]
    task = make([("1", " ".join(day * 2))], [(" ".join(["99", *day]), "1")])
    assert evaluate_baseline("seasonal", task).outputs == [" ".join(day * 2)]


def test_the_nearest_source_shares_rare_words():
    train = [("the red dog", "x"), ("the cat", "y"), ("the big dog", "z"), ("a the", "w")]
    assert outputs("nearest", train, ["the cat runs", "big dog", "a"]) == ["y", "z", "w"]
    assert outputs("nearest", train, ["unheard of"]) == ["x"]  # the first of equals


def test_the_nearest_of_frames(tmp_path):
    rng = np.random.default_rng(0)
    known = rng.normal(size=(3, 20, 4)).astype("float32")
    for number, frames in enumerate([*known, known[2] + 0.01, known[0][:3]]):
        np.save(tmp_path / f"{number}.npy", frames)
    examples = [Example(str(tmp_path / f"{i}.npy"), (f"t{i}",)) for i in range(5)]
    task = Task(
        "toy",
        {},
        {"train": examples[:3], "test": examples[3:]},
        ArrayFrames(4),
        SymbolTokenizer(["t0", "t1", "t2"], " "),
        ("exact_match",),
    )
    assert evaluate_baseline("nearest", task, limit=1).outputs == ["t2"]
    assert len(evaluate_baseline("nearest", task).outputs) == 2  # few frames are no mistake


def test_a_dictionary_learns_which_words_go_together():
    train = [
        ("das haus", "the house"),
        ("das buch", "the book"),
        ("ein buch", "a book"),
        ("ein haus", "a house"),
    ]
    assert outputs("dictionary", train, ["ein neu haus das"]) == ["a neu house the"]


def test_a_dictionary_of_letters():
    task = Task(
        "toy",
        {},
        {
            "train": [Example("ab", ("A B",)), Example("a", ("A",))],
            "test": [Example("ba", ("B A",))],
        },
        SymbolTokenizer("ab", ""),
        SymbolTokenizer(["A", "B"], " "),
        ("exact_match",),
    )
    assert evaluate_baseline("dictionary", task).scores["exact_match"]["value"] == 100


def test_the_report_is_that_of_a_model_without_perplexity():
    task = make([("a", "x")], [("a", "x"), ("b c", "y"), ("a c", "x")])
    report = evaluate_baseline("nearest", task)
    assert report.scores["exact_match"]["value"] == pytest.approx(200 / 3)
    assert list(report.scores) == ["exact_match", "token_error_rate"]
    assert report.strategy == "nearest" and report.lengths == [1, 2, 2]
    assert sum(row["count"] for row in report.by_length) == 3
    assert len(evaluate_baseline("nearest", task, limit=2).outputs) == 2


def test_every_task_names_a_baseline():
    assert {tasks.entry(name).card["baseline"] for name in list_tasks()} <= set(BASELINES)
    with pytest.raises(UnknownName, match="unknown baseline 'nearst'; nearest: nearest"):
        evaluate_baseline("nearst", make([("a", "x")], [("a", "x")]))


def test_the_nearest_sources_give_five_different_outputs_where_a_metric_looks_at_them():
    train = [("a b", "x"), ("a b", "x"), ("a c", "y"), ("a d", "z"), ("e", "w")]
    test = [("a b", "y"), ("e", "q")]
    report = evaluate_baseline("nearest", make(train, test, ("exact_match", "top_5")))
    assert report.outputs == ["x", "w"]
    assert {name: score["value"] for name, score in report.scores.items()} == {
        "exact_match": 0,
        "top_5": 50,
    }
    report = evaluate_baseline("copy", make(train, test, ("exact_match", "top_5")))
    assert list(report.scores) == ["exact_match"]  # one output has no best five
    report = evaluate_baseline("copy", make(train, test, ("top_5", "exact_match")))
    assert list(report.scores) == ["top_5", "exact_match"]


def test_outputs_are_different():
    assert first_different("aabacdefgh") == list("abcde")
    assert first_different("aa") == ["a"]
