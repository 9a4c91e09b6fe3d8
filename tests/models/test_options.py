"""Wrong options of the variants say what is wrong."""

import pytest

import zoo


@pytest.mark.parametrize("name", ["transformer_nano", "t5_nano"])
def test_tied_embeddings_need_one_vocabulary(name):
    with pytest.raises(zoo.ZooError, match="tied_embeddings='target'"):
        zoo.create(name, 10, 12, tied_embeddings="all")


@pytest.mark.parametrize(
    ("name", "override", "message"),
    [
        ("lstm_seq2seq_nano", {"units": 0}, "units must be"),
        ("lstm_seq2seq_nano", {"units": True}, "units must be"),
        ("lstm_seq2seq_nano", {"dropout": 1.0}, "dropout must be"),
        ("bilstm_bahdanau_nano", {"embedding_units": -3}, "embedding_units must be"),
        ("rnnsearch_nano", {"embedding_units": 0}, "embedding_units must be"),
        ("bilstm_bahdanau_nano", {"readout_units": 0}, "readout_units must be"),
        ("conv_seq2seq_nano", {"embedding_units": 0}, "embedding_units must be"),
        ("rnn_encoder_decoder_nano", {"embedding_units": 0}, "embedding_units must be"),
        ("rnn_encoder_decoder_nano", {"readout_units": 0}, "readout_units must be"),
        ("transformer_nano", {"heads": 3}, "multiple of heads"),
        ("transformer_nano", {"units": 15, "heads": 3}, "even"),
        ("transformer_nano", {"tied_embeddings": "yes"}, "tied_embeddings"),
        ("transformer_nano", {"depth": 2.5}, "depth must be"),
        ("t5_nano", {"buckets": 7}, "buckets must be"),
        ("t5_nano", {"max_distance": 16}, "max_distance"),
        ("t5_nano", {"start_id": 99}, "start_id must be .* got 99 and 2"),
        ("t5_nano", {"unites": 8}, "takes no 'unites'; valid: "),
    ],
)
def test_bad_options_say_what_is_wrong(name, override, message):
    with pytest.raises(zoo.ZooError, match=message):
        zoo.create(name, 20, 20, **override)
