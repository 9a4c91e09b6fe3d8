"""Each kind of measurement, on rows and outcomes made by hand."""

import dataclasses
import json

import numpy as np
import pytest

from benchmarks.claims.evidence import Evidence, NoEvidence, Runs
from benchmarks.claims.measure import gain, level, ratio, score, slope, speed
from tests.benchmarks.claims import LENGTHS, write_run, write_runs


def runs(model, suite="quick", task="g2p"):
    return Runs(suite, task, model)


def wrong(model, **options):
    return score(runs(model), "wrong_words", **options)


def measured(effect, results):
    return effect.measure(Evidence(results))[0]


def test_gain_is_positive_for_fewer_errors(tmp_path):
    write_runs(tmp_path, "good", 0.2)
    write_runs(tmp_path, "bad", 0.5)
    found = measured(gain(wrong("good"), over=wrong("bad")), tmp_path)
    assert found.value == pytest.approx(30, abs=6)
    assert 20 < found.low < found.value < found.high < 40
    assert found.seeds == (3, 3)
    assert measured(gain(wrong("bad"), over=wrong("good")), tmp_path).high < 0


def test_gain_is_positive_for_more_successes(tmp_path):
    for model, rate in (("good", 0.9), ("bad", 0.4)):
        write_runs(tmp_path, model, rate, metric="exact_match")
    good, bad = (score(runs(model), "exact_match") for model in ("good", "bad"))
    assert measured(gain(good, over=bad), tmp_path).low > 30


def test_a_gain_among_some_lengths(tmp_path):
    write_runs(tmp_path, "long", np.where(LENGTHS > 10, 0.9, 0.1))
    write_runs(tmp_path, "flat", 0.5)

    def over_flat(*lengths):
        return gain(wrong("long", lengths=lengths), over=wrong("flat", lengths=lengths))

    assert measured(over_flat(1, 10), tmp_path).value == pytest.approx(40, abs=8)
    assert measured(over_flat(11, 20), tmp_path).value == pytest.approx(-40, abs=8)
    both = measured(over_flat(1, 10) - over_flat(11, 20), tmp_path)
    assert both.value == pytest.approx(80, abs=12)
    assert both.seeds == (3, 3), "both gains are those of the same runs"
    with pytest.raises(NoEvidence, match="no test example of 30 to 40 tokens for `long`"):
        measured(over_flat(30, 40), tmp_path)


def test_two_decoders_are_compared_run_by_run(tmp_path):
    for seed, rate in enumerate((0.2, 0.5, 0.8)):  # seeds that differ more than their decoders
        write_run(tmp_path, rate=rate, seed=seed, luck=seed, beams={"beam": rate - 0.1})
    found = measured(gain(wrong("lstm", decoder="beam"), over=wrong("lstm")), tmp_path)
    assert found.low > 0
    assert found.seeds == (3,)
    with pytest.raises(NoEvidence, match="on g2p .* have no wrong_words with the decoder wide"):
        measured(level(wrong("lstm", decoder="wide")), tmp_path)


def test_slope_over_lengths(tmp_path):
    write_runs(tmp_path, "falls", 0.02 * LENGTHS, metric="wrong_words")
    found = measured(slope(wrong("falls"), 1, 20), tmp_path)
    assert found.low < 2 < found.high
    assert found.low > 0.5
    with pytest.raises(NoEvidence, match="fewer than two lengths from 3 to 3"):
        measured(slope(wrong("falls"), 3, 3), tmp_path)


def test_two_seeds_vary_as_those_of_other_models_do(tmp_path):
    for model in ("good", "bad"):
        write_runs(tmp_path, model, 0.2, seeds=2)
    effect = gain(wrong("good"), over=wrong("bad"))
    for seed, rate in enumerate((0.1, 0.5, 0.9)):  # a model whose seeds are far apart
        write_run(tmp_path, "other", rate, seed=seed, luck=seed)
    found, _, few = effect.measure(Evidence(tmp_path))
    assert few == [] and found.high - found.low > 50


def test_ratio_of_speeds(tmp_path):
    write_runs(tmp_path, "fast", speeds=(200.0, 204.0, 196.0))
    write_runs(tmp_path, "slow")
    for of in ("training", "greedy"):
        effect = ratio(speed(runs("fast"), of), to=speed(runs("slow"), of))
        found, used, _ = effect.measure(Evidence(tmp_path))
        assert 1.9 < found.low < 2.0 == pytest.approx(found.value, rel=0.01)
        assert 2.0 < found.high < 2.1
        assert used.machine == "Xeon, 2 cores, no GPU, float32"
    with pytest.raises(NoEvidence, match="`fast` on .* have no decoder beam"):
        measured(ratio(speed(runs("fast"), "beam"), to=speed(runs("slow"), "beam")), tmp_path)


def test_speeds_of_different_machines_are_not_compared(tmp_path):
    write_runs(tmp_path, "fast", processor="EPYC")
    write_runs(tmp_path, "slow")
    effect = ratio(speed(runs("fast")), to=speed(runs("slow")))
    with pytest.raises(NoEvidence, match="different machines .EPYC, 2 cores, .*; Xeon, 2 cores, "):
        measured(effect, tmp_path)
    write_run(tmp_path, "fast", seed=3, speed=300.0)  # one run on the other's machine
    found, used, _ = effect.measure(Evidence(tmp_path))
    assert (found.value, found.seeds) == (pytest.approx(3.0, rel=0.01), (1, 3))
    assert used.machine == "Xeon, 2 cores, no GPU, float32"


def test_speeds_beside_other_work_are_not_compared(tmp_path):
    write_runs(tmp_path, "fast")
    write_runs(tmp_path, "slow")
    effect = ratio(speed(runs("fast")), to=speed(runs("slow")))
    for number, path in enumerate(sorted(tmp_path.rglob("rows/*.json"))):
        row = json.loads(path.read_text())
        row["timing"]["gflops"], row["precision"] = 90.0 if number else 30.0, "float32"
        path.write_text(json.dumps(row))
    with pytest.raises(NoEvidence, match="other work slowed some rows 3.0 times as much"):
        measured(effect, tmp_path)


def test_alignment_error_is_a_score(tmp_path):
    write_runs(tmp_path, "attentive", 0.05, metric="alignment_error")
    found = measured(level(score(runs("attentive"), "alignment_error")), tmp_path)
    assert found.low < 5 < found.high < 10


def test_rows_that_are_missing_or_have_no_outcomes(tmp_path):
    with pytest.raises(NoEvidence, match="no rows of `lstm` on g2p of quick; no suite quick has"):
        measured(level(wrong("lstm")), tmp_path)
    write_run(tmp_path, outcomes=False)
    with pytest.raises(NoEvidence, match="rows without outcomes for `lstm` on g2p of quick; no"):
        measured(level(wrong("lstm")), tmp_path)


def test_scores_know_whose_they_are():
    assert dataclasses.replace(wrong("a"), lengths=(1, 2)).runs == runs("a")
    effect = gain(wrong("a"), over=wrong("b")) - gain(wrong("a"), over=wrong("c"))
    assert [r.model for r in effect.runs] == ["a", "b", "c"]
