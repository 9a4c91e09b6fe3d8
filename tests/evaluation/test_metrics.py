"""Metrics against values worked out by hand, and against sacrebleu."""

import math
import random

import numpy as np
import pytest
import sacrebleu

from zoo.errors import UnknownName, ZooError
from zoo.evaluation.metrics import METRICS, count, metric, perplexity, score, score_of, signature


def edit_distance(a, b):
    """Wagner and Fischer's table, as a reference."""
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        above, row = row, [i]
        for j, y in enumerate(b, 1):
            row.append(min(above[j] + 1, row[j - 1] + 1, above[j - 1] + (x != y)))
    return row[-1]


def test_wrong_words():
    references = [("A B", "A C"), ("D",), ("E",), ("F G",)]
    assert score("wrong_words", ["A C", "D", "E E", "F  G"], references) == 25.0


@pytest.mark.parametrize(
    "hypothesis, edits",
    [
        ("K IH T AH N", 0),
        ("S IH T IH NG", 3),
        ("K IH T", 2),
        ("", 5),
        ("X K IH T AH N", 1),
        ("AH N K IH T", 4),
    ],
)
def test_phoneme_error_rate_by_hand(hypothesis, edits):
    assert score("per", [hypothesis], [("K IH T AH N",)]) == pytest.approx(100 * edits / 5)


def test_phoneme_error_rate_takes_the_closest_reference_and_its_length():
    # One edit to the second reference, of two tokens; none of four tokens: 1 / 6.
    assert score("per", ["A X", "P Q R S"], [("A B C D", "A B"), ("P Q R S",)]) == pytest.approx(
        100 / 6
    )
    # Both one edit away: the first, of three tokens.
    assert score("per", ["A B"], [("A B C", "A")]) == pytest.approx(100 / 3)


def test_an_empty_output_may_be_right():
    assert score("token_error_rate", ["", "A"], [("",), ("A",)]) == 0.0
    assert score("exact_match", [""], [("",)]) == 100.0


def test_token_error_rate_equals_a_table():
    rng = random.Random(0)
    texts = [
        [" ".join(rng.choices("abc", k=rng.randrange(1, 9))) for _ in range(200)] for _ in range(2)
    ]
    edits = sum(edit_distance(h.split(), r.split()) for h, r in zip(*texts))
    tokens = sum(len(r.split()) for r in texts[1])
    assert score("token_error_rate", texts[0], [(r,) for r in texts[1]]) == pytest.approx(
        100 * edits / tokens
    )


def test_exact_match_is_of_characters():
    assert score(
        "exact_match", ["a b", "a  b", "c"], [("x", "a b"), ("a b",), ("C",)]
    ) == pytest.approx(100 / 3)


def test_perplexity():
    assert perplexity(12 * math.log(43), 12) == pytest.approx(43)
    assert perplexity(0.0, 5) == 1.0
    assert perplexity(1e9, 1) == math.inf
    with pytest.raises(ZooError, match="at least one"):
        perplexity(1.0, 0)
    with pytest.raises(ZooError, match="nll_sum"):
        score("perplexity", ["a"], [("a",)])


HYPOTHESES = ["the cat sat on the mat today", "a dog ran away"]
REFERENCES = [("the cat sat on a mat today", "a cat sat on the mat"), ("the dog ran away quickly",)]


@pytest.mark.parametrize(
    "name, function", [("bleu", sacrebleu.corpus_bleu), ("chrf", sacrebleu.corpus_chrf)]
)
def test_sacrebleu(name, function):
    streams = [
        ["the cat sat on a mat today", "the dog ran away quickly"],
        ["a cat sat on the mat", None],
    ]
    assert score(name, HYPOTHESES, REFERENCES) == pytest.approx(function(HYPOTHESES, streams).score)
    single = [references[:1] for references in REFERENCES]
    assert score(name, HYPOTHESES, single) == pytest.approx(function(HYPOTHESES, streams[:1]).score)
    assert score(name, HYPOTHESES, REFERENCES) > score(name, HYPOTHESES, single)
    assert signature(name, REFERENCES).startswith(f"{name}|nrefs:var|case:mixed|")
    assert signature(name, single).startswith(f"{name}|nrefs:1|case:mixed|")
    assert signature(name, single).endswith(f"version:{sacrebleu.__version__}")


def test_signatures():
    assert (
        signature("wrong_words", [("a",), ("b", "c")])
        == "wrong_words|refs:1-2|case:as-is|tok:whitespace|zoo:0.1.0"
    )
    assert (
        signature("per", [("a", "d"), ("b", "c")])
        == "per|refs:2|case:as-is|tok:whitespace|zoo:0.1.0"
    )
    assert signature("exact_match", [("a",)]) == "exact_match|refs:1|case:as-is|tok:none|zoo:0.1.0"
    assert signature("perplexity", [("a", "d")]) == "perplexity|refs:1|tok:model|eos:yes|zoo:0.1.0"


def test_tokenised_bleu_takes_tokens_as_they_are():
    hypotheses, references = (
        ["a dog 's bone ( red ) .", "two cats !"],
        [("a dog 's bone ( red ) .",), ("two cats .",)],
    )
    expected = sacrebleu.corpus_bleu(
        hypotheses, [[texts[0] for texts in references]], tokenize="none", force=True
    )
    assert score("tokenised_bleu", hypotheses, references) == expected.score
    assert "tok:none" in signature("tokenised_bleu", references) and "tok:13a" in signature(
        "bleu", references
    )


def test_lowercase_bleu_takes_upper_and_lower_case_alike():
    hypotheses, references = (
        ["The Mill sells CHEAP beef today"],
        [("the mill sells cheap beef today",)],
    )
    assert score("lowercase_bleu", hypotheses, references) == pytest.approx(100)
    assert score("bleu", hypotheses, references) < 90
    assert "case:lc" in signature("lowercase_bleu", references)


def test_directions():
    higher = {"exact_match", "bleu", "lowercase_bleu", "tokenised_bleu", "chrf", "edits_f05"}
    higher |= {"rouge_1", "rouge_2", "rouge_l", "whole_dialogues", "top_5", "valid_molecules"}
    assert {name for name, entry in METRICS.items() if entry.better == "higher"} == higher
    assert (
        metric("per").label == "Phoneme error rate"
        and metric("per").counts is metric("token_error_rate").counts
    )


@pytest.mark.parametrize(
    "hypotheses, references",
    [
        ([], []),
        (["a"], []),
        (["a"], [("a",), ("b",)]),
        (["a"], [()]),
        (["a"], ["a"]),
    ],
)
def test_what_cannot_be_scored_is_refused(hypotheses, references):
    with pytest.raises(ZooError):
        score("wrong_words", hypotheses, references)


def test_mistakes_are_named():
    with pytest.raises(UnknownName, match="token_error_rate"):
        score("token_error", ["a"], [("a",)])
    with pytest.raises(ZooError, match="no token"):
        score("per", ["a"], [("",)])


@pytest.mark.parametrize("name", [name for name, entry in METRICS.items() if entry.counts])
def test_a_score_is_that_of_summed_counts(name):
    outputs, references = HYPOTHESES, REFERENCES
    if name in ("mase", "smape"):
        outputs, references = ["1 2", "3"], [("2 2",), ("4", "5")]
    known = dict(sources=outputs, groups=["1", "1"], candidates=[[x] for x in outputs])
    counted = count(name, outputs, references, **known)
    assert counted.shape[0] == 2
    assert score(name, outputs, references, **known) == score_of(name, counted)
    last = {key: values[1:] for key, values in known.items()}
    alone = count(name, outputs[1:], references[1:], **last)
    sums = np.stack([counted.sum(0), alone[0]])  # two test sets at once
    expected = [score_of(name, counted), score_of(name, alone)]
    assert METRICS[name].combine(sums) == pytest.approx(expected)


def test_error_rates_of_words_and_of_characters():
    references = [("one two three",), ("four",)]
    outputs = ["one too three  four", "four"]
    assert score("wer", outputs, references) == pytest.approx(100 * 2 / 4)
    # "two" -> "too" is one character, " four" are five, of 13 and 4.
    assert score("cer", outputs, references) == pytest.approx(100 * 6 / 17)
    assert signature("cer", references).startswith("cer|refs:1|case:as-is|tok:character")
