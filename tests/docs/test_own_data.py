"""The page on one's own data."""

from tests.docs.blocks import DOCS, run_blocks


def test_own_data(traced, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    run_blocks(DOCS / "own_data.md", tmp_path)
    assert (tmp_path / "runs/numerals/report.html").is_file() and (tmp_path / "sweep.png").is_file()
