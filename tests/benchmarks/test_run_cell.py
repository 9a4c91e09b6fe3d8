"""What a cell trains, decodes and writes down."""

from benchmarks.cell import Cell
from benchmarks.rows import attention_file
from benchmarks.run_cell import run_cell
from zoo.data.tasks import rendered_lines

SETTINGS = {
    "task": "rendered_lines",
    "options": {"stack": 16},
    "recipe": {"tokens": 200, "buckets": 1, "compiled": False, "seed": 0, "validation_limit": 2},
    "budget": {"flops": 1e7},
    "split": "test",
    "threads": 1,
    "decoders": {},
    "length_edges": [1, 4, 6],
}


def test_a_cell_reads_frames_and_trains_for_its_flops(eager, monkeypatch, tmp_path):
    monkeypatch.setenv("ZOO_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(rendered_lines, "LINES", {"train": 4, "validation": 4, "test": 4})
    monkeypatch.setattr("tensorflow.config.threading.set_intra_op_parallelism_threads", print)
    monkeypatch.setattr("tensorflow.config.threading.set_inter_op_parallelism_threads", print)
    monkeypatch.setattr("benchmarks.run_cell.gflops", lambda threads: 1.0)
    for folder in ("progress", "runs", "outcomes", "attention", "rows"):
        (tmp_path / folder).mkdir()
    cell = Cell("x", "transformer_nano", "rendered_lines", 0, SETTINGS, "x")
    row = run_cell(cell, tmp_path)
    assert row["training_flops"] >= 0.5 * SETTINGS["budget"]["flops"] and row["steps"] >= 1
    assert set(row["scores"]["greedy"]["metrics"]) == {"cer", "wer", "perplexity"}
    ranges = row["scores"]["greedy"]["by_length"]
    assert sum(part["count"] for part in ranges) == 4
    assert attention_file(tmp_path, cell.name).read_bytes().startswith(b"\x89PNG")
