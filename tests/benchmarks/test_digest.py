"""A row goes out of date with the code behind its score, and with nothing else."""

import shutil

import pytest

from benchmarks.digest import (
    MODELS,
    ROOT,
    SCORING,
    TASKS,
    code_digest,
    files,
    own_files,
    plain_code,
)

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


def test_what_a_card_only_tells_its_readers_does_not_count(tmp_path):
    card = '@register_task("double", title="Twice", metrics=("bleu",))\ndef double(x): ...\n'
    (tmp_path / "a.py").write_text(card)
    for old, new, counts in (("Twice", "Two times", False), ("bleu", "chrf", True)):
        (tmp_path / "b.py").write_text(card.replace(old, new))
        assert (plain_code(tmp_path / "a.py") != plain_code(tmp_path / "b.py")) == counts


@pytest.mark.parametrize("old, new", [("2 * x", "3 * x"), ("return ", "return -"), ("x", "y")])
def test_code_counts(tmp_path, old, new):
    (tmp_path / "a.py").write_text(CODE)
    (tmp_path / "b.py").write_text(CODE.replace(old, new))
    assert plain_code(tmp_path / "a.py") != plain_code(tmp_path / "b.py")


@pytest.fixture
def copy(tmp_path):
    """A copy of the code, to change."""
    for package in ("zoo", "benchmarks"):
        ignored = shutil.ignore_patterns("__pycache__", "*.json")
        shutil.copytree(ROOT / package, tmp_path / package, ignore=ignored)
    return tmp_path


def test_every_part_that_scores_counts_and_the_command_line_does_not(copy):
    before = code_digest.__wrapped__(root=copy)
    for part in SCORING:
        [file, *_] = files(copy / part)
        kept = file.read_text()
        file.write_text(f"{kept}\nx = 1\n")
        assert code_digest.__wrapped__(root=copy) != before, part
        file.write_text(kept)
    for part in ("zoo/cli", "zoo/serving", "benchmarks/figures"):
        for file in (copy / part).glob("*.py"):
            file.write_text("x = 1\n")
    assert code_digest.__wrapped__(root=copy) == before == code_digest()


@pytest.mark.parametrize("folder, one, other", [(TASKS, "g2p", "reverse"), (MODELS, "t5", "gpt2")])
def test_a_row_does_not_depend_on_other_tasks_and_families(copy, folder, one, other):
    kind = "tasks" if folder == TASKS else "models"
    digest = lambda *modules: code_digest.__wrapped__(**{kind: modules}, root=copy)
    before = {name: digest(name) for name in (one, other)}
    both = digest(one, other)
    assert len({*before.values(), both, digest()}) == 4
    (copy / folder / "another.py").write_text("x = 1\n")
    own = copy / folder / f"{one}.py"
    own.write_text(f"{own.read_text()}\nx = 1\n")
    assert digest(other) == before[other]
    assert digest(one) != before[one] and digest(one, other) != both


@pytest.mark.parametrize(
    "folder, name, brings",
    [(TASKS, "rendered_lines", "g2p"), (MODELS, "gpt2", "prefix_lm"), (MODELS, "t5", None)],
)
def test_a_module_brings_what_it_takes_from_another(folder, name, brings):
    shared = {"transformer_stacks"} if folder == MODELS else set()
    expected = {name, brings} - {None} | shared
    assert {file.stem for file in own_files(folder, name)} == expected
