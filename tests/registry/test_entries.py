"""Names, wildcards, overrides, and the catalog as a cache."""

import json

import pytest

import zoo
from tests.registry.conftest import declare
from zoo import registry
from zoo.catalog import count_parameters
from zoo.errors import UnknownName, ZooError
from zoo.registry import Entry, Registry, entries
from zoo.registry.entries import matching


def fresh(monkeypatch, catalog, tmp_path):
    """A registry of the package's models that has not looked yet.

    Args:
        catalog: str, the text of catalog.json; None for no file.

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

    monkeypatch.setattr(entries, "CATALOG", path)
    monkeypatch.setattr(entries.importlib, "import_module", import_module)
    return models, imported


def own_models():
    """Names of the package's own models, without those that other tests have registered."""
    modules = registry.models.modules()
    return [name for name in zoo.list_models() if registry.models.entry(name).module in modules]


def test_names_and_patterns():
    assert matching(["b_x", "a_x", "Ax"], "_X") == ["a_x", "b_x"]
    assert matching(["ab", "b"], "[AB]") == ["b"]
    with pytest.raises(zoo.ZooError, match="a pattern must be text such as 't5.', got "):
        matching(["ab"], ["a*"])
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
    assert zoo.list_models("T5_*") == zoo.list_models("t5_*")
    assert zoo.list_models("lstm?nano") == []
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
            "baseline",
            "recipe",
            "families",
        }


@pytest.mark.parametrize("call", [zoo.card, lambda name: zoo.create(name, 8, 8)])
def test_a_typo_gets_the_nearest_names(call):
    with pytest.raises(
        UnknownName, match="unknown model 'transfomer_nano'; nearest: transformer_nano"
    ) as found:
        call("transfomer_nano")
    assert len(found.value.nearest) == 3


def test_a_family_in_place_of_a_model_gets_its_sizes():
    with pytest.raises(UnknownName, match="unknown model 'whisper'; nearest: whisper_") as found:
        zoo.create("whisper")  # told before what else is missing
    assert all(name.startswith("whisper_") for name in found.value.nearest)


def test_a_name_like_no_other_gets_the_known_ones():
    with pytest.raises(
        UnknownName, match=r"unknown task '\?\?\?'; known: addition, captions, cmudict"
    ):
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
    with pytest.raises(
        ZooError, match=f"model 'echo_nano' is registered by {declare.__module__} already"
    ):
        declare(module="another.module")
    with pytest.raises(
        ZooError, match="'transformer_nano' is registered by zoo.models.transformer already"
    ):
        declare("transformer")
    with pytest.raises(ZooError, match="already"):
        registry.models.add(Entry("echo_nano", declare.__module__, {}, {}, dict))


def test_a_name_of_the_package_is_refused_before_anything_was_listed(monkeypatch, tmp_path):
    models, _ = fresh(monkeypatch, registry.CATALOG.read_text(), tmp_path)
    with pytest.raises(ZooError, match="'t5_nano' is registered by zoo.models.t5 already"):
        models.add(Entry("t5_nano", "mine", {}, {}, dict))


def test_a_fresh_catalog_imports_nothing(monkeypatch, tmp_path):
    models, imported = fresh(monkeypatch, registry.CATALOG.read_text(encoding="utf-8"), tmp_path)
    assert {"t5_11b", "t5_base", "t5_mini", "t5_nano"} < set(models.names("t5")) and not imported
    assert models.entry("t5_base").card["parameters"] == 222_903_552 and not imported


@pytest.mark.parametrize(
    "text", [None, "", "{", "[]", "{}", '{"model": 3}', '{"model": {"zoo.models.t5": 3}}']
)
def test_without_a_catalog_everything_is_imported(monkeypatch, tmp_path, text):
    names = own_models()
    models, imported = fresh(monkeypatch, text, tmp_path)
    assert models.names() == names and imported == list(models.modules())


def test_only_a_module_that_changed_is_imported(monkeypatch, tmp_path):
    names, catalog = own_models(), json.loads(registry.CATALOG.read_text(encoding="utf-8"))
    catalog["model"]["zoo.models.t5"] = {
        "digest": "0" * 16,
        "entries": {"t5_gone": {"card": {}, "defaults": {}}},
    }
    models, imported = fresh(monkeypatch, json.dumps(catalog), tmp_path)
    assert models.names() == names and imported == ["zoo.models.t5"]


def test_a_failing_file_of_variants_fails_each_time(monkeypatch, tmp_path):
    models, _ = fresh(monkeypatch, registry.CATALOG.read_text(encoding="utf-8"), tmp_path)
    monkeypatch.setenv("ZOO_VARIANTS", "gone.py")
    for _ in range(2):
        with pytest.raises(ZooError, match="ZOO_VARIANTS names gone.py"):
            models.names()


def test_a_size_that_reads_frames_takes_ids_where_a_source_vocabulary_is_given():
    small = dict(units=12, depth=1, inner_units=8, max_source=9, max_positions=9)
    assert zoo.create("whisper_tiny", None, 60_000, **small).source_features == 80
    assert zoo.create("whisper_tiny", 51_000, 60_000, **small).source_features is None
