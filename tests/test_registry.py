"""Names, wildcards, overrides, the catalog as a cache, and how fast the lists come."""

import json
import os
import pathlib
import subprocess
import sys
import time

import pytest

import zoo
from zoo import registry
from zoo.catalog import count_parameters, make_catalog
from zoo.errors import UnknownName, ZooError
from zoo.registry import Entry, Registry

PAPER = zoo.Paper("Nobody", "Nothing", 2026, "https://example.org")


def declare(name="echo", module=None, sizes=("nano",)):
    """Registers a small model from outside the package, and returns its class."""
    from zoo.models.lstm_seq2seq import LSTMSeq2Seq

    class Echo(LSTMSeq2Seq):
        """A model of this test."""

    Echo.__module__ = module or __name__
    options = dict(paper=PAPER, encoder="e", decoder="d", attention="none", expect="nothing")
    return zoo.register_model(
        name, sizes={s: zoo.Size((8, 9), units=4, depth=1) for s in sizes}, **options
    )(Echo)


@pytest.fixture
def restored(monkeypatch):
    """Forgets what a test registers."""
    registry.models.names()
    monkeypatch.setattr(registry.models, "_entries", dict(registry.models._entries))


def fresh(monkeypatch, catalog, tmp_path):
    """A registry of the package's models that has not looked yet, with this text as catalog.json (None: no file).

    Returns:
        The registry, and the list of modules that it will have imported.
    """
    path = tmp_path / "catalog.json"
    if catalog is not None:
        path.write_text(catalog)
    known = [registry.models.loaded(name) for name in registry.models.names()]
    models, imported = Registry("model", "zoo.models"), []

    def import_module(module):
        imported.append(module)
        for entry in known:
            if entry.module == module:
                models.add(entry)

    monkeypatch.setattr(registry, "CATALOG", path)
    monkeypatch.setattr(registry.importlib, "import_module", import_module)
    return models, imported


def test_names_and_patterns():
    names = zoo.list_models()
    assert names == sorted(names)
    families, sizes = (
        ("lstm_seq2seq", "bilstm_bahdanau", "transformer", "t5"),
        ("nano", "mini", "base"),
    )
    assert {f"{family}_{size}" for family in families for size in sizes} <= set(names)
    assert {"t5_base", "t5_mini", "t5_nano"} <= set(zoo.list_models("t5_*"))
    assert (
        zoo.list_models("lstm_seq2seq_n") == zoo.list_models("lstm_s*nano") == ["lstm_seq2seq_nano"]
    )
    assert zoo.list_models("T5_*") == zoo.list_models("lstm?nano") == []
    assert {"g2p", "reverse"} <= set(zoo.list_tasks())


def test_cards_say_what_a_table_needs():
    for name in zoo.list_models():
        card = zoo.card(name)
        assert {
            "family",
            "size",
            "paper",
            "encoder",
            "decoder",
            "attention",
            "expect",
            "vocabulary",
        } <= set(card)
        assert (
            set(card["paper"]) == {"authors", "title", "year", "url"}
            and 1990 < card["paper"]["year"] < 2030
        )
        assert name == f"{card['family']}_{card['size']}"
    for name in zoo.list_tasks():
        assert set(registry.tasks.entry(name).card) == {
            "title",
            "source",
            "licence",
            "metrics",
            "published",
        }


@pytest.mark.parametrize("call", [zoo.card, lambda name: zoo.create(name, 8, 8)])
def test_a_typo_gets_the_nearest_names(call):
    with pytest.raises(
        UnknownName, match="unknown model 'transfomer_nano'; nearest: transformer_nano"
    ) as found:
        call("transfomer_nano")
    assert len(found.value.nearest) == 3


def test_a_name_like_no_other_gets_the_known_ones():
    with pytest.raises(UnknownName, match=r"unknown task '\?\?\?'; known: addition, cmudict, copy"):
        zoo.create_task("???")


def test_unknown_override_lists_the_valid_ones():
    with pytest.raises(
        ZooError, match="lstm_seq2seq_nano takes no 'unit'; valid: .*units.*depth.*dtype"
    ) as found:
        zoo.create("lstm_seq2seq_nano", 8, 8, unit=3)
    assert "\n" not in str(found.value)
    with pytest.raises(
        ZooError, match="reverse takes no 'max_len'; valid: symbols, min_length, max_length"
    ):
        zoo.create_task("reverse", max_len=3)


def test_overrides_show_the_value_of_the_name():
    assert registry.models.overrides("lstm_seq2seq_nano")["units"] == 16
    assert registry.models.overrides("lstm_seq2seq_base")["units"] == 1000
    model = zoo.create("lstm_seq2seq_nano", 8, 9, units=5)
    assert model.built and model.units == 5 and model.depth == 2 and model.target_vocabulary == 9


@pytest.mark.parametrize("family", ["lstm_seq2seq", "bilstm_bahdanau", "transformer", "t5"])
def test_nonsense_is_refused_for_every_override(family):
    options = list(registry.models.overrides(f"{family}_nano"))
    assert {"source_vocabulary", "dropout", "units"} <= set(options)
    for key in options:
        for value in ("nonsense", -1, [1]):
            with pytest.raises(ZooError) as found:
                zoo.create(
                    f"{family}_nano", **{"source_vocabulary": 8, "target_vocabulary": 8, key: value}
                )
            assert "\n" not in str(found.value), key


def test_a_model_from_outside_is_listed_created_and_counted(restored):
    declare()
    assert "echo_nano" in zoo.list_models("echo*")
    assert zoo.card("echo_nano")["paper"]["authors"] == "Nobody"
    assert zoo.create("echo_nano", 8, 9).units == 4
    assert count_parameters("echo_nano") == zoo.create("echo_nano", 8, 9).count_params() > 0


def test_a_class_may_be_declared_again_as_in_a_notebook(restored):
    declare()
    again = declare()
    assert registry.models.entry("echo_nano").make is again


def test_duplicate_names_are_refused(restored):
    declare()
    with pytest.raises(ZooError, match=f"model 'echo_nano' is registered by {__name__} already"):
        declare(module="another.module")
    with pytest.raises(
        ZooError, match="'transformer_nano' is registered by zoo.models.transformer already"
    ):
        declare("transformer")
    with pytest.raises(ZooError, match="already"):
        registry.models.add(Entry("echo_nano", __name__, {}, {}, dict))


def test_a_name_of_the_package_is_refused_before_anything_was_listed(monkeypatch, tmp_path):
    models, _ = fresh(monkeypatch, registry.CATALOG.read_text(), tmp_path)
    with pytest.raises(ZooError, match="'t5_nano' is registered by zoo.models.t5 already"):
        models.add(Entry("t5_nano", "mine", {}, {}, dict))


def import_outside(monkeypatch, *paths):
    """Imports files as ZOO_VARIANTS does; forgets their modules afterwards."""
    monkeypatch.setenv("ZOO_VARIANTS", os.pathsep.join(map(str, paths)))
    for path in paths:
        name = registry.variant_module(pathlib.Path(path))
        monkeypatch.setitem(sys.modules, name, None)
        del sys.modules[name]
    registry.import_variants()


def outside(folder, family, name="mine.py"):
    """The path of a file that registers a family."""
    path = folder / name
    path.write_text(f"import tests.test_registry as t\nt.declare({family!r}, __name__)\n")
    return path


def test_a_variant_in_a_file_outside_the_package(monkeypatch, tmp_path, restored):
    import_outside(monkeypatch, outside(tmp_path, "echo"), "", outside(tmp_path, "yodel", "two.py"))
    assert zoo.list_models("echo") == ["echo_nano"] and zoo.create("yodel_nano", 8, 9).built
    assert registry.models.entry("echo_nano").module == registry.variant_module(
        tmp_path / "mine.py"
    )
    registry.import_variants()  # once is enough


@pytest.mark.parametrize(
    "name, text, message",
    [
        ("gone.py", None, "which is no Python file"),
        ("notes.txt", "", "which is no Python file"),
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
    assert registry.variant_module(tmp_path / name) not in sys.modules


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
        [sys.executable, "-m", "zoo.cli", "list"], env=environment, capture_output=True, text=True
    )
    assert done.returncode == 2 and not done.stdout
    assert (
        done.stderr
        == f"zoo: ZOO_VARIANTS names {tmp_path / 'fails.py'}, which fails: OSError: no luck\n"
    )


def test_a_fresh_catalog_imports_nothing(monkeypatch, tmp_path):
    models, imported = fresh(monkeypatch, registry.CATALOG.read_text(encoding="utf-8"), tmp_path)
    assert {"t5_11b", "t5_base", "t5_mini", "t5_nano"} < set(models.names("t5")) and not imported
    assert models.entry("t5_base").card["parameters"] == 222_903_552 and not imported


@pytest.mark.parametrize(
    "text", [None, "", "{", "[]", "{}", '{"model": 3}', '{"model": {"zoo.models.t5": 3}}']
)
def test_without_a_catalog_everything_is_imported(monkeypatch, tmp_path, text):
    names = zoo.list_models()
    models, imported = fresh(monkeypatch, text, tmp_path)
    assert models.names() == names and imported == list(models.modules())


def test_only_a_module_that_changed_is_imported(monkeypatch, tmp_path):
    names, catalog = zoo.list_models(), json.loads(registry.CATALOG.read_text(encoding="utf-8"))
    catalog["model"]["zoo.models.t5"] = {
        "digest": "0" * 16,
        "entries": {"t5_gone": {"card": {}, "defaults": {}}},
    }
    models, imported = fresh(monkeypatch, json.dumps(catalog), tmp_path)
    assert models.names() == names and imported == ["zoo.models.t5"]


def test_catalog_json_is_fresh():
    found = make_catalog(
        count_parameters
    )  # of the catalog itself: tests/contract/test_sizes.py counts them anew
    assert json.loads(registry.CATALOG.read_text(encoding="utf-8")) == found, (
        "run: python -m zoo.catalog"
    )


@pytest.mark.parametrize("words", [["list"], ["--help"], ["train", "--help"], None])
def test_lists_and_help_come_at_once_and_import_no_backend(words):
    call = (
        "import zoo"
        if words is None
        else f"from zoo.cli.main import main\ntry: main({words!r})\nexcept SystemExit: pass"
    )
    code = (
        f"{call}\nimport sys\nloaded = {{'tensorflow', 'keras', 'keras_hub', 'matplotlib', 'pandas'}} & set(sys.modules)\n"
        f"sys.exit(' '.join(loaded) or 0)"
    )
    seconds = []
    for _ in range(3):
        started = time.perf_counter()
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
        seconds.append(time.perf_counter() - started)
        assert done.returncode == 0 and not done.stderr, done.stderr
        assert words is None or ("usage" if "--help" in words else "bilstm_bahdanau") in done.stdout
    assert min(seconds) < 1
