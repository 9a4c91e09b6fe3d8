"""Suite files: read, checked, refused."""

import pathlib

import pytest

import zoo
from benchmarks import cell as cells_of
from benchmarks import suite as suites
from benchmarks.suite import load_suite, suite_names
from tests.benchmarks.suite_file import GOOD
from zoo.errors import UnknownName, ZooError
from zoo.inspection.abstract import abstract_model


def test_every_suite_of_the_repository_fits():
    assert {"quick", "smoke"} <= set(suite_names())
    overridden = {}
    for name in suite_names():
        cells = load_suite(name).cells()
        assert (
            len({cell.name for cell in cells})
            == len({cell.key for cell in cells})
            == len(cells)
            > 0
        )
        changed = [cell for cell in cells if cell.overrides]
        overridden |= {(cell.base, *cell.overrides.items()): cell for cell in changed}
    for cell in overridden.values():  # or a wrong value would be told in an hour
        assert abstract_model(cell.base, **cell.overrides).built


def test_cells_are_models_by_tasks_by_seeds(write):
    cells = write(GOOD).cells()
    assert [cell.name for cell in cells] == [
        f"{model}.reverse.s{seed}" for seed in (0, 1) for model in ("t5_nano", "transformer_nano")
    ]
    for cell in cells:  # the recipe of the model's card, the suite's over it, the seed
        assert cell.settings["recipe"] == zoo.card(cell.model)["recipe"] | {
            "epochs": 2,
            "seed": cell.seed,
        }
    assert write(GOOD).cell("t5_nano.reverse.s1").key == cells[2].key
    with pytest.raises(
        UnknownName, match="unknown cell 't5_nano.revers.s0'; nearest: t5_nano.reverse.s0"
    ):
        write(GOOD).cell("t5_nano.revers.s0")


def test_a_model_may_have_overrides(write):
    text = GOOD.replace('"t5_nano"', '"transformer_nano positions=rotary depth=1"').replace(
        "[0, 1]", "[0]"
    )
    changed, plain = write(text).cells()
    assert (changed.base, changed.overrides) == (
        "transformer_nano",
        {"positions": "rotary", "depth": 1},
    )
    assert (plain.base, plain.overrides) == ("transformer_nano", {}) and changed.key != plain.key
    assert changed.name == "transformer_nano,positions=rotary,depth=1.reverse.s0"
    assert write(text).cell(changed.name) == changed


def test_a_model_may_have_another_recipe(write):
    text = GOOD.replace('"t5_nano"', '"t5_nano optimizer=adam depth=1 learning_rate=0.01"')
    cell = write(text).cells()[0]
    assert (cell.base, cell.overrides) == ("t5_nano", {"depth": 1})
    changed = {"optimizer": "adam", "learning_rate": 0.01}
    assert cell.settings["recipe"] == {"epochs": 2, "seed": 0} | changed


def test_every_model_is_tried_with_every_learning_rate(write):
    suite = write(GOOD.replace("[0, 1]", "[0]\nlearning_rates = [0.001, 0.01]"))
    assert [cell.model for cell in suite.cells()] == [
        f"{model} learning_rate={rate}"
        for model in ("t5_nano", "transformer_nano")
        for rate in ("0.001", "0.01")
    ]
    assert suite.cells()[0].settings["recipe"]["learning_rate"] == 0.001


def test_a_task_may_have_models_and_a_pretraining_of_its_own(write):
    own = """
[tasks.copy]
models = ["t5_nano pretrained=true", "t5_nano"]
options = {}
recipe = { epochs = 2 }
length_edges = [1, 4]
pretraining = { task = "sort", options = {}, recipe = { epochs = 3 } }
"""
    suite = write(GOOD.replace("[0, 1]", "[0]") + own)
    assert [cell.name.removesuffix(".s0") for cell in suite.cells()] == [
        "t5_nano.reverse",
        "transformer_nano.reverse",
        "t5_nano,pretrained=true.copy",
        "t5_nano.copy",
    ]
    first = suite.cell("t5_nano,pretrained=true.copy.s0").settings["pretraining"]
    assert (first["task"], first["recipe"]["epochs"]) == ("sort", 3)
    some = suite.only(["transformer_nano"])
    assert [cell.name for cell in some.cells()] == ["transformer_nano.reverse.s0"]


def test_a_chosen_learning_rate_is_part_of_the_recipe(write, monkeypatch):
    write(GOOD.replace("[0, 1]", "[0]\nlearning_rates = [0.5, 0.25]"), "tried")
    monkeypatch.setattr(suites, "chosen_rate", lambda *asked: {"t5_nano": 0.5}.get(asked[1], 0.25))
    text = GOOD.replace("threads = 1", 'threads = 1\nrates = "tried"')
    rates = [cell.settings["recipe"]["learning_rate"] for cell in write(text).cells()]
    assert rates == [0.5, 0.25, 0.5, 0.25]
    fixed = text.replace("epochs = 2", "epochs = 2, learning_rate = 1.0")
    assert write(fixed).cells()[0].settings["recipe"]["learning_rate"] == 1.0


def test_a_task_may_have_a_name_of_its_own(write):
    text = GOOD.replace("[tasks.reverse]", '[tasks.short]\ntask = "reverse"\nsplit = "validation"')
    cell = write(text).cells()[0]
    found = cell.name, cell.settings["task"], cell.settings["split"]
    assert found == ("t5_nano.short.s0", "reverse", "validation")


def test_the_first_seeds(write):
    assert [cell.seed for cell in write(GOOD).first_seeds(1).cells()] == [0, 0]


def test_the_key_changes_with_settings_and_code(write, monkeypatch):
    key = write(GOOD).cells()[0].key
    assert (
        write(GOOD).cells()[0].key
        == key
        != write(GOOD.replace("epochs = 2", "epochs = 4")).cells()[0].key
    )
    monkeypatch.setattr(cells_of, "code_digest", lambda tasks, models: f"another {tasks} {models}")
    assert write(GOOD).cells()[0].key != key


def test_unknown_suite():
    with pytest.raises(UnknownName, match="unknown suite 'quik'; nearest: quick"):
        load_suite("quik")


def test_a_suite_file_of_ones_own(tmp_path, monkeypatch):
    (tmp_path / "my own.toml").write_text(GOOD)
    monkeypatch.chdir(tmp_path)
    suite = load_suite("my own.toml")
    assert (
        suite.own
        and suite.name == "my own"
        and suite.argument == str((tmp_path / "my own.toml").resolve())
    )
    cell = suite.cells()[0]
    assert cell.command == f"python -m benchmarks '{suite.argument}' --cell t5_nano.reverse.s0"
    assert load_suite(suite.argument).cells() == suite.cells()
    with pytest.raises(ZooError, match="there is no suite file yours.toml"):
        load_suite("yours.toml")


def test_a_suite_of_the_zoo_by_name_and_by_path():
    suite = load_suite("smoke")
    assert not suite.own and suite.argument == "smoke"
    assert (
        suite.cells()[0].command == "python -m benchmarks smoke --cell lstm_seq2seq_nano.reverse.s0"
    )
    assert load_suite(str(suites.HERE / "suites" / "smoke.toml")) == suite


def test_a_suite_file_may_not_take_a_name_of_the_zoo(tmp_path):
    (tmp_path / "quick.toml").write_text(GOOD)
    with pytest.raises(
        ZooError, match="quick.toml has the name of a suite of the zoo: call it something else"
    ):
        load_suite(str(tmp_path / "quick.toml"))


def test_a_variant_from_outside_is_part_of_the_key_and_the_command(write, tmp_path, monkeypatch):
    variant, cells = tmp_path / "mine.py", write(GOOD).cells()
    before = [cell.key for cell in cells]
    variant.write_text("one = 1")
    monkeypatch.setattr(
        cells_of, "outside_file", lambda model: variant if model == "t5_nano" else None
    )
    first = [cell.key for cell in cells]
    variant.write_text("one = 2")
    second = [cell.key for cell in cells]
    assert [a == b == c for a, b, c in zip(before, first, second)] == [
        False,
        True,
        False,
        True,
    ] and first[0] != second[0]
    assert (
        cells[0].command
        == f"ZOO_VARIANTS={variant} python -m benchmarks x --cell t5_nano.reverse.s0"
    )


def test_where_a_model_is_declared(monkeypatch):
    assert cells_of.outside_file("t5_nano") is None
    entry = cells_of.registry.models.entry("t5_nano")
    monkeypatch.setattr(entry, "module", __name__)
    assert cells_of.outside_file("t5_nano") == pathlib.Path(__file__).resolve()
    monkeypatch.setattr(entry, "module", "of.a.notebook")
    assert cells_of.outside_file("t5_nano") is None
