"""The claims themselves, their command and their page."""

import csv
import re

import pytest

from benchmarks.__main__ import main
from benchmarks.claims.catalog import CLAIMS, named, report
from tests.benchmarks.claims import write_run, write_runs
from zoo.errors import UnknownName


@pytest.fixture
def results(tmp_path):
    """Rows for three verdicts: Transformers win, the LSTM's beam loses, and the rest is open."""
    write_runs(tmp_path, "lstm_seq2seq_mini", 0.5, beams={"beam": 0.9})
    write_runs(tmp_path, "transformer_mini", 0.2)
    return tmp_path


def test_names_are_unique_and_sources_are_addresses():
    names = [claim.name for claim in CLAIMS]
    assert len(set(names)) == len(names)
    assert all(re.fullmatch(r"[a-z0-9_]+", name) for name in names)
    for claim in CLAIMS:
        assert claim.source.url.startswith("https://")
        assert claim.statement.endswith(".") and claim.place


def test_an_unknown_claim_gets_the_nearest_names(capsys):
    with pytest.raises(UnknownName, match="nearest: reversing_helps_lstm"):
        named(["reversing_helps_lstms"])
    assert main(["claims", "reversing_helps_lstms"]) == 2
    error = capsys.readouterr().err
    assert error.startswith("error: unknown claim") and error.count("\n") == 1


def test_all_claims_make_a_page_and_a_table(results, capsys):
    assert main(["claims", "--results", str(results)]) == 0
    assert "holds: A Transformer makes fewer errors than a deep LSTM" in capsys.readouterr().out
    page = (results / "claims" / "README.md").read_text()
    groups = re.split(r"^## ", page, flags=re.MULTILINE)
    assert [group.split(":")[0] for group in groups[1:]] == ["Holds", "Does not hold", "Undecided"]
    assert "`transformer_beats_fixed_context`" in groups[1]
    assert "[Vaswani et al. 2017](https://arxiv.org/abs/1706.03762), table 2" in groups[1]
    assert "on g2p of [quick](../quick/README.md)" in groups[1]
    assert "`beam_helps_lstm`" in groups[2]
    assert "`attention_aligns" not in groups[1] and "run: python -m benchmarks" in groups[3]
    with open(results / "claims" / "claims.csv", newline="") as file:
        table = {line["name"]: line for line in csv.DictReader(file)}
    assert set(table) == {claim.name for claim in CLAIMS}
    line = table["beam_helps_lstm"]
    assert line["verdict"] == "does not hold" and float(line["high"]) < 0
    assert line["rows"].split()[0] == "quick/lstm_seq2seq_mini.g2p.s0"
    assert table["input_feeding_helps"]["value"] == ""


def test_named_claims_are_only_printed(results):
    text = report(["beam_helps_lstm", "input_feeding_helps"], results)
    assert text.startswith("does not hold: A beam of 4")
    assert "points of improvement in wrong words; asked: above 0" in text
    assert "undecided: Feeding" in text and "ablations --publish" in text
    assert not (results / "claims").exists()


def test_an_undecided_effect_is_shown_with_its_reason(results):
    write_run(results, "transformer_mini", 0.2, suite="variants")
    write_run(results, "prefix_lm_mini", 0.2, suite="variants")
    text = report(["decoder_only_rivals_encoder_decoder"], results)
    assert "0 points of improvement in wrong words" in text and "only one seed of" in text


def test_a_timed_claim_rests_on_the_rows_of_one_machine(results):
    write_run(results, "lstm_seq2seq_mini", seed=3, beams={"beam": 0.9}, processor="EPYC")
    report([], results)
    with open(results / "claims" / "claims.csv", newline="") as file:
        table = {line["name"]: line for line in csv.DictReader(file)}
    cells = [f"quick/lstm_seq2seq_mini.g2p.s{seed}" for seed in range(4)]
    assert table["beam_costs_at_most_its_size_lstm"]["rows"].split() == cells[:3]
    assert table["beam_helps_lstm"]["rows"].split() == cells


def test_the_page_says_how_large_the_models_are(results):
    write_run(results, "transformer_mini", seed=3, parameters=2000)
    report([], results)
    page = (results / "claims" / "README.md").read_text()
    assert "The models have 1,000 to 2,000 parameters (median 1,000)" in page
