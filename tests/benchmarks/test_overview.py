"""Suites of many tasks at a glance."""

import pytest

from benchmarks.comparison import by_task, without_outcomes
from benchmarks.overview import (
    BELOW,
    attention_parts,
    overview_parts,
    overview_table,
    scores_at_a_glance,
)
from benchmarks.rows import attention_file
from tests.benchmarks.synthetic import suite_of, write_rows

TASKS = ("reverse", "copy", "sort", "addition")
MODELS = {"lstm_seq2seq_mini": 0.6, "transformer_mini": 0.1}
PLAIN = {"task": "reverse", "options": {}, "split": "test", "recipe": {}}


@pytest.fixture
def rows(tmp_path):
    """Rows of all tasks by cell name."""
    found = {}
    for task in TASKS:
        fields = {"settings": PLAIN | {"task": task}}
        found |= write_rows(tmp_path, MODELS, seeds=[0], task=task, **fields)
    return found


@pytest.fixture
def comparisons(rows, tmp_path):
    return by_task(list(rows.values()), tmp_path)


def test_a_task_stands_on_a_line_beside_its_baseline(rows, comparisons, tmp_path):
    baselines = tmp_path / "baselines.csv"
    baselines.write_text(
        "task,options,split,baseline,metric,score,signature\n"
        "reverse,,test,copy,exact_match,90,x\ncopy,,test,nearest,exact_match,1,x\n"
    )
    table = overview_table(suite_of(rows), comparisons, baselines=baselines)
    table = table.set_index("Metric", drop=False)
    assert list(table["Task"]) == [f"[{task}](#{task})" for task in TASKS]
    assert list(table["Baseline"]) == ["90.0", "1.0", "–", "–"]
    lstm = list(table["`lstm_seq2seq_mini`"])
    assert lstm[0].endswith("†") and not any(score.endswith("†") for score in lstm[1:])
    best = comparisons["reverse"].of("lstm_seq2seq_mini")[0]["scores"]["beam"]["metrics"]
    assert lstm[0] == f"{best['exact_match']['value']:.1f}†"


def test_a_model_of_one_task_alone_is_named_in_the_line_of_its_task(rows, tmp_path):
    model = "listen_attend_spell_mini dropout=0.2"
    fields = {"settings": PLAIN | {"task": "sort"}}
    own = write_rows(tmp_path, {model: 0.3}, seeds=[0], task="sort", **fields)
    found = by_task([*rows.values(), *own.values()], tmp_path)
    suite = suite_of(rows)
    suite.tasks["sort"]["models"] = [*MODELS, model]
    table = overview_table(suite, found, baselines=tmp_path / "none.csv").set_index("Task")
    [row] = own.values()
    score = row["scores"]["beam"]["metrics"]["exact_match"]["value"]
    others = table.pop("Another model")
    assert others["[sort](#sort)"] == f"{score:.1f} `listen_attend_spell_mini`"
    assert list(others.drop("[sort](#sort)")) == ["", "", ""]
    assert not any("listen" in column for column in table.columns)


def test_samples_are_of_the_better_model(rows, comparisons, tmp_path):
    text = "\n".join(overview_parts(suite_of(rows), comparisons, tmp_path))
    assert BELOW in text and "as the reference" in text
    assert "Scores of the suite's beam search." in text
    for row in rows.values():
        del row["scores"]["beam"]
    [_, note] = scores_at_a_glance(suite_of(rows), without_outcomes(list(rows.values())))
    assert note.startswith("Scores of greedy decoding.")
    lines = [line for line in text.splitlines() if "as the reference" in line]
    assert len(lines) == len(TASKS)
    assert all("`transformer_mini`" in line and "`h t t u`" in line for line in lines[:3])


def test_where_the_better_model_looks_is_shown(rows, comparisons, tmp_path):
    for model in MODELS:
        file = attention_file(tmp_path, f"{model}.copy.s0")
        file.parent.mkdir(exist_ok=True)
        file.write_bytes(b"a picture")
    pictures = "\n".join(attention_parts(comparisons, tmp_path))
    assert "`transformer_mini` looks in the first test example of copy" in pictures
    assert "(attention/transformer_mini.copy.s0.png)" in pictures and "lstm" not in pictures


def test_few_tasks_need_no_overview(rows, comparisons, tmp_path):
    few = suite_of({name: row for name, row in rows.items() if row["task"] in TASKS[:2]})
    assert overview_parts(few, comparisons, tmp_path) == []
