"""Committed rows count as finished where their settings are the suite's, whatever the code."""

import itertools
from types import SimpleNamespace

import numpy as np
import pytest
from PIL import Image

from benchmarks import estimate, run_suite
from benchmarks import publish as publishing
from benchmarks.__main__ import main
from benchmarks.publish import adopt, drop_others, publish, read_again
from benchmarks.rows import attention_file, outcomes_file, read_outcomes, read_rows, write_row
from benchmarks.runner import Runner
from benchmarks.suite import load_suite
from tests.benchmarks.synthetic import write_system
from zoo.errors import ZooError
from zoo.files import locked


def suite(*names):
    return SimpleNamespace(
        cells=lambda: [SimpleNamespace(name=x, settings_key=f"{x} settings") for x in names]
    )


def files(*folders):
    """The bytes of all files."""
    return {path: path.read_bytes() for x in folders for path in x.rglob("*") if path.is_file()}


def test_rows_of_the_same_settings_are_adopted_with_their_outcomes(tmp_path):
    results, work = tmp_path / "results", tmp_path / "work"
    write_system(results, "x_mini", [0.5, 0.4])
    write_system(results, "y_mini", [0.5], settings_key="of other settings")
    taken = adopt(suite("x_mini.g2p.s0", "y_mini.g2p.s0"), results, work)
    rows = read_rows(work)
    assert taken == set(rows)
    assert list(rows) == ["x_mini.g2p.s0"]  # not of other settings, and not of other cells
    assert read_outcomes(work, "x_mini.g2p.s0", rows["x_mini.g2p.s0"]).lengths.size == 500


def test_a_committed_row_replaces_that_of_an_experiment(tmp_path):
    results, work = tmp_path / "results", tmp_path / "work"
    write_system(results, "x_mini", [0.5], code="committed")
    write_system(work, "x_mini", [0.4, 0.4], code="experiment")
    adopt(suite("x_mini.g2p.s0", "x_mini.g2p.s1"), results, work)
    codes = {name: row["code"] for name, row in read_rows(work).items()}
    assert codes == {"x_mini.g2p.s0": "committed", "x_mini.g2p.s1": "experiment"}


@pytest.mark.parametrize("options", [["--publish"], ["--fresh"], ["--publish", "--fresh"]])
def test_an_estimate_changes_nothing(tmp_path, monkeypatch, options):
    monkeypatch.setattr(estimate, "estimate", lambda runner, *_: f"{len(runner.waiting)} wait")
    results, work = tmp_path / "results", tmp_path / "work"
    smoke = load_suite("smoke")
    for cell, code in itertools.product(smoke.cells(), ("committed", "experiment")):
        folder = results if code == "committed" else work
        given = dict(task=cell.task, settings_key=cell.settings_key, code=code, key=cell.key)
        write_system(folder, cell.model, [0.5], **given)
    write_system(results, "z_mini", [0.5])  # of other settings
    before = files(results, work)
    places = ["--work", str(work), "--results", str(results)]
    assert main(["smoke", "--estimate", *options, *places]) == 0
    assert files(results, work) == before


def test_rows_of_other_settings_stay_while_another_run_goes_on(tmp_path):
    results, work = tmp_path / "results", tmp_path / "work"
    write_system(results, "z_mini", [0.5])
    with locked(work, "busy"):
        places = ["--work", str(work), "--results", str(results)]
        assert main(["smoke", "--publish", *places]) == 2
    assert list(read_rows(results)) == ["z_mini.g2p.s0"]


def test_a_cell_that_another_suite_has_run_is_not_run_again(tmp_path):
    results, other, work = tmp_path / "results", tmp_path / "other", tmp_path / "work"
    write_system(results, "x_mini", [0.5], code="own")
    write_system(other, "x_mini", [0.4, 0.4], code="other")
    write_system(other, "y_mini", [0.5], settings_key="of other settings")
    cells = suite("x_mini.g2p.s0", "x_mini.g2p.s1", "y_mini.g2p.s0")
    adopt(cells, results, work, [results, other])
    rows = read_rows(work)
    assert {name: row["code"] for name, row in rows.items()} == {
        "x_mini.g2p.s0": "own",
        "x_mini.g2p.s1": "other",
    }
    assert rows["x_mini.g2p.s1"] == read_rows(other)["x_mini.g2p.s1"]
    assert read_outcomes(work, "x_mini.g2p.s1", rows["x_mini.g2p.s1"]).lengths.size == 500


def test_rows_that_are_not_of_the_suite_any_more_are_dropped(tmp_path):
    write_system(tmp_path, "x_mini", [0.5, 0.4])
    write_system(tmp_path, "y_mini", [0.5], settings_key="of other settings")
    write_system(tmp_path, "z_mini", [0.5])
    assert drop_others(suite("x_mini.g2p.s0", "x_mini.g2p.s1", "y_mini.g2p.s0"), tmp_path) == 2
    assert list(read_rows(tmp_path)) == ["x_mini.g2p.s0", "x_mini.g2p.s1"]
    assert not outcomes_file(tmp_path, "z_mini.g2p.s0").exists()


def test_publishing_takes_a_row_and_what_belongs_to_it(tmp_path):
    results, work, name = tmp_path / "results", tmp_path / "work", "x_mini.g2p.s1"
    write_system(work, "x_mini", [0.5, 0.4])
    drawing = attention_file(work, name)
    drawing.parent.mkdir()
    shades = np.arange(256, dtype="uint8")[None].repeat(8, axis=0)
    Image.fromarray(shades).save(drawing)
    publish(work, results, [name])
    assert list(read_rows(results)) == [name]
    assert outcomes_file(results, name).exists()
    with Image.open(attention_file(results, name)) as published:  # in fewer colours, which
        seen = np.asarray(published.convert("L"), int)  # look the same
    assert np.abs(seen - shades).max() <= 4 and len(np.unique(seen)) <= 64
    drop_others(suite(), results)
    assert not attention_file(results, name).exists()


def test_a_row_without_outcomes_is_published_without_its_picture(tmp_path):
    results, work, name = tmp_path / "results", tmp_path / "work", "x_mini.g2p.s0"
    for folder in ("rows", "attention"):
        (work / folder).mkdir(parents=True)
    write_row(work, name, {"key": "k", "scores": {}, "timing": {}}, None)
    drawing = attention_file(work, name)
    drawing.write_bytes(b"a picture")
    publish(work, results, [name])
    assert list(read_rows(results)) == [name] and not attention_file(results, name).exists()


@pytest.fixture
def shared(tmp_path):
    """Results of two suites: `other` has taken over a cell of `first`, without its outcomes."""
    first, other = tmp_path / "results" / "first", tmp_path / "results" / "other"
    write_system(first, "x_mini", [0.5], suite="first")
    publish(first, other, ["x_mini.g2p.s0"], others=[first])
    return first, other


def test_outcomes_are_stored_by_the_suite_that_ran_the_cell(shared, tmp_path):
    first, other = shared
    [(name, row)] = read_rows(other).items()
    assert not outcomes_file(other, name).exists()
    assert read_outcomes(other, name, row).lengths.size == 500
    adopt(suite(name), other, tmp_path / "work")
    assert outcomes_file(tmp_path / "work", name).exists()  # a working folder is complete
    drop_others(suite(), first)
    assert read_outcomes(other, name, row).lengths.size == 500


def test_a_cell_that_is_published_again_replaces_its_copies(shared, tmp_path):
    first, other = shared
    work, name = tmp_path / "work", "x_mini.g2p.s0"
    write_system(work, "x_mini", [0.9], suite="other")
    assert publish(work, other, [name], [first]) == {"first"}
    rows = [read_rows(folder)[name] for folder in (first, other, work)]
    assert rows[0] == rows[1] == rows[2] and not outcomes_file(first, name).exists()
    assert read_outcomes(first, name, rows[0]).lengths.size == 500
    assert publish(work, other, [name], [first]) == set()


def test_a_kill_leaves_no_row_beside_the_outcomes_of_another(tmp_path, monkeypatch):
    results, work = tmp_path / "results", tmp_path / "work"
    write_system(results, "x_mini", [0.5])
    write_system(work, "x_mini", [0.9])
    copy_file = publishing.copy_file

    def killed(source, target):
        copy_file(source, target)
        raise KeyboardInterrupt

    monkeypatch.setattr(publishing, "copy_file", killed)
    with pytest.raises(KeyboardInterrupt):
        publish(work, results, ["x_mini.g2p.s0"])
    assert not read_rows(results)


def test_an_interrupted_fresh_run_is_gone_on_with(tmp_path, monkeypatch):
    """Trains nothing: the runner finishes one cell and is stopped."""
    results, work, reports = tmp_path / "results", tmp_path / "work", []
    smoke = load_suite("smoke")
    given = {
        cell.name: dict(task=cell.task, settings_key=cell.settings_key, key=cell.key)
        for cell in smoke.cells()
    }
    for cell in smoke.cells():
        write_system(results, cell.model, [0.5], **given[cell.name], code="old")

    def run(runner, launcher):
        if runner.waiting:
            cell = runner.waiting[0]
            write_system(work, cell.model, [0.4], **given[cell.name], code="new")
            runner.rows[cell.name] = read_rows(work)[cell.name]
            runner.on_finish(cell.name)
            raise ZooError("stopped")

    monkeypatch.setattr(Runner, "run", run)
    monkeypatch.setattr(estimate, "estimate", lambda *_: "")
    monkeypatch.setattr(run_suite, "report", lambda *_: reports.append(1))
    words = ["smoke", "--publish", "--work", str(work), "--results", str(results)]
    assert main([*words, "--fresh"]) == 2 and len(read_again(work)) == 1
    assert sorted(row["code"] for row in read_rows(results).values()) == ["new", "old"]
    assert main(words) == 2 and not (work / "again.json").exists()
    assert [row["code"] for row in read_rows(results).values()] == ["new", "new"]
    assert len(reports) == 2  # what is finished is rendered
