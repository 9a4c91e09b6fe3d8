"""Pages come from code and rows alone: a variant and a suite of a moment ago are on them."""

import json
import re

import pytest

from benchmarks.comparison import by_task, compare, without_outcomes
from benchmarks.report import load_rows
from benchmarks.suite import load_suite
from tests.benchmarks.committed import compared
from tests.docs.blocks import DOCS, read_blocks
from zoo import registry
from zoo.catalog import count_parameters
from zoo.registry.trained import list_trained

LISTED = registry.list_models()
RESULTS = DOCS.parent / "results"
SUITE = """
title = "A suite of today"
models = ["two_lstms_nano"]
seeds = [0]
threads = 1
decoders = {}
[tasks.reverse]
options = {}
recipe = {}
length_edges = [1, 21]
"""


@pytest.fixture
def builders(monkeypatch):
    """The modules of docs/ that make pages of models and of results."""
    monkeypatch.syspath_prepend(DOCS)
    import explorer
    import family_pages

    return family_pages, explorer


def made(builders, folder, score):
    """The page of the family `two_lstms`, and that of all rows, when its one row has a score."""
    family_pages, explorer = builders
    row = json.loads((RESULTS / "quick/rows/lstm_seq2seq_mini.reverse.s0.json").read_text())
    row |= {"model": "two_lstms_nano", "suite": "today"}
    row["card"]["family"] = "two_lstms"
    row["scores"]["greedy"]["metrics"]["exact_match"]["value"] = score
    del row["outcomes"]
    (folder / "rows").mkdir(exist_ok=True)
    (folder / "rows" / "two_lstms_nano.reverse.s0.json").write_text(json.dumps(row))
    suite = load_suite(str(folder / "today.toml"))
    suites = [(suite, by_task(load_rows(suite, folder), folder))]
    found = family_pages.families(["two_lstms_nano"])
    page, diagrams = family_pages.family_page(
        "two_lstms", found["two_lstms"], suites, RESULTS, pictures={}
    )
    assert diagrams["two_lstms.svg"].startswith("<svg")
    return page, explorer.explorer_page(suites, found)[0]


def test_a_new_variant_and_a_new_row_are_on_the_pages(builders, restored, tmp_path, monkeypatch):
    [variant] = [
        x for x in read_blocks(DOCS / "adding_a_variant.md") if x.caption == "my_variant.py"
    ]
    (tmp_path / "my_variant.py").write_text(variant.text)
    monkeypatch.setenv("ZOO_VARIANTS", str(tmp_path / "my_variant.py"))
    registry.import_variants()
    (tmp_path / "today.toml").write_text(SUITE)
    page, rows = made(builders, tmp_path, 12.34)
    for words in ("Good on short sequences.", "A suite of today", "| 12.3 |", "`units`", "`16`"):
        assert words in page, words
    assert f"{count_parameters('two_lstms_nano'):,}" in page
    assert "two_lstms_nano" in rows and ">12.34<" in rows
    page, rows = made(builders, tmp_path, 56.78)
    assert "| 56.8 |" in page and "12.3" not in page and ">56.78<" in rows


@pytest.mark.parametrize("family", registry.list_families())
def test_the_facts_of_a_family_link_to_pages_that_exist(builders, family):
    import family_tables

    card = next(registry.card(x) for x in LISTED if registry.card(x)["family"] == family)
    for _, text in family_tables.facts(family, card, "zoo.models.some", RESULTS):
        for target in re.findall(r"\]\((\.\./[^)#]+)", text):
            page = (DOCS / "generated" / "models" / target).resolve()
            assert page.is_file() or page == DOCS / "generated" / "parity.md"


def test_a_task_has_a_page_with_its_pairs_sizes_baseline_and_published_figures(builders):
    import task_pages

    page = task_pages.task_page("forecast", [], RESULTS)
    for title in ("Examples", "Sizes", "Baseline", "Published figures", "Options"):
        assert f"\n## {title}\n" in page
    assert "| `step` | `24` | hours between the starts of two windows for training. |" in page
    assert task_pages.pairs_table("files", RESULTS / "task_examples.json") == []
    assert "\n$ zoo train transformer forecast\n" in page and "## Best here" not in page
    files = task_pages.task_page("files", [], RESULTS)
    assert "## Sizes" not in files and "zoo train transformer files" not in files
    suite, comparisons = compared("quick")
    page = task_pages.task_page("reverse", [(suite, comparisons)], RESULTS)
    best = "| `bilstm_bahdanau_mini` | 99.9 ± 0.0 | Exact match, % ↑ | "
    assert f"{best}[quick](../results/quick/index.md) | 4 |" in page


def test_choosing_names_the_best_of_each_task_and_scores_by_the_amount_of_data(builders):
    import choosing_tasks

    suite, comparisons = compared("quick")
    [_, lines, *_] = choosing_tasks.by_task([(suite, comparisons)], ["t5"])
    [line] = [line for line in lines.splitlines() if line.startswith("| [`reverse`]")]
    best = "| `bilstm_bahdanau_mini` | 99.9 ± 0.0 | – | Exact match, % ↑ | `transformer_mini` | 4 |"
    assert best in line
    few = dict(comparisons["g2p"].of("t5_mini")[0])
    few["settings"] = few["settings"] | {"options": {"train_limit": 290}}
    table = choosing_tasks.by_data_size({"few": compare([few], RESULTS / "quick")}, [])[-1]
    assert "| 290 pairs |" in table and "| `t5_mini` | no | 38.2 |" in table
    first = few | {"model": "t5_mini pretrained=true"}
    both = without_outcomes([first, few])
    assert choosing_tasks.gains(both, ["290 pairs"]).endswith("by +0.0 points with 290 pairs.")


def test_latencies_are_of_every_trained_model_of_the_task(builders):
    import choosing_speed

    [_, text, table] = choosing_speed.latency(RESULTS / "latency.csv", [])
    assert "500 words, one per call" in text
    assert "Greedy, median | Greedy, 99th percentile | Beam of 4, median" in table
    measured = set(re.findall(r"^\| `(\w+)` \| \d", table, re.MULTILINE))
    of_task = [name for name in list_trained() if name.endswith("-g2p")]
    assert measured == {name.removesuffix("-g2p") for name in of_task}


def test_the_best_row_stands_beside_what_others_published(builders):
    import published_figures

    [*_, lines] = published_figures.beside_published([compared("composition")], [])
    [line] = [line for line in lines.splitlines() if line.startswith("| [`jump`]")]
    assert "[exact match 69.24" in line and "99.97" not in line
    row = {"history": [{"tokens": n, "validation_bleu": float(n)} for n in range(1, 9)]}
    assert published_figures.validated(row, "bleu") == [4.0, 6.0, 8.0]
    assert published_figures.validated({"history": []}, "bleu") == []
