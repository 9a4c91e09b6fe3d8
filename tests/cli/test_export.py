"""`zoo export`: what cannot become a checkpoint. tests/pretrained exports what can."""

import pytest


@pytest.mark.parametrize(
    "words, message",
    [
        (["export", "runs/plain", "out"], "LSTMSeq2Seq is not a model that transformers has"),
        (["export", "runs/none", "out"], "runs/none is not a run folder"),
        (["export", "runs/plain"], "required: FOLDER"),
    ],
)
def test_a_mistake_is_one_clear_line(mistake, here, words, message):
    mistake(words, message)
    assert not (here / "out").exists()
