"""The runner itself, on the smoke suite: killed, interrupted, gone on with; broken and missing
rows; cells that fail.
"""

import json
import shutil
import time

import pytest

from benchmarks.__main__ import main
from benchmarks.rows import read_outcomes, read_rows
from benchmarks.runner import Runner
from benchmarks.suite import load_suite
from tests.benchmarks.running import call, children, scores, start, wait, words
from zoo.evaluation.alignment import ALIGNMENT_ERROR
from zoo.evaluation.metrics import score_of

RENDERED = ("results.csv", "README.md", "by_length_reverse.svg")
CELLS = [cell.name for cell in load_suite("smoke").cells()]


@pytest.fixture
def folder(finished, tmp_path):
    """A copy of it that a test may break."""
    shutil.copytree(finished, tmp_path, dirs_exist_ok=True)
    return tmp_path


def refused(done):
    """The one line of complaint."""
    assert (
        done.returncode == 2 and done.stderr.startswith("error: ") and done.stderr.count("\n") == 1
    ), done.stderr
    return done.stderr


def test_a_run_leaves_rows_with_provenance_and_what_is_rendered_from_them(finished):
    assert {"rows", "outcomes", *RENDERED} <= {path.name for path in (finished / "work").iterdir()}
    rows = read_rows(finished / "work")
    assert list(rows) == sorted(CELLS)
    for name, row in rows.items():
        assert row["command"] == f"python -m benchmarks smoke --cell {name}"
        assert {
            "key",
            "settings",
            "commit",
            "code",
            "versions",
            "hardware",
            "precision",
            "parameters",
            "target_tokens_seen",
            "history",
        } <= set(row)
        assert set(row["scores"]) == {"greedy", "beam"} == set(row["timing"]["decoding"])
        assert (
            row["timing"]["peak_memory_gib"] > 0
            and row["timing"]["training"]["tokens_per_second"] > 0
        )
        assert row["training_flops"] > 1e8 and [point["tokens"] for point in row["history"]] == [
            row["target_tokens_seen"] // 2,
            row["target_tokens_seen"],
        ]
        found = read_outcomes(finished / "work", name, row)
        for label, result in row["scores"].items():
            counts = dict(found.counts[label])
            judged = counts.pop("alignment_error", None)
            for metric, counted in counts.items():  # a score is that of its outcomes
                assert score_of(metric, counted) == result["metrics"][metric]["value"]
            if judged is not None:
                assert ALIGNMENT_ERROR.combine(judged.sum(0)) == row["alignment_error"]
            assert all(score["signature"] for score in result["metrics"].values())
            assert [(b["low"], b["high"]) for b in result["by_length"]] == [(1, 2), (3, 4)]
    table = (finished / "work" / "README.md").read_text()
    assert (
        all(f"`{name.split('.')[0]}`" in table for name in CELLS) and "exact_match|refs:1" in table
    )


def test_a_second_run_does_nothing(folder):
    before = {name: (folder / "work" / "rows" / f"{name}.json").read_bytes() for name in CELLS}
    started = time.time()
    done = call(folder, "smoke")
    assert (
        done.returncode == 0
        and "2 of 2 cells are finished already" in done.stdout
        and time.time() - started < 30
    )
    assert {
        name: (folder / "work" / "rows" / f"{name}.json").read_bytes() for name in CELLS
    } == before


def test_report_renders_the_same_bytes(folder):
    before = {name: (folder / "work" / name).read_bytes() for name in RENDERED}
    for name in RENDERED:
        (folder / "work" / name).unlink()
    done = call(folder, "report", "smoke")
    assert done.returncode == 0 and "lstm_seq2seq_nano" in done.stdout
    assert {name: (folder / "work" / name).read_bytes() for name in RENDERED} == before


def test_a_cell_killed_in_its_training_goes_on_and_ends_with_the_same_row(finished, folder):
    work = folder / "work"
    shutil.rmtree(work / "runs" / CELLS[0])
    (work / "rows" / f"{CELLS[0]}.json").unlink()
    before = scores(work)
    runner = start(folder)
    assert wait(lambda: (work / "runs" / CELLS[0] / "best.weights.h5").exists(), 120)
    runner.kill()
    _, complaint = runner.communicate(timeout=30)
    assert wait(lambda: not children(work), 20), "processes are left"
    assert not complaint and scores(work) == before
    stopped = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    done = call(folder, "smoke")
    assert done.returncode == 0 and "1 of 2 cells are finished already" in done.stdout
    assert scores(work) == scores(finished / "work")
    row = json.loads((work / "rows" / f"{CELLS[0]}.json").read_text())
    assert row["timing"]["started"] < stopped  # it went on: a new start would be later


def test_a_broken_row_is_named(folder):
    for text in ("{", "[]", "{}", "3"):
        (folder / "work" / "rows" / f"{CELLS[0]}.json").write_text(text)
        line = refused(call(folder, "report", "smoke"))
        assert f"{CELLS[0]}.json is broken" in line
    (folder / "work" / "rows" / f"{CELLS[0]}.json").write_text("{")
    assert f"{CELLS[0]}.json is broken" in refused(call(folder, "smoke"))
    assert (folder / "work" / "rows" / f"{CELLS[1]}.json").exists()


def test_a_missing_row_is_named(folder):
    before = (folder / "work" / "results.csv").read_bytes()
    (folder / "work" / "rows" / f"{CELLS[1]}.json").unlink()
    done = call(folder, "report", "smoke")
    assert done.returncode == 0 and "Not run yet" in (folder / "work" / "README.md").read_text()
    assert (folder / "work" / "results.csv").read_bytes() != before
    (folder / "work" / "rows" / f"{CELLS[0]}.json").unlink()
    assert "has none of the rows of smoke; run: python -m benchmarks smoke" in refused(
        call(folder, "report", "smoke")
    )


def test_a_file_in_the_way_of_a_run_is_told_in_one_line(tmp_path, capsys, monkeypatch):
    for kind in ("intra", "inter"):  # TensorFlow has its threads already
        setter = f"tensorflow.config.threading.set_{kind}_op_parallelism_threads"
        monkeypatch.setattr(setter, lambda threads: None)
    (tmp_path / "runs").mkdir()
    (tmp_path / "runs" / CELLS[0]).write_text("in the way")
    assert main(["smoke", "--cell", CELLS[0], "--work", str(tmp_path)]) == 2
    complaint = capsys.readouterr().err
    assert "is not a run folder" in complaint and complaint.count("\n") == 1


def test_rows_of_other_settings_are_run_again(folder):
    path = folder / "work" / "rows" / f"{CELLS[0]}.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"key": "of old code"}))
    runner = Runner(load_suite("smoke"), folder / "work")
    assert [cell.name for cell in runner.waiting] == [CELLS[0]] and list(runner.rows) == [CELLS[1]]
    adopted = Runner(load_suite("smoke"), folder / "work", adopted=CELLS)
    assert not adopted.waiting  # committed rows count, whatever code made them
    assert (
        len(Runner(load_suite("smoke"), folder / "work", adopted=CELLS, fresh=CELLS).waiting) == 2
    )


@pytest.mark.parametrize(
    "asked, message",
    [
        (["quik"], "unknown suite 'quik'; nearest: quick"),
        (["quick", "smoke"], "unrecognized arguments: smoke"),
        (["report", "smok"], "nearest: smoke"),
        (["smoke", "--jobs", "0"], "jobs must be a whole number above 0"),
        (["smoke", "--jobs", "two"], "argument --jobs: invalid int value: 'two'"),
        (["smoke", "--cell", "t5"], "unknown cell 't5'"),
        (["report", "smoke"], "has none of the rows of smoke"),
        (["smoke", "--seeds", "0"], "seeds must be a whole number above 0"),
    ],
)
def test_mistakes_are_one_line(tmp_path, capsys, asked, message):
    status = main(words(tmp_path, *asked))
    complaint = capsys.readouterr().err
    assert status == 2 and message in complaint and complaint.count("\n") == 1
