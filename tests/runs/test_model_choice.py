"""What a model's name stands for in front of data, and that the sizes of all families are alike."""

import dataclasses
import warnings

import pytest

import zoo
from zoo import registry
from zoo.catalog import count_parameters
from zoo.data.front_ends.arrays import ArrayFrames
from zoo.data.front_ends.log_mel import LogMel
from zoo.data.front_ends.pictures import PixelColumns
from zoo.data.front_ends.whisper import WhisperLogMel
from zoo.data.readers.oddities import DataWarning
from zoo.data.tokenizers import ByteTokenizer, SymbolTokenizer
from zoo.errors import UnknownName, ZooError
from zoo.registry import family_names
from zoo.runs.model_choice import (
    any_name,
    check_options,
    choose_model,
    choose_training,
    create_for,
    with_positions,
)
from zoo.runs.recipe import Recipe

SYMBOLS = SymbolTokenizer("abc", separator="")
WORDS = SymbolTokenizer([f"w{i}" for i in range(5000)], separator=" ")
FAMILIES = registry.list_families()


@pytest.mark.parametrize("family", FAMILIES)
def test_every_family_has_a_size_for_symbols_and_one_for_pieces(family):
    assert choose_model(family, {}, SYMBOLS, SYMBOLS) == (f"{family}_mini", {})
    assert choose_model(family, {}, WORDS, WORDS) == (f"{family}_midi", {})
    assert choose_model(family, {}, ByteTokenizer(), ByteTokenizer()) == (f"{family}_midi", {})


def test_a_name_stands_for_itself():
    assert choose_model("t5_small", {"units": 8}, SYMBOLS, SYMBOLS) == ("t5_small", {"units": 8})
    assert any_name("t5_small") == "t5_small" and any_name("t5") in family_names("t5")
    assert "t5_v1_1_mini" not in family_names("t5")
    for call in (any_name, lambda name: choose_model(name, {}, SYMBOLS, SYMBOLS)):
        with pytest.raises(
            UnknownName, match="unknown model 'transfomer'; nearest: transformer, transformer_"
        ):
            call("transfomer")


@pytest.mark.parametrize(
    "name, tied",
    [("transformer", "target"), ("t5_v1_1_small", "none"), ("prefix_lm_base", "target")],
)
def test_two_vocabularies_share_no_embedding(name, tied):
    assert choose_model(name, {}, WORDS, SYMBOLS)[1] == {"tied_embeddings": tied}
    assert choose_model(name, {"tied_embeddings": "all"}, WORDS, SYMBOLS)[1] == {
        "tied_embeddings": "all"
    }
    other = SymbolTokenizer(
        [f"v{i}" for i in range(5000)], separator=" "
    )  # as many ids, and not the same
    assert choose_model(name, {}, WORDS, other)[1] == {"tied_embeddings": tied}


def test_two_vocabularies_have_nothing_to_copy():
    other = SymbolTokenizer("def", separator="")  # as many ids, and not the same
    assert choose_model("pointer_generator_mini", {}, SYMBOLS, other)[1] == {"copy": False}
    assert choose_model("pointer_generator_mini", {}, SYMBOLS, SYMBOLS)[1] == {}
    with pytest.raises(ZooError, match="copy=true needs one vocabulary"):
        choose_model("pointer_generator_mini", {"copy": True}, SYMBOLS, other)


def test_a_model_that_cannot_copy_here_says_so():
    task = zoo.create_task("g2p", train_limit=100, validation_limit=10, test_limit=10)
    with pytest.warns(DataWarning, match="only generates here") as said:
        choose_training("pointer_generator_mini", {}, {}, task)
    assert "shared=true" not in str(said[0].message)  # an option of own data
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        choose_training("pointer_generator_mini", {"copy": False}, {}, task)


def test_a_family_without_the_size_says_which_it_has(monkeypatch):
    monkeypatch.setattr(
        registry.models,
        "_entries",
        {name: registry.models.entry(name) for name in ("bart_nano", "bart_large")},
    )
    with pytest.raises(
        ZooError,
        match="no bart_mini, the size that fits these data; name one of bart_large, bart_nano",
    ):
        choose_model("bart", {}, SYMBOLS, SYMBOLS)


@pytest.mark.parametrize("size", ["mini", "midi"])
@pytest.mark.parametrize("family", FAMILIES)
def test_a_size_has_as_many_parameters_in_every_family(family, size):
    assert count_parameters(f"{family}_{size}") == pytest.approx(
        count_parameters(f"transformer_{size}"), rel=0.04
    )


def test_frames_leave_the_size_to_the_target_and_share_no_embedding():
    tied = {"tied_embeddings": "target"}
    assert choose_model("transformer", {}, LogMel(), SYMBOLS) == ("transformer_mini", {})
    assert choose_model("transformer", {}, LogMel(), WORDS) == ("transformer_midi", tied)
    model = create_for(LogMel(bins=2, stack=2), SYMBOLS, "lstm_seq2seq_nano", "float32", {}, "adam")
    assert (model.source_features, model.source_vocabulary) == (4, None)
    with pytest.raises(ZooError, match="source_features is not an option of a run: the task"):
        check_options({"source_features": 4})


@pytest.mark.parametrize(
    "front_end, columns, halvings",
    [
        (PixelColumns(8, 4), 4, 2),
        (PixelColumns(8, 2), 2, 1),
        (LogMel(stack=4), 4, 2),
        (WhisperLogMel(), 1, 1),
        (ArrayFrames(7), 1, 1),
    ],
)
def test_a_frame_is_read_in_the_columns_that_its_front_end_puts_into_it(
    front_end, columns, halvings
):
    name, overrides = choose_model("image_to_markup", {}, front_end, SYMBOLS)
    assert name == "image_to_markup_mini"
    assert overrides == {"columns": columns, "halvings": halvings}
    assert choose_model(name, {"columns": 1}, front_end, SYMBOLS)[1]["columns"] == 1
    assert choose_model(name, {}, SYMBOLS, SYMBOLS)[1] == {}


def test_a_model_of_four_columns_per_frame_can_be_made():
    overrides = choose_model("image_to_markup_nano", {}, PixelColumns(8, 4), SYMBOLS)[1]
    model = create_for(PixelColumns(8, 4), SYMBOLS, "image_to_markup_nano", "float32", overrides)
    assert (model.columns, model.rate, model.rows) == (4, 1, 2)


def test_a_task_gets_the_positions_that_it_needs_and_the_user_has_the_last_word():
    task = zoo.create_task("reverse", test_max_length=5, train=9, validation=9, test=9)
    task = dataclasses.replace(task, max_source_length=90, max_target_length=71)
    assert with_positions("bart_nano", task, {}) == {"max_positions": 90}
    assert with_positions("prefix_lm_nano", task, {}) == {"max_positions": 161}
    changed = {"max_positions": 80, "dropout": 0.1}
    assert with_positions("bart_nano", task, changed) == changed
    assert with_positions("whisper_nano", task, {"max_source": 50}) == {
        "max_source": 50,
        "max_positions": 71,
    }
    assert with_positions("transformer_nano", task, {}) == {}


def test_a_family_stands_for_what_a_task_recommends_and_the_user_has_the_last_word():
    task = zoo.create_task("reverse", test_max_length=5, train=9, validation=9, test=9)
    task = dataclasses.replace(task, name="multi30k")
    best = registry.tasks.entry("multi30k").card["families"]["transformer"]
    own = best["overrides"] | {"tied_embeddings": "all"}
    name, overrides, recipe = choose_training("transformer", {"tied_embeddings": "all"}, {}, task)
    assert (name, overrides) == (f"transformer_{best['size']}", own)
    assert recipe == Recipe(**Recipe.of_model(name).to_dict() | best["recipe"])
    asked = {"norm_first": False}, {"steps": 7, "tokens": 64}
    _, overrides, recipe = choose_training("transformer", *asked, task)
    assert not overrides["norm_first"] and (recipe.steps, recipe.epochs) == (7, 0)
    assert recipe.tokens == 64 and recipe.learning_rate == best["recipe"]["learning_rate"]
    # A size is taken as it is, with the recipe of its family.
    assert choose_training(name, {}, {}, task) == (name, {}, Recipe.of_model(name))
    assert choose_training("t5", {}, {}, task)[0] == "t5_mini"


def test_a_field_of_the_recipe_is_sent_to_its_own_option():
    task = zoo.create_task("reverse", train=9, validation=1, test=1)
    with pytest.raises(ZooError, match="learning_rate is not an option .* it is --learning-rate"):
        choose_training("transformer_nano", {"learning_rate": 0.1}, {}, task)
    assert choose_training("t5_nano", {"buckets": 8}, {}, task)[1] == {"buckets": 8}
