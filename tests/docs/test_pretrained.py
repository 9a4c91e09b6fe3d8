"""The page on public checkpoints, with small ones in the hub's cache in place of the real ones."""

from huggingface_hub import constants

from tests.data.front_ends.sounds import tone, write_sound
from tests.docs.blocks import DOCS, run_blocks
from tests.pretrained.checkpoints import save

PUBLISHED = {
    "t5": "google-t5/t5-small",
    "gpt2": "openai-community/gpt2",
    "whisper": "openai/whisper-tiny",
}


def test_pretrained(traced, tmp_path, monkeypatch):
    for kind, name in PUBLISHED.items():
        repository = tmp_path / "hub" / f"models--{name.replace('/', '--')}"
        snapshot = repository / "snapshots" / ("0" * 40)
        snapshot.mkdir(parents=True)
        (repository / "refs").mkdir()
        (repository / "refs" / "main").write_text("0" * 40)
        save(kind, snapshot)
    monkeypatch.setattr(
        constants, "HF_HUB_CACHE", str(tmp_path / "hub")
    )  # read from the environment when it is imported
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path / "hub"))
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    (tmp_path / "page").mkdir()
    write_sound(tmp_path / "page" / "recording.wav", tone(0.3))
    monkeypatch.chdir(tmp_path / "page")
    run_blocks(DOCS / "pretrained.md", tmp_path / "page")
