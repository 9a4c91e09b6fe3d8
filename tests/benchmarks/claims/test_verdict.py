"""Verdicts: where the interval lies, and what is missing."""

import pytest

from benchmarks.claims.evidence import Evidence, Runs
from benchmarks.claims.measure import gain, score
from benchmarks.claims.verdict import Claim, Source, judge
from tests.benchmarks.claims import write_run, write_runs
from zoo.errors import ZooError

PAPER = Source("Someone 2020", "https://example.org")


def claim(effect=None, **threshold):
    scores = [score(Runs("quick", "g2p", model), "wrong_words") for model in ("good", "bad")]
    effect = effect or gain(scores[0], over=scores[1])
    return Claim("it_is_so", "It is so.", PAPER, "section 1", effect, **threshold)


@pytest.mark.parametrize(
    "threshold, word, reason",
    [
        ({"above": 0}, "holds", ""),
        ({"above": 50}, "does not hold", ""),
        ({"below": 50}, "holds", ""),
        ({"below": 0}, "does not hold", ""),
        ({"above": 30}, "undecided", "the interval covers 30"),
        ({"below": 30}, "undecided", "the interval covers 30"),
    ],
)
def test_the_whole_interval_decides(tmp_path, threshold, word, reason):
    write_runs(tmp_path, "good", 0.2)
    write_runs(tmp_path, "bad", 0.5)
    verdict = judge(claim(**threshold), Evidence(tmp_path))
    assert (verdict.word, verdict.reason) == (word, reason)
    assert verdict.effect.low < 30 < verdict.effect.high


def test_one_seed_decides_nothing(tmp_path):
    write_runs(tmp_path, "good", 0.2)
    write_run(tmp_path, "bad", 0.5)
    verdict = judge(claim(above=0), Evidence(tmp_path))
    assert (verdict.word, verdict.effect.value > 20) == ("undecided", True)
    assert verdict.reason.startswith("only one seed of `bad` on g2p of quick; ")


def test_missing_rows_decide_nothing(tmp_path):
    verdict = judge(claim(above=0), Evidence(tmp_path))
    assert (verdict.word, verdict.effect) == ("undecided", None)
    assert verdict.reason == "no rows of `good` on g2p of quick; no suite quick has these cells yet"
    scores = [score(Runs("quick", "g2p", f"{name}_mini"), "wrong_words") for name in ("t5", "x")]
    verdict = judge(claim(gain(*scores), above=0), Evidence(tmp_path))
    assert verdict.reason.endswith("run: python -m benchmarks quick --publish")


def test_two_seeds_alone_decide_nothing(tmp_path):
    write_runs(tmp_path, "good", 0.2)
    write_runs(tmp_path, "bad", 0.5, seeds=2)
    assert judge(claim(above=0), Evidence(tmp_path)).word == "holds"  # with the seeds of `good`
    scores = [score(Runs(suite, "g2p", "x"), "wrong_words") for suite in ("one", "two")]
    write_runs(tmp_path, "x", 0.2, seeds=2, suite="one")
    write_runs(tmp_path, "x", 0.5, seeds=3, suite="two")
    verdict = judge(claim(gain(*scores), above=0), Evidence(tmp_path))
    assert verdict.word == "undecided"
    assert verdict.reason.startswith("fewer than 3 seeds of `x` on g2p of one, and no other model")


def test_broken_outcomes_are_an_error_and_no_verdict(tmp_path):
    write_runs(tmp_path, "good", 0.2)
    write_runs(tmp_path, "bad", 0.5)
    path = tmp_path / "quick" / "outcomes" / "bad.g2p.s1.tsv.xz"
    path.write_bytes(path.read_bytes()[:50])
    with pytest.raises(ZooError, match=r"bad\.g2p\.s1\.tsv\.xz is not the file"):
        judge(claim(above=0), Evidence(tmp_path))


@pytest.mark.parametrize("threshold", [{}, {"above": 1, "below": 2}])
def test_a_claim_has_one_threshold(threshold):
    with pytest.raises(ZooError, match="it_is_so needs a threshold"):
        claim(**threshold)
