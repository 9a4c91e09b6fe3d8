"""`zoo evaluate`: scores, printed and kept."""

import json
import shutil

import pytest

import zoo


@pytest.fixture
def run(here, tmp_path):
    """A copy of runs/attentive, whose scores no other test sees."""
    return shutil.copytree(here / "runs" / "attentive", tmp_path / "runs" / "attentive")


def test_scores_are_printed_and_kept(run, said):
    text = said("evaluate", run, "--split", "validation", "--beam", 2, "--limit", 10)
    assert "validation: 10 examples, Beam(size=2, length_penalty=0.6, formula='gnmt')" in text
    assert "perplexity|refs:1" in text
    kept = json.loads((run / "scores.json").read_text())["evaluations"]
    assert [(found["split"], found["limit"]) for found in kept] == [("test", 0), ("validation", 10)]
    listed = said("runs", run.parent)
    plain = f"{kept[0]['scores']['token_error_rate']['value']:.4g}"
    assert plain in listed and "validation" not in listed.replace("best validation", "")


def test_other_pairs_are_scored_and_not_kept(run, said, tmp_path):
    (tmp_path / "mine.tsv").write_text("a b\tb a\nc\tc\n")
    before = (run / "scores.json").read_text()
    text = said("evaluate", run, "--data", tmp_path / "mine.tsv")
    assert text.startswith("test: 2 examples, Greedy()\n")
    assert "token_error_rate|refs:1" in text  # a metric of the task that the run knows
    assert (run / "scores.json").read_text() == before


def test_an_ensemble(run, here, said):
    alone, both = (
        said("evaluate", run, "--limit", 20, *words) for words in ((), ("--with", "runs/plain"))
    )
    assert alone != both and "Greedy()" in both
    texts = ["a b", "c", "d e a"]
    decoding = zoo.Decoding(zoo.Beam(2), compiled=False)
    voted = zoo.load(run).with_others([zoo.load("runs/plain")]).generate(texts, decoding)
    words = ("generate", run, *texts, "--beam", 2, "--n-best", 2, "--with", "runs/plain")
    written = [line.split("\t") for line in said(*words).splitlines()]
    expected = [output for best in voted for output in best]
    assert [text for _, text in written] == [text for text, _ in expected]
    scores = [score for _, score in expected]
    assert [float(score) for score, _ in written] == pytest.approx(scores, abs=1e-3)


@pytest.mark.parametrize(
    "words, message",
    [
        (["evaluate", "runs/attentive", "--split", "tset"], "unknown split 'tset'; nearest: test"),
        (["evaluate", "runs/attentive", "--data", "no.tsv"], "there is no no.tsv; data are a file"),
        (["evaluate", "runs/attentive", "--columns", "a", "b"], "--columns names the columns of"),
        (["evaluate", "runs/attentive", "--limit", "-1"], "limit must not be negative"),
    ],
)
def test_a_mistake_is_one_clear_line(mistake, words, message):
    mistake(words, message)
