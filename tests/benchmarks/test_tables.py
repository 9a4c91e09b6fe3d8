"""What readers see of rows: marks, changes, machines and gaps."""

import re

import pytest

from benchmarks import tables
from benchmarks.comparison import by_task, row_name
from benchmarks.rows import read_outcomes, read_rows
from benchmarks.statistics import against_best
from benchmarks.tables import as_markdown, difference_table, quality_table, speed_table, spread
from tests.benchmarks.synthetic import EPYC, write_rows
from zoo.evaluation.metrics import METRICS

WRONG = {"transformer_mini": 0.1, "t5_mini": 0.1, "lstm_seq2seq_mini": 0.7}
XEON = EPYC | {"processor": "Xeon"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("results")
    write_rows(folder, WRONG)
    return folder


@pytest.fixture(scope="module")
def comparison(folder):
    return by_task(list(read_rows(folder).values()), folder)["reverse"]


def test_the_best_and_what_the_statistics_call_its_ties_are_bold(comparison, folder):
    table = quality_table(comparison)
    for decoder in ("greedy", "beam"):
        systems = {
            model: [
                read_outcomes(folder, row_name(row), row).counts[decoder]["exact_match"]
                for row in comparison.of(model)
            ]
            for model in WRONG
        }
        best, behind = against_best(systems, METRICS["exact_match"])
        ties = {best} | {name for name, found in behind.items() if found.low <= 0 <= found.high}
        cells = zip(table["Variant"], table[f"Exact match, % ↑ {decoder}"])
        bold = {name.strip("`") for name, cell in cells if cell.startswith("**")}
        assert bold == ties
        assert bold == {"transformer_mini", "t5_mini"}
    assert not table["Perplexity ↓"].str.contains("*", regex=False).any()  # it counts no examples


def test_seeds_have_a_mean_and_a_deviation():
    assert spread([40, 50, 60]) == "50.0 ± 10.0"
    assert (spread([40]), spread([])) == ("40.0", "–")


def test_a_difference_stands_with_its_interval_and_p(comparison):
    table = difference_table(comparison).set_index("Variant")
    assert (table["greedy: points [95% interval]"] == "best").sum() == 1
    cell = table["greedy: points [95% interval]"]["`lstm_seq2seq_mini`"].replace("−", "-")
    value, low, high = map(float, re.findall(r"[-+]\d+\.\d", cell))
    assert low < value < high < -20
    assert float(table["p, greedy"]["`lstm_seq2seq_mini`"].removeprefix("<")) < 0.05


def test_numbers_are_at_the_right_and_words_at_the_left(comparison):
    rule = as_markdown(quality_table(comparison)).split("\n")[1]
    sides = [cell.strip()[-1] for cell in rule.strip("|").split("|")]
    assert sides == ["-", ":", ":", ":", ":", ":", ":", "-"]


def test_a_label_follows_the_override(tmp_path):
    models = ["lstm_seq2seq_mini", "lstm_seq2seq_mini reverse=false"]
    models += ["lstm_seq2seq_mini depth=1 learning_rate=0.01"]
    rows = write_rows(tmp_path, dict.fromkeys(models, 0.3), seeds=[0], examples=40)
    table = quality_table(by_task(list(rows.values()), tmp_path)["reverse"])
    assert list(table["Change"]) == [
        "",
        "`reverse`: true → false",
        "`depth`: 2 → 1, `learning_rate`: 0.003 → 0.01",
    ]
    assert "Attention" not in table  # the card may be wrong about what was changed


def test_machines_and_precisions_are_never_averaged(tmp_path):
    rows = write_rows(
        tmp_path,
        {"t5_mini": 0.1, "transformer_mini": 0.1},
        seeds=[0, 1],
        examples=40,
        hardware=lambda model, seed: XEON if (model, seed) == ("t5_mini", 1) else EPYC,
        precision=lambda model, seed: "bfloat16" if model == "transformer_mini" else "float32",
    )
    table = speed_table(list(rows.values()))
    assert list(zip(table["Variant"], table["Machine"], table["Training, tokens/s ↑"])) == [
        ("`t5_mini`", "B", "5,000"),
        ("`t5_mini`", "C", "5,050"),
        ("`transformer_mini`", "A", "6,025 ± 35"),
    ]


def test_rows_without_outcomes_have_scores_but_no_marks(tmp_path):
    rows = [
        {key: value for key, value in row.items() if key != "outcomes"}
        for row in write_rows(tmp_path, WRONG, seeds=[0], examples=40).values()
    ]
    comparison = by_task(rows, tmp_path)["reverse"]
    assert comparison.unknown == list(WRONG) and difference_table(comparison).empty
    assert "**" not in as_markdown(quality_table(comparison))


def test_what_is_no_better_than_the_baseline_is_marked(comparison, monkeypatch):
    scores = {"exact_match": 60.0}
    monkeypatch.setattr(tables, "baseline_score", lambda _, name, table: scores.get(name))
    table = quality_table(comparison).set_index("Variant")["Exact match, % ↑ greedy"]
    assert table["`lstm_seq2seq_mini`"].endswith("†")
    assert not table["`t5_mini`"].endswith("†")


def test_perplexities_of_several_seeds_have_their_geometric_mean(folder):
    rows = list(read_rows(folder).values())
    for row in rows:
        row["scores"]["greedy"]["metrics"]["perplexity"]["value"] = 10.0 ** (2 * row["seed"])
    table = quality_table(by_task(rows, folder)["reverse"]).set_index("Variant")
    assert table["Perplexity ↓"]["`t5_mini`"] == "100.000"
