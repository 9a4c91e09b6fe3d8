"""The list of metrics: names, and what each looks at."""

import pytest

from zoo.errors import ZooError
from zoo.evaluation.definitions import ALSO, METRICS
from zoo.evaluation.metrics import count, score, signature


def test_a_metric_is_known_by_its_name():
    assert all(name == metric.name for name, metric in METRICS.items())
    assert {metric.also for metric in METRICS.values()} == {"", *ALSO}


@pytest.mark.parametrize("name", [name for name, metric in METRICS.items() if metric.also])
def test_what_a_metric_looks_at_must_be_given(name):
    also = METRICS[name].also
    with pytest.raises(ZooError, match=f"{name} needs the {also} of the examples"):
        count(name, ["1"], [("1",)])
    with pytest.raises(ZooError, match=f"{name} needs the {also}"):
        count(name, ["1"], [("1",)], **{also: ["1", "2"]})


def test_every_metric_says_how_it_counts():
    for name, metric in METRICS.items():
        found = signature(name, [("a",), ("b", "c")])
        assert found.startswith(f"{name}|"), found
        if metric.counting != "sacrebleu":
            assert metric.counting in found


def test_a_dialogue_is_right_if_all_its_responses_are():
    references = [("a",)] * 5
    groups = ["1", "1", "2", "2", "2"]
    outputs = ["a", "a", "a", "b", "a"]
    found = score("whole_dialogues", outputs, references, groups=groups)
    assert found == pytest.approx(50)
    counted = count("whole_dialogues", outputs, references, groups=groups)
    assert counted[:, 1].sum() == pytest.approx(2) and counted[2:, 0].sum() == 0


def test_one_right_candidate_of_the_best_five_is_enough():
    candidates = [["x", "a"], ["x"] * 5 + ["a"], ["a"]]
    outputs = [found[0] for found in candidates]
    found = score("top_5", outputs, [("a",)] * 3, candidates=candidates)
    assert found == pytest.approx(200 / 3)


def test_bleu_with_the_source_is_that_of_a_copy():
    sources = ["two dogs run over the snow", "a red boat on the sea"]
    wrong = [("x",), ("y",)]
    assert score("source_bleu", sources, wrong, sources=sources) == pytest.approx(100)
    assert score("source_bleu", ["other words are here", "and no copy"], wrong, sources=sources) < 5
