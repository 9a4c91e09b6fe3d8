"""What the README tells a newcomer to type works as it stands."""

import pathlib
import re

from benchmarks.changes import beside_committed
from benchmarks.suite import load_suite
from tests.docs.blocks import read_blocks, run_blocks
from zoo import registry

REPOSITORY = pathlib.Path(__file__).parents[1]
README = REPOSITORY / "README.md"


def commands():
    """The lines of the README's console blocks."""
    return [
        line
        for block in read_blocks(README)
        if block.kind == "console"
        for line in block.text.splitlines()
        if line
    ]


def test_ci_runs_the_command_of_the_readme():
    [told] = [line for line in commands() if line.endswith("-m pytest")]
    ran = (REPOSITORY / ".ci" / "run").read_text(encoding="utf-8").splitlines()
    assert told in ran


def test_one_command_installs_and_compares():
    [told] = [line for line in commands() if line.endswith("-m benchmarks")]
    assert told.startswith("python3 -m venv .venv && . .venv/bin/activate && ")
    assert "-c constraints.txt" in told


def test_the_comparison_ends_as_shown():
    [shown] = [x for x in read_blocks(README) if x.kind == "text" and "committed" in x.text]
    names = {cell.name for cell in load_suite("quick").first_seeds(1).cells()}
    quick = REPOSITORY / "results" / "quick"
    printed = " ".join(beside_committed(names, quick, quick).split())
    for line in shown.text.splitlines():
        if line != "..." and not line.startswith("--"):
            assert " ".join(line.split()) in printed, line


def test_the_families_are_counted():
    assert f"{len(registry.list_families())} families of models" in README.read_text(
        encoding="utf-8"
    )


def test_python_blocks_run(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    run_blocks(README, tmp_path)
    assert (tmp_path / "x.keras").is_file()


def test_paths_exist():
    text = README.read_text(encoding="utf-8")
    links = [link for link in re.findall(r"\]\(([^)]+)\)", text) if "://" not in link]
    named = re.findall(r"`((?:zoo|benchmarks|results|docs|tests)(?:/[\w.]+)*)`", text)
    assert links and named
    for path in {*links, *named}:
        file, _, heading = path.partition("#")
        assert (REPOSITORY / file).exists(), path
        page = (REPOSITORY / file).read_text(encoding="utf-8") if heading else ""
        assert not heading or f"\n## {heading}\n" in page, path
