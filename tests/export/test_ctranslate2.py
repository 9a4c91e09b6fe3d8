"""CTranslate2 writes what the zoo writes."""

import sys

import ctranslate2
import numpy as np
import pytest

import zoo
from tests.export.models import LENGTH, best, text_model, words
from zoo.decoding.constraints import Rules
from zoo.errors import ZooError
from zoo.export import export

BEAM = zoo.Beam(3, length_penalty=1.0, formula="power", early_stopping=True)
VARIANTS = {
    "transformer": ("transformer_nano", {}),
    "pre-norm, gated, learned positions": (
        "transformer_nano",
        {"norm_first": True, "gated": True, "positions": "learned", "max_positions": 32},
    ),
    "relative positions": ("transformer_nano", {"positions": "relative", "activation": "gelu"}),
    "marian": ("marian_nano", {}),
    "bart": ("bart_nano", {}),
    "t5": ("t5_nano", {}),
    "t5_v1_1": ("t5_v1_1_nano", {}),
}


@pytest.fixture
def shared_out(monkeypatch):
    """The zoo, too, gives all of the probability to the tokens that an output can have.

    CTranslate2 knows no other way. Random weights give padding and the start token so much that
    outputs differ; trained weights give them next to nothing.
    """
    scores = Rules.scores

    def without_rest(self, logits, tokens, t, limits):
        return scores(self, logits + self.allowed, tokens, t, limits)

    monkeypatch.setattr(Rules, "scores", without_rest)


@pytest.mark.parametrize("strategy", [zoo.Greedy(), BEAM], ids=["greedy", "beam"])
@pytest.mark.parametrize("variant", VARIANTS)
def test_outputs_are_equal(traced, shared_out, tmp_path, variant, strategy):
    name, overrides = VARIANTS[variant]
    model = text_model(name, **overrides)
    export(model, tmp_path / "out", "ctranslate2")
    translator = ctranslate2.Translator(str(tmp_path / "out"), "cpu")
    found = translator.translate_batch(
        [list(word) for word in words(100)],
        beam_size=strategy.hypotheses,
        max_decoding_length=LENGTH,
        min_decoding_length=0,
        length_penalty=1,
        return_scores=True,
    )
    expected = best(model.generate(words(100), strategy))
    assert ["".join(one.hypotheses[0]) for one in found] == [text for text, _ in expected]
    if strategy is BEAM:  # the score of a greedy output is not a mean in the zoo
        scores = [score for _, score in expected]
        np.testing.assert_allclose([one.scores[0] for one in found], scores, atol=1e-4)


def test_rotary_positions_are_refused(tmp_path):
    model = text_model("transformer_nano", positions="rotary")
    with pytest.raises(ZooError, match="cannot hold the RotaryPositions of this Transformer"):
        export(model, tmp_path / "out", "ctranslate2")


def test_a_missing_package_is_told_in_one_line(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "ctranslate2.specs", None)
    with pytest.raises(ZooError, match=r"pip install 'seq2seq-zoo\[ctranslate2\]'"):
        export(text_model("marian_nano"), tmp_path / "out", "ctranslate2")
