"""Committed rows count as finished where their settings are the suite's, whatever the code."""

from types import SimpleNamespace

from benchmarks.publish import adopt, drop_others, publish
from benchmarks.rows import attention_file, outcomes_file, read_outcomes, read_rows
from tests.benchmarks.synthetic import write_system


def suite(*names):
    return SimpleNamespace(
        cells=lambda: [SimpleNamespace(name=x, settings_key=f"{x} settings") for x in names]
    )


def test_rows_of_the_same_settings_are_adopted_with_their_outcomes(tmp_path):
    results, work = tmp_path / "results", tmp_path / "work"
    write_system(results, "x_mini", [0.5, 0.4])
    write_system(results, "y_mini", [0.5], settings_key="of other settings")
    adopt(suite("x_mini.g2p.s0", "y_mini.g2p.s0"), results, work)
    rows = read_rows(work)
    assert list(rows) == ["x_mini.g2p.s0"]  # not of other settings, and not of other cells
    assert read_outcomes(work, "x_mini.g2p.s0", rows["x_mini.g2p.s0"]).lengths.size == 500


def test_a_newer_row_of_the_working_folder_stays(tmp_path):
    results, work = tmp_path / "results", tmp_path / "work"
    write_system(results, "x_mini", [0.5], code="old")
    write_system(work, "x_mini", [0.4], code="new")
    adopt(suite("x_mini.g2p.s0"), results, work)
    assert read_rows(work)["x_mini.g2p.s0"]["code"] == "new"


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
    drawing.write_bytes(b"a picture")
    publish(work, results, [name])
    assert list(read_rows(results)) == [name]
    assert outcomes_file(results, name).exists() and attention_file(results, name).exists()
    drop_others(suite(), results)
    assert not attention_file(results, name).exists()
