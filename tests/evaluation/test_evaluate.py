"""A model's report on a split, against metrics of its outputs and a loop over examples."""

import dataclasses
import math

import numpy as np
import pytest

import zoo
from zoo.data.batches import pad, shift_right
from zoo.errors import UnknownName
from zoo.evaluation.evaluate import evaluate_model, model_perplexity, within_positions
from zoo.evaluation.metrics import score


@pytest.fixture(scope="module")
def task():
    return zoo.create_task(
        "reverse", symbols=5, min_length=1, max_length=4, train=50, validation=16, test=40
    )


@pytest.fixture(scope="module")
def model(task):
    import keras

    keras.utils.set_random_seed(0)
    return zoo.create(
        "lstm_seq2seq_nano", task.source_tokenizer.size, task.target_tokenizer.size, depth=1
    )


@pytest.fixture(scope="module")
def report(model, task):
    return evaluate_model(model, task, "test", jit=False)


def test_scores_are_those_of_the_outputs(report, task):
    assert report.sources == [example.source for example in task.splits["test"]]
    assert report.references == [example.references for example in task.splits["test"]]
    assert (
        list(report.scores) == list(task.metrics)
        and report.strategy == "Greedy()"
        and report.split == "test"
    )
    for name in ("exact_match", "token_error_rate"):
        assert report.scores[name]["value"] == score(name, report.outputs, report.references)
        assert report.scores[name]["signature"].startswith(f"{name}|refs:1|")
    assert report.seconds > 0


def test_outputs_are_those_of_single_sources(report, model, task):
    for number in (0, 7, 39):
        ids = task.source_tokenizer.encode(report.sources[number])
        best = zoo.generate(model, [ids], zoo.Greedy(), task.max_target_length, jit=False)[0][0]
        assert task.target_tokenizer.decode(best.ids) == report.outputs[number]


def perplexity(model, task, examples):
    """Counted in float64, one example at a time."""
    total = tokens = 0.0
    for example in examples:
        source = pad([task.source_tokenizer.encode(example.source)])
        target = pad([task.target_tokenizer.encode(example.references[0])])
        logits = np.asarray(model((source, shift_right(target))), "float64")[0]
        log_p = logits - np.log(np.exp(logits).sum(-1, keepdims=True))
        total -= log_p[np.arange(target.shape[1]), target[0]].sum()
        tokens += target.shape[1]
    return math.exp(total / tokens)


def test_perplexity_equals_a_loop_over_examples(report, model, task):
    examples = task.splits["test"]
    expected = perplexity(model, task, examples)
    assert report.scores["perplexity"]["value"] == pytest.approx(expected, rel=1e-5)
    longest = [e for e in examples if len(e.source.split()) == 4]  # one shape to compile
    assert len(longest) > 3
    expected = perplexity(model, task, longest)
    assert model_perplexity(model, task, longest, jit=True) == pytest.approx(expected, rel=1e-5)


def test_buckets_by_length(report, model, task):
    assert sum(bucket["count"] for bucket in report.by_length) == 40
    mean = sum(bucket["count"] * bucket["exact_match"] for bucket in report.by_length) / 40
    assert mean == pytest.approx(report.scores["exact_match"]["value"])
    given = evaluate_model(model, task, "test", edges=[1, 2, 5], jit=False).by_length
    assert [(b["low"], b["high"]) for b in given] == [(1, 1), (2, 4)]
    assert given[0]["count"] == sum(
        len(example.source.split()) == 1 for example in task.splits["test"]
    )


def test_limit_strategy_and_unknown_split(report, model, task):
    first = evaluate_model(model, task, "test", zoo.Beam(2, 0.0), limit=5, jit=False)
    assert (
        first.sources == report.sources[:5]
        and first.strategy == "Beam(size=2, length_penalty=0.0, formula='gnmt')"
    )
    with pytest.raises(UnknownName, match="unknown split 'tset'; nearest: test"):
        evaluate_model(model, task, "tset")
    with pytest.raises(UnknownName, match="unknown metric 'exact_mach'; nearest: exact_match"):
        evaluate_model(model, dataclasses.replace(task, metrics=("exact_mach",)), "test")
    with pytest.raises(zoo.ZooError, match="expected a model, got a str"):
        evaluate_model("lstm_seq2seq_nano", task, "test")


def test_outputs_beyond_the_positions_are_refused_before_decoding(task):
    model = zoo.create("bart_nano", task.source_tokenizer.size, task.target_tokenizer.size)
    with pytest.raises(zoo.ZooError, match="outputs of 64 tokens, and max_length is 65; lower it"):
        evaluate_model(model, task, "test", max_length=65)


def test_perplexity_leaves_out_what_is_beyond_the_positions(model, task, monkeypatch):
    examples = task.splits["test"]
    expected = model_perplexity(model, task, examples, jit=False)
    lengths = [len(e.source.split()) + 1 for e in examples]
    fit = [e for e, length in zip(examples, lengths) if length <= 4]
    assert 0 < len(fit) < len(examples)
    monkeypatch.setattr(type(model), "longest_target", lambda self: 4)
    with pytest.warns(UserWarning, match=f"leaves out {len(examples) - len(fit)} of 40 examples"):
        found = model_perplexity(model, task, examples, jit=False)
    assert found == model_perplexity(model, task, fit, jit=False) != expected
    monkeypatch.setattr(type(model), "longest_target", lambda self: 1)
    with pytest.warns(UserWarning, match="leaves out 40 of 40"):
        assert model_perplexity(model, task, examples, jit=False) is None


class Shared:
    """Ten positions for source and target together."""

    def longest_source(self, room):
        return 10 - room

    def longest_target(self):
        return 9


def test_a_batch_of_what_is_kept_fits_into_shared_positions():
    assert within_positions(Shared(), [6, 2, 3], [4, 4, 9]) == [0, 1]
    assert within_positions(Shared(), [6, 2], [4, 7]) == [0]  # 6 and 7 would be one batch
    assert within_positions(Shared(), [2, 1], [4, 7]) == [0, 1]
