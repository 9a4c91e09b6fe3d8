"""The page on trained models: what it shows comes out, in an empty folder and without a network."""

from tests.docs.blocks import DOCS, run_blocks


def test_trained(traced, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    run_blocks(DOCS / "trained.md", tmp_path)
    assert (tmp_path / "alignment.png").is_file()
