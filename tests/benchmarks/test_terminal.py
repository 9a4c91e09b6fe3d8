"""The table at the end of a run fits a terminal."""

import io
import sys

from benchmarks.terminal import WIDEST, short_table
from tests.benchmarks.synthetic import write_rows


def test_the_widest_table_fits(tmp_path):
    models = ["bilstm_luong_mini input_feeding=false", "transformer_mini tied_embeddings=none"]
    rows = write_rows(tmp_path, dict.fromkeys(models, 0.4), seeds=[0, 1], examples=40)
    table = short_table(list(rows.values()))
    assert max(map(len, table.split("\n"))) <= WIDEST
    assert all(model in table for model in models) and "tokens/s" in table


def test_a_terminal_without_the_signs_gets_ascii(tmp_path, monkeypatch):
    rows = list(write_rows(tmp_path, {"t5_mini": 0.4}, seeds=[0, 1], examples=40).values())
    assert "±" in short_table(rows)
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(io.BytesIO(), encoding="ascii"))
    assert short_table(rows).isascii() and "+-" in short_table(rows)
