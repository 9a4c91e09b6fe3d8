"""The committed ledger, results/parity.csv, speaks of every family, and of nothing that failed."""

import csv

import zoo
from benchmarks.suite import REPOSITORY
from tests.conftest import LEDGER


def test_every_family_is_in_the_ledger():
    with open(REPOSITORY / "results" / "parity.csv", encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert tuple(rows[0]) == LEDGER
    families = {zoo.card(name)["family"] for name in zoo.list_models()}
    assert {row["variant"] for row in rows} == families, (
        "run: python -m pytest --parity-csv=results/parity.csv"
    )
    assert all(0 <= float(row["difference"]) <= float(row["tolerance"]) <= 1e-4 for row in rows)
