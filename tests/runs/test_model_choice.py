"""What a model's name stands for in front of data, and that the sizes of all families are alike."""

import pytest

import zoo
from zoo import registry
from zoo.catalog import count_parameters
from zoo.data.front_ends.log_mel import LogMel
from zoo.data.tokenizers import ByteTokenizer, SymbolTokenizer
from zoo.errors import UnknownName, ZooError
from zoo.registry import family_names
from zoo.runs.model_choice import any_name, check_options, choose_model, create_for

SYMBOLS = SymbolTokenizer("abc", separator="")
WORDS = SymbolTokenizer([f"w{i}" for i in range(5000)], separator=" ")
FAMILIES = sorted({zoo.card(name)["family"] for name in zoo.list_models()})


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
