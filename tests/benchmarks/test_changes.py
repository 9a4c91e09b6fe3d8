"""Two sets of rows: equal, within noise, different, or not comparable."""

import dataclasses
import json

import pytest

from benchmarks.__main__ import main
from benchmarks.changes import (
    Change,
    beside_committed,
    but_for_the_seed,
    compare,
    judged,
    verdict_of,
)
from benchmarks.settings_changes import settings_that_differ
from benchmarks.statistics import Difference
from tests.benchmarks.synthetic import write_system
from zoo.errors import ZooError


@pytest.fixture
def folders(tmp_path):
    return tmp_path / "a", tmp_path / "b"


def test_verdicts(folders):
    a, b = folders
    for folder in folders:
        write_system(folder, "same_mini", [0.5, 0.4])
        write_system(folder, "old_mini", [0.5])
    write_system(a, "noisy_mini", [0.50, 0.52, 0.48])
    write_system(b, "noisy_mini", [0.50, 0.52, 0.49])
    write_system(a, "worse_mini", [0.20, 0.21, 0.20])
    write_system(b, "worse_mini", [0.60, 0.61, 0.60])
    path = b / "rows" / "old_mini.g2p.s0.json"
    row = json.loads(path.read_text())
    del row["outcomes"]
    row["scores"]["greedy"]["metrics"]["wrong_words"]["value"] += 1e-9
    path.write_text(json.dumps(row))
    changes = compare(a, b)
    assert {found.model: found.verdict for found in changes} == {
        "same_mini": "equal",
        "noisy_mini": "within noise",
        "worse_mini": "different",
        "old_mini": "not comparable",
    }
    worse = next(found for found in changes if found.model == "worse_mini")
    assert worse.difference.high < 0  # more wrong words are worse
    assert worse.seeds == (0, 1, 2) and worse.values[1] > worse.values[0] + 30
    assert verdict_of(changes) == (
        "Of 4 scores: 1 equal, 1 within noise, 1 different, 1 not comparable."
    )


def test_a_run_is_compared_by_its_own_cells_alone(folders):
    """The working folder may have copies of committed rows with other seeds, too."""
    a, b = folders
    write_system(a, "x_mini", [0.40, 0.40, 0.40])
    write_system(b, "x_mini", [0.70, 0.40, 0.40])
    [found] = compare(a, b, names={"x_mini.g2p.s0"})
    assert found.seeds == (0,) and found.values == pytest.approx((40, 70), abs=6)
    assert found.verdict == "different"


def test_many_scores_are_judged_together():
    """One score in twenty differs at the level of a single test by chance."""

    def found(p):
        effect = Difference(-1.0, -1.9, -0.1, p, (1, 1))
        return Change("x", "g2p", "greedy", "wrong_words", (1.0, 2.0), (0,), None, effect)

    def verdicts(*p):
        return [change.verdict for change in judged([found(value) for value in p])]

    assert verdicts(0.03) == ["different"]
    assert verdicts(0.03, *[0.5] * 19) == ["within noise"] * 20
    assert verdicts(0.001, *[0.5] * 19) == ["different", *["within noise"] * 19]
    equal = [dataclasses.replace(found(1.0), verdict="equal")] * 19  # chance is not judged of them
    assert [change.verdict for change in judged([found(0.03), *equal])] == [
        "different",
        *["equal"] * 19,
    ]


def test_one_seed_is_judged_by_how_far_its_siblings_are_apart(folders):
    a, b = folders
    write_system(a, "x_mini", [0.40, 0.50, 0.45])
    write_system(b, "x_mini", [0.50])
    [found] = compare(a, b)
    assert found.seeds == (0,) and found.verdict == "within noise"
    write_system(b / "alone", "x_mini", [0.40])
    [alone] = compare(b, b / "alone")  # no sibling tells how far seeds are apart
    assert alone.verdict == "not comparable"
    [again] = compare(b, b / "alone", siblings=a)
    assert again.verdict == "within noise"
    assert again.difference.value == pytest.approx(alone.difference.value)


def test_siblings_of_a_pretrained_row_differ_by_the_seed_of_both_trainings():
    def row(seed, epochs=1):
        settings = {
            "recipe": {"epochs": 2, "seed": seed},
            "pretraining": {"task": "copy", "recipe": {"epochs": epochs, "seed": seed}},
        }
        return {"model": "x_mini", "task": "g2p", "settings": settings}

    assert but_for_the_seed(row(0)) == but_for_the_seed(row(1))
    assert but_for_the_seed(row(0)) != but_for_the_seed(row(0, epochs=2))


def test_the_alignment_error_is_compared(folders):
    for folder, error in zip(folders, (10.0, 60.0)):
        write_system(folder, "x_mini", [0.5], alignment_error=error)
    found = {change.metric: change for change in compare(*folders)}
    assert found["wrong_words"].verdict == "equal"
    assert found["alignment_error"].values == (10.0, 60.0)
    assert found["alignment_error"].verdict == "not comparable"  # the outcomes lack it


def test_equal_sets_and_the_exit_status(folders, capsys):
    a, b = folders
    for folder in folders:
        write_system(folder, "same_mini", [0.5, 0.5])
    assert main(["compare", str(a), str(b)]) == 0
    assert "All 1 scores are equal to the last digit." in capsys.readouterr().out
    write_system(b, "same_mini", [0.1, 0.1])
    assert main(["compare", str(a), str(b)]) == 1
    assert "different" in capsys.readouterr().out


def test_what_else_differs_is_said(folders):
    a, b = folders
    write_system(a, "x_mini", [0.5, 0.5], code="old")
    write_system(b, "x_mini", [0.5, 0.5], code="new", settings={"recipe": {"learning_rate": 1}})
    write_system(b, "y_mini", [0.5], code="new")
    assert settings_that_differ(a, b) == [
        f"only in {b}: 1 cell (y_mini.g2p.s0)",
        "settings.recipe.learning_rate: 0.003 -> 1",
        'settings.split: "test" -> nothing',
        'code: "old" -> "new"',
    ]


def test_a_setting_that_changed_in_many_ways_takes_one_line(folders):
    for folder, ending in zip(folders, ("old", "new")):
        for model in ("x_mini", "y_mini"):
            write_system(folder, model, [0.5], code=f"{model} {ending}")
        write_system(folder, "z_mini", [0.5], code="same")
    assert settings_that_differ(*folders) == [
        'code: "x_mini old" -> "x_mini new", and 1 more such change (2 of 3 cells)'
    ]


def test_nothing_in_common_is_one_line(folders):
    a, b = folders
    write_system(a, "x_mini", [0.5])
    write_system(b, "y_mini", [0.5])
    with pytest.raises(ZooError, match="have no cell in common"):
        compare(a, b)
    assert "are of other cells, such as other seeds" in beside_committed({"y_mini.g2p.s0"}, b, a)


def test_outcomes_of_another_row_are_refused(folders):
    a, b = folders
    for folder in folders:
        write_system(folder, "x_mini", [0.5, 0.3])
    first, second = sorted((b / "outcomes").iterdir())
    first.write_bytes(second.read_bytes())
    with pytest.raises(ZooError, match="is not the file that belongs to its row"):
        compare(a, b)
