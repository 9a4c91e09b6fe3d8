"""Claims on rows made by hand: they hold, they do not hold, or they are not made."""

import pytest

from benchmarks.claims import check_claims


def row(model, task, value, by_length=(), parameters=100, seed=0):
    """A row with what claims read."""
    metric = {"g2p": "wrong_words", "reverse": "exact_match"}[task]
    buckets = [{"count": int(v is not None), metric: v} for v in by_length]
    return {
        "model": f"{model}_x",
        "task": task,
        "seed": seed,
        "parameters": parameters,
        "card": {"family": model},
        "scores": {"greedy": {"metrics": {metric: {"value": value}}, "by_length": buckets}},
    }


def verdicts(rows):
    return [
        (text.split("`")[1] if "`" in text else "sizes", holds)
        for text, holds, _ in check_claims(rows)
    ]


FAMILIES = ("lstm_seq2seq", "bilstm_bahdanau", "transformer", "t5")


@pytest.mark.parametrize(
    "scores, expected",
    [
        ((60, 50, 40, 30), [True, True, True]),
        ((60, 60, 61, 59), [False, False, True]),
    ],
)
def test_attention_beats_the_fixed_context_on_g2p(scores, expected):
    rows = [row(family, "g2p", score) for family, score in zip(FAMILIES, scores)]
    assert verdicts(rows) == [*zip(FAMILIES[1:], expected), ("sizes", True)]


def test_seeds_are_averaged_and_the_figures_are_shown():
    rows = [
        row("lstm_seq2seq", "g2p", 50, seed=0),
        row("lstm_seq2seq", "g2p", 70, seed=1),
        row("t5", "g2p", 30, seed=0),
        row("t5", "g2p", 80, seed=1),
    ]
    assert check_claims(rows)[0][1:] == (True, "word error rate 55.0 against 60.0")


@pytest.mark.parametrize("size, holds", [(110, True), (111, False)])
def test_sizes_within_ten_percent(size, holds):
    rows = [row("t5", "g2p", 1), row("transformer", "g2p", 1, parameters=size)]
    assert verdicts(rows) == [("sizes", holds)]


@pytest.mark.parametrize(
    "plain, attentive, expected",
    [
        ((99, 50, 3), (100, 99, 95.1), [True, True]),
        ((99, 95, 89.1), (100, 99, 95), [False, False]),
        ((99, None, 3, None), (None, 96), [True, True]),
    ],
)
def test_reverse_by_length(plain, attentive, expected):
    rows = [
        row("lstm_seq2seq", "reverse", 50, plain),
        row("bilstm_bahdanau", "reverse", 98, attentive),
    ]
    assert verdicts(rows) == [*zip(FAMILIES, expected)]


def test_no_claim_without_the_rows_for_it():
    assert check_claims([]) == []
    assert check_claims([row("t5", "reverse", 1, (1, 2)), row("transformer", "g2p", 3)]) == []
