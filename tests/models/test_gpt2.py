"""GPT-2 against one causal pass over the joined sequence. tests/pretrained has transformers'."""

import numpy as np
import pytest

import zoo
from tests.contract.conftest import assert_close, ids, make, unrolled
from tests.models.equations import check_equations
from tests.models.reference.prefix_lm import gpt2, gpt2_going_on
from zoo.errors import ZooError


@pytest.mark.parametrize("overrides", [{}, {"tied_embeddings": "all"}], ids=str)
def test_equals_the_papers_equations(parity, overrides):
    check_equations(parity, "gpt2_nano", gpt2, overrides)


GOES_ON = {"continues": True, "tied_embeddings": "all", "end_id": 2, "start_id": 2}


def test_goes_on_where_the_text_of_the_source_stops(parity):
    check_equations(parity, "gpt2_nano", gpt2_going_on, {"continues": True}, attends=False)


def test_steps_go_on_as_a_whole_target_does():
    model, (source, target) = make("gpt2_nano", **GOES_ON), ids(rows=6)
    source[-1] = [2] + [0] * (source.shape[1] - 1)  # the end token alone opens a text
    logits, attention = unrolled(model, source, target)
    assert_close(logits, model((source, target)))
    seen = np.arange(source.shape[1]) < (source != 0).sum(1, keepdims=True) - 2
    assert not np.where(seen[:, None], 0.0, attention).any()
    changed = np.where(np.arange(target.shape[1]) == 0, 7, target)  # the start token is not read
    assert_close(model((source, changed)), logits)


def test_a_vocabulary_without_padding_never_predicts_it():
    model = make("gpt2_nano", padding_token=False)
    logits = np.asarray(model(ids()))
    assert np.exp(logits[..., 0] - logits.max(-1)).max() < 1e-12
    np.testing.assert_array_equal(logits[..., 1:], make("gpt2_nano")(ids())[..., 1:])


@pytest.mark.parametrize(
    "vocabularies, options", [((9, 8), {}), ((None, 8), {"source_features": 3})], ids=str
)
def test_a_target_cannot_go_on_in_another_vocabulary(vocabularies, options):
    with pytest.raises(ZooError, match="continues=True needs .* one vocabulary"):
        zoo.create("gpt2_nano", *vocabularies, continues=True, **options)
