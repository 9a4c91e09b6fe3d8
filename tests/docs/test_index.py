"""The home page: its trained model answers as shown, and its cards lead somewhere."""

import re
import tomllib

from tests.docs.blocks import DOCS, run_blocks


def test_the_first_model_answers_as_shown(traced, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    run_blocks(DOCS / "index.md", tmp_path)


def test_cards_lead_to_pages():
    links = re.findall(r"^:link: (\S+)$", (DOCS / "index.md").read_text(), re.MULTILINE)
    assert len(links) >= 6
    for link in links:
        assert link.startswith("generated/") or (DOCS / f"{link}.md").is_file(), link


def test_every_extra_is_listed():
    project = tomllib.loads((DOCS.parent / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    page = (DOCS / "index.md").read_text(encoding="utf-8")
    listed = re.findall(r"`(\w+)`", " ".join(re.findall(r"^\| (`.*?) \|", page, re.MULTILINE)))
    assert sorted(listed) == sorted(project["optional-dependencies"])
