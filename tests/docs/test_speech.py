"""The page on recordings."""

from tests.docs.blocks import DOCS, run_blocks


def test_speech(traced, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ZOO_CACHE", str(tmp_path / "cache"))
    run_blocks(DOCS / "speech.md", tmp_path)
    assert (tmp_path / "alignment.png").is_file()
