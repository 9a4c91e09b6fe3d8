"""The page of a run."""

import html

import pytest

from tests.small_training import train
from zoo.errors import ZooError
from zoo.evaluation.evaluate import evaluate_model
from zoo.runs.report import distance, write_report


@pytest.fixture(scope="module")
def run(task, tmp_path_factory):
    """A run that was scored on its test split."""
    run = train(task, tmp_path_factory.mktemp("report") / "run", epochs=2)
    run.write_predictions(evaluate_model(run.model, task, "test", jit=False))
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
    assert distance(("s", "abc", "abc | xyz")) == 0 and distance(
        ("s", "abc", "abd")
    ) == pytest.approx(1 / 3)


def test_a_run_without_an_epoch(run, tmp_path):
    (tmp_path / "config.json").write_text(
        (run.folder / "config.json").read_text(encoding="utf-8"), encoding="utf-8"
    )
    with pytest.raises(
        ZooError, match="no finished epoch to report; go on with: zoo train --resume"
    ):
        write_report(tmp_path)
