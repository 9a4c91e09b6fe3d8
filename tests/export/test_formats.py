"""Which family leaves in which format. test_savedmodel.py and test_onnx.py take all of them."""

import pytest

import zoo
from tests.contract.conftest import half
from tests.export.models import FAMILIES, text_model
from zoo.data.front_ends.log_mel import LogMel
from zoo.errors import ZooError
from zoo.export import FORMATS, export

TRANSFORMERS = {"transformer", "t5", "t5_v1_1", "bart", "marian"}
LEAVES = {  # format: families that leave in it
    "keras": {name.rpartition("_")[0] for name in FAMILIES},
    "ctranslate2": TRANSFORMERS,
    "transformers": TRANSFORMERS - {"transformer"} | {"gpt2"},
}
REFUSAL = {
    "ctranslate2": "holds Transformers with an encoder and a decoder, which {} is not",
    "transformers": "{} is not a model that transformers has",
}
TIED = {
    "t5": "all",
    "t5_v1_1": "inputs",
    "bart": "all",
    "gpt2": "all",
}  # as transformers reads them


@pytest.mark.parametrize("format", LEAVES)
@pytest.mark.parametrize("name", FAMILIES)
def test_a_family_leaves_or_is_refused_in_one_line(tmp_path, name, format):
    family = name.rpartition("_")[0]
    tied = {"tied_embeddings": TIED[family]} if family in TIED else {}
    model = text_model(name, **half(name), **tied)
    if family in LEAVES[format]:
        export(model, tmp_path / "out", format)
        assert any((tmp_path / "out").iterdir())
    else:
        with pytest.raises(ZooError, match=REFUSAL[format].format(type(model.model).__name__)) as e:
            export(model, tmp_path / "out", format)
        assert "\n" not in str(e.value) and not any(tmp_path.iterdir())


ONE = {  # how a format says that it holds one model, if in its own words
    "zoo": "an ensemble cannot be saved as one folder; save each of its models",
    "transformers": "Ensemble is not a model that transformers has",
}


@pytest.mark.parametrize("format", sorted(set(FORMATS) - {"savedmodel"}))
def test_an_ensemble_is_refused(tmp_path, format):
    one = text_model("lstm_seq2seq_nano")
    with pytest.raises(ZooError, match=ONE.get(format, f"the format {format} holds one model")):
        export(one.with_others([one]), tmp_path / "out", format)


def test_a_full_folder_is_left_as_it_is(tmp_path):
    (tmp_path / "mine").write_text("kept")
    with pytest.raises(ZooError, match="exists already; choose a new folder"):
        export(text_model("lstm_seq2seq_nano"), tmp_path, "keras")
    assert [path.name for path in tmp_path.iterdir()] == ["mine"]


@pytest.mark.parametrize(
    "format, options, message",
    [
        ("savedmodl", {}, "unknown format 'savedmodl'; nearest: savedmodel"),
        ("keras", {"max_length": 3}, "keras does not take max_length; what does: savedmodel, onnx"),
        ("onnx", {"strategy": zoo.Greedy()}, "onnx does not take strategy; what does: savedmodel"),
    ],
)
def test_unknown_formats_and_options_are_named(tmp_path, format, options, message):
    with pytest.raises(ZooError, match=message):
        export(text_model("lstm_seq2seq_nano"), tmp_path / "out", format, **options)


@pytest.mark.parametrize("format", ["savedmodel", "onnx", "ctranslate2"])
def test_a_model_of_frames_is_refused(tmp_path, format):
    class Sounds:  # what is looked at before the model is loaded
        source_tokenizer, label = LogMel(), "runs/digits"

    with pytest.raises(ZooError, match=f"{format} takes texts, and runs/digits reads files"):
        export(Sounds(), tmp_path / "out", format)
    assert not any(tmp_path.iterdir())
