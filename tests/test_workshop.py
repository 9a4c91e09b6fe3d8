"""CONTRIBUTING.md, CHANGELOG.md, CITATION.cff and the Makefile agree with the project and with each
other.
"""

import re
import subprocess
import tomllib

import pytest
import yaml

import zoo
from tests.test_readme import REPOSITORY


def project():
    """The parsed pyproject.toml."""
    return tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))


def read(name):
    return (REPOSITORY / name).read_text(encoding="utf-8")


def test_citation_names_this_version_and_the_address_of_the_project():
    citation = yaml.safe_load(read("CITATION.cff"))
    assert citation["version"] == zoo.__version__
    assert citation["repository-code"] == project()["project"]["urls"]["Repository"]
    assert citation["license"] == project()["project"]["license"]
    assert {"cff-version", "message", "title", "authors"} <= set(citation)


def test_the_changelog_opens_with_this_version():
    [newest, *_] = re.findall(r"^## ([\d.]+)", read("CHANGELOG.md"), re.MULTILINE)
    assert newest == zoo.__version__


def test_every_target_that_contributing_names_is_in_the_makefile():
    told = set(re.findall(r"`make (\w+)`", read("CONTRIBUTING.md")))
    assert told >= {"test", "lint", "docs", "results", "catalog"}
    for target in told:  # -n: prints the commands without running them
        done = subprocess.run(
            ["make", "-n", target], cwd=REPOSITORY, capture_output=True, text=True
        )
        assert done.returncode == 0 and "python" in done.stdout, done.stderr


def test_paths_that_contributing_names_exist():
    links = re.findall(r"\]\(([^)#]+)\)", read("CONTRIBUTING.md"))
    named = re.findall(r"`((?:zoo|docs|tests|results|\.ci)(?:/[\w.]+)+)`", read("CONTRIBUTING.md"))
    assert links and named
    for path in {*links, *named} - {"zoo/a/b.py", "tests/a/test_b.py", "docs/_build/html"}:
        assert (REPOSITORY / path).exists(), path


def test_extras_are_named_alike_everywhere_and_exist():
    files = [
        *(REPOSITORY / "zoo").rglob("*.py"),
        *(REPOSITORY / "benchmarks").rglob("*.py"),
        *(REPOSITORY / "docs").glob("*.md"),
        REPOSITORY / "README.md",
    ]
    lines = [line for file in files for line in file.read_text(encoding="utf-8").splitlines()]
    named = re.findall(r"pip install [^`\n]*?([\w.-]*)\[([\w,-]+)\]", "\n".join(lines))
    extras = project()["project"]["optional-dependencies"]
    assert len(named) > 10
    for package, names in named:
        assert set(names.split(",")) <= set(extras), names
        # What needs the checkout's own files is installed from there.
        checkout = {"test", "parity", "docs", "dev"} >= set(names.split(","))
        assert package == ("." if checkout else "seq2seq-zoo"), (package, names)


@pytest.mark.parametrize("tool", ["ruff", "mypy"])
def test_what_lints_is_an_extra_and_its_version_is_pinned(tool):
    extra = project()["project"]["optional-dependencies"]["dev"]
    assert any(word.startswith(tool) for word in extra)
    assert re.search(rf"^{tool}==", read("constraints.txt"), re.MULTILINE)
    assert f"-m {tool}" in read("Makefile")
