"""The page on public checkpoints, with a small one in the hub's cache in place of the real one."""

from huggingface_hub import constants

from tests.docs.blocks import DOCS, run_blocks
from tests.pretrained.checkpoints import save


def test_pretrained(traced, tmp_path, monkeypatch):
    repository = tmp_path / "hub" / "models--google-t5--t5-small"
    snapshot = repository / "snapshots" / ("0" * 40)
    snapshot.mkdir(parents=True)
    (repository / "refs").mkdir()
    (repository / "refs" / "main").write_text("0" * 40)
    save("t5", snapshot)
    monkeypatch.setattr(
        constants, "HF_HUB_CACHE", str(tmp_path / "hub")
    )  # read from the environment when it is imported
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path / "hub"))
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    (tmp_path / "page").mkdir()
    monkeypatch.chdir(tmp_path / "page")
    run_blocks(DOCS / "pretrained.md", tmp_path / "page")
