"""What is counted per example, by hand, and what a resampled test set scores."""

import numpy as np
import sacrebleu

from zoo.evaluation.counts import (
    equal_outputs,
    percent,
    reference_streams,
    sacrebleu_counts,
    sacrebleu_score,
    token_edits,
    wrong_outputs,
)

REFERENCES = [("a b", "c"), ("d  e",), ("f",)]


def test_counts_by_hand():
    outputs = ["c", "d e", "g h"]
    assert wrong_outputs(outputs, REFERENCES).tolist() == [[0, 1], [0, 1], [1, 1]]
    assert equal_outputs(outputs, REFERENCES).tolist() == [[1, 1], [0, 1], [0, 1]]
    assert token_edits(outputs, REFERENCES).tolist() == [[0, 1], [0, 2], [2, 1]]


def test_percent_takes_several_test_sets_at_once():
    assert percent(np.array([[1, 4], [3, 2]])).tolist() == [25.0, 150.0]


def test_streams_fill_missing_references_with_none():
    assert reference_streams(REFERENCES) == [["a b", "d  e", "f"], ["c", None, None]]


def test_a_resampled_corpus_scores_as_sacrebleu_scores_its_sentences():
    outputs = ["the cat sat on the mat today", "a dog ran away", "it rains"]
    references = [("the cat sat on a mat today",), ("the dog ran away quickly",), ("it rained",)]
    drawn = [2, 0, 0, 1]
    counted = sacrebleu_counts("bleu", outputs, references)
    chosen = [outputs[i] for i in drawn], [[references[i][0] for i in drawn]]
    assert sacrebleu_score("bleu", counted[drawn].sum(0)) == sacrebleu.corpus_bleu(*chosen).score
