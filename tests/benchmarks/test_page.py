"""The results page says what was compared, and what it cannot say."""

import pytest

from benchmarks.comparison import by_task
from benchmarks.page import page
from benchmarks.rate_table import edge_note
from benchmarks.report import missing_cells
from tests.benchmarks.synthetic import EPYC, suite_of, write_rows

MODELS = {"transformer_mini": 0.1, "lstm_seq2seq_mini": 0.7}


def page_of(folder, rows, **fields):
    """The page of rows, and of a suite with these fields."""
    suite = suite_of(rows, **fields)
    found = list(rows.values())
    return page(suite, by_task(found, folder), missing_cells(suite, found), {}, folder)


@pytest.fixture
def rows(tmp_path):
    return write_rows(tmp_path, MODELS, seeds=[0, 1], examples=40)


def test_the_top_says_what_on_which_budget_and_where(tmp_path, rows):
    text = page_of(tmp_path, rows)
    assert "two models on reverse, each with two seeds" in text
    assert "2 passes over the training data, 1,000,000 target tokens" in text
    assert "AMD EPYC, 2 cores, no GPU, float32" in text and "commit `01234567`" in text
    assert "learning rate" not in text


def test_what_a_suite_says_of_itself_is_there_but_for_its_commands(tmp_path, rows):
    file = tmp_path / "own.toml"
    file.write_text(
        "# The question: who\n# wins.\n#\n#   python -m benchmarks own\n#\n# Expect a tie.\n\ntitle"
    )
    text = page_of(tmp_path, rows, file=file)
    assert "# Synthetic\n\nWho wins.\n\nExpect a tie.\n\n## reverse\n\n" in text
    assert text.index("## reverse") < text.index("## How it was made\n\n- **Compared")


def test_what_some_models_were_trained_on_first_is_said(tmp_path, rows):
    row = next(iter(rows.values()))
    table = {"task": "copy", "options": {"symbols": 5}, "recipe": {"epochs": 4}}
    row["settings"] |= {"pretraining": table}
    row["pretraining"] = {"steps": 9, "tokens_seen": 12_345}
    text = page_of(tmp_path, rows)
    assert "trained on `copy symbols=5`, 4 passes, 12,345 target tokens" in text
    other = list(rows.values())[-1]
    other["settings"] |= {"pretraining": table | {"options": {}}}
    other["pretraining"] = {"steps": 9, "tokens_seen": 10}
    text = page_of(tmp_path, rows)
    assert f"`copy symbols=5`, 4 passes, 12,345 target tokens (`{row['task']}`)" in text
    assert f"trained on `copy`, 4 passes, 10 target tokens (`{other['task']}`)" in text


def test_chosen_learning_rates_are_shown_with_where_they_come_from(tmp_path, rows):
    text = page_of(tmp_path, rows, rates="rates")
    assert "scored best on validation in [rates](../rates/README.md). A model with" in text
    assert "| `transformer_mini`  | adam        |           0.003 |" in text


def test_cells_that_are_missing_are_named(tmp_path, rows):
    del rows["lstm_seq2seq_mini.reverse.s1"]
    text = page_of(tmp_path, rows, models=list(MODELS), seeds=[0, 1])
    assert "Not run yet: reverse, seed 1: `lstm_seq2seq_mini`." in text
    text = page_of(tmp_path, rows, models=[*MODELS, "t5_mini"], seeds=[0, 1])
    assert "reverse, seeds 0 and 1: `t5_mini`; reverse, seed 1: `lstm_seq2seq_mini`." in text
    assert "± is the standard deviation between 2 seeds" in text
    assert "known only roughly" in text and "each with one to two seeds" in text


def test_models_of_few_seeds_are_named(tmp_path):
    rows = write_rows(tmp_path, MODELS, seeds=[0, 1, 2], examples=40)
    for seed in (1, 2):
        del rows[f"lstm_seq2seq_mini.reverse.s{seed}"]
    text = page_of(tmp_path, rows, models=list(MODELS), seeds=[0, 1, 2])
    assert "Fewer than three seeds: `lstm_seq2seq_mini`. Their scores are taken" in text


def test_one_seed_is_said_to_leave_seeds_out(tmp_path):
    rows = write_rows(tmp_path, MODELS, seeds=[0], examples=40)
    assert "There is one seed: intervals and ties cover" in page_of(tmp_path, rows)


def test_rows_without_outcomes_are_said_to_have_no_intervals(tmp_path, rows):
    for row in rows.values():
        del row["outcomes"]
    text = page_of(tmp_path, rows)
    assert "scores have no intervals" in text and "Bold" not in text


def test_the_machines_of_a_mixed_table_are_listed(tmp_path):
    def hardware(model, seed):
        return EPYC | {"processor": "Xeon"} if model == "transformer_mini" else EPYC

    rows = write_rows(tmp_path, MODELS, seeds=[0], examples=40, hardware=hardware)
    text = page_of(tmp_path, rows)
    assert "Compare lines of the same machine only. A: " in text and "; B: " in text


def test_speeds_beside_other_work_are_said_not_to_compare(tmp_path):
    def timing(model, seed):
        return made_timing | {"gflops": 90.0 if seed else 30.0}

    made_timing = next(iter(write_rows(tmp_path, MODELS, examples=40).values()))["timing"]
    text = page_of(tmp_path, write_rows(tmp_path, MODELS, examples=40, timing=timing))
    assert "up to 3.0 times as fast after one cell" in text and "Do not compare speeds" in text


def test_a_commit_says_if_the_code_was_changed(tmp_path):
    rows = write_rows(tmp_path, MODELS, examples=40)
    for row, commit in zip(rows.values(), ("0123456789+", None)):
        row["commit"] = commit
    assert "commit `01234567+`, `unknown`" in page_of(tmp_path, rows)


def test_learning_rates_are_compared_on_validation(tmp_path):
    models = {f"t5_mini learning_rate={rate}": wrong for rate, wrong in ((0.001, 0.6), (0.01, 0.1))}
    rows = write_rows(tmp_path, models, seeds=[0], examples=40)
    fields = {"models": ["t5_mini"], "learning_rates": [0.001, 0.01, 0.1]}
    text = page_of(tmp_path, rows, **fields)
    assert "Not run yet: reverse, seed 0: `t5_mini learning_rate=0.1`." in text
    [line] = [line for line in text.split("\n") if line.startswith("| `t5_mini`")]
    first, second = [cell.strip() for cell in line.strip("|").split("|")][1:]
    assert second.startswith("**") and not first.startswith("**")
    assert "Best at the edge of the rates tried" in text
    assert "`t5_mini` (0.01, the highest)." in text


def test_a_rate_in_the_middle_is_not_at_the_edge(tmp_path):
    wrong = {0.001: 0.6, 0.01: 0.1, 0.1: 0.6}
    models = {f"t5_mini learning_rate={rate}": share for rate, share in wrong.items()}
    rows = write_rows(tmp_path, models, seeds=[0], examples=40)
    assert edge_note(list(rows.values())) == ""
