"""ROUGE against values worked out by hand."""

import pytest

from zoo.evaluation.metrics import score, signature


def test_rouge_by_hand():
    references = [("the cats sat on a mat",)]
    # Of five words, four are among the six of the reference, "cat" by its stem, and "on" is there.
    assert score("rouge_1", ["The cat, ran on mat!"], references) == pytest.approx(
        100 * 2 * 4 / (5 + 6)
    )
    # Only "the cat" follows on each other, of four pairs and five.
    assert score("rouge_2", ["The cat, ran on mat!"], references) == pytest.approx(
        100 * 2 * 1 / (4 + 5)
    )
    # The longest common subsequence leaves out "sat", and the order counts.
    assert score("rouge_l", ["on the cat mat"], references) == pytest.approx(100 * 2 * 3 / (4 + 6))


def test_words_of_any_script_count():
    assert score("rouge_1", ["привет мир"], [("привет, друг",)]) == pytest.approx(50)
    assert score("rouge_2", ["für die Tür"], [("für die Tür",)]) == pytest.approx(100)
    assert score("rouge_l", ["fur die Tur"], [("für die Tür",)]) == pytest.approx(100 / 3)


def test_english_is_counted_as_the_package_does():
    from rouge_score.rouge_scorer import RougeScorer

    texts = ["It's 3 o'clock; running_dogs' happiness was multiplied!", "Cats ran on, happily 3"]
    theirs = RougeScorer(["rougeL"], use_stemmer=True).score(*texts)["rougeL"].fmeasure
    assert score("rouge_l", texts[1:], [texts[:1]]) == pytest.approx(100 * theirs)


def test_the_best_reference_counts_and_examples_have_the_same_weight():
    references = [("a b", "c d"), ("e",)]
    assert score("rouge_1", ["c d", "f"], references) == pytest.approx(50)
    assert score("rouge_2", ["", ""], references) == 0
    assert signature("rouge_l", references).startswith("rouge_l|refs:1-2|case:lower|")
