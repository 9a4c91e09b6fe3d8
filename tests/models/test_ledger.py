"""The committed ledger, results/parity.csv, speaks of every family, and of nothing that failed."""

import csv

from benchmarks.suite import REPOSITORY
from tests.conftest import LEDGER
from zoo import registry


def test_every_family_is_in_the_ledger():
    with open(REPOSITORY / "results" / "parity.csv", encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert tuple(rows[0]) == LEDGER
    families = set(registry.list_families())
    assert {row["variant"] for row in rows} == families, (
        "run: python -m pytest --parity-csv=results/parity.csv"
    )
    assert all(0 <= float(row["difference"]) <= float(row["tolerance"]) <= 1e-4 for row in rows)
