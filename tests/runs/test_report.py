"""The page of a run."""

import html
import shutil

import pytest

import zoo
from zoo.errors import ZooError
from zoo.evaluation.evaluate import evaluate_model
from zoo.runs.evaluations import write_predictions
from zoo.runs.report import distance, write_report


@pytest.fixture(scope="module")
def run(trained, task, tmp_path_factory):
    """A run that was scored on its test split."""
    run = zoo.Run(shutil.copytree(trained, tmp_path_factory.mktemp("report") / "run"))
    run.write_evaluation(evaluate_model(run.model, task, "test", jit=False))
    return run


def test_all_that_a_run_left_is_on_the_page(run):
    page = write_report(run.folder).read_text(encoding="utf-8")
    for part in (
        "bag_test on reverse",
        "<svg",
        "training loss",
        "validation Exact match",
        "Scores of the test split",
        "Greedy()",
        "drawn at random",
        "Worst errors",
        "learning_rate",
        "<td>0.005</td>",
        "By source length",
    ):
        assert part in page, part
    assert page.count("<tr>") > 40 and "http" not in page.split("<body")[0].split("<svg")[0]


def test_texts_are_escaped(run, tmp_path):
    (run.folder / "predictions.tsv").write_text(
        "source\toutput\treferences\n<b>a</b>\t<script>\tx & y\n", encoding="utf-8"
    )
    page = write_report(run.folder).read_text(encoding="utf-8")
    assert "<script>" not in page and html.escape("<script>") in page and "x &amp; y" in page
    assert "0 of 1 outputs equal a reference" in page


def test_the_closest_reference_counts():
    assert distance(("s", "abc", ("abc", "xyz"))) == 0
    assert distance(("s", "abc", ("abd",))) == pytest.approx(1 / 3)


def test_texts_with_line_ends_stay_in_their_row(run):
    rows = [("a\x1b[31m", "b\nc", ("d\te",)), ("a", "b", ("b",))]
    write_predictions(run.folder / "predictions.tsv", rows)
    page = write_report(run.folder).read_text(encoding="utf-8")
    assert "1 of 2 outputs equal a reference" in page
    assert "<td>b\\nc</td>" in page and "<td>a\\x1b[31m</td>" in page and "\x1b" not in page


def test_the_last_strategy_on_the_whole_test_split_is_on_the_page(run, task):
    beam = evaluate_model(run.model, task, "test", zoo.Beam(2), jit=False)
    run.write_evaluation(beam)
    run.write_evaluation(evaluate_model(run.model, task, "test", limit=3, jit=False), limit=3)
    page = write_report(run.folder).read_text(encoding="utf-8")
    assert "Beam(size=2" in page and "Greedy()" not in page and " of 40 outputs equal" in page


def test_a_run_without_an_epoch(run, tmp_path):
    (tmp_path / "config.json").write_text(
        (run.folder / "config.json").read_text(encoding="utf-8"), encoding="utf-8"
    )
    with pytest.raises(
        ZooError, match="no finished epoch to report; go on with: zoo train --resume"
    ):
        write_report(tmp_path)
