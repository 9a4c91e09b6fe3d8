"""A row goes out of date with the code behind its score, and with nothing else."""

import shutil

import pytest

from benchmarks.digest import SCORING, TASKS, ZOO, code_digest, files, plain_code, task_files

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
    before = code_digest.__wrapped__(zoo=zoo)
    for part in SCORING:
        [file, *_] = files(zoo / part)
        kept = file.read_text()
        file.write_text(f"{kept}\nx = 1\n")
        assert code_digest.__wrapped__(zoo=zoo) != before, part
        file.write_text(kept)
    for part in ("cli", "inspection"):
        for file in (zoo / part).glob("*.py"):
            file.write_text("x = 1\n")
    assert code_digest.__wrapped__(zoo=zoo) == before == code_digest()


def test_a_row_does_not_depend_on_other_tasks(tmp_path):
    zoo = tmp_path / "zoo"
    shutil.copytree(ZOO, zoo, ignore=shutil.ignore_patterns("__pycache__", "*.json"))
    before = {name: code_digest.__wrapped__(name, zoo) for name in ("g2p", "reverse")}
    assert len({*before.values(), code_digest.__wrapped__(None, zoo)}) == 3
    (zoo / TASKS / "another.py").write_text("x = 1\n")
    own = zoo / TASKS / "g2p.py"
    own.write_text(f"{own.read_text()}\nx = 1\n")
    assert code_digest.__wrapped__("reverse", zoo) == before["reverse"]
    assert code_digest.__wrapped__("g2p", zoo) != before["g2p"]


def test_a_task_brings_what_it_takes_from_another():
    assert {file.stem for file in task_files("rendered_lines")} == {"rendered_lines", "g2p"}
