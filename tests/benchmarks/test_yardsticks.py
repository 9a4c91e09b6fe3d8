"""Baselines and published figures beside a task's scores."""

from benchmarks.yardsticks import yardsticks

TABLE = """task,options,split,baseline,metric,score,signature
sql,,test,nearest,exact_match,22.34,x
sql,split=query,test,nearest,exact_match,1.5,x
sql,split=query,test,nearest,token_error_rate,65.32,x
"""


def row(task, **options):
    return {"settings": {"task": task, "options": options, "split": "test"}}


def test_the_baseline_of_the_same_options_and_split(tmp_path):
    table = tmp_path / "baselines.csv"
    table.write_text(TABLE)
    assert yardsticks(row("sql", split="query"), table)[0] == (
        "Without a network (`zoo baseline sql --task-option split=query`): "
        "Exact match 1.5, Token error rate 65.3."
    )
    assert "Exact match 22.3" in yardsticks(row("sql"), table)[0]


def test_published_figures_and_nothing_where_there_is_nothing(tmp_path):
    [published] = yardsticks(row("cmudict"), tmp_path / "none.csv")
    assert published.startswith("Published: [Transformer, 2 layers of 256 units")
    assert yardsticks(row("copy"), tmp_path / "none.csv") == []


def test_a_figure_that_names_options_belongs_to_rows_with_them(tmp_path):
    [jump] = yardsticks(row("scan", split="jump"), tmp_path / "none.csv")
    assert "split=jump" in jump and "split=simple" not in jump
    [simple] = yardsticks(row("scan"), tmp_path / "none.csv")  # the default
    assert "split=simple" in simple and "split=jump" not in simple
    assert yardsticks(row("scan", split="length"), tmp_path / "none.csv") == []


def test_a_baseline_does_not_depend_on_tokens_and_sees_all_pairs(tmp_path):
    table = tmp_path / "baselines.csv"
    table.write_text(TABLE)
    found = yardsticks(row("sql", split="query", train_limit=9), table)[0]
    assert "task-option split=query`, which sees all pairs): Exact match 1.5" in found
