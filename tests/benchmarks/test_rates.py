"""The learning rate of a model is the one with the best validation score among those tried."""

import json

import pytest

from benchmarks import rates
from benchmarks.rates import chosen_rate
from zoo.errors import ZooError


def write(folder, model, rate, scores, task="g2p", metric="wrong_words"):
    row = {
        "key": "",
        "timing": {},
        "model": f"{model} learning_rate={rate}",
        "task": task,
        "scores": {"greedy": {"metrics": {metric: {"value": 0}}}},
        "history": [{f"validation_{metric}": score} for score in scores],
    }
    (folder / "results" / "tried" / "rows").mkdir(parents=True, exist_ok=True)
    (folder / "results" / "tried" / "rows" / f"{model},{rate},{task}.json").write_text(
        json.dumps(row)
    )


def test_the_best_on_validation_is_chosen(tmp_path, monkeypatch):
    write(tmp_path, "t5_mini", 0.01, [60, 50])
    write(tmp_path, "t5_mini", 0.03, [40, 70])  # best in the middle: its weights are kept
    write(tmp_path, "t5_mini", 0.01, [10, 90], "dates", "exact_match")
    write(tmp_path, "t5_mini", 0.03, [20, 80], "dates", "exact_match")
    write(tmp_path, "t5_mini optimizer=adam", 0.001, [60])
    monkeypatch.setattr(rates, "rates_of", lambda suite: [0.01, 0.03])
    write(tmp_path, "t5_mini optimizer=adam", 0.01, [70])
    write(tmp_path, "t5_mini optimizer=adam", 0.03, [80])
    chosen = [
        chosen_rate("tried", model, task, tmp_path)
        for model, task in (
            ("t5_mini", "g2p"),
            ("t5_mini", "dates"),
            ("t5_mini optimizer=adam", "g2p"),
            ("t5_mini depth=1", "g2p"),  # not tried: that of the model without it
        )
    ]
    assert chosen == [0.03, 0.01, 0.001, 0.03]
    assert (
        chosen_rate("tried", "t5_mini optimizer=adam", "scan", tmp_path) == 0.001
    )  # one task only
    for model, task in (("transformer_mini", "g2p"), ("t5_mini", "scan")):
        with pytest.raises(ZooError, match=f"rate of {model} on {task} is not chosen yet; run: "):
            chosen_rate("tried", model, task, tmp_path)
    monkeypatch.setattr(rates, "outside_file", lambda model: "own.py")
    with pytest.raises(ZooError, match="run: python -m benchmarks tried --with own.py"):
        chosen_rate("tried", "own_mini", "g2p", tmp_path)


def test_nothing_is_chosen_before_all_rates_are_tried(tmp_path, monkeypatch):
    monkeypatch.setattr(rates, "rates_of", lambda suite: [0.001, 0.01, 0.03])
    write(tmp_path, "t5_mini", 0.001, [60])
    write(tmp_path, "t5_mini", 0.01, [40])
    with pytest.raises(ZooError, match="of t5_mini cannot be chosen before 0.03 is tried; run: "):
        chosen_rate("tried", "t5_mini", "g2p", tmp_path)
