"""What a change is worth is its difference from the same model without it."""

import pytest

from benchmarks.comparison import by_task
from benchmarks.worth import worth_table
from tests.benchmarks.synthetic import write_rows

SHARES = {"lstm_seq2seq_mini": 0.3, "lstm_seq2seq_mini reverse=false": 0.9, "t5_mini depth=1": 0.3}


def test_a_change_stands_beside_the_same_model_without_it(tmp_path):
    rows = list(write_rows(tmp_path, SHARES, seeds=[0, 1, 2]).values())
    comparison = by_task(rows, tmp_path)["reverse"]
    [line] = worth_table(comparison, tmp_path).to_dict("records")
    assert line["Variant"] == "`lstm_seq2seq_mini`" and "`reverse`" in line["Change"]
    assert line["Seeds"] == "3 and 3" and line["Parameters"] == "1.00 times"
    cell = line["Better by, points [95% interval]"].replace("−", "-")
    value, low, high = (float(x.strip("[],")) for x in cell.split())
    means = [
        sum(row["scores"]["greedy"]["metrics"]["exact_match"]["value"] for row in found) / 3
        for found in map(comparison.of, ("lstm_seq2seq_mini reverse=false", "lstm_seq2seq_mini"))
    ]
    assert value == pytest.approx(means[0] - means[1], abs=0.05) and low < value < high < 0


def test_models_without_a_change_make_no_table(tmp_path):
    rows = list(write_rows(tmp_path, {"t5_mini": 0.1, "gnmt_mini": 0.3}, seeds=[0]).values())
    assert worth_table(by_task(rows, tmp_path)["reverse"], tmp_path).empty
