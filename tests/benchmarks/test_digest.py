"""A row goes out of date with the code behind its score, and with nothing else."""

import shutil

import pytest

from benchmarks.digest import SCORING, ZOO, code_digest, files, others, plain_code

CODE = '''"""A module."""


def double(x):
    """Doubles."""
    return 2 * x  # twice
'''


@pytest.mark.parametrize(
    "old, new",
    [
        ("A module.", "Another text."),
        ('    """Doubles."""\n', ""),
        ("  # twice", ""),
        ("def double(x):", "def double(x: int) -> int:"),
        ("2 * x", "2  *  (x)"),
    ],
)
def test_prose_formatting_and_type_hints_do_not_count(tmp_path, old, new):
    assert old in CODE
    (tmp_path / "a.py").write_text(CODE)
    (tmp_path / "b.py").write_text(CODE.replace(old, new))
    assert plain_code(tmp_path / "a.py") == plain_code(tmp_path / "b.py")


@pytest.mark.parametrize("old, new", [("2 * x", "3 * x"), ("return ", "return -"), ("x", "y")])
def test_code_counts(tmp_path, old, new):
    (tmp_path / "a.py").write_text(CODE)
    (tmp_path / "b.py").write_text(CODE.replace(old, new))
    assert plain_code(tmp_path / "a.py") != plain_code(tmp_path / "b.py")


def test_every_part_that_scores_counts_and_the_command_line_does_not(tmp_path):
    zoo = tmp_path / "zoo"
    shutil.copytree(ZOO, zoo, ignore=shutil.ignore_patterns("__pycache__", "*.json"))
    before = code_digest.__wrapped__(zoo)
    for part in SCORING:
        [file, *_] = files(zoo / part)
        kept = file.read_text()
        file.write_text(f"{kept}\nx = 1\n")
        assert code_digest.__wrapped__(zoo) != before, part
        file.write_text(kept)
    for part in ("cli", "inspection"):
        for file in (zoo / part).glob("*.py"):
            file.write_text("x = 1\n")
    assert code_digest.__wrapped__(zoo) == before == code_digest()


def test_files_of_other_families_do_not_count():
    names = ("gpt2", "prefix_lm", "t5", "transformer")
    declaring = frozenset(f"zoo.models.{name}" for name in names)
    assert others(declaring, ["zoo.models.t5"]) == {
        "models/gpt2.py",
        "models/prefix_lm.py",
        "models/transformer.py",
    }
    unused = others(declaring, ["zoo.models.gpt2"])  # which extends prefix_lm
    assert unused == {"models/t5.py", "models/transformer.py"}
    assert code_digest(without=unused) != code_digest()
