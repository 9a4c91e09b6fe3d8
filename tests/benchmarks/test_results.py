"""Committed tables are what their rows render to."""

import collections
import shutil

import pytest

from benchmarks.cell import constructor_overrides, is_pretrained, registered_name
from benchmarks.claims.catalog import report as judge
from benchmarks.comparison import metric_of, row_name
from benchmarks.report import load_rows, render, render_readme
from benchmarks.results_index import index_page
from benchmarks.rows import first_score, known_outcomes_file, outcomes_file, read_rows
from benchmarks.suite import REPOSITORY, load_suite
from benchmarks.yardsticks import baseline_score, mark, read_baselines
from tests.benchmarks.committed import compared
from zoo import registry
from zoo.runs.recipe import Recipe

RESULTS = REPOSITORY / "results"


def suites():
    """The suites that have committed results; at least the quick one."""
    names = sorted(path.parent.name for path in RESULTS.glob("*/rows"))
    assert "quick" in names, "run: python -m benchmarks"
    return [(load_suite(name), RESULTS / name) for name in names]


@pytest.fixture
def compared_once(monkeypatch):
    """What is rendered is compared once for all tests, and for copies, too."""
    monkeypatch.setattr("benchmarks.report.by_task", lambda rows, folder: compared(folder.name)[1])


def test_rows_render_to_what_is_committed(compared_once, tmp_path, monkeypatch):
    # The files of figures are empty here: test_figures.py looks at what is drawn.
    monkeypatch.setattr("matplotlib.figure.Figure.savefig", lambda *_, **__: None)
    for suite, folder in suites():
        for part in ("rows", "outcomes", "attention"):
            if (folder / part).exists():
                shutil.copytree(folder / part, tmp_path / suite.name / part)
    for suite, folder in suites():
        there = tmp_path / suite.name
        render(suite, there)
        assert {path.name for path in folder.iterdir()} == {path.name for path in there.iterdir()}
        for name in ("README.md", "results.csv"):
            assert (there / name).read_text() == (folder / name).read_text(), (
                f"run: python -m benchmarks report {suite.name}"
            )


def test_rows_are_of_the_suite_as_it_stands():
    for suite, folder in suites():
        cells = {cell.name: cell.settings for cell in suite.cells()}
        assert {path.stem for path in (folder / "rows").iterdir()} <= set(cells)
        for row in load_rows(suite, folder):
            assert row["settings"] == cells[row_name(row)]


@pytest.mark.parametrize("task", load_suite("applications").tasks)
def test_a_task_recommends_the_training_of_its_best_row_which_beats_the_baseline(task):
    comparison = compared("applications")[1][task]
    rows = [row for row in comparison.rows if not is_pretrained(row["model"])]
    best = metric_of(comparison.main).best(rows, key=lambda row: first_score(row, "beam"))
    model, score = best["model"], first_score(best, "beam")
    family, found = registry.card(registered_name(model))["family"], constructor_overrides(model)
    recommended = registry.tasks.entry(task).card["families"][family]
    assert f"{family}_{recommended['size']}" == registered_name(model)
    assert recommended["overrides"] == found
    asked = Recipe.of_model(registered_name(model), task, **recommended["recipe"])
    assert asked.to_dict() == best["recipe"] | {"precision": "auto"}
    simple = baseline_score(best["settings"], comparison.main, read_baselines())
    assert not mark(comparison.main, [score], simple)


def test_a_cell_of_several_suites_has_one_row_and_its_outcomes_stand_once():
    found = collections.defaultdict(list)
    for _, folder in suites():
        for name, row in read_rows(folder).items():
            found[row["settings_key"]].append((folder, name, row))
    shared = [cells for cells in found.values() if len(cells) > 1]
    assert shared
    for cells in shared:
        assert all(row == cells[0][2] for _, _, row in cells), [str(cell[:2]) for cell in cells]
        assert sum(outcomes_file(folder, name).exists() for folder, name, _ in cells) == 1
        assert all(known_outcomes_file(*cell).exists() for cell in cells)


@pytest.mark.parametrize("name", ["quick", "variants"])
def test_models_that_are_compared_are_of_equal_size(name):
    sizes = [
        row["parameters"]
        for row in read_rows(RESULTS / name).values()
        if row["task"] == "g2p" and " " not in row["model"]
    ]
    assert max(sizes) <= 1.1 * min(sizes)


def test_verdicts_are_those_of_the_committed_rows(tmp_path):
    for suite, folder in suites():
        (tmp_path / suite.name).symlink_to(folder, target_is_directory=True)
    judge([], tmp_path)
    for name in ("README.md", "claims.csv"):
        committed = (RESULTS / "claims" / name).read_text()
        assert (tmp_path / "claims" / name).read_text() == committed, "run: make results"


def test_the_index_counts_the_rows_that_there_are(tmp_path):
    assert (RESULTS / "README.md").read_text(encoding="utf-8") == index_page(), "run: make results"
    [line] = [line for line in index_page().splitlines() if "benchmarks quick --publish`" in line]
    assert "24 of 24" in line and "(quick/README.md)" in line
    lines = index_page(tmp_path).splitlines()
    [line] = [line for line in lines if "benchmarks quick --publish`" in line]
    assert "0 of 24" in line and "README" not in line


def test_the_readme_shows_the_rendered_tables(compared_once, tmp_path):
    text = (REPOSITORY / "README.md").read_text(encoding="utf-8")
    assert text.count("<!-- quick -->") == text.count("<!-- end quick -->") == 1
    for suite, folder in suites():
        (tmp_path / "README.md").write_text(text, encoding="utf-8")
        render_readme(suite, folder, tmp_path / "README.md")
        assert (tmp_path / "README.md").read_text(encoding="utf-8") == text, (
            f"run: python -m benchmarks report {suite.name}"
        )
