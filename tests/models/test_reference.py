"""Every variant equals the paper's equations in NumPy float64, in a padded batch, options included."""

import numpy as np
import pytest

from tests.contract.conftest import ids, make
from tests.models import reference

CASES = [
    ("lstm_seq2seq_tiny", reference.lstm_seq2seq, {}),
    ("lstm_seq2seq_tiny", reference.lstm_seq2seq, {"reverse": False, "depth": 3}),
    ("lstm_seq2seq_tiny", reference.lstm_seq2seq, {"uniform": 0.08, "depth": 1}),
    ("bilstm_bahdanau_tiny", reference.bilstm_bahdanau, {}),
    ("bilstm_bahdanau_tiny", reference.bilstm_bahdanau, {"embedding_units": 10, "readout_units": 12}),
    ("transformer_tiny", reference.transformer, {}),
    ("transformer_tiny", reference.transformer, {"norm_first": True}),
    ("transformer_tiny", reference.transformer, {"tied_embeddings": "all", "heads": 4}),
    ("transformer_tiny", reference.transformer, {"tied_embeddings": "none", "depth": 1}),
    ("t5_tiny", reference.t5, {}),
    ("t5_tiny", reference.t5, {"tied_embeddings": "all", "buckets": 8, "max_distance": 6}),
    ("t5_tiny", reference.t5, {"tied_embeddings": "none", "head_units": 5}),
]


@pytest.mark.parametrize(("name", "equations", "overrides"), CASES, ids=[f"{c[0]}-{c[2]}" for c in CASES])
def test_equals_the_papers_equations(name, equations, overrides):
    model = make(name, **overrides)
    source, target = ids(rows=6, source=12, target=9)
    logits = np.asarray(model((source, target)))
    attention = None if name.startswith("lstm") else np.asarray(model.align(source, target))
    for row in range(len(source)):
        length = int((source[row] != 0).sum())
        expected = equations(model, source[row, :length], target[row])
        if attention is not None:
            expected, weights = expected
            np.testing.assert_allclose(attention[row, :, :length], weights, atol=2e-6)
        np.testing.assert_allclose(logits[row], expected, rtol=1e-4, atol=1e-5 * max(1.0, np.abs(expected).max()))


def test_the_reversal_can_be_turned_off():
    source, target = ids()
    assert np.abs(np.asarray(make("lstm_seq2seq_tiny")((source, target)))
                  - np.asarray(make("lstm_seq2seq_tiny", reverse=False)((source, target)))).max() > 1e-3


@pytest.mark.parametrize("name", ["transformer_tiny", "t5_tiny"])
def test_tied_embeddings_need_one_vocabulary(name):
    import zoo

    with pytest.raises(zoo.ZooError, match="tied_embeddings='target'"):
        zoo.create(name, 10, 12, tied_embeddings="all")


@pytest.mark.parametrize(("name", "override", "message"), [
    ("lstm_seq2seq_tiny", {"units": 0}, "units must be"),
    ("lstm_seq2seq_tiny", {"units": True}, "units must be"),
    ("lstm_seq2seq_tiny", {"dropout": 1.0}, "dropout must be"),
    ("bilstm_bahdanau_tiny", {"embedding_units": -3}, "embedding_units must be"),
    ("transformer_tiny", {"heads": 3}, "multiple of heads"),
    ("transformer_tiny", {"units": 15, "heads": 3}, "even"),
    ("transformer_tiny", {"tied_embeddings": "yes"}, "tied_embeddings"),
    ("transformer_tiny", {"depth": 2.5}, "depth must be"),
    ("t5_tiny", {"buckets": 7}, "buckets must be"),
    ("t5_tiny", {"max_distance": 16}, "max_distance"),
    ("t5_tiny", {"start_id": 99}, "start_id 99"),
    ("t5_tiny", {"unites": 8}, "takes no 'unites'; valid: "),
])
def test_bad_options_say_what_is_wrong(name, override, message):
    import zoo

    with pytest.raises(zoo.ZooError, match=message):
        zoo.create(name, 20, 20, **override)
