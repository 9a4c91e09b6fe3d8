"""Models from files that ZOO_VARIANTS names."""

import os
import pathlib
import subprocess
import sys

import pytest

import zoo
from zoo import registry
from zoo.errors import ZooError
from zoo.registry.variants import import_variants, variant_module


def import_outside(monkeypatch, *paths):
    """Imports files as ZOO_VARIANTS does; forgets their modules afterwards."""
    monkeypatch.setenv("ZOO_VARIANTS", os.pathsep.join(map(str, paths)))
    for path in paths:
        name = variant_module(pathlib.Path(path))
        monkeypatch.setitem(sys.modules, name, None)
        del sys.modules[name]
    import_variants()


def outside(folder, family, name="mine.py"):
    """The path of a file that registers a family."""
    path = folder / name
    path.write_text(f"import tests.registry.conftest as t\nt.declare({family!r}, __name__)\n")
    return path


def test_a_variant_in_a_file_outside_the_package(monkeypatch, tmp_path, restored):
    import_outside(monkeypatch, outside(tmp_path, "echo"), "", outside(tmp_path, "yodel", "two.py"))
    assert zoo.list_models("echo") == ["echo_nano"] and zoo.create("yodel_nano", 8, 9).built
    assert registry.models.entry("echo_nano").module == variant_module(tmp_path / "mine.py")
    import_variants()  # once is enough


@pytest.mark.parametrize(
    "name, text, message",
    [
        ("gone.py", None, "which is not a Python file"),
        ("notes.txt", "", "which is not a Python file"),
        ("broken.py", "1 +", "which fails: SyntaxError"),
        ("fails.py", "raise OSError('no\\nluck')", "which fails: OSError: no"),
        (
            "lacks.py",
            "import no_such_module",
            "which fails: ModuleNotFoundError: No module named 'no_such_module'",
        ),
    ],
)
def test_files_outside_that_cannot_be_imported(monkeypatch, tmp_path, capsys, name, text, message):
    if text is not None:
        (tmp_path / name).write_text(text)
    for _ in range(2):  # a failed import leaves nothing that would hide it the next time
        with pytest.raises(ZooError) as found:
            import_outside(monkeypatch, tmp_path / name)
        assert str(found.value).startswith(f"ZOO_VARIANTS names {tmp_path / name}, {message}")
    assert variant_module(tmp_path / name) not in sys.modules


def test_a_file_outside_may_not_take_a_name_that_there_is(monkeypatch, tmp_path, restored):
    with pytest.raises(
        ZooError, match="mine.py, which fails: .*'t5_nano' is registered by zoo.models.t5 already"
    ):
        import_outside(monkeypatch, outside(tmp_path, "t5"))
    with pytest.raises(
        ZooError,
        match="two.py, which fails: .*'echo_nano' is registered by zoo_variants_mine_.* already",
    ):
        import_outside(monkeypatch, outside(tmp_path, "echo"), outside(tmp_path, "echo", "two.py"))
    assert registry.models.loaded("t5_nano").make.__module__ == "zoo.models.t5"


def test_the_command_line_tells_of_a_failing_file_in_one_line(tmp_path):
    (tmp_path / "fails.py").write_text("raise OSError('no\\nluck')")
    environment = os.environ | {"ZOO_VARIANTS": str(tmp_path / "fails.py")}
    done = subprocess.run(
        [sys.executable, "-m", "zoo", "list"], env=environment, capture_output=True, text=True
    )
    assert done.returncode == 2 and not done.stdout
    assert (
        done.stderr
        == f"zoo: ZOO_VARIANTS names {tmp_path / 'fails.py'}, which fails: OSError: no luck\n"
    )
