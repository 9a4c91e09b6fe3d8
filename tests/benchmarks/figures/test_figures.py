"""Figures are the same bytes for the same rows, small, and readable."""

import re

import pytest

from benchmarks.comparison import by_task
from benchmarks.figures import draw_figures
from tests.benchmarks.synthetic import suite_of, write_rows

MODELS = ["lstm_seq2seq_mini", "lstm_seq2seq_mini reverse=false", "t5_mini"]
NAMES = {"by_length_reverse.svg", "trade_offs_reverse.svg", "learning_reverse.svg"}


@pytest.fixture(scope="module")
def drawn(tmp_path_factory):
    """A folder with two drawings of the same rows, and their captions."""
    folder = tmp_path_factory.mktemp("figures")
    rows = write_rows(folder, dict(zip(MODELS, (0.7, 0.9, 0.1))), seeds=[0, 1], examples=40)
    comparisons = by_task(list(rows.values()), folder)
    for again in ("one", "two"):
        (folder / again).mkdir()
        figures = draw_figures(suite_of(rows), comparisons, folder / again)
    return folder, figures["reverse"]


def test_every_figure_is_written_with_the_same_bytes_twice(drawn):
    folder, figures = drawn
    assert {name for name, _, _ in figures} == NAMES
    assert {path.name for path in (folder / "one").iterdir()} == NAMES
    for name in NAMES:
        assert (folder / "one" / name).read_bytes() == (folder / "two" / name).read_bytes()


def test_text_is_text_of_at_least_nine_points(drawn):
    folder, _ = drawn
    for name in NAMES:
        text = (folder / "one" / name).read_text()
        sizes = [
            float(a or b) for a, b in re.findall(r"font-size: ([\d.]+)px|font: ([\d.]+)px", text)
        ]
        assert sizes and min(sizes) >= 9
        assert "lstm_seq2seq" in text and "reverse=false" in text


def test_captions_say_what_is_dashed_and_what_bands_are(drawn):
    captions = {name: caption for name, _, caption in drawn[1]}
    assert "Dashed: the same model without the change." in captions["by_length_reverse.svg"]
    assert "means of 2 seeds, bands their range" in captions["learning_reverse.svg"]
    assert "AMD EPYC" in captions["trade_offs_reverse.svg"]


def test_the_longest_trained_length_is_marked(tmp_path):
    def settings(model, seed):
        options = {"max_length": 10, "test_max_length": 20}
        return {"task": "reverse", "options": options, "recipe": {"epochs": 1}}

    rows = write_rows(tmp_path, {"t5_mini": 0.2}, seeds=[0], examples=40, settings=settings)
    figures = draw_figures(suite_of(rows), by_task(list(rows.values()), tmp_path), tmp_path)
    [caption] = [text for name, _, text in figures["reverse"] if name == "by_length_reverse.svg"]
    assert "the longest source that was trained on, 10 tokens" in caption
    assert "stroke-dasharray" in (tmp_path / "by_length_reverse.svg").read_text()


def test_training_costs_operations_where_times_do_not_compare(tmp_path):
    right = dict(zip([*MODELS, "gnmt_mini"], (0.7, 0.9, 0.1, 0.5)))
    rows = list(write_rows(tmp_path, right, seeds=[0]).values())
    for row, share in zip(rows, (1, 2, 3, 4)):
        row["training_flops"] *= share

    def trade_offs():
        figures = draw_figures(suite_of(dict(enumerate(rows))), by_task(rows, tmp_path), tmp_path)
        [caption] = [text for name, _, text in figures["reverse"] if name.startswith("trade_offs")]
        return caption, (tmp_path / "trade_offs_reverse.svg").read_text()

    caption, drawing = trade_offs()
    assert "Times are those of AMD EPYC" in caption and "minutes of training" in drawing
    other = {"hardware": rows[0]["hardware"] | {"l1_data_cache": "48K"}}
    [t5] = [row for row in rows if row["model"] == "t5_mini"]
    t5 |= other
    caption, drawing = trade_offs()
    assert "Without a speed there: `t5_mini`." in caption
    assert "operations of training" in drawing and "minutes" not in drawing
    rows[0] |= other  # two speeds of one machine make no picture
    assert trade_offs()[0] == "Greedy decoding." and "speed" not in trade_offs()[1]
    for row in rows:
        row["training_flops"] = 1e9
    with pytest.raises(ValueError, match="not enough values"):  # nothing is left to draw
        trade_offs()
    rows = [row for row in rows if row["model"] == "t5_mini"]
    figures = draw_figures(suite_of(dict(enumerate(rows))), by_task(rows, tmp_path), tmp_path)
    assert not any(name.startswith("trade_offs") for name, _, _ in figures["reverse"])
    assert not (tmp_path / "trade_offs_reverse.svg").exists()  # of one model there is none
