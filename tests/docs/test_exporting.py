"""The page on exporting."""

from tests.docs.blocks import DOCS, read_blocks, run_blocks


def test_exporting(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    run_blocks(DOCS / "exporting.md", tmp_path)


def test_the_loop_around_onnx_runtime_is_short():
    [loop] = [b for b in read_blocks(DOCS / "exporting.md") if b.caption == "translate.py"]
    assert len(loop.text.splitlines()) <= 40
